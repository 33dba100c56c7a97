"""Gathers a recipe: what fits a setting goes into tables, the rest is listed with the reason."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from studio.config import merge
from studio.errors import StudioError
from studio.presets.own import check_tables

REASONS = {
    "absent": "There is nothing like it here.",
    "choice": "There is no such choice here, so the default stays.",
    "unreadable": "Its value is not understood.",
    "limits": "Its value is beyond the limits here.",
    "adaptive": "That optimizer finds its own learning rate; the number would mean another here.",
    "conv": "Here convolutions have the rank and alpha of all layers.",
    "encoders": "Here one learning rate counts for all text encoders.",
    "several": "Only that of the first image folder is taken over.",
    "rounded": "It is rounded to a multiple of 64 of the same area.",
    "layers": "These layers do not learn with the chosen target; all of them do with convolutions.",
    "kind": "Only plain LoRA can be trained here.",
}
"""English sentences; the window translates them."""

_LONGEST = 80  # characters of a value that is listed


class Unmapped(NamedTuple):
    """A key of the file that became no setting; ``reason`` is a key of `REASONS`."""

    key: str
    value: str
    reason: str


class Collector:
    """``tables`` grow by `put`, where later values win, and ``unmapped`` by `note`."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}
        self.unmapped: list[Unmapped] = []
        self.base_hint = ""

    def put(self, key: str, section: str, name: str, value: Any) -> None:
        """Sets a setting from ``key`` of the file, unless ``value`` is None or not allowed."""
        if value is None:
            return
        try:
            check_tables(merge(self.tables, {section: {name: value}}))
        except StudioError:
            self.note(key, value, "limits")
        else:
            self.tables.setdefault(section, {})[name] = value

    def note(self, key: str, value: Any, reason: str) -> None:
        """Lists what became no setting."""
        text = str(value)
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        self.unmapped.append(Unmapped(key, text, reason))

    def number(self, key: str, value: Any) -> float | None:
        """The finite number that ``value`` is or writes; else it is listed."""
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if isinstance(value, bool) or not math.isfinite(number):
            self.note(key, value, "unreadable")
            return None
        return number

    def whole(self, key: str, value: Any) -> int | None:
        """The whole number that ``value`` is or writes; else it is listed."""
        number = self.number(key, value)
        if number is not None and number != int(number):
            self.note(key, value, "unreadable")
            return None
        return None if number is None else int(number)

    def truth(self, key: str, value: Any) -> bool | None:
        """Whether ``value`` says true or false; else it is listed."""
        said = {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower())
        if said is None:
            self.note(key, value, "unreadable")
        return said

    def resolution(self, key: str, width: float, height: float) -> None:
        """Sets the resolution of the area width x height, in pixels."""
        if not 0 < width * height < 1e9:
            self.note(key, f"{width:g}x{height:g}", "limits")
            return
        side = max(64, round(math.sqrt(width * height) / 64) * 64)
        self.put(key, "data", "resolution", side)
        if (width, height) != (side, side):
            self.note(key, f"{width:g}x{height:g}", "rounded")
