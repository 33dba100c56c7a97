"""Frozen convolutions on a CPU as matrix products, for small maps; takes no memory that stays.

A convolution kernel lays the weight out anew in every call, which at the small maps in the middle
of a UNet takes longer than the arithmetic. A matrix product takes the weight as it lies: the input
is unfolded into a row for each place of the kernels instead, which is little where maps are small.
(Chellapilla et al. 2006, "High Performance Convolutional Neural Networks for Document Processing".)
Channels lie last, in the weight too, so that unfolding copies whole runs of them: a tenth of the
time that torch's `unfold` and `fold` take. Which layers gain is measured: `studio.models.packing`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.kernels import Geometry
from studio.models.mapped import give_back
from studio.models.onednn import Ints

_FEW = 32
"""Rows up to which MKL is faster with the weight first."""


class Unfolded:
    """Called instead of a layer's ``forward``: (B, C, H, W) -> (B, D, H', W')."""

    def __init__(self, layer: nn.Conv2d) -> None:
        self.layer = layer

    def __call__(self, x: Tensor) -> Tensor:
        layer = self.layer
        fits = x.dtype == layer.weight.dtype and x.dim() == 4 and x.numel()
        if not fits or torch.is_autocast_enabled("cpu"):
            return nn.Conv2d.forward(layer, x)
        y: Tensor = _Product.apply(x, layer)  # type: ignore[no-untyped-call]
        return y


def unfold(model: nn.Module, paths: Iterable[str]) -> None:
    """Lets the convolutions at ``paths`` run so; each stays the module that it was."""
    for path in paths:
        layer: Any = model.get_submodule(path)
        _lay_out(layer, torch.channels_last)
        layer.forward = Unfolded(layer)


def fold(model: nn.Module) -> None:
    """Lets every unfolded convolution run as torch's again, its weight as it lay."""
    for layer in unfolded_layers(model):
        del layer.forward
        _lay_out(layer, torch.contiguous_format)


def unfolded_layers(model: nn.Module) -> list[nn.Conv2d]:
    """The convolutions that run unfolded now."""
    modules = model.modules()
    return [m for m in modules if isinstance(vars(m).get("forward"), Unfolded)]  # type: ignore[misc]


def _lay_out(layer: nn.Conv2d, order: torch.memory_format) -> None:
    before = layer.weight.data
    layer.weight.data = before.contiguous(memory_format=order)
    if layer.weight.data_ptr() != before.data_ptr():  # a 1x1 kernel lies both ways at once
        give_back(before)


class _Product(torch.autograd.Function):
    """y = unfold(x) K^T + b, and the gradient of x, fold(g K); K is the weight as (D, h w C)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, layer: nn.Conv2d) -> Tensor:
        ctx.layer, ctx.size, way = layer, x.shape[2:], Geometry.of(layer)
        weight, rows = _matrix(layer), _unfolded(x, way)
        if x.dtype == torch.float32 and len(rows) > _FEW:
            y: Tensor = rows @ weight.t()
        else:
            y = (weight @ rows.t()).t()
        if layer.bias is not None:
            y += layer.bias
        y = y.unflatten(0, (len(x), *way.output(x.shape[2:])))
        return y.permute(0, 3, 1, 2).contiguous()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        # Rows, not columns: MKL takes the weight transposed at half the speed.
        rows = gradient.permute(0, 2, 3, 1).flatten(0, 2) @ _matrix(ctx.layer)
        return _folded(rows, len(gradient), ctx.size, Geometry.of(ctx.layer)), None


def _matrix(layer: nn.Conv2d) -> Tensor:
    return layer.weight.permute(0, 2, 3, 1).flatten(1)


def _unfolded(x: Tensor, way: Geometry) -> Tensor:
    """(B, C, H, W) -> (B H' W', h w C): what the kernels see at each of their places."""
    (rows, columns), channels = way.pads, x.shape[1]
    padded: Tensor = F.pad(x.permute(0, 2, 3, 1), (0, 0, columns, columns, rows, rows)).contiguous()
    image, row, pixel, _ = padded.stride()
    shape = (len(x), *way.output(x.shape[2:]), *way.kernel, channels)
    steps = (row * way.stride[0], pixel * way.stride[1], row * way.dilation[0])
    seen = padded.as_strided(shape, (image, *steps, pixel * way.dilation[1], 1))
    return seen.reshape(-1, math.prod(way.kernel) * channels)


def _folded(rows: Tensor, images: int, size: Ints, way: Geometry) -> Tensor:
    """(B H' W', h w C) -> (B, C, H, W): sums where `_unfolded` copied."""
    height, width = way.output(size)
    parts = rows.view(images, height, width, *way.kernel, -1)
    wide = tuple(n + 2 * p for n, p in zip(size, way.pads, strict=True))
    whole = torch.zeros(images, *wide, parts.shape[-1])  # float32, as torch sums up itself
    for i, j in itertools.product(*map(range, way.kernel)):
        top, left = i * way.dilation[0], j * way.dilation[1]
        down = slice(top, top + way.stride[0] * (height - 1) + 1, way.stride[0])
        right = slice(left, left + way.stride[1] * (width - 1) + 1, way.stride[1])
        whole[:, down, right] += parts[:, :, :, i, j]
    inner = whole[:, way.pads[0] : way.pads[0] + size[0], way.pads[1] : way.pads[1] + size[1]]
    return inner.permute(0, 3, 1, 2).to(rows.dtype, memory_format=torch.contiguous_format)
