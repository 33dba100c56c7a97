"""How each frozen layer runs fastest here, which is tried out at the start.

    choice = choose(base.unet, inputs)
    unfold(base.unet, choice.unfolded)
    pack(base.unet, choice.sizes)

Of all layers of one kind over maps of one size, or rows of one number, the largest is tried, and
the others take its times by their weights. The dearest kinds come first, until the time for it is
used up; what was not tried stays torch's. A trial runs on warm caches, where torch's own way looks
better than in a training step; the least so with large weights.
"""

from __future__ import annotations

import copy
import itertools
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.func import functional_call

from studio.data.problems import Problem
from studio.models.attention import attend
from studio.models.kernels import Geometry
from studio.models.onednn import Ints, unsupported
from studio.models.packed import frozen_layers, pack_layer
from studio.models.unfolded import unfold

Layer = nn.Linear | nn.Conv2d

_GAIN = 0.9
"""A packed layer takes twice the memory, so it must be faster by a tenth at least."""

_UNFOLDED_GAIN = 0.95
"""Unfolding takes no memory, so anything beyond what trials err by is enough."""

_WORTH = 0.2
"""Share of the time of all layers tried that must be saved, or nothing is packed: a trial has the
weights at hand in the caches, and half of what it saves is lost where they come from memory."""

_RATE = 1e11
"""Operations a second, about, to know how long a step may take; each weight costs four."""

_LAY_OUT = 100
"""Multiplications that take as long as laying out one weight in a call, about."""

_TRIAL = 0.01
"""Seconds for one that is quicker than that: single calls differ too much."""


@dataclass(frozen=True)
class Choice:
    """The layers to pack, by path, with the sizes of their inputs; those to unfold; and why."""

    sizes: dict[str, tuple[int, ...]]
    unfolded: tuple[str, ...]
    reasons: tuple[Problem, ...]
    seconds: float = 0.0
    """Of a training step, in the layers that were tried."""

    @classmethod
    def none(cls, why: Problem) -> Choice:
        """Everything as it is."""
        return cls({}, (), (why,))


@dataclass(frozen=True)
class Trial:
    """Seconds of a forward and backward pass through layers; inf where they cannot run so."""

    stock: float
    packed: float
    bytes: int
    unfolded: float = math.inf

    @property
    def unfolds(self) -> bool:
        """Whether unfolding is worth it."""
        return self.unfolded < _UNFOLDED_GAIN * self.stock

    @property
    def light(self) -> float:
        """Seconds of what takes no memory."""
        return self.unfolded if self.unfolds else self.stock

    @property
    def gain(self) -> float:
        """Seconds saved for a byte of the memory that packing takes."""
        return (self.light - self.packed) / self.bytes

    def times(self, factor: float) -> Trial:
        """That of ``factor`` times the weights."""
        size = round(factor * self.bytes)
        return Trial(factor * self.stock, factor * self.packed, size, factor * self.unfolded)


def choose(
    model: nn.Module,
    inputs: Sequence[Tensor],
    keywords: Mapping[str, Any] | None = None,
    *,
    seconds: float | None = None,
    spare: float = math.inf,
    worth: float = _WORTH,
) -> Choice:
    """Tries the frozen layers of ``model`` out, as ``model(*inputs, **keywords)`` would run them.

    Only shapes and dtypes of the inputs matter. Trials take ``seconds``; unless given, about what
    five steps take, from 0.5 to 1.8. Packing takes ``spare`` bytes of memory at most: those layers
    come first that save the most time for it. Nothing is packed if less than the share ``worth`` of
    the time of all layers tried would be saved.
    """
    layers = frozen_layers(model)
    if not layers:
        return Choice.none(Problem("speed.no_frozen_layer"))
    for dtype in {layer.weight.dtype for layer in layers.values()}:
        if why := unsupported(dtype):
            return Choice.none(Problem("speed.unsupported", {"reason": why}))
    sizes = input_sizes(model, layers, inputs, keywords or {})
    if seconds is None:
        work = sum(_cost(layers[path], size) for path, size in sizes.items())
        seconds = min(1.8, max(0.5, 5 * 4 * work / _RATE))
    trials = dict(_trials(layers, sizes, seconds))
    packed = _packed(trials, spare, worth)
    unfolded = tuple(path for path, trial in trials.items() if trial.unfolds and path not in packed)
    return Choice(
        {path: sizes[path] for path in packed},
        unfolded,
        tuple(_reasons(trials, packed, unfolded)),
        sum(trial.stock for trial in trials.values()),
    )


