"""How a picture is drawn, in words that need no torch: size, steps, sampler, and the PNG's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.errors import StudioError

# Sampler names as artists know them -> (diffusers class, its options).
SAMPLERS: dict[str, tuple[str, dict[str, Any]]] = {
    "DPM++ 2M": ("DPMSolverMultistepScheduler", {}),
    "DPM++ 2M Karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "Euler": ("EulerDiscreteScheduler", {}),
    "Euler a": ("EulerAncestralDiscreteScheduler", {}),
    "DDIM": ("DDIMScheduler", {"clip_sample": False}),
    "UniPC": ("UniPCMultistepScheduler", {}),
}


@dataclass(frozen=True)
class Recipe:
    """How pictures are drawn. ``width`` and ``height`` in pixels."""

    width: int
    height: int
    steps: int = 20
    guidance: float = 7.0
    sampler: str = "DPM++ 2M"
    negative_prompt: str = ""


def parse_size(size: str) -> tuple[int, int]:
    """Width and height in pixels of a text such as 512x768; raises ``sample.no_size``."""
    width, cross, height = size.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise StudioError("sample.no_size", size=size)
    return int(width), int(height)


def parameters_text(
    prompt: str, seed: int, recipe: Recipe, model: str, loras: Sequence[tuple[str, float]] = ()
) -> str:
    """The generation parameters as A1111 writes them into a PNG's ``parameters`` text."""
    tags = "".join(f" <lora:{name}:{strength:g}>" for name, strength in loras)
    lines = [prompt + tags]
    if recipe.negative_prompt:
        lines.append(f"Negative prompt: {recipe.negative_prompt}")
    lines.append(
        f"Steps: {recipe.steps}, Sampler: {recipe.sampler}, CFG scale: {recipe.guidance:g}, "
        f"Seed: {seed}, Size: {recipe.width}x{recipe.height}, Model: {model}"
    )
    return "\n".join(lines)
