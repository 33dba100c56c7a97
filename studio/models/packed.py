"""Frozen layers on a CPU with weights packed once: forward pass and gradient of the input.

torch lays a frozen convolution's weight out anew in every call, which at the small feature maps of
a UNet takes longer than the convolution itself, and its `Linear` takes a slow way on some CPUs.
Here they have the layout of `studio.models.kernels`, from the start.

    pack(base.unet, sizes)
    ...
    unpack(base.unet)     # bit for bit what it was

A packed layer is the module that it was, with another ``forward``: peft makes its matrices of the
type of the layer that they adapt. Which layers gain is measured: `studio.models.packing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeGuard

import torch
from torch import nn

from studio.models.kernels import Convolution, Geometry, Kernels, Matrix, PixelMatrix
from studio.models.mapped import give_back
from studio.models.onednn import DTYPES, Ints

Layer = nn.Linear | nn.Conv2d


def pack(model: nn.Module, sizes: Mapping[str, Ints]) -> None:
    """Packs the `frozen_layers` at the paths of ``sizes``, for inputs of those sizes.

    A packed layer lets go of its own weight, so it takes twice the memory, not three times.
    ``weight`` keeps its shape, dtype and device, which is all that adapters ask for; its values
    are NaN. A state dict has the true ones.
    """
    layers = frozen_layers(model)
    for path, size in sizes.items():
        pack_layer(layers[path], size)


def packed_layers(model: nn.Module) -> list[Layer]:
    """The layers that run packed now."""
    return [module for module in model.modules() if _is_packed(module)]


def packed_bytes(model: nn.Module) -> int:
    """Memory that packing takes beside what the weights themselves would."""
    return sum(layer.weight.numel() * layer.weight.itemsize for layer in packed_layers(model))


def unpack(model: nn.Module) -> None:
    """Makes every packed layer again what it was."""
    for layer in packed_layers(model):
        unpack_layer(layer)


def frozen_layers(model: nn.Module) -> dict[str, Layer]:
    """Path -> layer that can be packed; neither adapters' matrices nor shared weights."""
    users = Counter(id(p) for m in model.modules() for p in m.parameters(recurse=False))
    return {
        path: layer
        for path, layer in model.named_modules()
        if type(layer) in (nn.Linear, nn.Conv2d)
        and "lora_" not in path
        and users[id(layer.weight)] == 1
        and _packable(layer)
    }


def pack_layer(layer: Layer, size: Ints) -> None:
    """Packs one layer in place, for inputs of ``size``: who holds it need not know."""
    kernels: Kernels
    if isinstance(layer, nn.Linear):
        kernels = Matrix(layer.weight.detach(), layer.bias)
    elif (layer.kernel_size, layer.stride, layer.padding) == ((1, 1), (1, 1), (0, 0)):
        kernels = PixelMatrix(layer.weight.detach(), layer.bias)
    else:
        kernels = Convolution(layer, size)
    layer.forward = kernels  # type: ignore[assignment]
    register: Any = layer.register_state_dict_post_hook
    kernels.hook = register(partial(_tell, kernels))
    give_back(layer.weight.data)
    nothing = torch.full((), torch.nan, dtype=layer.weight.dtype)
    layer.weight.data = nothing.expand(layer.weight.shape)


def unpack_layer(layer: Layer) -> None:
    """Makes one layer again what it was before `pack_layer`."""
    kernels: Any = layer.forward
    kernels.hook.remove()
    layer.weight.data = kernels.weight()
    del layer.forward


def _is_packed(module: nn.Module) -> TypeGuard[Layer]:
    return isinstance(vars(module).get("forward"), Kernels)


def _tell(kernels: Kernels, _: nn.Module, state: dict[str, Any], prefix: str, *__: object) -> None:
    """Puts the true weight into a state dict."""
    state[f"{prefix}weight"] = kernels.weight()


def _packable(layer: Layer) -> bool:
    tensors = [layer.weight] if layer.bias is None else [layer.weight, layer.bias]
    if any(t.requires_grad or t.device.type != "cpu" for t in tensors):
        return False
    if layer.weight.dtype not in DTYPES or len({t.dtype for t in tensors}) > 1:
        return False
    if "forward" in vars(layer):  # packed already, or taken over by someone else
        return False
    return isinstance(layer, nn.Linear) or (
        layer.groups == 1
        and layer.padding_mode == "zeros"
        and not isinstance(layer.padding, str)
        and min(Geometry.of(layer).pads_back) >= 0
    )
