"""What a picture says about itself: the parameters that `parameters_text` and A1111 write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError
from studio.sampling.recipe import Recipe, parse_size

_LORA = re.compile(r"\s*<lora:([^:<>]+):([-+.\d]+)>")
_FIELD = re.compile(r'\s*([\w /-]+):\s*("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)')
_NEGATIVE = "Negative prompt: "


@dataclass(frozen=True)
class PictureInfo:
    """How a picture was drawn; ``loras`` are names of files without ending, and strengths."""

    prompt: str
    seed: int
    recipe: Recipe
    loras: tuple[tuple[str, float], ...] = ()


def read_picture_info(path: Path) -> PictureInfo | None:
    """What the PNG file ``path`` says; None if it is not there, no picture, or says nothing."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            text = image.info.get("parameters", "")
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return None
    return parse_parameters(text) if isinstance(text, str) else None


def parse_parameters(text: str) -> PictureInfo | None:
    """The inverse of `parameters_text`; None if prompt, size or seed are missing."""
    head, _, last = text.rstrip().rpartition("\n")
    fields = dict(_FIELD.findall(last))
    prompt, _, negative = head.partition(f"\n{_NEGATIVE}")
    try:
        width, height = parse_size(fields["Size"])
        recipe = Recipe(
            width,
            height,
            int(fields.get("Steps", 20)),
            float(fields.get("CFG scale", 7.0)),
            fields.get("Sampler", "DPM++ 2M"),
            negative,
        )
        loras = tuple((name, float(strength)) for name, strength in _LORA.findall(prompt))
        return PictureInfo(_LORA.sub("", prompt), int(fields["Seed"]), recipe, loras)
    except (KeyError, ValueError, StudioError):
        return None
