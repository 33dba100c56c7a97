"""A frozen weight in oneDNN's own layout, and the layer that it belongs to, both ways.

Laid out once for the forward pass and once, transposed, for the gradient of the input; a frozen
weight needs no gradient of its own. The results are torch's, but for the order of additions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from studio.models.onednn import Ints, convolve, linear, pack_kernels, pack_matrix


class Kernels(ABC):
    """A frozen weight in two layouts; called instead of its layer's ``forward``."""

    dimensions: int
    hook: Any

    def __init__(self, forward: Tensor, backward: Tensor, bias: Tensor | None) -> None:
        self.forward_weight, self.backward_weight, self.bias = forward, backward, bias

    @abstractmethod
    def weight(self) -> Tensor:
        """The weight with the bits that it had, in new memory."""

    @abstractmethod
    def run(self, x: Tensor) -> Tensor:
        """The layer's output through oneDNN."""

    @abstractmethod
    def run_stock(self, x: Tensor) -> Tensor:
        """The layer's output through torch."""

    def __call__(self, x: Tensor) -> Tensor:
        fits = x.dtype == self.forward_weight.dtype and x.dim() >= self.dimensions
        if fits and x.numel() and not torch.is_autocast_enabled("cpu"):
            return self.run(x)
        return self.run_stock(x)


class Matrix(Kernels):
    """Of an `nn.Linear`: (..., in_features) -> (..., out_features)."""

    dimensions = 2

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__(pack_matrix(weight), pack_matrix(weight.t()), bias)

    def weight(self) -> Tensor:
        return self.forward_weight.to_dense()

    def run(self, x: Tensor) -> Tensor:
        return _apply(_Linear, x, self)

    def run_stock(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight(), self.bias)


class PixelMatrix(Matrix):
    """Of a 1x1 `nn.Conv2d`: (B, C, H, W) -> (B, D, H, W), channels last; a product per pixel.

    oneDNN's own 1x1 convolutions are a hundred times slower in a layout for another size.
    """

    dimensions = 4

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__(weight.flatten(1), bias)

    def weight(self) -> Tensor:
        return super().weight()[:, :, None, None]

    def run(self, x: Tensor) -> Tensor:
        return super().run(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def run_stock(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight(), self.bias)


@dataclass(frozen=True)
class Geometry:
    """How kernels move over pictures."""

    kernel: tuple[int, ...]
    pads: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]

    @classmethod
    def of(cls, layer: nn.Conv2d) -> Geometry:
        """That of a layer whose padding is stated in numbers."""
        assert not isinstance(layer.padding, str)
        return cls(layer.kernel_size, layer.padding, layer.stride, layer.dilation)

    @property
    def pads_back(self) -> tuple[int, ...]:
        """Zeros around a gradient so that the kernels reach every pixel of the input."""
        sides = zip(self.kernel, self.pads, self.dilation, strict=True)
        return tuple(d * (k - 1) - p for k, p, d in sides)

    def spread(self, size: Ints) -> tuple[int, ...]:
        """Height and width that the output would have with stride 1, for an input (H, W)."""
        sides = zip(size, self.kernel, self.pads, self.dilation, strict=True)
        return tuple(n + 2 * p - d * (k - 1) for n, k, p, d in sides)

    def output(self, size: Ints) -> tuple[int, ...]:
        """Height and width of the output for an input (H, W)."""
        return tuple(-(-n // s) for n, s in zip(self.spread(size), self.stride, strict=True))


class Convolution(Kernels):
    """Of an `nn.Conv2d`: (B, C, H, W) -> (B, D, H', W'), channels last in memory.

    The gradient of the input is itself a convolution of stride 1: of the output's gradient, with
    the kernels mirrored in space, input and output channels exchanged.
    """

    dimensions = 4

    def __init__(self, layer: nn.Conv2d, size: Ints) -> None:
        self.geometry = way = Geometry.of(layer)
        weight = layer.weight.detach()
        turned = weight.flip(2, 3).transpose(0, 1)
        back = (size[0], layer.out_channels, *way.spread(size[2:]))
        super().__init__(
            pack_kernels(weight, way.pads, way.stride, way.dilation, size),
            pack_kernels(turned, way.pads_back, (1, 1), way.dilation, back),
            layer.bias,
        )

    def weight(self) -> Tensor:
        return self.forward_weight.to_dense()

    def run(self, x: Tensor) -> Tensor:
        return _apply(_Convolution, x, self)

    def run_stock(self, x: Tensor) -> Tensor:
        way = self.geometry
        return F.conv2d(x, self.weight(), self.bias, way.stride, way.pads, way.dilation)

    def between(self, gradient: Tensor, size: Ints) -> Tensor:
        """The gradient with zeros for the pixels that the stride left out."""
        if self.geometry.stride == (1, 1):
            return gradient
        spread = gradient.new_zeros(*gradient.shape[:2], *self.geometry.spread(size))
        spread = spread.contiguous(memory_format=torch.channels_last)
        spread[:, :, :: self.geometry.stride[0], :: self.geometry.stride[1]] = gradient
        return spread


class _Linear(torch.autograd.Function):
    """y = x W^T + b and its gradient, g W."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernels: Matrix) -> Tensor:
        ctx.weight = kernels.backward_weight
        return linear(x, kernels.forward_weight, kernels.bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return linear(gradient, ctx.weight, None), None


class _Convolution(torch.autograd.Function):
    """y = x * K + b and its gradient, g * K turned."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, kernels: Convolution) -> Tensor:
        ctx.kernels, ctx.size, way = kernels, x.shape[2:], kernels.geometry
        weight, bias = kernels.forward_weight, kernels.bias
        return convolve(x, weight, bias, way.pads, way.stride, way.dilation)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        kernels, way = ctx.kernels, ctx.kernels.geometry
        spread, weight = kernels.between(gradient, ctx.size), kernels.backward_weight
        return convolve(spread, weight, None, way.pads_back, (1, 1), way.dilation), None


def _apply(function: Any, x: Tensor, kernels: Kernels) -> Tensor:
    y: Tensor = function.apply(x, kernels)
    return y
