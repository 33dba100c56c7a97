"""How much memory a run needs, by what it is for and when; without torch.

Weights, adapter and what autograd keeps are counted from the headers of the base model. What is
measured: what programs and libraries take by themselves, and what allocators take beside. The
command `tests/benchmarks/fit.py` compares it all with real runs.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studio.models.places import pixels, place
from studio.planning import activations, rates
from studio.planning.activations import TYPES, Adapted
from studio.planning.rates import Key
from studio.planning.sized import BYTES, Sized
from studio.training.state_bytes import STATE_BYTES

RUNTIME = {"cpu": 478e6, "cuda": 500e6, "mps": 478e6}
"""Bytes that torch, its libraries and Python take; on a card, CUDA's own context (not measured)."""

QUANTIZED = {"nf4": 0.53, "int8": 1.03, "fp8": 1.03}
"""Bytes for each weight of a Linear or Conv2d, with its scales."""

PACKED = {"auto": 0.0, "on": 1.0, "off": 0.0}
"""Share of the UNet's weights that `studio.models.quicken` holds twice on a CPU: for "on" at most,
for "auto", which may go up to a quarter, as measured; what it was in the last run of the kind is
remembered."""

PLAIN_TABLE = 256
"""Queries times keys up to which attention in bfloat16 on a CPU is taken to be written out."""

SMALL = 32 * 2**20
"""Idle parts below that stay, as `studio.models.idle` has it."""

_BACKWARD = 1.03
"""Gradients on their way, beside what was kept for them."""
_AGAIN = 1.3
"""The same beside a unit that checkpointing runs again."""
_ENCODE = {"cpu": 5.4, "cuda": 5.0, "mps": 5.4}
_DECODE = {"cpu": 14.0, "cuda": 6.0, "mps": 14.0}
"""Float32 maps of the VAE's full size that are there at once while it encodes and decodes; on a CPU
with what its convolutions work in, as measured, for a card those that are counted."""
_SCRATCH = {"cpu": 2.5, "cuda": 1.0, "mps": 1.0}
"""Times the largest unfolded input that convolutions take besides; for a card not measured."""
_FEWER = 0.1  # of activations stay on a card if the others wait in main memory


@dataclass(frozen=True)
class Moment:
    """One phase of a run, and what takes how many bytes in it."""

    phase: str
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """All of it."""
        return int(sum(self.parts.values()))


def moments(run: Sized) -> list[Moment]:
    """Opening and caching, steps, and drawing; the largest decides."""
    return [_caching(run), _training(run), _drawing(run)]


def peak(run: Sized) -> Moment:
    """The moment that needs the most memory."""
    return max(moments(run), key=lambda moment: moment.bytes)


def runtime(device: str) -> float:
    """Bytes in use before the first tensor."""
    return RUNTIME.get(device, RUNTIME["cpu"])


def weights(run: Sized, part: str) -> float:
    """Bytes of a part's weights; the VAE is always float32."""
    count = run.counts[part]
    if part == "vae":
        return count * 4.0
    size, quantize = BYTES[run.dtype], run.settings.base.quantize
    if quantize == "none":
        return float(count * size)
    few = sum(math.prod(shape) for shape in run.layers[part].values())
    return few * QUANTIZED[quantize] + (count - few) * size


def adapter(run: Sized) -> dict[str, float]:
    """Bytes of the adapter, its gradients, and the optimizer's state."""
    optimizer = run.settings.optimizer
    gradients = 0 if optimizer.fused_backward_pass else 4
    state = STATE_BYTES[optimizer.on(run.device)]
    count = run.trainable
    return {"adapter": 4.0 * count, "gradients": gradients * count, "optimizer": state * count}


def kept(run: Sized) -> float:
    """Bytes that a step's activations take at most."""
    settings = run.settings
    size, images = run.largest
    types = TYPES[run.precision]
    found = activations.of_unet(
        run.layers["unet"],
        run.base.config("unet"),
        run.latent(size),
        run.tokens,
        _adapted(run, "unet"),
        types,
        tables=lambda queries, keys: _table_kept(run, queries * keys),
    )
    for part in run.trained[1:]:
        found += activations.of_encoder(run.layers[part], run.tokens, _adapted(run, part), types)
    saving = settings.memory.gradient_checkpointing
    one = found.outside + _AGAIN * found.unit if saving else _BACKWARD * found.whole
    if settings.memory.offload_activations and run.device == "cuda":
        one *= _FEWER
    return images * one


