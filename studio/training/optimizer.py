"""Optimizers by name, what they really keep, and learning-rate schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from studio.config import Optimizer, Schedule
from studio.events import Event, Noted
from studio.training.low_bits import Float8, FourBits, LowBitAdamW

Tables = list[dict[str, Any]]

_MOMENTS = ("exp_avg", "exp_avg_sq", "exp_avg_sq_row", "exp_avg_sq_col", "state1", "state2")
"""The tensors of a state that are moments, as torch, transformers and bitsandbytes call them."""


def make_optimizer(
    name: str, groups: dict[str, tuple[list[nn.Parameter], float]], settings: Optimizer
) -> torch.optim.Optimizer:
    """The optimizer ``name`` over ``{component: (parameters, learning rate)}``."""
    tables: Tables = [
        {"params": parameters, "lr": rate, "component": component}
        for component, (parameters, rate) in groups.items()
    ]
    highest = max(rate for _, rate in groups.values())
    return _MAKERS[name](tables, lr=highest, weight_decay=settings.weight_decay)


def _adamw(tables: Tables, **common: Any) -> torch.optim.Optimizer:
    return torch.optim.AdamW(tables, fused=True, **common)


def _adamw8bit(tables: Tables, **common: Any) -> torch.optim.Optimizer:
    from bitsandbytes.optim.adamw import AdamW8bit  # costs seconds to import

    # Without min_8bit_size, tensors under 4,096 entries (most of a small LoRA) stay in 32 bits.
    return AdamW8bit(tables, min_8bit_size=1, **common)


def _paged_adamw8bit(tables: Tables, **common: Any) -> torch.optim.Optimizer:
    from studio.training.paged import Paged

    return Paged(tables, min_8bit_size=1, **common)  # type: ignore[no-untyped-call]


def _adamw4bit(tables: Tables, **common: Any) -> torch.optim.Optimizer:
    return LowBitAdamW(tables, FourBits(), **common)


def _adamwfp8(tables: Tables, **common: Any) -> torch.optim.Optimizer:
    return LowBitAdamW(tables, Float8(), **common)


def _adafactor(tables: Tables, **common: Any) -> torch.optim.Optimizer:
    from transformers.optimization import Adafactor

    # With its own rates, those of the settings would mean nothing or something else.
    own_rates = {"scale_parameter": False, "relative_step": False, "warmup_init": False}
    return Adafactor(tables, **own_rates, **common)


_MAKERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adamw": _adamw,
    "adamw8bit": _adamw8bit,
    "paged_adamw8bit": _paged_adamw8bit,
    "adamw4bit": _adamw4bit,
    "adamwfp8": _adamwfp8,
    "adafactor": _adafactor,
}
"""By what `Optimizer.on` returns."""


@dataclass(frozen=True)
class Held:
    """What an optimizer keeps, counted in its tensors: all bytes, and those that can be paged out.

    ``parameters`` is for how many trained parameters, ``low_bits`` the share (0 to 1) of the
    moments that are in 8 bits or fewer.
    """

    bytes: int
    paged: int
    parameters: int
    low_bits: float


def held(optimizer: Any) -> Held:
    """What ``optimizer`` keeps now; nothing before its first step."""
    kept: dict[int, int] = {}  # by address: tables that all states share count once
    paged = parameters = 0
    moments = {True: 0, False: 0}
    for parameter, state in optimizer.state.items():
        parameters += parameter.numel()
        for name, value in state.items():
            if not torch.is_tensor(value):
                continue
            storage = value.untyped_storage()
            kept[storage.data_ptr()] = storage.nbytes()
            paged += value.nbytes if getattr(value, "is_paged", False) else 0
            if name in _MOMENTS:
                moments[value.itemsize == 1] += parameter.numel()
    low_bits = moments[True] / max(1, sum(moments.values()))
    return Held(sum(kept.values()), paged, parameters, low_bits)


def state_notes(name: str, optimizer: Any) -> Iterator[Event]:
    """After the first step: what an optimizer of few bits really keeps, and what of it is paged."""
    found = held(optimizer)
    if not found.low_bits:
        return
    each = round(found.bytes / found.parameters, 2)
    share = round(100 * found.low_bits, 1)
    megabytes = round(found.bytes / 1e6, 1)
    params = {"type": name, "megabytes": megabytes, "each": each, "share": share}
    yield Noted("optimizer.state", params)
    if name == "paged_adamw8bit":
        yield Noted("optimizer.paged", {"share": round(100 * found.paged / found.bytes, 1)})


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
