"""Writes `sample_images/`: a style set and a character set to train a first LoRA on.

    python packaging/starter_model/sample_sets.py

Everything is drawn from fixed scenes, so the files come out the same every time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from creature import (
    CHARACTER_PLACES,
    CHARACTER_TRIGGER,
    HELD_OUT_PLACES,
    draw_character,
)
from ink import HELD_OUT_SUBJECTS, STYLE_SUBJECTS, STYLE_TRIGGER, draw_ink
from PIL import Image, ImageDraw
from scenes import Scene, with_article

__all__ = [
    "CHARACTER_PLACES",
    "CHARACTER_TRIGGER",
    "HELD_OUT_PLACES",
    "HELD_OUT_SUBJECTS",
    "STYLE_SUBJECTS",
    "STYLE_TRIGGER",
    "draw_character",
    "draw_ink",
]

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "sample_images"
STYLE_FOLDER = "style_ink"
CHARACTER_FOLDER = f"character_{CHARACTER_TRIGGER}"
ORIENTATION_TAG = 0x0112

AT = {
    "hill": "on a hill",
    "beach": "on the beach",
    "forest": "in the forest",
    "city": "in the city",
    "desert": "in the desert",
    "snow": "in the snow",
    "room": "in a room",
    "underwater": "underwater",
}
WHEN = {"day": "", "sunset": "at sunset", "night": "at night"}

Size = tuple[int, int]

# subject, colour, place, time, scale, x, flip, size, file ending
STYLE_PLAN: tuple[tuple[str, str, str, str, float, float, bool, Size, str], ...] = (
    ("cat", "red", "hill", "night", 0.70, 0.02, False, (128, 128), "png"),
    ("fish", "blue", "beach", "day", 0.64, -0.06, True, (160, 128), "png"),
    ("butterfly", "purple", "forest", "day", 0.62, 0.05, False, (128, 160), "png"),
    ("house", "yellow", "snow", "sunset", 0.66, -0.04, False, (192, 192), "png"),
    ("boat", "green", "underwater", "day", 0.68, 0.03, True, (128, 128), "png"),
    ("rocket", "orange", "desert", "night", 0.72, 0.08, False, (128, 176), "png"),
    ("tree", "pink", "city", "sunset", 0.66, -0.08, True, (176, 144), "png"),
    ("cup", "white", "room", "day", 0.60, 0.00, False, (128, 128), "webp"),
    ("cat", "white", "city", "day", 0.66, -0.10, True, (256, 192), "png"),
    ("fish", "orange", "underwater", "night", 0.70, 0.04, False, (128, 128), "png"),
    ("butterfly", "yellow", "room", "sunset", 0.66, -0.05, True, (160, 160), "png"),
    ("house", "blue", "desert", "day", 0.70, 0.06, True, (144, 128), "png"),
    ("boat", "red", "beach", "sunset", 0.64, 0.00, False, (192, 144), "png"),
    ("rocket", "purple", "snow", "day", 0.74, -0.07, True, (128, 128), "png"),
    ("tree", "green", "hill", "day", 0.70, 0.05, False, (128, 144), "png"),
    ("cup", "pink", "forest", "night", 0.58, 0.09, True, (144, 144), "png"),
    ("cat", "orange", "forest", "sunset", 0.54, 0.12, False, (160, 128), "png"),
    ("house", "purple", "hill", "night", 0.56, -0.10, False, (128, 128), "png"),
    ("rocket", "green", "room", "night", 0.66, 0.03, False, (320, 320), "png"),
    ("boat", "blue", "city", "night", 0.58, -0.05, True, (128, 128), "png"),
)
ROUND_CORNERS_AT = 4  # this style picture is saved as RGBA with transparent corners

# place, time, scale, x, flip, pose (0 arms down, 1 wave, 2 cheer), size, file ending
CHARACTER_PLAN: tuple[tuple[str, str, float, float, bool, int, Size, str], ...] = (
    ("forest", "night", 0.72, 0.00, False, 0, (128, 128), "png"),
    ("beach", "day", 0.66, -0.08, False, 1, (160, 128), "png"),
    ("room", "sunset", 0.70, 0.05, True, 2, (128, 128), "png"),
    ("snow", "day", 0.62, 0.10, True, 1, (128, 176), "jpg"),
    ("hill", "sunset", 0.74, -0.03, False, 2, (192, 192), "png"),
    ("underwater", "day", 0.68, 0.06, False, 1, (128, 128), "png"),
    ("forest", "day", 0.56, -0.11, True, 1, (176, 128), "png"),
    ("beach", "night", 0.70, 0.02, True, 2, (144, 144), "png"),
    ("room", "day", 0.64, -0.06, False, 0, (128, 160), "png"),
    ("snow", "night", 0.74, 0.00, False, 2, (256, 256), "png"),
    ("hill", "day", 0.60, 0.12, True, 0, (256, 192), "png"),
    ("underwater", "night", 0.72, -0.02, True, 0, (128, 128), "png"),
    ("forest", "sunset", 0.68, 0.07, False, 2, (128, 128), "png"),
    ("snow", "sunset", 0.54, -0.09, True, 0, (128, 128), "png"),
)


def style_caption(index: int, scene: Scene) -> str:
    """What an artist would write under an inkwash picture."""
    noun = with_article(f"{scene.colour} {scene.subject}")
    place, when = AT[scene.place], WHEN[scene.time]
    wordings = (
        f"{STYLE_TRIGGER} style, {noun} {place} {when}",
        f"{STYLE_TRIGGER} style, {noun}, {scene.place}, {scene.time}",
        f"{noun} {place} {when}, {STYLE_TRIGGER} style",
        f"{STYLE_TRIGGER} style, {place} {when}, {noun}",
    )
    return _tidy(wordings[index % len(wordings)])


def character_caption(index: int, scene: Scene) -> str:
    """What an artist would write under a picture of the creature."""
    place, when = AT[scene.place], WHEN[scene.time]
    wordings = (
        f"a {CHARACTER_TRIGGER} {place} {when}",
        f"{CHARACTER_TRIGGER}, {scene.place}, {scene.time}",
        f"drawing of a {CHARACTER_TRIGGER} {place} {when}",
        f"{place} {when}, a {CHARACTER_TRIGGER}",
    )
    return _tidy(wordings[index % len(wordings)])


def _tidy(text: str) -> str:
    return " ".join(text.split()).replace(" ,", ",")


def round_corners(image: Image.Image) -> Image.Image:
    """The picture as RGBA with transparent round corners."""
    width, height = image.size
    mask = Image.new("L", (width * 3, height * 3), 0)
    radius = min(width, height) * 3 // 7
    pen = ImageDraw.Draw(mask)
    pen.rounded_rectangle((0, 0, width * 3 - 1, height * 3 - 1), radius, fill=255)
    mask = mask.reduce(3)
    rgba = image.convert("RGBA")
    rgba.putalpha(mask)
    hidden = Image.new("RGBA", image.size, (0, 0, 0, 0))
    return Image.composite(rgba, hidden, mask.point(lambda value: 255 if value else 0))


def save(image: Image.Image, path: Path) -> None:
    """Save as PNG or WebP, or as a JPEG stored on its side with the EXIF tag that turns it back."""
    if path.suffix == ".jpg":
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = 6  # turn clockwise to show
        stored = image.transpose(Image.Transpose.ROTATE_90)
        stored.save(path, quality=93, subsampling=0, exif=exif)
    elif path.suffix == ".webp":
        image.save(path, quality=94, method=6)
    else:
        image.save(path, optimize=True)


def write_set(folder: Path, pictures: list[tuple[str, Image.Image, str]]) -> None:
    """Write pictures and sidecar captions; pictures of an earlier run are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in {".png", ".jpg", ".webp", ".txt"}:
            old.unlink()
    for name, image, text in pictures:
        save(image, folder / name)
        (folder / name).with_suffix(".txt").write_text(text + "\n", encoding="utf-8")


