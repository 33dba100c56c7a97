"""Steps, time, memory and disk of a run, estimated before anything starts and without torch.

Layer shapes are read from the headers of the base model's weight files, so adapter size and
arithmetic are counted, not guessed. What is fitted: activations, as autograd keeps them for an
adapter on all layers, and the rate of a CPU core.
"""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass
from typing import Any

from studio.config import Settings
from studio.data.buckets import make_buckets
from studio.data.dataset import Dataset, place
from studio.models.family import BaseLocation, find_base
from studio.models.measure import Shapes, measure
from studio.models.targets import matching

_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
_RUNTIME = 600e6  # bytes that torch, diffusers and Python take by themselves
# Bytes of activations at 256 px in float32, with gradient checkpointing and without.
_KEPT = {"sd1": (79e6, 477e6), "sd2": (79e6, 477e6), "sdxl": (75e6, 911e6)}
_KEPT_OF = 32 * 32 * 320  # latent pixels times channels of the first level
_CPU_RATE = 50e9  # FLOP a second that one core really reaches
_TOKENS = 77


@dataclass(frozen=True)
class Plan:
    """``seconds`` is None where the processor's speed is not known before the first steps."""

    images: int
    images_per_epoch: int
    steps: int
    epochs: float
    buckets: dict[str, int]
    optimizer: str
    trainable_parameters: int
    total_parameters: int
    memory_bytes: int
    disk_bytes: int
    seconds: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def plan(settings: Settings, dataset: Dataset, device: str = "cpu") -> Plan:
    """The plan of a run over ``dataset`` on a kind of device, as torch names it."""
    base = find_base(settings.base.model)
    layers, counts = measure(base)
    trained = settings.network.trained(base.components)
    adapter = sum(_adapter_size(layers[part], settings, part) for part in trained)

    data, schedule = settings.data, settings.schedule
    placed = place(dataset.items, make_buckets(data.resolution, data.bucket_step))
    buckets: dict[tuple[int, int], int] = {}
    for one in placed:
        buckets[one.box.bucket] = buckets.get(one.box.bucket, 0) + one.item.repeats
    batches = sum(math.ceil(count / data.batch_size) for count in buckets.values())
    per_epoch = max(1, batches // schedule.gradient_accumulation)
    steps = schedule.epochs * per_epoch if schedule.epochs else schedule.steps or 1000

    factor = 2 ** (len(base.config("vae")["block_out_channels"]) - 1)
    latent = (data.resolution // factor) ** 2
    size = _BYTES[_dtype(settings, device)]
    first_level = base.config("unet")["block_out_channels"][0]
    kept = _KEPT[base.naming][not settings.memory.gradient_checkpointing] / _KEPT_OF
    activations = kept * latent * first_level * data.batch_size * size / 4
    optimizer = settings.optimizer.on(device)
    state = 2 if optimizer == "adamw8bit" else 8
    frozen = sum(counts[part] for part in base.components)
    weights = frozen * size + counts["vae"] * 4  # the VAE is always float32
    memory = _RUNTIME + weights + adapter * (4 + 4 + state) + activations

    passes = 3 if settings.memory.gradient_checkpointing else 2  # forward, input gradient, again
    images = data.batch_size * schedule.gradient_accumulation
    tokens = _TOKENS * (data.max_token_length // 75)
    work = passes * images * _forward_flop(layers["unet"], base, int(math.sqrt(latent)), tokens)
    saves = min(
        settings.save.keep or 10**6, steps // settings.save.every if settings.save.every else 1
    )
    return Plan(
        images=len(dataset.items),
        images_per_epoch=sum(buckets.values()),
        steps=steps,
        epochs=round(steps / per_epoch, 2),
        buckets={f"{w}x{h}": count for (w, h), count in sorted(buckets.items())},
        optimizer=optimizer,
        trainable_parameters=adapter,
        total_parameters=frozen + adapter,
        memory_bytes=int(memory),
        disk_bytes=int(saves * adapter * (4 + state + 2) + adapter * 2),
        seconds=round(steps * work / (_CPU_RATE * (os.cpu_count() or 1)), 1)
        if device == "cpu"
        else None,
    )


def _dtype(settings: Settings, device: str) -> str:
    """What ``base.dtype`` means on a kind of device."""
    automatic = "bf16" if device == "cuda" else "fp32"
    return automatic if settings.base.dtype == "auto" else settings.base.dtype


def _adapter_size(layers: Shapes, settings: Settings, part: str) -> int:
    """Entries of A (rank, in, k, k) and B (out, rank) over all adapted layers."""
    chosen = matching(layers, settings.network.target, part)
    per_rank = sum(math.prod(layers[path][1:]) + layers[path][0] for path in chosen)
    return per_rank * settings.network.rank


def _forward_flop(layers: Shapes, base: BaseLocation, side: int, tokens: int) -> float:
    """Floating-point operations of the UNet for one latent of ``side`` x ``side``.

    Each weight entry costs two per position; a level down has a quarter of the positions.
    """
    levels = len(base.config("unet")["block_out_channels"])
    flop = 0.0
    for path, shape in layers.items():
        block, _, rest = path.partition(".")
        if block == "mid_block":
            level = levels - 1
        elif block in ("down_blocks", "up_blocks"):
            number = int(rest.split(".")[0])
            level = number if block == "down_blocks" else levels - 1 - number
        else:
            level = 0
        positions = (side / 2**level) ** 2
        if "attn2.to_k" in path or "attn2.to_v" in path:
            positions = tokens
        elif "time_emb" in path:
            positions = 1
        flop += 2 * math.prod(shape) * positions
        if path.endswith("attn1.to_q"):  # the attention map and its product with the values
            flop += 4 * positions**2 * shape[0]
    return flop
