"""Pictures tell how they were drawn, and other programs' pictures do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.sampling.picture_info import PictureInfo, parse_parameters, read_picture_info
from studio.sampling.recipe import Recipe, parameters_text


@pytest.mark.parametrize("negative", ["", "blurry, text"])
@pytest.mark.parametrize("loras", [(), (("ink style", 0.8), ("我的画风", -0.5))])
def test_what_was_written_is_read_back(negative: str, loras: tuple[tuple[str, float], ...]) -> None:
    recipe = Recipe(512, 768, 25, 6.5, "DPM++ 2M Karras", negative)
    text = parameters_text("a fox: red, <wild>\nin the snow", 42, recipe, "starter", loras)
    info = PictureInfo("a fox: red, <wild>\nin the snow", 42, recipe, loras)
    assert parse_parameters(text) == info


def test_what_a1111_writes_more_is_passed_over() -> None:
    text = (
        "a fox <lora:ink:0.8>\nNegative prompt: text\nSteps: 20, Sampler: Euler a, "
        "Schedule type: Automatic, CFG scale: 7, Seed: 1, Size: 512x512, Model hash: 6ce0161689, "
        'Lora hashes: "ink: 12ab, b: 3", Version: v1.10.1'
    )
    recipe = Recipe(512, 512, 20, 7.0, "Euler a", "text")
    assert parse_parameters(text) == PictureInfo("a fox", 1, recipe, (("ink", 0.8),))


@pytest.mark.parametrize("text", ["", "a fox", "a fox\nSteps: many, Seed: 1, Size: 5x5", "x\nSeed"])
def test_other_texts_say_nothing(text: str) -> None:
    assert parse_parameters(text) is None


def test_it_is_read_from_the_file(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("parameters", parameters_text("狐狸", 7, Recipe(64, 64), "starter"))
    Image.new("RGB", (64, 64)).save(tmp_path / "with.png", pnginfo=info)
    Image.new("RGB", (64, 64)).save(tmp_path / "without.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    found = read_picture_info(tmp_path / "with.png")
    assert found
    assert (found.prompt, found.seed) == ("狐狸", 7)
    for name in ("without.png", "broken.png", "missing.png"):
        assert read_picture_info(tmp_path / name) is None
