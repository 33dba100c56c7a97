"""Frozen convolutions on a CPU as matrix products, for small maps; takes no memory that stays.

A convolution kernel lays the weight out anew in every call, which at the small maps in the middle
of a UNet takes longer than the arithmetic. A matrix product takes the weight as it lies: the input
is unfolded into a column for each place of the kernels instead, which is little where maps are
small. (Chellapilla et al. 2006, "High Performance Convolutional Neural Networks for Document
Processing".) Which layers gain is measured: `studio.models.packing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.kernels import Geometry


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
        layer.forward = Unfolded(layer)


def fold(model: nn.Module) -> None:
    """Lets every unfolded convolution run as torch's again."""
    for layer in unfolded_layers(model):
        del layer.forward


def unfolded_layers(model: nn.Module) -> list[nn.Conv2d]:
    """The convolutions that run unfolded now."""
    modules = model.modules()
    return [m for m in modules if isinstance(vars(m).get("forward"), Unfolded)]  # type: ignore[misc]


class _Product(torch.autograd.Function):
    """y = K unfold(x) + b, and the gradient of x, fold(K^T g); with K the weight as (D, C h w)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, layer: nn.Conv2d) -> Tensor:
        ctx.layer, ctx.size, way = layer, x.shape[2:], Geometry.of(layer)
        columns = F.unfold(x, way.kernel, way.dilation, way.pads, way.stride)
        y = layer.weight.flatten(1) @ columns.transpose(0, 1).flatten(1)
        if layer.bias is not None:
            y += layer.bias[:, None]
        return y.view(-1, len(x), *way.output(x.shape[2:])).transpose(0, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        layer, way = ctx.layer, Geometry.of(ctx.layer)
        # Rows, not columns: MKL takes the weight transposed at half the speed.
        rows = gradient.permute(0, 2, 3, 1).flatten(0, 2) @ layer.weight.flatten(1)
        columns = rows.unflatten(0, (len(gradient), -1)).transpose(1, 2)
        back = F.fold(columns, ctx.size, way.kernel, way.dilation, way.pads, way.stride)
        return back, None
