"""Which layer of an open base model a name in a LoRA file means.

Built from a walk of the live modules, so that names are matched and never taken apart: underscores
in kohya's names are ambiguous. Every spelling in circulation is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from peft.tuners.tuners_utils import BaseTunerLayer
from torch import nn

from studio.models.names import Place, kohya_name, text_model_path


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


def match(
    names: Iterable[str], components: Mapping[str, nn.Module], arch: str
) -> tuple[dict[str, Place], list[str]]:
    """Module names of a file -> layers of the base model, and the names that fit no layer.

    ``arch`` is "sd1", "sd2" or "sdxl". Two spellings of one layer both match it.
    """
    known: dict[str, Place] = {}
    for component, model in components.items():
        for path in adaptable(model):
            for alias in _aliases(component, path, arch):
                known.setdefault(alias, Place(component, path))
    names = list(names)
    found = {name: known[name] for name in names if name in known}
    return found, [name for name in names if name not in found]


def _aliases(component: str, path: str, arch: str) -> Iterator[str]:
    yield kohya_name(component, path, arch)
    if component == "unet":
        yield from _unet_aliases(path)
        return
    prefixes = ("lora_te2",) if component == "text_encoder_2" else ("lora_te", "lora_te1")
    full = text_model_path(path)
    for spelled in (full, full.removeprefix("text_model.")):
        yield f"{component}.{spelled}"
        yield f"base_model.model.{spelled}"
        yield from (f"{prefix}_{spelled}".replace(".", "_") for prefix in prefixes)


def _unet_aliases(path: str) -> Iterator[str]:
    flat = path.replace(".", "_")
    yield f"lora_unet_{flat}"
    yield f"lycoris_{flat}"
    yield from (f"{start}{path}" for start in ("unet.", "base_model.model.", ""))
    if processor := re.fullmatch(r"(.+\.attn[12])\.(to_[qkv]|to_out)(?:\.0)?", path):
        yield f"unet.{processor[1]}.processor.{processor[2]}"
