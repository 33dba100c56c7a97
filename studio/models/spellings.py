"""Which layer of a base model a name in a LoRA file means, in every spelling in circulation.

Names are matched against those of known layers and never taken apart: underscores in kohya's names
are ambiguous. Spellings were read in the writers' sources: kohya's sd-scripts, diffusers 0.42 (old
and new), peft, LyCORIS, OneTrainer (all its formats of 2023 to 2026). No torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from studio.models.names import Place, sgm_path, text_model_path

_UNET_STARTS = (
    *("unet.", "lora_unet.", "diffusion_model.", ""),
    *("base_model.model.", "base_model.model.unet."),
)
_ENCODERS = {
    "text_encoder": ("lora_te", "lora_te1"),
    "text_encoder_2": ("lora_te2",),
}
_ENCODERS_DOTTED = {
    "text_encoder": (
        *("text_encoder", "base_model.model.text_encoder", "clip_l"),
        *("text_encoders.clip_l.transformer", "text_encoders.clip_h.transformer"),
    ),
    "text_encoder_2": (
        *("text_encoder_2", "base_model.model.text_encoder_2", "clip_g"),
        "text_encoders.clip_g.transformer",
    ),
}
_SELF_ATTENTION = re.compile(r"(.+\.self_attn)\.(q|k|v|out)_proj")
_ATTENTION = re.compile(r"(.+\.attn[12])\.(to_[qkv]|to_out)(?:\.0)?")


def match(
    names: Iterable[str], places: Iterable[Place], arch: str
) -> tuple[dict[str, tuple[Place, ...]], list[str]]:
    """Module names of a file -> the layers each may mean, and the names that fit no layer.

    ``arch`` is "sd1", "sd2" or "sdxl"; paths of ``places`` are canonical or those of live modules.
    A name has several layers where peft does not say of which encoder it speaks; the shape decides.
    """
    known: dict[str, list[Place]] = {}
    for place in places:
        for alias in dict.fromkeys(_aliases(place, arch)):
            known.setdefault(alias, []).append(place)
    names = list(names)
    found = {name: tuple(known[name]) for name in names if name in known}
    return found, [name for name in names if name not in found]


def _aliases(place: Place, arch: str) -> Iterator[str]:
    component, path = place
    return _unet_aliases(path, arch) if component == "unet" else _text_aliases(component, path)


def _unet_aliases(path: str, arch: str) -> Iterator[str]:
    for spelled in (path, *_sgm(path, arch)):
        flat = spelled.replace(".", "_")
        yield from (f"lora_unet_{flat}", f"lycoris_{flat}")
        yield from (f"{start}{spelled}" for start in _UNET_STARTS)
    if attention := _ATTENTION.fullmatch(path):
        parent, layer = attention.groups()
        for start in ("unet.", ""):
            yield from (f"{start}{parent}.processor.{layer}", f"{start}{parent}.{layer}")


def _sgm(path: str, arch: str) -> tuple[str, ...]:
    try:
        return (sgm_path(path, arch),)
    except KeyError:  # a layer that no published model has
        return ()


def _text_aliases(component: str, path: str) -> Iterator[str]:
    full = text_model_path(path)
    for spelled in dict.fromkeys((full, full.removeprefix("text_model."))):
        for prefix in _ENCODERS[component]:
            yield from (f"{prefix}.{spelled}", f"{prefix}_{spelled}".replace(".", "_"))
        yield from (f"{prefix}.{spelled}" for prefix in _ENCODERS_DOTTED[component])
        yield f"base_model.model.{spelled}"
        if attention := _SELF_ATTENTION.fullmatch(spelled):
            yield f"{component}.{attention[1]}.to_{attention[2]}"  # diffusers of early 2023
