"""What a row of the settings form shows: the setting itself, and how it stands; and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["int", "float", "bool", "choice", "text", "file", "place", "texts", "numbers"]
"""A "place" is a file or a folder."""

_SMALL = 1e-3  # below it, numbers are written as 1e-4


@dataclass(frozen=True)
class Setting:
    """A setting as the artist meets it; words are translated already.

    ``choices`` are (value, word). An ``optional`` one may be None, which is an empty field.
    ``zero`` is said in place of a 0 that means something else, such as "off"; ``files`` is what a
    file dialog calls the files of a path.
    """

    key: str
    label: str
    help: str
    kind: Kind
    unit: str = ""
    choices: Sequence[tuple[Any, str]] = ()
    least: float | None = None
    most: float | None = None
    step: int = 1
    optional: bool = False
    zero: str = ""
    files: str = ""


@dataclass(frozen=True)
class SettingGroup:
    """Settings under one title."""

    title: str
    settings: Sequence[Setting] = field(default_factory=list)


@dataclass(frozen=True)
class SettingState:
    """How a setting stands.

    ``default`` is in words. ``error`` says what is wrong, ``note`` what follows from the value,
    ``placeholder`` what an empty field means; ``hidden`` is why it does not matter now.
    """

    value: Any
    default: str = ""
    changed: bool = False
    error: str = ""
    note: str = ""
    placeholder: str = ""
    hidden: str = ""


def number_text(value: float) -> str:
    """A number as artists write it: 16, 0.05, 1e-4, 2.5e-5."""
    if not math.isfinite(value):
        return str(value)
    if value and abs(value) < _SMALL:
        digits, _, exponent = f"{value:.12e}".partition("e")
        return f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.12g}"


def read_number(text: str) -> float | None:
    """The number that ``text`` writes, with a point or a comma; None if it is none."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def read_numbers(text: str) -> tuple[float, ...] | None:
    """The numbers in ``text``, between commas, semicolons or gaps; None if one is none."""
    words = [word for word in re.split(r"[\s,;，；、]+", text) if word]
    numbers = [read_number(word) for word in words]
    return None if None in numbers else tuple(n for n in numbers if n is not None)
