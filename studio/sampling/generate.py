"""From prompt to image: one plain denoising loop over diffusers' schedulers.

The loop is ours, not the pipeline's, so that a preview can be cancelled between steps and watched
while it forms, at any strength; a test holds it equal to `StableDiffusionPipeline`.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from studio.errors import StudioError
from studio.files import write_atomically
from studio.models.checkpoint import BaseModel

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


@torch.no_grad()
def generate(
    base: BaseModel,
    prompts: Sequence[str],
    seeds: Sequence[int],
    recipe: Recipe,
    on_step: Callable[[int, Tensor], bool] | None = None,
) -> list[Image.Image]:
    """One image per prompt, all in one batch; the same seed gives the same image in any batch.

    ``on_step(step, latents)`` is called after each denoising step and cancels by returning False;
    the list is then empty. Raises ``sample.bad_size``.
    """
    step = base.pixel_step
    if recipe.width % step or recipe.height % step or min(recipe.width, recipe.height) < step:
        raise StudioError("sample.bad_size", width=recipe.width, height=recipe.height, step=step)
    guided = recipe.guidance > 1
    texts = [recipe.negative_prompt] * len(prompts) * guided + list(prompts)
    embeddings = base.encode_prompts(texts).to(base.dtype)

    scheduler = make_scheduler(base, recipe.sampler)
    scheduler.set_timesteps(recipe.steps, device=base.device)
    latents = initial_noise(base, seeds, recipe) * scheduler.init_noise_sigma
    rng = [torch.Generator().manual_seed(seed) for seed in seeds]  # of ancestral samplers
    for number, timestep in enumerate(scheduler.timesteps):
        doubled = torch.cat([latents, latents]) if guided else latents
        inputs = scheduler.scale_model_input(doubled, timestep).to(base.dtype)
        predicted = base.unet(inputs, timestep, embeddings, return_dict=False)[0].float()
        if guided:
            without, with_prompt = predicted.chunk(2)
            predicted = without + recipe.guidance * (with_prompt - without)
        latents = scheduler.step(
            predicted, timestep, latents, **_generator(scheduler, rng), return_dict=False
        )[0]
        if on_step and not on_step(number + 1, latents):
            return []
    return [Image.fromarray(pixels.numpy()) for pixels in base.decode_latents(latents)]


def parse_size(size: str) -> tuple[int, int]:
    """Width and height in pixels of a text such as 512x768; raises ``sample.no_size``."""
    width, cross, height = size.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise StudioError("sample.no_size", size=size)
    return int(width), int(height)


def initial_noise(base: BaseModel, seeds: Sequence[int], recipe: Recipe) -> Tensor:
    """Unit noise (B, C, h, w), one generator per seed on the CPU, so every device starts alike."""
    factor = base.vae_factor
    shape = (base.unet.config.in_channels, recipe.height // factor, recipe.width // factor)
    noises = [torch.randn(shape, generator=torch.Generator().manual_seed(s)) for s in seeds]
    return torch.stack(noises).to(base.device)


def make_scheduler(base: BaseModel, sampler: str) -> Any:
    """The diffusers scheduler of a sampler name, with the base model's noise schedule."""
    import diffusers

    if sampler not in SAMPLERS:
        raise StudioError("sample.unknown_sampler", sampler=sampler, known=", ".join(SAMPLERS))
    kind, options = SAMPLERS[sampler]
    return getattr(diffusers, kind).from_config(base.noise_scheduler.config, **options)


def _generator(scheduler: Any, rng: list[torch.Generator]) -> dict[str, Any]:
    """The generator argument, for those schedulers that draw noise while stepping."""
    return {"generator": rng} if "generator" in inspect.signature(scheduler.step).parameters else {}


def png_parameters(
    prompt: str, seed: int, recipe: Recipe, model: str, loras: Sequence[tuple[str, float]] = ()
) -> PngInfo:
    """The generation parameters as A1111 writes them into a PNG's ``parameters`` text."""
    tags = "".join(f" <lora:{name}:{strength:g}>" for name, strength in loras)
    lines = [prompt + tags]
    if recipe.negative_prompt:
        lines.append(f"Negative prompt: {recipe.negative_prompt}")
    lines.append(
        f"Steps: {recipe.steps}, Sampler: {recipe.sampler}, CFG scale: {recipe.guidance:g}, "
        f"Seed: {seed}, Size: {recipe.width}x{recipe.height}, Model: {model}"
    )
    info = PngInfo()
    info.add_text("parameters", "\n".join(lines))
    return info


def save_png(path: Path, image: Image.Image, info: PngInfo | None = None) -> None:
    """A PNG, whole or absent."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=info)
    write_atomically(path, buffer.getvalue())
