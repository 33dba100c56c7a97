"""Which frozen layers run packed: those that are faster so here, which is tried out at the start.

    choice = choose(base.unet, inputs)
    packed = pack(base.unet, choice.sizes)

Layers of one kind and size are tried once, the dearest first, until the time for it is used up.
What was not tried stays torch's. A trial runs on warm caches, where torch's own way looks better
than in a training step.
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
from studio.models.onednn import Ints, unsupported
from studio.models.packed import frozen_layers, pack_layer

Layer = nn.Linear | nn.Conv2d

_GAIN = 0.9
"""A packed layer takes twice the memory, so it must be faster by a tenth at least."""

_WORTH = 0.2
"""Share of the time of all layers tried that must be saved, or nothing is packed: a trial has the
weights at hand in the caches, and half of what it saves is lost where they come from memory."""

_RATE = 1e11
"""Operations a second, about, to know how long a step may take; each weight costs four."""

_TRIAL = 0.01
"""Seconds for one that is quicker than that: single calls differ too much."""


@dataclass(frozen=True)
class Choice:
    """The layers to pack, by path, with the sizes of their inputs; and why these."""

    sizes: dict[str, tuple[int, ...]]
    reason: Problem
    seconds: float = 0.0
    """Of a training step, in the layers that were tried."""


@dataclass(frozen=True)
class Trial:
    """Seconds of a forward and backward pass through one layer."""

    stock: float
    packed: float
    bytes: int

    @property
    def gain(self) -> float:
        """Seconds saved for a byte of the memory that packing takes."""
        return (self.stock - self.packed) / self.bytes


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
    five steps take, from 0.5 to 1.2. Packing takes ``spare`` bytes of memory at most:
    those layers come first that save the most time for it. Nothing is packed if less than the share
    ``worth`` of the time of all layers tried would be saved.
    """
    layers = frozen_layers(model)
    if not layers:
        return Choice({}, Problem("speed.no_frozen_layer"))
    for dtype in {layer.weight.dtype for layer in layers.values()}:
        if why := unsupported(dtype):
            return Choice({}, Problem("speed.unsupported", {"reason": why}))
    sizes = input_sizes(model, layers, inputs, keywords or {})
    if seconds is None:
        work = sum(_cost(layers[path], size) for path, size in sizes.items())
        seconds = min(1.2, max(0.5, 5 * 4 * work / _RATE))
    trials = list(_trials(layers, sizes, seconds))
    stock = sum(len(paths) * trial.stock for paths, trial in trials)
    chosen: dict[str, float] = {}  # seconds that each saves
    room = spare
    for paths, trial in sorted(trials, key=lambda each: each[1].gain, reverse=True):
        for path in paths if trial.packed < _GAIN * trial.stock else ():
            weight = layers[path].weight
            if weight.nbytes <= room:
                room -= weight.nbytes
                chosen[path] = trial.stock - trial.packed
    saved = sum(chosen.values())
    before, after = round(stock, 3), round(stock - saved, 3)
    if not saved or saved < worth * stock:
        return Choice({}, Problem("speed.too_little", {"before": before, "after": after}), stock)
    params = {
        "count": len(chosen),
        "megabytes": round(sum(layers[path].weight.nbytes for path in chosen) / 1e6),
        "before": before,
        "after": after,
    }
    return Choice({path: sizes[path] for path in chosen}, Problem("speed.packed", params), stock)


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
) -> Iterator[tuple[list[str], Trial]]:
    """Paths of layers that are alike, and how one of them does; the dearest first."""
    alike: dict[Any, list[str]] = defaultdict(list)
    for path, size in sizes.items():
        alike[str(layers[path]), layers[path].weight.dtype, size].append(path)
    groups = sorted(
        alike.values(), key=lambda g: len(g) * _cost(layers[g[0]], sizes[g[0]]), reverse=True
    )
    end = time.process_time() + seconds * torch.get_num_threads()
    for paths in groups:
        if time.process_time() >= end:  # not that of the clock: a busy machine tries as many
            return
        yield paths, try_out(layers[paths[0]], sizes[paths[0]])


def _cost(layer: Layer, size: tuple[int, ...]) -> int:
    """Multiplications, about: each weight meets each pixel or row of the input."""
    where = size[:1] + size[2:] if isinstance(layer, nn.Conv2d) else size[:-1]
    return layer.weight.numel() * math.prod(where)


def try_out(layer: Layer, size: Ints) -> Trial:
    """Times a layer and a packed copy of it by turns, on an input of ``size``."""
    packed = copy.deepcopy(layer)
    pack_layer(packed, size)
    x = torch.full(size, 0.5, dtype=layer.weight.dtype, requires_grad=True)
    stock, quick = _race(partial(both_ways, layer, x), partial(both_ways, packed, x))
    return Trial(stock, quick, layer.weight.nbytes)


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
