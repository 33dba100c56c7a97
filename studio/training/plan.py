"""Steps, time, memory and disk of a run, estimated before anything starts and without torch.

Layer shapes are read from the headers of the base model's weight files, so adapter size and
arithmetic are counted, not guessed. What is fitted: activations (477 MB for SD 1.5 at 256 px in
float32) and the rate of a CPU core.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass
from typing import Any

from studio.config import Settings
from studio.data.buckets import make_buckets
from studio.data.dataset import Dataset, place
from studio.models.family import BaseLocation, find_base
from studio.models.safetensors_header import read_header
from studio.models.targets import matching

_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2, "auto": 4}
_RUNTIME = 600e6  # bytes that torch, diffusers and Python take by themselves
_ACTIVATIONS = 477e6 / (32 * 32 * 320)  # bytes per latent pixel and channel of the first level
_CHECKPOINTED = 79 / 477  # share of the activations that gradient checkpointing keeps
_CPU_RATE = 50e9  # FLOP a second that one core really reaches
_TOKENS = 77

Shapes = dict[str, tuple[int, ...]]


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
    shapes = {part: _shapes(base, part) for part in ("unet", "text_encoder", "vae")}
    counts = {p: sum(math.prod(s) for s in tensors.values()) for p, tensors in shapes.items()}
    trained = ("unet", "text_encoder") if settings.network.text_encoder else ("unet",)
    adapter = sum(_adapter_size(shapes[part], settings, part) for part in trained)

    data, schedule = settings.data, settings.schedule
    placed = place(dataset.items, make_buckets(data.resolution, data.bucket_step))
    buckets: dict[tuple[int, int], int] = {}
    for one in placed:
        buckets[one.box.bucket] = buckets.get(one.box.bucket, 0) + one.item.repeats
    batches = sum(math.ceil(count / data.batch_size) for count in buckets.values())
    per_epoch = max(1, batches // schedule.gradient_accumulation)
    steps = schedule.epochs * per_epoch if schedule.epochs else schedule.steps or 1000

    factor = 2 ** (len(_config(base, "vae")["block_out_channels"]) - 1)
    latent = (data.resolution // factor) ** 2
    size = _BYTES[settings.base.dtype]
    first_level = _config(base, "unet")["block_out_channels"][0]
    activations = _ACTIVATIONS * latent * first_level * data.batch_size * size / 4
    if settings.memory.gradient_checkpointing:
        activations *= _CHECKPOINTED
    optimizer = settings.optimizer.on(device)
    state = 2 if optimizer == "adamw8bit" else 8
    weights = (counts["unet"] + counts["text_encoder"]) * size + counts["vae"] * 4
    memory = _RUNTIME + weights + adapter * (4 + 4 + state) + activations

    passes = 3 if settings.memory.gradient_checkpointing else 2  # forward, input gradient, again
    images = data.batch_size * schedule.gradient_accumulation
    work = passes * images * _forward_flop(shapes["unet"], base, int(math.sqrt(latent)))
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
        total_parameters=counts["unet"] + counts["text_encoder"] + adapter,
        memory_bytes=int(memory),
        disk_bytes=int(saves * adapter * (4 + state + 2) + adapter * 2),
        seconds=round(steps * work / (_CPU_RATE * (os.cpu_count() or 1)), 1)
        if device == "cpu"
        else None,
    )


def _config(base: BaseLocation, part: str) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((base.folder / part / "config.json").read_text("utf-8"))
    return config


def _shapes(base: BaseLocation, part: str) -> Shapes:
    """Tensor name -> shape over all weight files of a part."""
    shapes: Shapes = {}
    for file in sorted((base.folder / part).glob("*.safetensors")):
        shapes |= {name: info.shape for name, info in read_header(file).tensors.items()}
    return shapes


def _layers(shapes: Shapes) -> Shapes:
    """Module path -> weight shape of Linear (out, in) and Conv2d (out, in, k, k) layers."""
    return {
        name.removesuffix(".weight"): shape
        for name, shape in shapes.items()
        if name.endswith(".weight") and len(shape) in (2, 4) and "embedding" not in name
    }


def _adapter_size(shapes: Shapes, settings: Settings, part: str) -> int:
    """Entries of A (rank, in, k, k) and B (out, rank) over all adapted layers."""
    layers = _layers(shapes)
    chosen = matching(layers, settings.network.target, part)
    per_rank = sum(math.prod(layers[path][1:]) + layers[path][0] for path in chosen)
    return per_rank * settings.network.rank


def _forward_flop(shapes: Shapes, base: BaseLocation, side: int) -> float:
    """Floating-point operations of the UNet for one latent of ``side`` x ``side``.

    Each weight entry costs two per position; a level down has a quarter of the positions.
    """
    levels = len(_config(base, "unet")["block_out_channels"])
    flop = 0.0
    for path, shape in _layers(shapes).items():
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
            positions = _TOKENS
        elif "time_emb" in path:
            positions = 1
        flop += 2 * math.prod(shape) * positions
        if path.endswith("attn1.to_q"):  # the attention map and its product with the values
            flop += 4 * positions**2 * shape[0]
    return flop
