"""The accelerate object of a run: device, mixed precision, loss scaling."""

from __future__ import annotations

from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from studio.config import Memory
from studio.errors import StudioError
from studio.models.checkpoint import best_device


def make_accelerator(settings: Memory) -> Any:
    """An `Accelerator` on the best device; ``precision.unsupported`` if it cannot do fp16.

    accelerate keeps its state per process; a second run in the same process may want another
    precision, so the state is reset first.
    """
    device = best_device()
    wanted = settings.mixed_precision
    precision = _auto(device) if wanted == "auto" else wanted
    if precision == "fp16" and device.type != "cuda":
        raise StudioError("precision.unsupported", precision=precision, device=device.type)
    AcceleratorState._reset_state(reset_partial_state=True)
    return Accelerator(mixed_precision=precision, cpu=device.type == "cpu")


def _auto(device: torch.device) -> str:
    if device.type != "cuda":
        return "no"
    return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
