"""How many bytes a forward pass keeps for the backward pass, layer by layer; without torch.

A frozen layer needs no input of its own for the gradient of that input, so what is kept is what
stands between the layers: inputs of norms and activations, queries, keys, values, what attention
gives, and the inputs of the adapter's matrices. `tests/benchmarks/activations.py` counts what
autograd really keeps; this agrees within a few per cent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from studio.models.measure import Shapes
from studio.models.places import heads, is_single, pixels, place, tokens_of

# What autograd keeps around a layer: (norms, inputs, outputs). ``norms`` are as large as the
# layer's input and have the norm's type: the input of the norm before it, and of the activation
# between. ``inputs`` are the layer's own, ``outputs`` what follows it keeps of its result.
_KEPT: dict[str, tuple[float, float, float]] = {
    "conv1": (2, 1, 0),  # norm, SiLU, convolution
    "conv2": (2, 1, 0),
    "conv_out": (2, 1, 0),
    "proj_in": (1, 1, 0),
    "proj_out": (0, 1, 0),
    "downsamplers.0.conv": (0, 1, 0),
    "upsamplers.0.conv": (0, 1, 0),
    "to_q": (1, 0, 1),
    "to_k": (0, 0, 1),
    "to_v": (0, 0, 1),
    "to_out.0": (0, 1, 0),
    "ff.net.0.proj": (1, 0, 1.5),  # both halves, and GELU of one
    "q_proj": (1, 0, 1),
    "k_proj": (0, 0, 1),
    "v_proj": (0, 0, 1),
    "out_proj": (0, 1, 0),
    "fc1": (1, 0, 2),  # quick GELU keeps its input and the sigmoid
}
_SHARED = ("attn1.to_k", "attn1.to_v", "k_proj", "v_proj")
"""Layers that read the same tensor as the one before them."""
_UNIT = re.compile(
    r"(?:down|up)_blocks\.\d+\.resnets\.\d+|mid_block\.resnets\.[1-9]\d*|.*transformer_blocks\.\d+"
    r"|.*encoder\.layers\.\d+"
)
"""What checkpointing runs again as one; of each it keeps the input alone."""
_ENTRY = ("conv1", "attn1.to_q", "q_proj")
"""The layer of a unit whose input is as large as that of the unit."""


@dataclass(frozen=True)
class Types:
    """Bytes of a number: in the layers, in norms, and in the adapter's own copy of an input.

    ``copied`` is 0 where the adapter reads the same tensor as the layer that it adapts.
    """

    layers: int
    norms: int
    copied: int


TYPES: dict[str, Types] = {
    "fp32": Types(4, 4, 0),
    "half": Types(2, 2, 4),  # the adapter computes in float32
    "autocast": Types(2, 4, 2),  # norms in float32, the adapter in half precision
}


@dataclass(frozen=True)
class Kept:
    """Bytes kept for the backward pass: without checkpointing, and with it."""

    whole: float
    outside: float
    """By checkpointing all the time."""
    unit: float
    """In the largest unit, while it runs again."""

    def bytes(self, checkpointing: bool) -> float:
        """The most at once."""
        return self.outside + self.unit if checkpointing else self.whole

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.whole + other.whole, self.outside + other.outside, max(self.unit, other.unit)
        )


@dataclass(frozen=True)
class Adapted:
    """The layers of a component that carry matrices of a rank, and whether inputs are dropped."""

    layers: Collection[str]
    rank: int
    dropout: bool = False


def of_unet(
    layers: Shapes,
    config: Mapping[str, Any],
    latent: tuple[int, int],
    tokens: int,
    adapted: Adapted,
    types: Types,
    tables: Callable[[int, int], bool] = lambda queries, keys: False,
) -> Kept:
    """For one picture whose latent has ``latent`` (height, width), and ``tokens`` of text.

    ``tables`` tells of a size of attention, queries and keys, whether its weights are kept.
    """
    levels = len(config["block_out_channels"])
    first = min(place(path, levels).order for path in adapted.layers)
    sizes: dict[str, float] = {}
    entries: dict[str, float] = {}
    for path, shape in layers.items():
        where = place(path, levels)
        if where.order < first or is_single(path):
            continue  # nothing before the first adapted layer has a gradient
        positions = pixels(*latent, where.level)
        after = pixels(*latent, where.output_level)
        if tokens_of(path):
            positions = after = tokens
        sizes[path] = positions * _of_layer(path, shape, adapted, types)
        sizes[path] += _of_matrices(path, shape, positions, after, adapted, types)
        if path.endswith(("attn1.to_q", "attn2.to_q")):
            keys = tokens if "attn2" in path else positions
            if tables(positions, keys):
                sizes[path] += heads(config, where.level) * positions * keys * types.layers
        if path.endswith(_ENTRY):
            entries[path] = positions * shape[1] * types.layers
    return _sum(sizes, entries)


def of_encoder(layers: Shapes, tokens: int, adapted: Adapted, types: Types) -> Kept:
    """For one caption of a text encoder that is trained."""
    sizes: dict[str, float] = {}
    entries: dict[str, float] = {}
    for path, shape in layers.items():
        sizes[path] = tokens * _of_layer(path, shape, adapted, types)
        sizes[path] += _of_matrices(path, shape, tokens, tokens, adapted, types)
        if path.endswith(_ENTRY):
            entries[path] = tokens * shape[1] * types.layers
    return _sum(sizes, entries)


def _of_layer(path: str, shape: tuple[int, ...], adapted: Adapted, types: Types) -> float:
    """Bytes at each position around a layer, the adapter left out."""
    name = next((name for name in _KEPT if f".{path}".endswith(f".{name}")), "")
    norms, inputs, outputs = _KEPT.get(name, (0, 0, 0))
    if name in ("proj_in", "proj_out") and len(shape) == 2:
        inputs = 0  # linear there, which keeps no input; a convolution does
    if name in ("to_out.0", "out_proj"):
        inputs = 1  # what attention gave, which its own backward pass wants
    there, here = shape[1], shape[0]
    return norms * there * types.norms + (inputs * there + outputs * here) * types.layers


def _of_matrices(
    path: str,
    shape: tuple[int, ...],
    positions: float,
    after: float,
    adapted: Adapted,
    types: Types,
) -> float:
    """Bytes that the adapter of a layer keeps: its input, and what lies between A and B."""
    if path not in adapted.layers:
        return 0.0
    number = types.copied or types.layers
    kept_already = len(shape) == 4 or path.endswith(("to_out.0", "out_proj", *_SHARED))
    if types.copied or adapted.dropout:
        own = float(number)
    else:
        own = 0.0 if kept_already or tokens_of(path) else number
    if adapted.dropout:
        own += number  # what it was multiplied by
    return positions * shape[1] * own + after * adapted.rank * number


def _sum(sizes: Mapping[str, float], entries: Mapping[str, float]) -> Kept:
    units: dict[str, float] = {}
    outside = 0.0
    for path, size in sizes.items():
        if unit := _UNIT.match(path):
            units[unit[0]] = units.get(unit[0], 0.0) + size
        else:
            outside += size
    for path, size in entries.items():
        if _UNIT.match(path):
            outside += size
    return Kept(sum(sizes.values()), outside, max(units.values(), default=0.0))
