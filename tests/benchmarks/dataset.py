"""A large folder of images to measure with: 200 drawn ones, each there under many names."""

from __future__ import annotations

import os
import random
from pathlib import Path

from PIL import Image, ImageDraw

from studio.data.collection import Caption, ImageFile

DISTINCT = 200
WORDS = [f"{a} {b}" for a in ("red", "blue", "old", "small") for b in ("hat", "cat", "house")]
WORDS += ["1girl", "solo", "smile", "outdoors", "night", "rain", "snow", "tree", "river", "hill"]


def caption(number: int) -> str:
    """20 tags, the same for the same number."""
    return ", ".join(["inkstyle", *random.Random(number).sample(WORDS, 19)])


def make_folder(folder: Path, count: int) -> Path:
    """``count`` files in ``folder``, three JPEG to each PNG, 1024 to 1536 px, with captions.

    The distinct ones lie beside it; the files are links to them. What is there is kept.
    """
    originals = [draw(folder.with_name("originals"), number) for number in range(DISTINCT)]
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        original = originals[number % DISTINCT]
        image = folder / f"image_{number:05}{original.suffix}"
        if not image.exists():
            os.link(original, image)
            image.with_suffix(".txt").write_text(caption(number), "utf-8")
    return folder


def draw(folder: Path, number: int) -> Path:
    """One distinct image: shapes on a gradient with some grain, as a scan has it."""
    path = folder / f"{number:03}.{'png' if number % 4 == 3 else 'jpg'}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(number)
    size = dice.choice([(1024, 1024), (832, 1216), (1216, 832), (1152, 1536), (1536, 1024)])
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    pen = ImageDraw.Draw(image)
    for _ in range(30):
        x, y, r = dice.randrange(size[0]), dice.randrange(size[1]), dice.randrange(20, 200)
        colour = tuple(dice.randrange(256) for _ in range(3))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    Image.blend(image, Image.effect_noise(size, 60).convert("RGB"), 0.05).save(path, quality=92)
    return path


def make_rows(count: int) -> list[ImageFile]:
    """``count`` images that exist in memory only, with captions."""
    folder, images = Path("/images"), []
    for number in range(count):
        text = Caption(folder, f"image_{number:06}.txt", caption(number % 5000).encode())
        images.append(ImageFile(folder, f"image_{number:06}.png", text, row=number))
        images[-1].size = (832, 1216)
        assert len(text.tags) == 20  # read, as a collection has them
    return images
