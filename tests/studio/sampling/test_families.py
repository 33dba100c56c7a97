"""Drawing with Stable Diffusion 2.x and SDXL, held equal to their pipelines; zero terminal SNR."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from torch import Tensor

from studio.config import Base
from studio.models.checkpoint import BaseModel, open_base
from studio.sampling.generate import denoise, generate, make_scheduler
from studio.sampling.recipe import SAMPLERS, Recipe
from tests.tiny_models import tiny_folder

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    path = tmp_path_factory.mktemp("bases")
    return {family: tiny_folder(path / family, family) for family in ("sd2", "sdxl")}


def ours(base: BaseModel, recipe: Recipe) -> Tensor:
    return list(denoise(base, ["a red cat on a hill"], [5], recipe))[-1]


@pytest.mark.parametrize(
    ("family", "negative", "sampler"),
    [("sd2", "night", "Euler"), ("sdxl", "night", "DPM++ 2M"), ("sdxl", "", "Euler")],
)
def test_latents_equal_the_pipelines(
    folders: dict[str, Path], family: str, negative: str, sampler: str
) -> None:
    base = open_base(Base(model=str(folders[family])), CPU)
    kind = StableDiffusionXLPipeline if family == "sdxl" else StableDiffusionPipeline
    pipe = kind.from_pretrained(folders[family])
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = make_scheduler(base, sampler)
    theirs = pipe(
        "a red cat on a hill",
        negative_prompt=negative,
        num_inference_steps=4,
        guidance_scale=3.0,
        width=96,
        height=64,
        latents=torch.randn(1, 4, 32, 48, generator=torch.Generator().manual_seed(5)),
        output_type="latent",
    ).images
    latents = ours(base, Recipe(96, 64, 4, 3.0, sampler, negative))
    torch.testing.assert_close(latents, theirs, rtol=1e-4, atol=1e-4)


def test_a_long_prompt_is_drawn_and_not_cut(folders: dict[str, Path]) -> None:
    base = open_base(Base(model=str(folders["sdxl"])), CPU)
    recipe = Recipe(64, 64, 2, 3.0, "Euler", "night")
    words = " ".join(["red", "cat", "blue", "dog"] * 20)
    one, other = (generate(base, [f"{words} {end}"], [5], recipe)[0] for end in ("hill", "sea"))
    assert one.tobytes() != other.tobytes()


@pytest.fixture(scope="module")
def ending_in_noise(folders: dict[str, Path]) -> BaseModel:
    return open_base(Base(model=str(folders["sd2"]), zero_terminal_snr="on"), CPU)


@pytest.mark.parametrize("sampler", list(SAMPLERS))
def test_samplers_begin_where_nothing_is_left_of_the_image(
    ending_in_noise: BaseModel, sampler: str
) -> None:
    scheduler = make_scheduler(ending_in_noise, sampler)
    scheduler.set_timesteps(4)
    assert scheduler.timesteps[0] == 999
    if sampler != "DDIM":  # which has no sigmas
        assert torch.isfinite(scheduler.sigmas).all()
    assert torch.isfinite(ours(ending_in_noise, Recipe(64, 64, 4, 3.0, sampler))).all()
