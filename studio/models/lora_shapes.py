"""Whether the tensors of a module in a LoRA file make one, and of which layer: by shapes, no torch.

One set of rules for the importer, which multiplies, and for `studio.inspect`, which only looks.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.models.lora_header import Parts
from studio.models.names import Place
from studio.models.safetensors_header import TensorInfo
from studio.models.spellings import match

Shape = tuple[int, ...]

BUNDLED = "bundle_emb."  # OneTrainer's embeddings inside a LoRA file
_FLOATS = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"}


def stray_reason(key: str) -> str:
    """Why a key that belongs to no module is not used: ``embedding`` or ``unknown_suffix``."""
    return "embedding" if key.startswith(BUNDLED) else "unknown_suffix"


def plain_shapes(parts: Parts, tensors: Mapping[str, TensorInfo]) -> tuple[Shape, Shape] | str:
    """Shapes of down and up, with ``lora_mid`` multiplied into down; or why there is no pair.

    Reasons: ``other_type`` (LoHa, DoRA ...), ``no_pair``, ``dtype`` (no floating point numbers),
    ``shapes`` (the factors do not fit each other).
    """
    if parts.keys.keys() - {"down", "mid", "up", "alpha"}:
        return "other_type"
    keys = {role: parts.key(role) for role in parts.keys if role != "alpha"}
    infos = {role: tensors[key] for role, key in keys.items() if key is not None}
    if len(infos) < len(keys) or not {"down", "up"} <= infos.keys():
        return "no_pair"
    if any(info.dtype not in _FLOATS for info in infos.values()):
        return "dtype"
    down, up = infos["down"].shape, infos["up"].shape
    if "mid" in infos:
        mid = infos["mid"].shape
        if len(mid) != 4 or mid[:2] != down[:1] * 2 or down[2:] not in ((), (1, 1)):
            return "shapes"
        down = (*down[:2], *mid[2:])
    agree = len(down) in (2, 4) and len(up) in (2, 4) and down[0] == up[1]
    if not agree or up[2:] not in ((), (1, 1)) or 0 in (*down, *up):
        return "shapes"
    return down, up


def fits(down: Shape, up: Shape, layer: Shape) -> bool:
    """Whether factors of these shapes change a weight of shape ``layer``.

    Weights of 1x1 convolutions may be 2-D in the file, and the reverse.
    """
    return (up[0], down[1]) == layer[:2] and (down[2:] or (1, 1)) == (layer[2:] or (1, 1))


def place(
    modules: Mapping[str, tuple[Shape, Shape]], layers: Mapping[Place, Shape], arch: str
) -> tuple[dict[str, Place], dict[str, str]]:
    """Modules by name, with shapes of down and up -> their layers, and the rest with a reason.

    Reasons: ``no_layer``, ``layer_shape``, ``twice`` (two spellings of one layer).
    """
    found, unmatched = match(modules, layers, arch)
    placed: dict[str, Place] = {}
    left = dict.fromkeys(unmatched, "no_layer")
    taken: set[Place] = set()
    for name, places in found.items():
        fitting = [layer for layer in places if fits(*modules[name], layers[layer])]
        if not fitting or fitting[0] in taken:
            left[name] = "twice" if fitting else "layer_shape"
        else:
            placed[name] = fitting[0]
            taken.add(fitting[0])
    return placed, left
