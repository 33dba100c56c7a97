"""What the terms of the filter language mean: each makes a test of images.

A filter is typed while 100,000 images pass through its test at each key, so tests are plain
closures, and all that can be known before is worked out before.
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from studio.data.buckets import Crop, Size, assign, crop_box, make_buckets, upscaled
from studio.data.captions import has_word
from studio.data.tokens import LIMIT

if TYPE_CHECKING:
    from studio.data.image_file import ImageFile

    Test = Callable[[ImageFile], bool]

FIELDS = {
    "tag": 'tag:"long hair"',
    "caption": "caption:forest",
    "name": "name:ink_*",
    "path": "path:*/night/*",
    "tags": "tags:<5",
    "chars": "chars:>200",
    "tokens": "tokens:>75",
    "width": "width:>=1024",
    "height": "height:768",
    "size": "size:<512",
    "ratio": "ratio:3:2",
    "bucket": "bucket:512x768",
    "is": "is:uncaptioned",
}
"""An example of each field, for help; ``size`` is the shorter side, ``chars`` are characters."""

STATES = (
    *("captioned", "uncaptioned", "long", "untriggered"),
    *("small", "cropped", "duplicate", "unreadable"),
)
"""What may follow ``is:``."""

_ALIKE = 0.01  # ratios that differ by less are equal: 1000x667 is 3:2
_COMPARISON = re.compile(r"(!=|<=|>=|=|<|>)?(.+)", re.DOTALL)
_SIGNS: dict[str | None, Callable[[int, int], bool]] = {
    None: operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Context:
    """What ``is:small`` and ``bucket:`` (training size, step) and ``is:untriggered`` depend on."""

    resolution: int = 512
    bucket_step: int = 64
    trigger: str = ""


def both(tests: Sequence[Test]) -> Test:
    """Passes what all ``tests`` pass."""

    def test(image: ImageFile) -> bool:
        for one in tests:  # noqa: SIM110  all() of a generator takes twice as long
            if not one(image):
                return False
        return True

    return test


def either(tests: Sequence[Test]) -> Test:
    """Passes what any of ``tests`` passes."""

    def test(image: ImageFile) -> bool:
        for one in tests:  # noqa: SIM110  as in `both`
            if one(image):
                return True
        return False

    return test


def negation(test: Test) -> Test:
    """Passes what ``test`` does not."""
    return lambda image: not test(image)


def words_test(pieces: Sequence[str]) -> Test:
    """For words without a field: the caption or the name of the file has them."""
    return either([_caption_test(pieces), _name_test(pieces)])


def field_test(field: str, pieces: Sequence[str], context: Context) -> Test:
    """For ``field:value``; ``pieces`` are the value's characters, casefolded.

    A piece ``*`` or ``?`` is a wildcard; escaped ones, as two characters, are not. Raises
    ValueError with the reason in a few words.
    """
    if field in _TEXTS:
        return _TEXTS[field](pieces)
    value = "".join(pieces)
    if field == "is":
        return _state_test(value, context)
    if field == "bucket":
        return _bucket_test(value, context)
    if field == "ratio":
        return _number_test(_ratio, value, _read_ratio, _ALIKE)
    if field in _NUMBERS:
        return _number_test(_NUMBERS[field], value, _read_number, 0)
    raise ValueError("unknown field")


def _matcher(pieces: Sequence[str]) -> Callable[[str], object]:
    """Whether a casefolded text has the pieces or, if there are wildcards, is made of them."""
    if not {"*", "?"}.isdisjoint(pieces):
        pattern = "".join(f"[{p[-1]}]" if p in ("[", r"\*", r"\?") else p[-1] for p in pieces)
        return re.compile(fnmatch.translate(pattern)).match
    literal = "".join(piece[-1] for piece in pieces)
    return lambda text: literal in text


def _tag_test(pieces: Sequence[str]) -> Test:
    if not {"*", "?"}.isdisjoint(pieces):
        match = _matcher(pieces)
        known = cache(lambda tag: match(tag.casefold()) is not None)  # tags recur
        return lambda image: any(map(known, image.caption.tags))
    wanted = "".join(piece[-1] for piece in pieces)

    def test(image: ImageFile) -> bool:
        caption = image.caption
        if wanted not in caption.words:
            return False
        if wanted in caption.tags:
            return True
        return caption.words != caption.text and any(t.casefold() == wanted for t in caption.tags)

    return test


def _caption_test(pieces: Sequence[str]) -> Test:
    if {"*", "?"}.isdisjoint(pieces):
        wanted = "".join(piece[-1] for piece in pieces)
        return lambda image: wanted in image.caption.words
    match = _matcher(pieces)
    return lambda image: match(image.caption.words) is not None


def _name_test(pieces: Sequence[str]) -> Test:
    match = _matcher(pieces)
    return lambda image: bool(match(image.name.rpartition("/")[2].casefold()))


def _path_test(pieces: Sequence[str]) -> Test:
    match = _matcher(pieces)
    start = cache(Path.as_posix)  # joining paths takes 3 µs
    return lambda image: bool(match(f"{start(image.folder)}/{image.name}".casefold()))


_TEXTS: dict[str, Callable[[Sequence[str]], Test]] = {
    "tag": _tag_test,
    "caption": _caption_test,
    "name": _name_test,
    "path": _path_test,
}
_NUMBERS: dict[str, Callable[[ImageFile], float | None]] = {
    "tags": lambda image: len(image.caption.tags),
    "chars": lambda image: len(image.caption.text),
    "tokens": lambda image: image.caption.tokens,
    "width": lambda image: image.size and image.size[0],
    "height": lambda image: image.size and image.size[1],
    "size": lambda image: image.size and min(image.size),
}


def _ratio(image: ImageFile) -> float | None:
    return image.size and image.size[0] / image.size[1]


def _number_test(
    number_of: Callable[[ImageFile], float | None],
    value: str,
    read: Callable[[str], float],
    tolerance: float,
) -> Test:
    """Compares a number of the image; one that is not known yet passes no comparison."""
    parts = _COMPARISON.fullmatch(value)
    if parts is None:
        raise ValueError("not a number")
    compare, wanted = _SIGNS[parts[1]], read(parts[2])

    def test(image: ImageFile) -> bool:
        number = number_of(image)
        if number is None:
            return False
        if number == wanted or abs(number - wanted) < tolerance * wanted:
            return compare(0, 0)
        return compare(1 if number > wanted else -1, 0)

    return test


def _read_number(word: str) -> float:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", word):
        raise ValueError("not a number")
    return float(word)


def _read_ratio(word: str) -> float:
    parts = re.split("[:：/]", word)
    if len(parts) > 2:
        raise ValueError("not a ratio")
    width, height = (*map(_read_number, parts), 1.0)[:2]
    if not (width and height):
        raise ValueError("not a ratio")
    return width / height


def _bucket_test(value: str, context: Context) -> Test:
    sides = re.fullmatch(r"([0-9]{1,5})[x×]([0-9]{1,5})", value)
    if sides is None:
        raise ValueError("not a size")
    wanted = (int(sides[1]), int(sides[2]))
    bucket = _buckets(context)
    return lambda image: image.size is not None and bucket(image.size) == wanted


def _buckets(context: Context) -> Callable[[Size], Size]:
    buckets = make_buckets(context.resolution, context.bucket_step)
    return cache(lambda size: assign(size, buckets))  # 10 µs, and sizes recur


def _state_test(value: str, context: Context) -> Test:
    """Images whose details are not read yet are in none of the states that need them."""
    match value:
        case "captioned":
            return lambda image: bool(image.caption.text)
        case "uncaptioned":
            return lambda image: image.caption.known and not image.caption.text
        case "long":
            return lambda image: (image.caption.tokens or 0) > LIMIT
        case "untriggered":
            return _untriggered_test(context.trigger.strip())
        case "small":
            return _small_test(context)
        case "cropped":
            return lambda image: image.crop is not None
        case "duplicate":
            return lambda image: image.similar > 0
        case "unreadable":
            return lambda image: image.problem is not None
    raise ValueError("unknown state")


def _untriggered_test(trigger: str) -> Test:
    def test(image: ImageFile) -> bool:
        caption = image.caption
        if "\n" in caption.text:
            return not all(has_word(line, trigger) for line in caption.text.split("\n") if line)
        return bool(caption.text) and not caption.has(trigger)

    return test if trigger else lambda image: False


def _small_test(context: Context) -> Test:
    bucket = _buckets(context)

    @cache
    def small(size: Size, crop: Crop | None) -> bool:
        return upscaled(size, crop_box(size, bucket(size), crop or Crop()))

    return lambda image: image.size is not None and small(image.size, image.crop)