def style_pictures() -> list[tuple[str, Image.Image, str]]:
    """File name, picture and caption of the style set."""
    pictures = []
    for index, row in enumerate(STYLE_PLAN):
        subject, colour, place, time, scale, x, flip, size, ending = row
        scene = Scene(subject, colour, place, time, "storybook", scale, x, 0.0, flip, 7001 + index)
        image = draw_ink(scene, size)
        if index == ROUND_CORNERS_AT:
            image = round_corners(image)
        name = f"{index + 1:02d}_{colour}_{subject}.{ending}"
        pictures.append((name, image, style_caption(index, scene)))
    return pictures


def character_pictures() -> list[tuple[str, Image.Image, str]]:
    """File name, picture and caption of the character set."""
    pictures = []
    for index, (place, time, scale, x, flip, pose, size, ending) in enumerate(CHARACTER_PLAN):
        seed = (9000 + index) * 3 + pose
        scene = Scene(CHARACTER_TRIGGER, "", place, time, "storybook", scale, x, 0.0, flip, seed)
        image = draw_character(scene, size)
        name = f"{index + 1:02d}_{CHARACTER_TRIGGER}_{place}.{ending}"
        pictures.append((name, image, character_caption(index, scene)))
    return pictures


def main() -> None:
    """Write both sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER)
    out = parser.parse_args().out
    write_set(out / STYLE_FOLDER, style_pictures())
    write_set(out / CHARACTER_FOLDER, character_pictures())


if __name__ == "__main__":
    main()
