"""Makes a base model train as fast as this CPU can: what is packed, and how its UNet attends.

The one place that decides; a training session does not know. Elsewhere than on a CPU nothing is
changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from studio.models.attention import PlainAttnProcessor
from studio.models.checkpoint import BaseModel
from studio.models.heap import trim
from studio.models.packed import Packed, pack
from studio.models.packing import Choice, both_ways, choose, plain_attention_limit, seconds_of

_SMALL = 0.5
"""Seconds of a pass below which what lies between the layers counts too: then it is timed whole."""

_GAIN = 0.95
_ROUNDS = 2


@dataclass(frozen=True)
class Plan:
    """What makes a base model quick here, and why; plain values, to be kept with a run.

    Trials may end one way or the other, so a run that is resumed takes the plan that it began with:
    other kernels add in another order, and the run would not be bit for bit the same.
    """

    sizes: dict[str, tuple[int, ...]]
    attention: int
    reasons: tuple[str, ...]


def plan(
    base: BaseModel,
    width: int,
    height: int,
    batch_size: int,
    *,
    spare: float = math.inf,
    attention: bool = True,
) -> Plan:
    """Finds out by trials what makes training with pictures of that size faster: takes seconds.

    Packing may take ``spare`` bytes of memory. Without ``attention`` the UNet attends as it does.
    ``base`` must not be packed already; `heap.keep` belongs before it, since it changes what gains.
    """
    if base.device.type != "cpu":
        return Plan({}, 0, ("frozen layers are packed on a CPU only",))
    inputs = _inputs(base, width, height, batch_size)
    choice = choose(base.unet, inputs, spare=spare)
    if choice.sizes and choice.seconds < _SMALL:
        before, after = _whole_passes(base, inputs, choice)
        if after > _GAIN * before:
            why = f"packed, a pass of the UNet takes {after:.3f} s, not packed {before:.3f} s"
            choice = Choice({}, why, choice.seconds)
    # Of float32 nothing worth while is gained, and trials of it differ from one to the next.
    tried = attention and base.dtype == torch.bfloat16
    limit = plain_attention_limit(base.unet, inputs) if tried else 0
    written = (f"attention is written out up to {limit} queries times keys",) if limit else ()
    return Plan(choice.sizes, limit, (choice.reason, *written))


def quicken(base: BaseModel, plan: Plan) -> Packed:
    """Carries a plan out; `Packed.unpack` takes the packing back.

    An adapter may be in the model or come later.
    """
    packed = pack(base.unet, plan.sizes)
    trim()
    if plan.attention:
        base.unet.set_attn_processor(PlainAttnProcessor(plan.attention))
    return packed


def _whole_passes(base: BaseModel, inputs: Sequence[Tensor], choice: Choice) -> tuple[float, float]:
    """Seconds of a pass forward and back through the UNet: as it is, and packed."""
    latents, timesteps, text = (torch.zeros(x.shape, dtype=x.dtype) for x in inputs)
    latents.requires_grad_()
    work = partial(
        both_ways, lambda x: base.unet(x, timesteps, text, return_dict=False)[0], latents
    )
    before, after = [], []
    for _ in range(_ROUNDS):
        before.append(min(seconds_of(work), seconds_of(work)))
        packed = pack(base.unet, choice.sizes)
        after.append(min(seconds_of(work), seconds_of(work)))
        packed.unpack()
    return min(before), min(after)


def _inputs(base: BaseModel, width: int, height: int, batch_size: int) -> tuple[Tensor, ...]:
    """Latents, timesteps and text embeddings as a training step has them, without values."""
    config, factor = base.unet.config, base.vae_factor
    latents = (batch_size, config.in_channels, height // factor, width // factor)
    text = (batch_size, base.tokenizer.model_max_length, config.cross_attention_dim)
    return (
        torch.empty(latents, dtype=base.dtype, device="meta"),
        torch.empty(batch_size, dtype=torch.long, device="meta"),
        torch.empty(text, dtype=base.dtype, device="meta"),
    )