def _packed(trials: Mapping[str, Trial], spare: float, worth: float) -> list[str]:
    """The layers to pack: those that save the most for their memory, if that is enough."""
    packed: list[str] = []
    for path, trial in sorted(trials.items(), key=lambda one: one[1].gain, reverse=True):
        if trial.packed < _GAIN * trial.light and trial.bytes <= spare:
            spare -= trial.bytes
            packed.append(path)
    saved = sum(trials[path].light - trials[path].packed for path in packed)
    return packed if saved >= worth * sum(trial.light for trial in trials.values()) else []


def _reasons(
    trials: Mapping[str, Trial], packed: Sequence[str], unfolded: Sequence[str]
) -> Iterator[Problem]:
    stock = sum(trial.stock for trial in trials.values())
    light = sum(trial.light for trial in trials.values())
    if unfolded:
        told = {"count": len(unfolded), "before": round(stock, 3), "after": round(light, 3)}
        yield Problem("speed.unfolded", told)
    if packed:
        quick = light - sum(trials[path].light - trials[path].packed for path in packed)
        params = {
            "count": len(packed),
            "megabytes": round(sum(trials[path].bytes for path in packed) / 1e6),
            "before": round(light, 3),
            "after": round(quick, 3),
        }
        yield Problem("speed.packed", params)
    else:
        yield Problem("speed.not_packed")


def plain_attention_limit(
    unet: nn.Module, inputs: Sequence[Tensor], keywords: Mapping[str, Any] | None = None
) -> int:
    """The ``limit`` of a `PlainAttnProcessor`: up to there it trains faster than the fused kernel.

    Tries each size of table that the model has; 0 if the fused kernel always wins.
    """
    found = {p: m for p, m in unet.named_modules() if isinstance(m, Attention)}
    ends = {f"{p}.{end}": getattr(m, end) for p, m in found.items() for end in ("to_q", "to_k")}
    sizes = input_sizes(unet, ends, inputs, keywords or {})
    tables: dict[int, list[tuple[int, ...]]] = {}
    for path, module in found.items():
        query, key = sizes[f"{path}.to_q"], sizes[f"{path}.to_k"]
        width = module.inner_dim // module.heads
        shapes: list[tuple[int, ...]] = [
            (query[0], module.heads, n, width) for n in (query[1], key[1])
        ]
        tables[query[1] * key[1]] = shapes
    limit = 0
    for size, (queries, keys) in sorted(tables.items()):
        if not _plain_is_faster(queries, keys, inputs[0].dtype):
            break
        limit = size
    return limit


def _plain_is_faster(queries: Ints, keys: Ints, dtype: torch.dtype) -> bool:
    query = torch.full(queries, 0.1, dtype=dtype, requires_grad=True)
    key, value = (torch.full(keys, 0.1, dtype=dtype, requires_grad=True) for _ in range(2))
    fused, plain = _race(
        *(
            partial(both_ways, kernel, query, key, value)
            for kernel in (F.scaled_dot_product_attention, attend)
        )
    )
    return plain < fused


