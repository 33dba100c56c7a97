"""How fast this machine was, as earlier runs told: a small file in the user's cache; without torch.

    before = recall(key)
    remember(key, seconds, flop)

The speed depends on the device, the precision, the kind of model and a few settings, which are the
key; within it, it is taken to be so many operations a second. The newest figure replaces the older.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from studio.errors import StudioError
from studio.events import Noted
from studio.files import write_atomically

_NAME = "LoRA Studio"
_PACKED = "packed"
_MOST = 200
"""Keys that are kept, the newest ones."""


@dataclass(frozen=True)
class Key:
    """What a speed depends on."""

    device: str
    """Its name, such as "cpu x2" or "NVIDIA GeForce RTX 3060"."""
    dtype: str
    family: str
    checkpointing: bool
    quantize: str

    def __str__(self) -> str:
        saving = "checkpointing" if self.checkpointing else "plain"
        return "|".join((self.device, self.dtype, self.family, saving, self.quantize))


def file() -> Path:
    """Where they are kept."""
    return user_cache_path(_NAME, appauthor=False) / "rates.json"


def recall(key: Key) -> float | None:
    """Operations a second in steps of that kind; None if none was measured, or nobody can tell."""
    return _recall(str(key))


def recall_share(key: Key) -> float | None:
    """The share of the UNet's weights that was packed; None as for `recall`."""
    return _recall(f"{key}|{_PACKED}")


def remember(key: Key, flop: float, seconds: float) -> list[Noted]:
    """Keeps a measured speed. Returns what to tell if the file could not be read or written."""
    return _remember(str(key), flop / seconds) if flop > 0 and seconds > 0 else []


def remember_share(key: Key, share: float) -> list[Noted]:
    """Keeps how much was packed, as `remember`."""
    return _remember(f"{key}|{_PACKED}", share)


def _recall(name: str) -> float | None:
    try:
        return _read().get(name)
    except (OSError, ValueError):
        return None  # `remember` tells


def _remember(name: str, value: float) -> list[Noted]:
    told: list[Noted] = []
    try:
        known = _read()
    except (OSError, ValueError) as error:
        told = [Noted("rates.unreadable", {"path": str(file()), "reason": str(error)})]
        known = {}
    known.pop(name, None)
    known[name] = value
    newest = dict(list(known.items())[-_MOST:])
    try:
        write_atomically(file(), (json.dumps(newest, indent=1) + "\n").encode())
    except StudioError as error:
        reason = str(error.params.get("reason", error.code))
        told = [Noted("rates.unwritable", {"path": str(file()), "reason": reason})]
    return told


def _read() -> dict[str, float]:
    """Raises OSError or ValueError for a file that is there and of no use."""
    try:
        found: Any = json.loads(file().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise ValueError("it holds no table")
    for key, value in found.items():
        if not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise ValueError(f"{key} has the value {value!r}")
    return {str(key): float(value) for key, value in found.items()}
