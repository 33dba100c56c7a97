"""Batch edits of captions: values that are called with a caption's text and return the new one.

Every line of a text is a caption of its own. A line that an edit has nothing to do with stays as it
is to the character, and so does what stands between commas that the edit does not name: sentences
hold commas too. Tags are the same in whatever case, since CLIP reads lower case only.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from studio.data.captions import has_word, join_tags
from studio.errors import StudioError

Edit = Callable[[str], str]

_T = TypeVar("_T")
_LETTERS = re.compile(r"[^\W_]{2}")


@dataclass(frozen=True)
class Replace:
    """Replaces ``find`` by ``by``, in which a regular expression may name groups as ``\\1``.

    ``whole_tag`` means tags that are ``find`` from end to end; replaced by nothing they go.
    Raises ``edit.bad_pattern`` with the ``position`` of what is wrong in ``pattern``.
    """

    find: str
    by: str
    regex: bool = False
    match_case: bool = False
    whole_tag: bool = False

    def __post_init__(self) -> None:
        pattern = self._pattern
        if self.regex:
            _checked(self.by, lambda: pattern.sub(self.by, ""))

    def __call__(self, text: str) -> str:
        return self._apply(text)[0]

    def count(self, text: str) -> int:
        """How many replacements calling it makes."""
        return self._apply(text)[1]

    def _apply(self, text: str) -> tuple[str, int]:
        hits = 0

        def replaced(match: re.Match[str]) -> str:
            nonlocal hits
            hits += 1
            return match.expand(self.by) if self.regex else self.by

        def replaced_tag(piece: str) -> str:
            match = self._pattern.fullmatch(piece.strip())
            return f" {replaced(match).strip()}" if match else piece

        def replaced_tags(pieces: list[str]) -> list[str]:
            new = list(map(replaced_tag, pieces))
            return [n for n, old in zip(new, pieces, strict=True) if n.strip() or not old.strip()]

        if not self.find:
            return text, 0
        if self.whole_tag:
            return _by_tags(text, replaced_tags), hits
        return _by_line(text, lambda line: self._pattern.sub(replaced, line)), hits

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        source = self.find if self.regex else re.escape(self.find)
        return _checked(source, lambda: re.compile(source, 0 if self.match_case else re.IGNORECASE))


@dataclass(frozen=True)
class Add:
    """Adds the tags that a caption lacks; the first caption too, where there is none yet.

    ``after_trigger`` is behind the tag that holds the trigger word, else at the front.
    """

    tags: tuple[str, ...]
    at: Literal["first", "after_trigger", "last"] = "last"
    trigger: str = ""

    def __call__(self, text: str) -> str:
        return _by_tags(text, self._edit) if text.strip() else join_tags(self._lacking([]))

    def _edit(self, pieces: list[str]) -> list[str]:
        new = [f" {tag}" for tag in self._lacking(pieces)]
        place = 0
        if self.at == "last":
            place = max((n for n, piece in enumerate(pieces, 1) if piece.strip()), default=0)
        elif self.at == "after_trigger":
            place = _trigger_place(pieces, self.trigger) + 1
        return [*pieces[:place], *new, *pieces[place:]]

    def _lacking(self, pieces: list[str]) -> list[str]:
        present = {"", *map(_key, pieces)}
        return [tag.strip() for tag in _distinct(self.tags) if _key(tag) not in present]


@dataclass(frozen=True)
class Remove:
    """Removes tags; a line that has no others goes with them."""

    tags: tuple[str, ...]

    def __call__(self, text: str) -> str:
        unwanted = set(map(_key, self.tags))
        return _by_tags(text, lambda pieces: [p for p in pieces if _key(p) not in unwanted])


@dataclass(frozen=True)
class Rename:
    """Renames a tag; it goes where the caption has the new one already."""

    old: str
    new: str

    def __call__(self, text: str) -> str:
        return _by_tags(text, self._edit)

    def _edit(self, pieces: list[str]) -> list[str]:
        old, new = _key(self.old), _key(self.new)
        if old not in map(_key, pieces):
            return pieces
        renamed = [f" {self.new.strip()}" if _key(piece) == old else piece for piece in pieces]
        first = list(map(_key, renamed)).index(new)
        return [p for number, p in enumerate(renamed) if number == first or _key(p) != new]


@dataclass(frozen=True)
class Order:
    """Orders tags: the one with the trigger word, then those of ``first``, then the others.

    The others keep their order or go by the alphabet, by ``counts`` (most frequent first) or
    backwards.
    """

    first: tuple[str, ...] = ()
    others: Literal["keep", "alphabetical", "frequency", "reverse"] = "keep"
    trigger: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        return _by_tags(text, self._edit)

    def _edit(self, pieces: list[str]) -> list[str]:
        place = _trigger_place(pieces, self.trigger)
        leading, rest = pieces[place : place + 1] if place >= 0 else [], list(pieces)
        del rest[place : place + len(leading)]
        wanted = {_key(tag): number for number, tag in enumerate(self.first)}
        named = sorted((p for p in rest if _key(p) in wanted), key=lambda p: wanted[_key(p)])
        return [*leading, *named, *self._ordered([p for p in rest if _key(p) not in wanted])]

    def _ordered(self, pieces: list[str]) -> list[str]:
        match self.others:
            case "alphabetical":
                return sorted(pieces, key=_key)
            case "frequency":
                return sorted(pieces, key=lambda piece: -self.counts.get(piece.strip(), 0))
            case "reverse":
                return pieces[::-1]
        return pieces


@dataclass(frozen=True)
class Clean:
    """Tidies tags; the one with the trigger word keeps its underscores."""

    duplicates: bool = True
    empty: bool = True
    spaces: bool = True
    underscores: bool = False
    chinese_commas: bool = False
    trigger: str = ""

    def __call__(self, text: str) -> str:
        if self.chinese_commas:
            text = re.sub("[，、]", ", ", text)
        return _by_tags(text, self._edit)

    def _edit(self, pieces: list[str]) -> list[str]:
        if self.spaces:
            pieces = [f" {' '.join(piece.split())}" for piece in pieces]
        if self.underscores:
            pieces = [self._spaced(piece) for piece in pieces]
        if self.duplicates:
            pieces = _distinct(pieces)
        return [p for p in pieces if p.strip()] if self.empty else pieces

    def _spaced(self, piece: str) -> str:
        return piece if self.trigger and has_word(piece, self.trigger) else spaced(piece)


@dataclass(frozen=True)
class SetTrigger:
    """Puts the trigger word in front of captions that lack it, as training does."""

    trigger: str

    def __call__(self, text: str) -> str:
        trigger = self.trigger.strip()
        if not trigger:
            return text
        return _by_line(
            text, lambda line: line if has_word(line, trigger) else f"{trigger}, {line}"
        )


def spaced(tag: str) -> str:
    """``tag`` with spaces for underscores, unless it is a face such as o_o or >_<."""
    return tag.replace("_", " ") if _LETTERS.search(tag) else tag


def _by_line(text: str, edit: Edit) -> str:
    """``text`` with its captions edited; those that become empty go."""
    lines = text.split("\n")
    edited = [edit(line) if line.strip() else line for line in lines]
    return "\n".join(
        new for old, new in zip(lines, edited, strict=True) if new.strip() or not old.strip()
    )


def _by_tags(text: str, edit: Callable[[list[str]], list[str]]) -> str:
    """``text`` with its tags edited, which are given and taken with the spaces around them."""

    def edit_line(line: str) -> str:
        pieces = f" {line}".split(",")
        edited = edit(pieces)
        return line if edited == pieces else ",".join(edited).strip()

    return _by_line(text, edit_line)


def _key(tag: str) -> str:
    return tag.strip().casefold()


def _distinct(tags: Iterable[str]) -> list[str]:
    """Without the second of equal tags; empty ones are kept."""
    seen: dict[object, str] = {}
    for number, tag in enumerate(tags):
        seen.setdefault(_key(tag) or number, tag)
    return list(seen.values())


def _trigger_place(pieces: list[str], trigger: str) -> int:
    """The first tag that holds the trigger word; -1 if there is none."""
    trigger = trigger.strip()
    holding = (number for number, p in enumerate(pieces) if trigger and has_word(p, trigger))
    return next(holding, -1)


def _checked(pattern: str, make: Callable[[], _T]) -> _T:
    """What ``make`` makes of a regular expression; raises ``edit.bad_pattern``."""
    try:
        with warnings.catch_warnings(category=FutureWarning, action="ignore"):  # [[a] is fine
            return make()
    except (re.error, IndexError, OverflowError, RecursionError) as error:
        position = getattr(error, "pos", None) or 0
        reason = getattr(error, "msg", None) or str(error)
        params = {"pattern": pattern, "reason": reason, "position": position}
        raise StudioError("edit.bad_pattern", **params) from error
