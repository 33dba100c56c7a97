"""TOML files of settings that stay quick with thousands of crop boxes.

tomlkit keeps comments and order, but takes 2 s to read 20,000 crop boxes and minutes to write them.
So the lines of ``[dataset.crops]`` go past it, as plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

from studio.data.buckets import Crop

_CROPS = re.compile(
    r"^([ \t]*\[[ \t]*dataset[ \t]*\.[ \t]*crops[ \t]*\].*\n)((?:(?![ \t]*\[)(?:.*\n|.+))*)", re.M
)
_VALUES = re.compile(r"^[ \t]*[^#\s].*\n?", re.M)


def crop_numbers(crop: Crop) -> list[float]:
    """A crop as settings write it."""
    return [crop.x, crop.y, crop.zoom]


def parse(text: str) -> tomlkit.TOMLDocument:
    """The document without its crop boxes; comments between them stay."""

    def emptied(block: re.Match[str]) -> str:
        return block[1] + _VALUES.sub("", block[2])

    return tomlkit.parse(_CROPS.sub(emptied, text))


def dump(tables: dict[str, Any], crops: Sequence[Mapping[str, Crop]]) -> str:
    """The text of ``tables``, whose dataset folders get their crop boxes from ``crops``.

    Changes ``tables``.
    """
    for number, (folder, boxes) in enumerate(zip(tables.get("dataset", ()), crops, strict=True)):
        if folder.get("crops") or not boxes:  # in another spelling, or none any more
            folder.pop("crops", None)
        if boxes:
            folder.setdefault("crops", {})[f"crops {number}"] = number
    text = tomlkit.dumps(tables)
    for number, boxes in enumerate(crops):
        text = text.replace(f'"crops {number}" = {number}\n', _lines(boxes))
    return text


def _lines(crops: Mapping[str, Crop]) -> str:
    return "".join(f"{_quoted(name)} = {crop_numbers(crop)}\n" for name, crop in crops.items())


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, except that TOML wants DEL escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