def _caching(run: Sized) -> Moment:
    """Everything is there, and a picture is being encoded."""
    width, height = run.largest[0]
    working = _ENCODE[run.device] * 4.0 * run.vae_channels * width * height
    return Moment("cache_latents", _base(run, run.counts) | {"working": working})


def _training(run: Sized) -> Moment:
    used = [part for part in run.counts if part not in run.idle or _stays(run, part)]
    parts = _base(run, used) | {"packed": _packed(run)} | adapter(run)
    return Moment("train", parts | {"activations": kept(run), "working": _scratch(run)})


def _scratch(run: Sized) -> float:
    """Bytes that convolutions work in, from the largest input, unfolded under the kernel.

    Half as much again where convolutions have adapters, whose own gradients need it too.
    """
    size, images = run.largest
    height, width = run.latent(size)
    levels = len(run.base.config("unet")["block_out_channels"])
    unfolded = max(
        math.prod(shape[1:]) * pixels(height, width, place(path, levels).output_level)
        for path, shape in run.layers["unet"].items()
        if len(shape) == 4
    )
    times = _SCRATCH[run.device] * (1.5 if run.settings.network.target == "all" else 1.0)
    return times * images * unfolded * BYTES[run.dtype]


def _drawing(run: Sized) -> Moment:
    """A picture is drawn, if only to check the exported file.

    What draws takes turns: words, then the VAE; on a card only if it is to be offloaded.
    """
    preview = run.settings.preview.every > 0
    square = 2 * (run.settings.data.resolution,)
    width, height = max(square, run.preview_size if preview else square, key=math.prod)
    working = _DECODE[run.device] * 4.0 * run.vae_channels * width * height
    encoders = {part for part in run.idle if part != "vae" and not _stays(run, part)}
    decoding = set(run.counts) - encoders
    encoding = {part for part in run.counts if part != "vae" or _stays(run, part)}
    if run.device == "cuda" and not run.settings.memory.offload:
        decoding = encoding = set(run.counts)
    elif run.device == "cuda":
        decoding = decoding - {"unet"}
    parts = {"packed": _packed(run)} | adapter(run)
    if run.device != "cuda" and all(_stays(run, part) for part in run.idle):
        parts["activations"] = kept(run)  # the C library has not given them back
    name = "preview" if preview else "export"
    turns = (
        Moment(name, _base(run, decoding) | parts | {"working": working}),
        Moment(name, _base(run, encoding) | parts),
    )
    return max(turns, key=lambda moment: moment.bytes)


def _base(run: Sized, parts: Iterable[str]) -> dict[str, float]:
    named = {part: weights(run, part) for part in parts}
    return {"runtime": runtime(run.device)} | named


def _stays(run: Sized, part: str) -> bool:
    return weights(run, part) < SMALL


def _packed(run: Sized) -> float:
    """Bytes of second copies of the UNet's weights; none of quantised ones."""
    if run.device != "cpu" or run.settings.base.quantize != "none" or run.dtype == "fp16":
        return 0.0
    wanted = run.settings.memory.pack_weights
    share = rates.recall_share(key(run, "")) if wanted == "auto" else None
    return (PACKED[wanted] if share is None else share) * weights(run, "unet")


def key(run: Sized, name: str) -> Key:
    """What is remembered of runs like ``run`` on the device called ``name`` is kept under it."""
    device = name or f"{run.device} x{os.cpu_count() or 1}"
    saving = run.settings.memory.gradient_checkpointing
    return Key(device, run.dtype, run.base.family, saving, run.settings.base.quantize)


def _table_kept(run: Sized, size: int) -> bool:
    attention = run.settings.memory.attention
    if attention == "auto" and run.device == "cpu" and run.dtype == "bf16":
        return size <= PLAIN_TABLE
    return attention == "eager"


def _adapted(run: Sized, part: str) -> Adapted:
    network = run.settings.network
    return Adapted(frozenset(run.adapted(part)), network.rank, network.dropout > 0)
