"""Frozen layers that keep their weight in few bits, and compute with what the bits stand for.

    for path, layer in quantizable(unet).items():
        store(layer, weights[path], "nf4", torch.bfloat16)

The weight is there for the length of one product: it is made in the forward pass and once more in
the backward pass, which asks for the input's gradient alone. So nothing but the bits is kept, with
gradient checkpointing or without, and whatever the precision of the computation.

Like a packed layer (`studio.models.packed`) a quantised one is the module that it was, with another
``forward``. Its ``weight`` has the shape, dtype and device that adapters ask for, takes no memory
and is NaN, so that nobody who computes with it goes unnoticed. A state dict has the true values.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.grad import conv2d_input

from studio.errors import StudioError
from studio.models.packed import Layer
from studio.models.stored import few_bits

_KEPT = ("conv_in", "conv_out")
"""Of a UNet: in NF4 the starter's prediction is off by 0.19 of its size; by 0.23 with these too."""


def refuse(kind: str, device: torch.device) -> None:
    """Raises ``base.no_quantize`` where a kind cannot be computed with.

    bitsandbytes takes its kernels for MPS from the hub, and MPS knows no fp8.
    """
    if device.type == "mps" and kind in ("nf4", "fp8"):
        raise StudioError("base.no_quantize", kind=kind, device=device.type)


def quantizable(model: nn.Module) -> dict[str, Layer]:
    """Path -> layer of a UNet or text encoder that can do with few bits."""
    return {
        path: layer
        for path, layer in model.named_modules()
        if type(layer) in (nn.Linear, nn.Conv2d)
        and path not in _KEPT
        and (isinstance(layer, nn.Linear) or _is_plain(layer))
    }


def store(layer: Layer, weight: Tensor, kind: str, dtype: torch.dtype) -> Tensor:
    """Makes a layer keep ``weight`` as "nf4", "int8" or "fp8", on the device where it is.

    The layer computes in ``dtype``; what it had for a weight before does not matter. Returns what
    stands for the weight from now on.
    """
    nothing = torch.full((), torch.nan, dtype=dtype, device=weight.device)
    layer.weight = nn.Parameter(nothing.expand(weight.shape), requires_grad=False)
    changed: Any = layer
    changed.stored = few_bits(weight, kind)
    changed.forward = MethodType(_forward, layer)
    changed._apply = MethodType(_apply, layer)
    changed.register_state_dict_post_hook(_tell)
    return layer.weight


def is_quantized(module: nn.Module) -> bool:
    """Whether a layer keeps its weight in few bits."""
    return "stored" in vars(module)


def stored_bytes(model: nn.Module) -> int:
    """Memory of all weights, with scales and everything else that is kept for them."""
    total = 0
    for module in model.modules():
        if is_quantized(module):
            total += cast(Any, module).stored.bytes
        for parameter in module.parameters(recurse=False):
            # Of a weight that takes no memory there is one number.
            total += parameter.itemsize * (1 if _is_nothing(parameter) else parameter.numel())
    return total


def bytes_per_parameter(model: nn.Module) -> float:
    """`stored_bytes` by the number of weights."""
    return stored_bytes(model) / sum(parameter.numel() for parameter in model.parameters())


def _is_plain(layer: nn.Conv2d) -> bool:
    zeros = layer.padding_mode == "zeros" and not isinstance(layer.padding, str)
    return layer.groups == 1 and zeros


def _is_nothing(parameter: Tensor) -> bool:
    return not any(parameter.stride()) and parameter.dim() > 0


def _forward(layer: Any, x: Tensor) -> Tensor:
    """Instead of the layer's own: the same of the weight that the bits stand for."""
    if x.is_meta:  # only sizes are asked for
        return cast(Tensor, type(layer).forward(layer, x))
    dtype = layer.weight.dtype
    if torch.is_autocast_enabled(x.device.type):
        dtype = torch.get_autocast_dtype(x.device.type)
        x = x.to(dtype)
    return cast(Tensor, cast(Any, _Product).apply(x, layer, dtype))


class _Product(torch.autograd.Function):
    """A frozen layer's output, and the gradient of its input; keeps no tensor between them."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, layer: Any, dtype: torch.dtype) -> Tensor:
        ctx.layer, ctx.dtype, ctx.size = layer, dtype, x.shape
        weight = layer.stored.weight(dtype)
        if isinstance(layer, nn.Linear):
            return F.linear(x, weight, layer.bias)
        return F.conv2d(x, weight, layer.bias, layer.stride, layer.padding, layer.dilation)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        layer, weight = ctx.layer, ctx.layer.stored.weight(ctx.dtype)
        if isinstance(layer, nn.Linear):
            return gradient @ weight, None, None
        way = (layer.stride, layer.padding, layer.dilation)
        return conv2d_input(ctx.size, weight, gradient, *way), None, None


def _apply(layer: Any, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Any:
    """Instead of the layer's own, for `nn.Module.to`: the bits follow the weight's device only.

    A conversion would give the weight memory for all its NaN.
    """
    shape = layer.weight.shape
    layer.weight.data = layer.weight.data[(0,) * len(shape)]
    type(layer)._apply(layer, fn, recurse)
    layer.weight.data = layer.weight.data.expand(shape)
    layer.stored = layer.stored.to(layer.weight.device)
    return layer


def _tell(layer: Any, state: dict[str, Any], prefix: str, _: object) -> None:
    """Puts the true weight into a state dict."""
    state[f"{prefix}weight"] = layer.stored.weight(layer.weight.dtype)
