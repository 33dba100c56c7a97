"""Floating-point operations of a model, counted layer by layer from its headers; without torch.

`torch.utils.flop_counter` counts the same within a per cent; norms and activations are left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.models.measure import Shapes
from studio.models.places import Order, is_single, pixels, place, tokens_of
from studio.planning.sized import Sized

_ATTENDING_BACK = 2.5
"""Flash attention makes its table again, and five products of two going forward."""


@dataclass(frozen=True)
class Work:
    """Of a step with one picture, or of one pass; in floating-point operations."""

    forward: float
    backward: float


def of_unet(
    layers: Shapes,
    config: Mapping[str, Any],
    latent: tuple[int, int],
    tokens: int,
    first: Order | None = None,
) -> Work:
    """One picture whose latent has ``latent`` (height, width).

    Backward counts gradients of inputs from the layer of order ``first`` on.
    """
    levels = len(config["block_out_channels"])
    forward = backward = 0.0
    for path, shape in layers.items():
        where = place(path, levels)
        positions = 1 if is_single(path) else pixels(*latent, where.output_level)
        if tokens_of(path):
            positions = tokens
        product = 2.0 * math.prod(shape) * positions
        table = 0.0
        if path.endswith(("attn1.to_q", "attn2.to_q")):
            keys = tokens if "attn2" in path else positions
            table = 4.0 * positions * keys * shape[0]
        forward += product + table
        live = first is None or where.order >= first
        if live and not is_single(path) and not tokens_of(path):
            backward += product
        if live:
            backward += _ATTENDING_BACK * table
    return Work(forward, backward)


def of_step(run: Sized) -> float:
    """Operations of one optimizer step, adapters and trained text encoders included."""
    unet, config = run.layers["unet"], run.base.config("unet")
    levels = len(config["block_out_channels"])
    first = min(place(path, levels).order for path in run.adapted("unet"))
    work = of_unet(unet, config, run.latent(_mean_size(run)), run.tokens, first)
    forward, backward = work.forward, work.backward
    for part in run.trained[1:]:
        encoded = of_encoder(run.layers[part], run.tokens)
        forward, backward = forward + encoded, backward + encoded
    adapters = sum(_of_adapter(run, path) for path in run.adapted("unet"))
    forward, backward = forward + adapters, backward + 2 * adapters
    again = forward if run.settings.memory.gradient_checkpointing else 0.0
    images = run.settings.data.batch_size * run.settings.schedule.gradient_accumulation
    return images * (forward + backward + again)


def _of_adapter(run: Sized, path: str) -> float:
    """Both matrices of one of the UNet's layers, forward; A sees the input, B the output."""
    if is_single(path):
        return 0.0
    shape, rank = run.layers["unet"][path], run.settings.network.rank
    levels = len(run.base.config("unet")["block_out_channels"])
    positions = pixels(*run.latent(_mean_size(run)), place(path, levels).output_level)
    if tokens_of(path):
        positions = run.tokens
    return 2.0 * rank * positions * (math.prod(shape[1:]) + shape[0])


def of_encoder(layers: Shapes, tokens: int) -> float:
    """One caption through a text encoder."""
    return sum(2.0 * math.prod(shape) * tokens for shape in layers.values())


def of_vae(config: Mapping[str, Any], width: int, height: int) -> tuple[float, float]:
    """Encoding and decoding a picture: residual blocks of two convolutions, 3 by 3."""
    channels = list(config["block_out_channels"])
    count = int(config.get("layers_per_block", 1))
    encode = decode = 0.0
    before = channels[0]
    for level, now in enumerate(channels):
        positions = width * height / 4**level
        encode += 18.0 * positions * (before * now + now * now * (2 * count - 1))
        before = now
    for level, now in reversed(list(enumerate(channels))):
        positions = width * height / 4**level
        decode += 18.0 * positions * (before * now + now * now * (2 * count + 1))
        if level:  # resized by a convolution, which here runs on the larger map
            encode += 18.0 * positions * channels[level - 1] ** 2
            decode += 18.0 * 4 * positions * now * now
        before = now
    positions = width * height / 4 ** (len(channels) - 1)
    middle = 18.0 * positions * 4 * channels[-1] ** 2
    return encode + middle, decode + middle


def _mean_size(run: Sized) -> tuple[int, int]:
    """Buckets keep the area of the training size."""
    return run.settings.data.resolution, run.settings.data.resolution
