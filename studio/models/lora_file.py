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
from torch import Tensor, nn

from studio.models.keys import layer_shapes
from studio.models.lora_header import (
    Parts,
    adapter_alpha,
    alpha_metadata,
    group_keys,
    guess_arch,
    read_lora_header,
)
from studio.models.lora_shapes import place, plain_shapes, stray_reason
from studio.models.names import Place
from studio.models.safetensors_header import TensorInfo
from studio.models.weights import map_tensors


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

    Reasons: ``unknown_suffix``, ``embedding``, those of `plain_shapes`, ``not_finite``, ``alpha``.
    ``arch`` is "sd1", "sd2", "sdxl" or None, told from shapes.
    """

    metadata: dict[str, str]
    arch: str | None
    modules: dict[str, LoraModule]
    unusable: dict[str, str] = field(default_factory=dict)


def read_lora(path: Path) -> LoraFile:
    """Every low-rank module of a file, on the CPU; factors as stored, where plain.

    CP/Tucker modules (with ``lora_mid``) become plain ones of the same effect, in float32. Raises
    what `read_lora_header` raises; a file without any LoRA comes back with no modules.
    """
    header = read_lora_header(path)
    told = alpha_metadata(path, header)
    parts_by_name, strays = group_keys(header.tensors)
    modules: dict[str, LoraModule] = {}
    unusable = {key: stray_reason(key) for key in strays}
    tensors = map_tensors(path, header)
    for name, parts in parts_by_name.items():
        module = _module(name, parts, header.tensors, told, tensors)
        if isinstance(module, LoraModule):
            modules[name] = module
        else:
            unusable |= dict.fromkeys(parts.all_keys(), module)
    arch = guess_arch(parts_by_name, header.tensors)
    return LoraFile(header.metadata, arch, modules, unusable)


def _module(
    name: str,
    parts: Parts,
    infos: Mapping[str, TensorInfo],
    metadata: Mapping[str, str],
    tensors: Mapping[str, Tensor],
) -> LoraModule | str:
    """The module made of ``parts``, or the reason why there is none."""
    shapes = plain_shapes(parts, infos)
    if isinstance(shapes, str):
        return shapes
    down, up = (_floats(tensors[parts.keys[role][0]]) for role in ("down", "up"))
    if "mid" in parts.keys:
        down = _without_mid(down, tensors[parts.keys["mid"][0]])
    alpha = _alpha(name, parts, metadata, tensors, rank=shapes[0][0])
    if alpha is None:
        return "alpha"
    module = LoraModule(down, up, alpha)
    return module if _is_finite(module) else "not_finite"


def _floats(tensor: Tensor) -> Tensor:
    """8-bit floats as float16, which holds them all exactly; others as they are."""
    return tensor.half() if tensor.itemsize == 1 else tensor


def _without_mid(down: Tensor, mid: Tensor) -> Tensor:
    """The kernel (r, in, kh, kw) that ``down`` (r, in[, 1, 1]) and then ``mid`` (r, r, kh, kw) are.

    Tucker-2 decomposition of a convolution: Kim et al. 2016, https://arxiv.org/abs/1511.06530; in
    this order in LyCORIS.
    """
    return torch.einsum("abhw,bi->aihw", _floats(mid).float(), down.flatten(1).float())


def _is_finite(module: LoraModule) -> bool:
    """Whether the factors, and their product with alpha, stay within float32."""
    if not (module.down.isfinite().all() and module.up.isfinite().all()):
        return False
    largest = float(module.down.abs().max()) * float(module.up.abs().max()) * abs(module.alpha)
    return largest <= torch.finfo(torch.float32).max


def _alpha(
    name: str,
    parts: Parts,
    metadata: Mapping[str, str],
    tensors: Mapping[str, Tensor],
    *,
    rank: int,
) -> float | None:
    """The stored alpha; without one, ``rank`` (scale 1), as every program reads it."""
    if "alpha" in parts.keys:
        key = parts.key("alpha")
        stored = tensors[key] if key is not None else None
        if stored is None or stored.numel() != 1 or stored.is_complex():
            return None
        alpha = float(stored.item())
    else:
        try:
            told = adapter_alpha(metadata, name, rank)
        except ValueError:  # told to the artist as the reason "alpha"
            return None
        alpha = float(rank) if told is None else told
    return alpha if math.isfinite(alpha) else None


def assign(
    file: LoraFile, components: Mapping[str, nn.Module], arch: str
) -> tuple[dict[Place, LoraModule], dict[str, str]]:
    """`assign_shapes` for the layers of an open base model; paths are those of its modules."""
    return assign_shapes(file, layer_shapes(components), arch)


def assign_shapes(
    file: LoraFile, shapes: Mapping[Place, tuple[int, ...]], arch: str
) -> tuple[dict[Place, LoraModule], dict[str, str]]:
    """The file's modules in the shapes of the layers they belong to, and the rest with a reason.

    ``shapes`` are those of the layers' weights; their paths may be canonical or of live modules.
    The rest is told by the module's name in the file, with a reason of `place`. Files with 2-D
    weights for 1x1 convolutions, and the reverse, are common and fit.
    """
    sizes = {n: (tuple(m.down.shape), tuple(m.up.shape)) for n, m in file.modules.items()}
    places, left = place(sizes, shapes, arch)
    return {
        layer: _reshaped(file.modules[name], convolution=len(shapes[layer]) == 4)
        for name, layer in places.items()
    }, left


def _reshaped(module: LoraModule, *, convolution: bool) -> LoraModule:
    """``module`` with 4-D factors for a convolution, else with 2-D ones."""
    down, up = module.down, module.up
    if not convolution:
        return LoraModule(down.flatten(1), up.flatten(1), module.alpha)
    kernel = down.shape[2:] or (1, 1)
    return LoraModule(
        down.reshape(*down.shape[:2], *kernel), up.reshape(*up.shape[:2], 1, 1), module.alpha
    )
