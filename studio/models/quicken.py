"""Makes a base model train as fast as this CPU can: how its frozen layers run, how it attends.

The one place that decides; a training session does not know. Elsewhere than on a CPU nothing is
changed.
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import psutil
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from studio.data.problems import Problem
from studio.data.store import make_key
from studio.models.attention import PlainAttnProcessor
from studio.models.checkpoint import BaseModel
from studio.models.heap import apart, trim
from studio.models.identity import configuration
from studio.models.packed import frozen_layers, unpack
from studio.models.packed import pack as pack_layers
from studio.models.packing import Choice, both_ways, choose, plain_attention_limit, seconds_of
from studio.models.unfolded import fold, unfold

Pack = Literal["auto", "on", "off"]

_SMALL = 0.5
"""Seconds of a pass below which what lies between the layers counts too: then it is timed whole."""

_GAIN = 0.95
_ROUNDS = 2

_MORE = 0.25
"""Share of the UNet's weights that "auto" may hold twice. With SD 1.5 in bfloat16 on one core a
step takes 1.76 s as torch does it, 1.34 s with none held twice, 1.11 s with all that gain."""

_VERSION = 3
"""To be raised when `plan` has learnt of something new to try, or something became faster."""

_LONGER = 4.0
"""Seconds of trials for "on", which asks for all that can be had."""


@dataclass(frozen=True)
class Plan:
    """What makes a base model quick here, and why; plain values, to be kept with a run.

    Trials may end one way or the other, so a run that is resumed takes the plan that it began with:
    other kernels add in another order, and the run would not be bit for bit the same.
    """

    sizes: dict[str, tuple[int, ...]]
    unfolded: tuple[str, ...]
    attention: int
    reasons: tuple[Problem, ...]

    def to_json(self) -> str:
        """One line, for `from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Raises `ValueError`, `KeyError` or `TypeError` for anything else than `to_json` gave."""
        stored = json.loads(text)
        sizes = {str(path): tuple(map(int, size)) for path, size in dict(stored["sizes"]).items()}
        reasons = tuple(Problem(**reason) for reason in stored["reasons"])
        unfolded = tuple(map(str, stored.get("unfolded", ())))  # older plans have none
        return cls(sizes, unfolded, int(stored["attention"]), reasons)


def plan(
    base: BaseModel,
    width: int,
    height: int,
    batch_size: int,
    tokens: int,
    *,
    pack: Pack = "auto",
    attention: bool = True,
) -> Plan:
    """Finds out by trials what makes training with pictures of that size faster: takes seconds.

    ``pack`` "auto" packs as much as is worth its memory, "on" whatever gains. Without ``attention``
    the UNet attends as it does. ``base`` must not be packed already; `heap.keep` belongs before it,
    since it changes what gains.
    """
    if base.device.type != "cpu":
        return Plan({}, (), 0, (Problem("speed.not_a_cpu"),))
    inputs = _Inputs.of(base, width, height, batch_size, tokens)
    choice = _choose(base, inputs, pack)
    # Of float32 nothing worth while is gained, and trials of it differ from one to the next.
    tried = attention and base.dtype == torch.bfloat16
    limit = plain_attention_limit(base.unet, *inputs) if tried else 0
    written = (Problem("speed.attention", {"limit": limit}),) if limit else ()
    return Plan(choice.sizes, choice.unfolded, limit, (*choice.reasons, *written))


def quicken(base: BaseModel, plan: Plan) -> None:
    """Carries a plan out; `slow_down` takes it back, but for the attention.

    An adapter may be in the model or come later.
    """
    trim()
    with apart():
        pack_layers(base.unet, plan.sizes)
        unfold(base.unet, plan.unfolded)
    if plan.attention:
        base.unet.set_attn_processor(PlainAttnProcessor(plan.attention))


def slow_down(unet: nn.Module) -> None:
    """Makes every frozen layer again what it was, bit for bit."""
    unpack(unet)
    fold(unet)


def conditions(base: BaseModel, *asked: object) -> str:
    """What the outcome of `plan` depends on: machine, torch, UNet, and what was ``asked``."""
    config = [(name, str(value)) for name, value in configuration(base.unet)]
    machine = (platform.node(), torch.backends.cpu.get_cpu_capability(), torch.get_num_threads())
    layers = len(frozen_layers(base.unet))
    return make_key(_VERSION, torch.__version__, machine, str(base.dtype), layers, config, asked)


def _choose(base: BaseModel, inputs: _Inputs, pack: Pack) -> Choice:
    if pack == "off":
        return Choice.none(Problem("speed.off"))
    if pack == "on":
        return choose(base.unet, *inputs, seconds=_LONGER, worth=0.0)
    weights = sum(layer.weight.nbytes for layer in frozen_layers(base.unet).values())
    spare = min(_MORE * weights, psutil.virtual_memory().available / 2)
    choice = choose(base.unet, *inputs, spare=spare)
    if (choice.sizes or choice.unfolded) and choice.seconds < _SMALL:
        before, after = _whole_passes(base, inputs, choice)
        if after > _GAIN * before:
            told = {"before": round(before, 3), "after": round(after, 3)}
            return Choice.none(Problem("speed.no_gain", told))
    return choice


def _whole_passes(base: BaseModel, inputs: _Inputs, choice: Choice) -> tuple[float, float]:
    """Seconds of a pass forward and back through the UNet: as it is, and packed."""
    (latents, *others), keywords = inputs.zeros()
    latents.requires_grad_()
    work = partial(
        both_ways, lambda x: base.unet(x, *others, return_dict=False, **keywords)[0], latents
    )
    before, after = [], []
    for _ in range(_ROUNDS):
        before.append(min(seconds_of(work), seconds_of(work)))
        pack_layers(base.unet, choice.sizes)
        unfold(base.unet, choice.unfolded)
        after.append(min(seconds_of(work), seconds_of(work)))
        slow_down(base.unet)
    return min(before), min(after)


class _Inputs(NamedTuple):
    """What the UNet is called with in a training step, without values."""

    tensors: tuple[Tensor, ...]
    keywords: dict[str, Any]

    @classmethod
    def of(cls, base: BaseModel, width: int, height: int, batch_size: int, tokens: int) -> _Inputs:
        """Latents, timesteps and text embeddings; for SDXL also what it is told of the crop."""
        config, factor = base.unet.config, base.vae_factor
        latents = (batch_size, config.in_channels, height // factor, width // factor)
        empty = partial(torch.empty, dtype=base.dtype, device="meta")
        tensors = (
            empty(latents),
            torch.empty(batch_size, dtype=torch.long, device="meta"),
            empty((batch_size, tokens, config.cross_attention_dim)),
        )
        if config.addition_embed_type != "text_time":
            return cls(tensors, {})
        pooled = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
        told = {"text_embeds": empty((batch_size, pooled)), "time_ids": empty((batch_size, 6))}
        return cls(tensors, {"added_cond_kwargs": told})

    def zeros(self) -> _Inputs:
        """The same with values."""
        return _Inputs(*tree_map(lambda x: torch.zeros(x.shape, dtype=x.dtype), tuple(self)))
