"""From prompt to image: one plain denoising loop over diffusers' schedulers.

The loop is ours, not the pipeline's, so that a picture can be given up between two steps; a test
holds it equal to `StableDiffusionPipeline` and `StableDiffusionXLPipeline`.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from studio.errors import StudioError
from studio.files import write_atomically
from studio.models.checkpoint import BaseModel
from studio.sampling.recipe import SAMPLERS, Recipe, parameters_text


def generate(
    base: BaseModel, prompts: Sequence[str], seeds: Sequence[int], recipe: Recipe
) -> list[Image.Image]:
    """One image per prompt, all in one batch; the same seed gives the same image in any batch.

    Raises ``sample.bad_size`` and ``sample.unknown_sampler``.
    """
    return finish(denoise(base, prompts, seeds, recipe))


@torch.no_grad()
def denoise(
    base: BaseModel, prompts: Sequence[str], seeds: Sequence[int], recipe: Recipe
) -> Generator[Tensor, None, list[Image.Image]]:
    """`generate`, step by step: yields the latents (B, C, h, w) after each denoising step.

    Without a negative prompt, SDXL too gets the embedding of "", as in ComfyUI and as in training
    where a caption is dropped; diffusers and A1111 give it zeros.
    """
    step = base.pixel_step
    if recipe.width % step or recipe.height % step or min(recipe.width, recipe.height) < step:
        raise StudioError("sample.bad_size", width=recipe.width, height=recipe.height, step=step)
    guided = recipe.guidance > 1
    texts = [recipe.negative_prompt] * len(prompts) * guided + list(prompts)
    text = base.encode_prompts(texts, base.chunks_for(texts)).to(base.dtype)
    whole = torch.tensor([recipe.height, recipe.width, 0, 0, recipe.height, recipe.width])
    sizes = whole.float().expand(len(texts), -1)

    scheduler = make_scheduler(base, recipe.sampler)
    scheduler.set_timesteps(recipe.steps, device=base.device)
    latents = initial_noise(base, seeds, recipe) * scheduler.init_noise_sigma
    rng = [torch.Generator().manual_seed(seed) for seed in seeds]  # of ancestral samplers
    for timestep in scheduler.timesteps:
        doubled = torch.cat([latents, latents]) if guided else latents
        inputs = scheduler.scale_model_input(doubled, timestep).to(base.dtype)
        predicted = base.predict(inputs, timestep, text, sizes).float()
        if guided:
            without, with_prompt = predicted.chunk(2)
            predicted = without + recipe.guidance * (with_prompt - without)
        latents = scheduler.step(
            predicted, timestep, latents, **_generator(scheduler, rng), return_dict=False
        )[0]
        yield latents
    return [Image.fromarray(pixels.numpy()) for pixels in base.decode_latents(latents)]


def finish(
    steps: Generator[Tensor, None, list[Image.Image]], going_on: Callable[[], bool] = lambda: True
) -> list[Image.Image]:
    """What ``steps`` of `denoise` lead to; nothing if they were given up before."""
    while going_on():
        try:
            next(steps)
        except StopIteration as done:
            images: list[Image.Image] = done.value
            return images
    return []


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
    """`parameters_text`, to be saved with the image."""
    info = PngInfo()
    info.add_text("parameters", parameters_text(prompt, seed, recipe, model, loras))
    return info


def save_png(path: Path, image: Image.Image, info: PngInfo | None = None) -> None:
    """A PNG, whole or absent."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=info)
    write_atomically(path, buffer.getvalue())
