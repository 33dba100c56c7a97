"""Where and how a run computes: device, precision, loss scaling, and how batches get there."""

from __future__ import annotations

from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import parse_flag_from_env
from torch import Tensor

from studio.config import Memory
from studio.errors import StudioError
from studio.models.checkpoint import best_device


def run_device() -> torch.device:
    """The kind of device to train on: the best one, or the CPU if ``accelerate launch --cpu`` says.

    Which of several, accelerate decides: each process gets its own.
    """
    return torch.device("cpu") if parse_flag_from_env("ACCELERATE_USE_CPU") else best_device()


def make_accelerator(settings: Memory) -> Any:
    """An `Accelerator` on `run_device`; ``precision.unsupported`` if that cannot do fp16.

    accelerate keeps its state per process; a second run in the same process may want another
    precision, so the state is reset first.
    """
    device = run_device()
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


def on_device(tensor: Tensor, device: torch.device) -> Tensor:
    """A copy of ``tensor``, which is in main memory; CUDA copies it while the program goes on.

    Only from pinned memory: from any other, the copy waits for all that the device has to do.
    """
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)
