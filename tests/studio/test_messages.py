"""Every code that the engine or the window can tell has its sentence, and gives what that names.

The source is read, not run: a code counts where it is handed to one of ``TELLERS``, as a literal, a
local variable, or through a function that takes it as its argument.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import studio
from studio.errors import StudioError
from studio.messages import SENTENCES, sentence

TELLERS = {"StudioError", "Warned", "Noted", "Problem", "Failed", "sentence"}
REPOSITORY = Path(studio.__file__).parent.parent

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Told:
    """A code handed on at ``where``; ``params`` are the names given with it."""

    code: str
    params: frozenset[str]
    where: str


class Unreadable(Exception):
    """The code or its parameters cannot be known without running the program."""


def values_of(name: str, function: ast.AST) -> list[ast.expr]:
    """What is assigned to a local variable anywhere in ``function``."""
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]


def codes_of(node: ast.expr, function: ast.AST) -> set[str]:
    """The codes that an expression can be; none for one taken from another error or event."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return codes_of(node.body, function) | codes_of(node.orelse, function)
    if isinstance(node, ast.Attribute) and node.attr == "code":
        return set()
    if isinstance(node, ast.Name) and (values := values_of(node.id, function)):
        return set().union(*(codes_of(value, function) for value in values))
    raise Unreadable(ast.unparse(node))


def keys_of(node: ast.expr, function: ast.AST) -> set[str]:
    """The keys of an expression that is a dictionary."""
    if isinstance(node, ast.Dict):
        keys: set[str] = set()
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                keys |= keys_of(value, function)
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                keys.add(key.value)
        return keys
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return keys_of(node.left, function) | keys_of(node.right, function)
    if isinstance(node, ast.Attribute) and node.attr == "params":
        return set()
    if isinstance(node, ast.Name) and (values := values_of(node.id, function)):
        return set.intersection(*(keys_of(value, function) for value in values))
    raise Unreadable(ast.unparse(node))


def params_of(call: ast.Call, function: ast.AST) -> set[str]:
    keys: set[str] = set()
    for argument in call.args[1:]:
        if called(call) in TELLERS or isinstance(argument, ast.Dict):
            keys |= keys_of(argument, function)
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg == "params":
            keys |= keys_of(keyword.value, function)
        else:
            keys.add(keyword.arg)
    return keys


def called(call: ast.Call) -> str:
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def calls_by_function(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every call with the innermost function around it."""

    def visit(node: ast.AST, function: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield child, function
            yield from visit(child, child if isinstance(child, Function) else function)

    return visit(tree, tree)


def is_argument(node: ast.expr, function: ast.AST) -> bool:
    """Whether ``node`` is the argument of ``function`` that takes a code."""
    return (
        isinstance(node, ast.Name)
        and isinstance(function, Function)
        and any(argument.arg == node.id for argument in function.args.args)
    )


def told_in(source: str, name: str) -> list[Told]:
    """Every code that ``source`` hands on."""
    tree = ast.parse(source)
    calls = list(calls_by_function(tree))
    told: list[Told] = []
    forwarders: dict[str, set[str]] = {}

    def note(call: ast.Call, function: ast.AST, extra: set[str]) -> None:
        where = f"{name}:{call.lineno}"
        try:
            codes = codes_of(call.args[0], function)
            params = params_of(call, function) | extra if codes else set()
        except Unreadable as problem:
            pytest.fail(f"{where}: a code or its parameters cannot be read: {problem}")
        told.extend(Told(code, frozenset(params), where) for code in codes)

    for call, function in calls:
        if called(call) not in TELLERS or not call.args:
            continue
        if is_argument(call.args[0], function):
            assert isinstance(function, Function)
            passed_on = [argument.arg for argument in function.args.args]
            given = [*call.args[1:], *(k.value for k in call.keywords if k.arg is None)]
            known = {keyword.arg for keyword in call.keywords if keyword.arg}
            known |= set().union(
                *(
                    keys_of(node, function)
                    for node in given
                    if not (isinstance(node, ast.Name) and node.id in passed_on)
                    and not (function.args.kwarg and ast.unparse(node) == function.args.kwarg.arg)
                )
            )
            forwarders[function.name] = known
        else:
            note(call, function, set())
    for call, function in calls:
        if called(call) in forwarders and call.args and not is_argument(call.args[0], function):
            note(call, function, forwarders[called(call)])
    return told


def all_told() -> list[Told]:
    files = [
        path
        for package in ("studio", "ui")
        for path in sorted((REPOSITORY / package).rglob("*.py"))
        if path.name != "messages.py"
    ]
    return [
        told
        for path in files
        for told in told_in(
            path.read_text(encoding="utf-8"), path.relative_to(REPOSITORY).as_posix()
        )
    ]


def named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_a_sentence() -> None:
    told = all_told()
    assert len(told) > 40, "the reader of the source finds too little to be right"
    missing = [f"{t.where}: {t.code}" for t in told if t.code not in SENTENCES]
    assert not missing, "\n".join(missing)


def test_every_parameter_that_a_sentence_names_is_given() -> None:
    lacking = [
        f"{t.where}: {t.code} without {sorted(named_in(SENTENCES[t.code]) - t.params)}"
        for t in all_told()
        if t.code in SENTENCES and named_in(SENTENCES[t.code]) - t.params
    ]
    assert not lacking, "\n".join(lacking)


def test_every_sentence_is_used() -> None:
    unused = set(SENTENCES) - {told.code for told in all_told()}
    assert not unused, sorted(unused)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_reads_as_one(code: str) -> None:
    text = SENTENCES[code]
    first = text.split()[0]
    assert (
        first[0].isupper() or first.startswith(("-", "{")) or "." in first
    )  # an option, a setting
    assert text.endswith((".", "?"))
    assert "  " not in text
    assert "\n" not in text


def test_a_sentence_takes_its_parameters() -> None:
    said = sentence("image.unreadable", {"path": "a.png", "reason": "it breaks off"})
    assert said.startswith("The image a.png cannot be read (it breaks off)")
    with pytest.raises(KeyError):
        sentence("image.unreadable", {"path": "a.png"})


def test_an_error_tells_its_code_and_parameters() -> None:
    error = StudioError("image.unreadable", path="a.png", reason="x")
    assert (error.code, error.params) == ("image.unreadable", {"path": "a.png", "reason": "x"})
    assert str(error) == "image.unreadable(path='a.png', reason='x')"


SAMPLE = """
def literal():
    raise StudioError("a.one", path=1)

def variable(full):
    code = "a.two" if full else "a.three"
    raise StudioError(code, **{"path": 1})

def dictionary(other):
    params = {"path": 1}
    yield Warned("a.four", params | {"size": 2})
    yield Warned(other.code, other.params)

def forward(code, path):
    return Problem(code, {"path": path})

def caller():
    return forward("a.five", "x")
"""


def test_the_reader_of_the_source_sees_each_way_of_telling() -> None:
    assert {(told.code, told.params) for told in told_in(SAMPLE, "sample")} == {
        ("a.one", frozenset({"path"})),
        ("a.two", frozenset({"path"})),
        ("a.three", frozenset({"path"})),
        ("a.four", frozenset({"path", "size"})),
        ("a.five", frozenset({"path"})),
    }
