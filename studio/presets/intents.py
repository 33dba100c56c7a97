"""What is taught, a character, a style or an object: settings over the preset of the base model.

Each is a TOML file with a table of settings for each kind of base model, and facts for its card.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from studio.config import merge
from studio.presets import preset

INTENTS = ("character", "style", "object")

ROWS = 10
"""Previews and checkpoints in a run, the ones before the first step not counted."""

_WARMUP = 0.05  # share of the steps


@dataclass(frozen=True)
class Facts:
    """For a card: how many images one needs, and minutes on a fast and on a slow graphics card.

    ``minutes`` is None for the starter, whose time can be told exactly.
    """

    images: tuple[int, int]
    minutes: tuple[int, int] | None


def intent_tables(intent: str, family: str) -> dict[str, Any]:
    """The tables that ``intent`` (one of `INTENTS`) lays over the preset of ``family``."""
    tables: dict[str, Any] = _read(intent).get(family, {})
    steps = merge(preset(family), tables)["schedule"]["steps"]
    return merge(rhythm(steps), tables)


def rhythm(steps: int) -> dict[str, Any]:
    """What goes with the length of a run: warm-up, and how often it is looked at and saved."""
    every = max(1, steps // ROWS)
    return {
        "schedule": {"warmup": round(steps * _WARMUP)},
        "preview": {"every": every},
        "save": {"every": every},
    }


def facts(intent: str, family: str) -> Facts:
    """What the card of ``intent`` says for a base model of ``family``."""
    table = _read(intent)
    least, most = table["images"]
    minutes = table["minutes"].get(family)
    return Facts((least, most), (minutes[0], minutes[1]) if minutes else None)


def _read(intent: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(f"{intent}.toml").read_text("utf-8"))
