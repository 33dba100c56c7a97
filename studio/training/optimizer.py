"""Optimizers and learning-rate schedules by name."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from studio.config import Optimizer, Schedule


def make_optimizer(
    name: str, groups: dict[str, tuple[list[nn.Parameter], float]], settings: Optimizer
) -> torch.optim.Optimizer:
    """The optimizer ``name`` over ``{component: (parameters, learning rate)}``."""
    tables: list[dict[str, Any]] = [
        {"params": parameters, "lr": rate, "component": component}
        for component, (parameters, rate) in groups.items()
    ]
    common: dict[str, Any] = {
        "lr": max(rate for _, rate in groups.values()),
        "weight_decay": settings.weight_decay,
    }
    if name == "adamw":
        return torch.optim.AdamW(tables, fused=True, **common)
    from bitsandbytes.optim.adamw import AdamW8bit  # costs seconds to import

    # Without min_8bit_size, tensors under 4,096 entries (most of a small LoRA) stay in 32 bits.
    return AdamW8bit(tables, min_8bit_size=1, **common)


def make_schedule(
    optimizer: torch.optim.Optimizer, settings: Schedule, steps: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """The course of the learning rate over ``steps``, from diffusers."""
    from diffusers.optimization import get_scheduler

    name = settings.lr_scheduler
    schedule: torch.optim.lr_scheduler.LRScheduler = get_scheduler(
        "constant_with_warmup" if name == "constant" else name,
        optimizer,
        num_warmup_steps=settings.warmup,
        num_training_steps=steps,
        num_cycles=settings.restarts,
        power=settings.power,
    )
    return schedule
