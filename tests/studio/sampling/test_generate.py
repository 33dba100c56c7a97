"""Our denoising loop against diffusers' pipeline, and what it promises beyond."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from studio.config import Base
from studio.errors import StudioError
from studio.models.checkpoint import BaseModel, open_base
from studio.models.family import STARTER
from studio.sampling.generate import (
    denoise,
    finish,
    generate,
    make_scheduler,
    png_parameters,
    save_png,
)
from studio.sampling.recipe import SAMPLERS, Recipe, parse_size


@pytest.fixture(scope="module")
def base() -> BaseModel:
    return open_base(Base(model="starter"), torch.device("cpu"))


SMALL = Recipe(64, 64, steps=4, guidance=3.0, negative_prompt="night")


@pytest.mark.parametrize("sampler", list(SAMPLERS))
def test_equals_the_diffusers_pipeline(base: BaseModel, sampler: str) -> None:
    pipe = StableDiffusionPipeline.from_pretrained(STARTER, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = make_scheduler(base, sampler)
    latents = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(5))
    # Ancestral samplers go on drawing; ours start that generator afresh with the seed.
    theirs = pipe(
        "a red cat on a hill",
        negative_prompt="night",
        num_inference_steps=4,
        guidance_scale=3.0,
        height=64,
        width=64,
        latents=latents,
        generator=[torch.Generator().manual_seed(5)],
    ).images[0]
    recipe = Recipe(64, 64, 4, 3.0, sampler, "night")
    ours = generate(base, ["a red cat on a hill"], [5], recipe)[0]
    difference = np.abs(np.asarray(ours, dtype=int) - np.asarray(theirs, dtype=int))
    assert difference.max() <= 2


def test_a_seed_gives_the_same_image_alone_and_in_a_batch(base: BaseModel) -> None:
    alone = generate(base, ["a blue car"], [9], SMALL)[0]
    both = generate(base, ["a red cat", "a blue car"], [8, 9], SMALL)[1]
    difference = np.abs(np.asarray(alone, dtype=int) - np.asarray(both, dtype=int))
    assert difference.max() <= 2


def test_a_picture_can_be_given_up_between_two_steps(base: BaseModel) -> None:
    steps = denoise(base, ["a red cat"], [1], SMALL)
    answers = iter([True, True, False])
    assert finish(steps, lambda: next(answers)) == []
    assert len(list(steps)) == SMALL.steps - 2


def test_a_size_that_the_model_cannot_draw_is_refused(base: BaseModel) -> None:
    with pytest.raises(StudioError) as error:
        generate(base, ["x"], [1], Recipe(100, 64))
    assert error.value.code == "sample.bad_size"
    with pytest.raises(StudioError) as error:
        make_scheduler(base, "DPM+++")
    assert error.value.code == "sample.unknown_sampler"
    with pytest.raises(StudioError) as error:
        parse_size("512 by 512")
    assert error.value.code == "sample.no_size"


def test_parameters_are_written_as_a1111_does(tmp_path: Path) -> None:
    info = png_parameters("a red cat", 7, SMALL, "starter", [("ink", 0.5)])
    save_png(tmp_path / "a.png", Image.new("RGB", (8, 8)), info)
    with Image.open(tmp_path / "a.png") as image:
        lines = image.info["parameters"].split("\n")
    assert lines == [
        "a red cat <lora:ink:0.5>",
        "Negative prompt: night",
        "Steps: 4, Sampler: DPM++ 2M, CFG scale: 3, Seed: 7, Size: 64x64, Model: starter",
    ]
