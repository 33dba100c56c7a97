"""The layers of an open base model that an adapter can change."""

from __future__ import annotations

from collections.abc import Mapping

from peft.tuners.tuners_utils import BaseTunerLayer
from torch import nn

from studio.models.names import Place


def adaptable(component: nn.Module) -> dict[str, nn.Module]:
    """Dotted path -> Linear or Conv2d of a component; peft's own matrices are not listed."""
    layers: dict[str, nn.Module] = {}
    inside = ""
    for path, module in component.named_modules():
        if inside and path.startswith(inside):
            continue
        base = module.get_base_layer() if isinstance(module, BaseTunerLayer) else module
        if isinstance(base, nn.Linear | nn.Conv2d):
            layers[path] = base
            inside = f"{path}."
    return layers


def layer_shapes(components: Mapping[str, nn.Module]) -> dict[Place, tuple[int, ...]]:
    """Weight shape of every adaptable layer: (out, in), or (out, in / groups, kh, kw)."""
    return {
        Place(component, path): _shape(layer)
        for component, model in components.items()
        for path, layer in adaptable(model).items()
    }


def _shape(layer: nn.Module) -> tuple[int, ...]:
    """By its sizes, for the weight of a quantised layer is packed."""
    if isinstance(layer, nn.Conv2d):
        return (layer.out_channels, layer.in_channels // layer.groups, *layer.kernel_size)
    assert isinstance(layer, nn.Linear)
    return (layer.out_features, layer.in_features)
