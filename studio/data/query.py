"""The filter language: ``tag:hat -is:small (width:>=768 OR caption:"red dress")``.

A query is compiled once into nested closures, which then run over every image. The
grammar is here, what the terms mean in `studio.data.filters`. Case never matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from studio.data.filters import FIELDS, Context, both, either, field_test, negation, words_test
from studio.errors import StudioError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

    from studio.data.filters import Test

    Node = Tree[Token]

# A word may hold parentheses that close, as in hat_(medium); it ends before others.
_GRAMMAR = r"""
?either: both (_OR both)*
?both: negated (_AND? negated)*
?negated: _NOT negated -> negation
    | _MINUS negated -> negation
    | atom
?atom: _OPEN either _CLOSE -> group
    | FIELD (VALUE | QUOTED) -> field
    | (WORD | QUOTED) -> words

_AND.3: /and(?![^\s()"])/i
_OR.3: /or(?![^\s()"])/i
_NOT.3: /not(?![^\s()"])/i
FIELD.2: /[a-z]+[:：]/i
QUOTED: /"(\\.|[^"\\])+"/s
VALUE: /[^\s()"]+(\([^\s()"]*\)[^\s()"]*)*/
WORD: /(?!-|(and|or|not)(?![^\s()"]))[^\s()"]+(\([^\s()"]*\)[^\s()"]*)*/i
_MINUS: "-"
_OPEN: "("
_CLOSE: ")"
%ignore /\s+/
"""

_DEEPEST = 50  # nested terms; more would exhaust Python's stack
_DEFAULTS = Context()


@dataclass(frozen=True, slots=True)
class Query:
    """``matches(image)`` tells whether an image passes."""

    text: str
    matches: Test


def parse(text: str, context: Context = _DEFAULTS) -> Query:
    """Compile ``text``; the empty text matches all images.

    Raises ``query.invalid`` with the ``position`` (from 0) of what is wrong, and the ``reason``:
    term missing, value missing, quote open, parenthesis open, parenthesis not open, unknown field,
    unknown state, not a number, not a ratio, not a size, too deep.
    """
    tree = _tree(text)
    return Query(text, _test(text, tree, context) if tree else lambda image: True)


def quote(text: str) -> str:
    """``text`` written so that a query takes it literally: ``"long hair"``."""
    return '"' + re.sub(r'(["*?\\])', r"\\\1", text) + '"'


def has_term(text: str, term: str) -> bool:
    """Whether ``term`` is one of the terms that ``text`` demands; False if it is unfinished."""
    try:
        return _place(text, term) is not None
    except StudioError:
        return False


def toggle_term(text: str, term: str) -> str:
    """``text`` without ``term`` if it demands it, else with it; the rest stays as typed.

    Raises ``query.invalid`` if ``text`` is unfinished.
    """
    place = _place(text, term)
    if place is None:
        text, tree = text.strip(), _tree(text)
        return f"({text}) {term}" if tree and tree.data == "either" else f"{text} {term}".strip()
    while place is not None:
        text = text[: place[0]] + text[place[1] :]
        place = _place(text, term)
    return text.strip()


def _place(text: str, term: str) -> tuple[int, int] | None:
    """Where ``term`` stands first in ``text``, with what joins it to its neighbour."""
    parse(text)
    tree, wanted = _tree(text), _tree(term)
    if tree is None or wanted is None:
        return None
    terms = _nodes(tree) if tree.data == "both" else [tree]
    forms = [_form(node) for node in terms]
    if (form := _form(wanted)) not in forms:
        return None
    index = forms.index(form)
    start, end = terms[index].meta.start_pos, terms[index].meta.end_pos
    if index + 1 < len(terms):
        end = terms[index + 1].meta.start_pos
    elif index:
        start = terms[index - 1].meta.end_pos
    return start, end


def _form(node: Node) -> object:
    """Equal for terms that are the same in other words: ``NOT tag:HAT``, ``-tag:"hat"``."""
    if node.data == "group":
        return _form(_nodes(node)[0])
    if node.data in ("field", "words"):
        *field, value = _tokens(node)
        return [_name(token) for token in field], _pieces(value)
    return str(node.data), [_form(child) for child in _nodes(node)]


@cache
def _parser() -> Lark:
    from lark import Lark  # 25 ms, and the first parse needs it only

    return Lark(_GRAMMAR, start="either", parser="lalr", propagate_positions=True)


def _tree(text: str) -> Node | None:
    """The terms of ``text``, None if it has none; raises ``query.invalid``."""
    if not text.strip():
        return None
    from lark.exceptions import UnexpectedInput

    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise _refusal(text, *_explain(text, error)) from error


def _explain(text: str, error: UnexpectedInput) -> tuple[int, str]:
    from lark.exceptions import UnexpectedToken

    if not isinstance(error, UnexpectedToken):  # nothing else than a quote can fail to be read
        position = error.pos_in_stream or 0
        return position, "value missing" if text.startswith('""', position) else "quote open"
    ended = error.token.type == "$END"
    position = len(text) if ended else error.token.start_pos or 0
    if "VALUE" in error.expected:
        return position, "value missing"
    if "WORD" in error.expected:
        return position, "term missing"
    return position, "parenthesis open" if ended else "parenthesis not open"


def _test(text: str, node: Node, context: Context, depth: int = 0) -> Test:
    if depth > _DEEPEST:
        raise _refusal(text, node.meta.start_pos, "too deep")
    if node.data == "words":
        return words_test(_pieces(*_tokens(node)))
    if node.data == "field":
        field, value = _tokens(node)
        return _field_test(text, field, value, context)
    tests = [_test(text, child, context, depth + 1) for child in _nodes(node)]
    match node.data:
        case "either":
            return either(tests)
        case "both":
            return both(tests)
        case "negation":
            return negation(tests[0])
    return tests[0]  # a group


def _field_test(text: str, field: Token, value: Token, context: Context) -> Test:
    if value.start_pos != field.end_pos:
        raise _refusal(text, field.end_pos, "value missing")
    name = _name(field)
    try:
        return field_test(name, _pieces(value), context)
    except ValueError as error:
        position = value.start_pos if name in FIELDS else field.start_pos
        raise _refusal(text, position, str(error)) from error


def _refusal(text: str, position: int | None, reason: str) -> StudioError:
    return StudioError("query.invalid", text=text, position=position or 0, reason=reason)


def _nodes(node: Node) -> list[Node]:
    return cast("list[Node]", node.children)


def _tokens(node: Node) -> list[Token]:
    return cast("list[Token]", node.children)


def _name(field: Token) -> str:
    return field[:-1].casefold()


def _pieces(value: Token) -> list[str]:
    """The characters of a value, casefolded; an escaped one as two, a wildcard as itself."""
    content = value[1:-1] if value.type == "QUOTED" else value
    return re.findall(r'\\["*?\\]|.', content.casefold(), re.DOTALL)
