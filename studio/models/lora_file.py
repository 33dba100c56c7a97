"""Reading LoRA files of any community spelling into plain low-rank modules.

Our own importer, because diffusers' loses per-module alphas, drops what it does not know and
refuses whole files for one stray key. What cannot be used is listed with its reason, never skipped
in silence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from studio.models.keys import adaptable, match
from studio.models.lora_header import Parts, adapter_alpha, group_keys, guess_arch
from studio.models.names import Place
from studio.models.safetensors_header import Header, read_header


@dataclass(frozen=True)
class LoraModule:
    """The adapter of one layer: its weight changes by ``alpha / rank * up @ down``.

    Linear: ``down`` (r, in), ``up`` (out, r). Convolution: ``down`` (r, in, kh, kw), ``up``
    (out, r, 1, 1). Any float dtype.
    """

    down: Tensor
    up: Tensor
    alpha: float

    @property
    def rank(self) -> int:
        """Inner size of the factors."""
        return int(self.down.shape[0])

    @property
    def scale(self) -> float:
        """``alpha / rank``."""
        return self.alpha / self.rank

    def delta(self, dtype: torch.dtype = torch.float32) -> Tensor:
        """The change of the layer's weight, in its shape, computed in ``dtype``."""
        flat = (self.up.to(dtype).flatten(1) * self.scale) @ self.down.to(dtype).flatten(1)
        return flat.reshape(self.up.shape[0], *self.down.shape[1:])


@dataclass(frozen=True)
class LoraFile:
    """A LoRA file: usable modules by their name in the file; ``unusable`` keys with a reason each.

    Reasons: ``unknown_suffix``, ``other_type`` (LoHa, DoRA ...), ``no_pair``, ``shapes``,
    ``not_finite``, ``alpha``. ``arch`` is "sd1", "sd2", "sdxl" or None, told from shapes.
    """

    metadata: dict[str, str]
    arch: str | None
    modules: dict[str, LoraModule]
    unusable: dict[str, str] = field(default_factory=dict)


def read_lora(path: Path) -> LoraFile:
    """Every low-rank module of a safetensors file, tensors as stored, on the CPU.

    Raises ``safetensors.unreadable`` or ``safetensors.invalid``; a file without any LoRA comes back
    with no modules.
    """
    header = read_header(path)
    parts_by_name, strays = group_keys(header.tensors)
    tensors = load_file(str(path))
    modules: dict[str, LoraModule] = {}
    unusable = dict.fromkeys(strays, "unknown_suffix")
    for name, parts in parts_by_name.items():
        module = _module(name, parts, header, tensors)
        if isinstance(module, LoraModule):
            modules[name] = module
        else:
            unusable |= dict.fromkeys(parts.all_keys(), module)
    arch = guess_arch(parts_by_name, header.tensors)
    return LoraFile(header.metadata, arch, modules, unusable)


def _module(
    name: str, parts: Parts, header: Header, tensors: Mapping[str, Tensor]
) -> LoraModule | str:
    """The module made of ``parts``, or the reason why there is none."""
    if parts.keys.keys() - {"down", "up", "alpha"}:
        return "other_type"
    down_key, up_key = parts.key("down"), parts.key("up")
    if down_key is None or up_key is None:
        return "no_pair"
    down, up = tensors[down_key], tensors[up_key]
    if not _shapes_agree(down, up):
        return "shapes"
    alpha = _alpha(name, parts, header, tensors, int(down.shape[0]))
    if alpha is None:
        return "alpha"
    if not (down.isfinite().all() and up.isfinite().all()):
        return "not_finite"
    return LoraModule(down, up, alpha)


def _shapes_agree(down: Tensor, up: Tensor) -> bool:
    if not (down.is_floating_point() and up.is_floating_point()) or 0 in down.shape:
        return False
    if down.ndim not in (2, 4) or up.ndim not in (2, 4) or down.shape[0] != up.shape[1]:
        return False
    return up.ndim == 2 or up.shape[2:] == (1, 1)


def _alpha(
    name: str, parts: Parts, header: Header, tensors: Mapping[str, Tensor], rank: int
) -> float | None:
    """The stored alpha; without one, ``rank`` (scale 1), as every program reads it."""
    if "alpha" in parts.keys:
        key = parts.key("alpha")
        if key is None or tensors[key].numel() != 1:
            return None
        alpha = float(tensors[key].item())
    else:
        try:
            stored = adapter_alpha(header.metadata, name, rank)
        except ValueError:  # told to the artist as the reason "alpha"
            return None
        alpha = float(rank) if stored is None else stored
    return alpha if math.isfinite(alpha) else None


def assign(
    file: LoraFile, components: Mapping[str, nn.Module], arch: str
) -> tuple[dict[Place, LoraModule], dict[str, str]]:
    """The file's modules in the shapes of the layers they belong to, and the rest with a reason.

    Reasons: ``no_layer``, ``layer_shape``, ``twice`` (two spellings of one layer). Files with 2-D
    weights for 1x1 convolutions, and the reverse, are common and fit.
    """
    found, unmatched = match(file.modules, components, arch)
    layers = {name: adaptable(component) for name, component in components.items()}
    fitted: dict[Place, LoraModule] = {}
    left = dict.fromkeys(unmatched, "no_layer")
    for name, place in found.items():
        module = _fit(file.modules[name], layers[place.component][place.path])
        if module is None or place in fitted:
            left[name] = "layer_shape" if module is None else "twice"
        else:
            fitted[place] = module
    return fitted, left


def _fit(module: LoraModule, layer: nn.Module) -> LoraModule | None:
    """``module`` reshaped for ``layer``; None if its sizes are another layer's."""
    down, up = module.down, module.up
    if isinstance(layer, nn.Conv2d):
        inner: tuple[int, ...] = (layer.in_channels // layer.groups, *layer.kernel_size)
        outer, up = layer.out_channels, up.reshape(*up.shape[:2], 1, 1)
        if down.ndim == 2 and inner[1:] == (1, 1):
            down = down.reshape(*down.shape, 1, 1)
    else:
        assert isinstance(layer, nn.Linear)
        inner, outer, up = (layer.in_features,), layer.out_features, up.flatten(1)
        if down.shape[2:] == (1, 1):
            down = down.flatten(1)
    if tuple(down.shape[1:]) != inner or up.shape[0] != outer:
        return None
    return LoraModule(down, up, module.alpha)
