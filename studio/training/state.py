"""What a checkpoint holds beside the adapter file, and how it comes back bit for bit.

Noise, timesteps, captions and the order of images are not stored: they derive from (seed, step,
item).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from studio.errors import StudioError
from studio.files import write_atomically
from studio.models.adapter import Adapter

_FILE = "state.pt"
_VERSION = 1


def save_state(
    folder: Path,
    step: int,
    dataset: str,
    adapter: Adapter,
    optimizer: Any,
    schedule: Any,
    scaler: Any,
) -> None:
    """Writes adapter (float32), optimizer, schedule and loss scale of ``step`` into ``folder``.

    ``dataset`` is the fingerprint of the images and captions, to notice that they changed.
    """
    state = {
        "version": _VERSION,
        "step": step,
        "dataset": dataset,
        "adapter": adapter.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "scaler": scaler.state_dict() if scaler else {},
    }
    buffer = io.BytesIO()  # writing straight to a full disk, torch.save hides the reason
    torch.save(state, buffer)
    write_atomically(folder / _FILE, buffer.getvalue())


def read_state(folder: Path) -> dict[str, Any]:
    """The content of a checkpoint's state file; never executes code in it.

    Raises ``checkpoint.broken`` if it cannot be read, ``checkpoint.version`` if another version
    wrote it.
    """
    try:
        state: dict[str, Any] = torch.load(folder / _FILE, map_location="cpu", weights_only=True)
    except Exception as error:  # torch tells a broken file in many ways
        raise StudioError("checkpoint.broken", path=str(folder), reason=str(error)) from error
    if state.get("version") != _VERSION:
        raise StudioError("checkpoint.version", path=str(folder), version=str(state.get("version")))
    return state


def load_state(
    state: dict[str, Any], adapter: Adapter, optimizer: Any, schedule: Any, scaler: Any
) -> int:
    """Puts a state back where `save_state` took it from; returns its step."""
    adapter.load_state_dict(state["adapter"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    if scaler:
        scaler.load_state_dict(state["scaler"])
    return int(state["step"])