def input_sizes(
    model: nn.Module,
    layers: Mapping[str, nn.Module],
    inputs: Sequence[Tensor],
    keywords: Mapping[str, Any],
) -> dict[str, tuple[int, ...]]:
    """Path -> size of the input of each layer that a forward pass calls; computes nothing."""
    sizes: dict[str, tuple[int, ...]] = {}

    def note(path: str) -> Any:
        return lambda _, args: sizes.setdefault(path, tuple(args[0].shape)) and None

    hooks = [layer.register_forward_pre_hook(note(path)) for path, layer in layers.items()]
    named = itertools.chain(model.named_parameters(), model.named_buffers())
    hollow = {name: tensor.detach().to("meta") for name, tensor in named}
    try:
        with torch.no_grad():
            functional_call(model, hollow, tuple(x.to("meta") for x in inputs), dict(keywords))
    finally:
        for hook in hooks:
            hook.remove()
    return sizes


def _trials(
    layers: Mapping[str, Layer], sizes: Mapping[str, tuple[int, ...]], seconds: float
) -> Iterator[tuple[str, Trial]]:
    """Path of each layer, and how it does; the dearest kind first."""
    kinds: dict[Any, list[str]] = defaultdict(list)
    for path, size in sizes.items():
        layer = layers[path]
        way = Geometry.of(layer) if isinstance(layer, nn.Conv2d) else None
        kinds[way, layer.weight.dtype, _places(layer, size)].append(path)
    costs = {path: _cost(layers[path], size) for path, size in sizes.items()}
    dearest = sorted(kinds.values(), key=lambda kind: -sum(costs[path] for path in kind))
    end = time.process_time() + seconds * torch.get_num_threads()
    for paths in dearest:
        if time.process_time() >= end:  # not that of the clock: a busy machine tries as many
            return
        weights = {path: layers[path].weight.numel() for path in paths}
        largest = max(paths, key=lambda path: weights[path])
        trial = try_out(layers[largest], sizes[largest])
        for path in paths:
            yield path, trial.times(weights[path] / weights[largest])


def _places(layer: Layer, size: tuple[int, ...]) -> tuple[int, ...]:
    """Where each weight is used: images and pixels, or rows."""
    return size[:1] + size[2:] if isinstance(layer, nn.Conv2d) else size[:-1]


def _cost(layer: Layer, size: tuple[int, ...]) -> int:
    """Multiplications, about: each weight meets each place, and is laid out besides."""
    return layer.weight.numel() * (math.prod(_places(layer, size)) + _LAY_OUT)


def try_out(layer: Layer, size: Ints) -> Trial:
    """Times the ways that a layer can run by turns, on an input of ``size``."""
    packed = copy.deepcopy(layer)
    pack_layer(packed, size)
    ways: list[Callable[..., Tensor]] = [layer, packed]
    if isinstance(layer, nn.Conv2d) and _over_small_maps(layer, size):
        light = nn.Sequential(copy.deepcopy(layer))
        unfold(light, ["0"])
        ways.append(light)
    x = torch.full(size, 0.5, dtype=layer.weight.dtype, requires_grad=True)
    stock, quick, *rest = _race(*(partial(both_ways, way, x) for way in ways))
    return Trial(stock, quick, layer.weight.nbytes, *rest)


def _over_small_maps(layer: nn.Conv2d, size: Ints) -> bool:
    """Whether the unfolded input is no larger than the weight; else it costs more than it saves.

    At 1024 px with a batch of 4 it would be 2.3 GB in float32.
    """
    return size[0] * math.prod(Geometry.of(layer).output(size[2:])) <= layer.out_channels


def _race(*works: Callable[[], object]) -> tuple[float, ...]:
    """The shortest time of each of ``works``, which take turns."""
    for work in works:  # the first call compiles kernels
        work()
    rounds: list[list[float]] = []
    end = time.perf_counter() + _TRIAL
    while not rounds or time.perf_counter() < end:
        rounds.append([seconds_of(work) for work in works])
    return tuple(min(times) for times in zip(*rounds, strict=True))


def seconds_of(work: Callable[[], object]) -> float:
    """Duration of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def both_ways(call: Callable[..., Tensor], *inputs: Tensor) -> None:
    """Forward pass and gradients of the inputs."""
    with torch.enable_grad():
        y = call(*inputs)
        torch.autograd.grad(y, inputs, torch.ones_like(y))
