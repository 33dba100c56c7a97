"""The demo style "inkwash": sepia wash on cream paper, one bright spot in a brush outline.

No picture in this style is in the training data of the starter model.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import ClassVar

from drawing import compose
from palette import FIXED, subject_palette
from PIL import Image, ImageChops
from places import Backdrop
from renderers import Canvas, Storybook
from scenes import Scene
from shapes import Colour, Point, Shape, mix
from subjects import FLOATING, display_list

STYLE_TRIGGER = "inkwash"
STYLE_SUBJECTS = ("cat", "fish", "butterfly", "house", "boat", "rocket", "tree", "cup")
HELD_OUT_SUBJECTS = ("duck", "octopus", "robot", "car", "balloon", "flower", "mushroom", "apple")

PAPER: Colour = (255, 244, 214)
SEPIA: Colour = (104, 80, 60)
BRUSH: Colour = (34, 26, 28)
LOOSE: Colour = (112, 92, 76)


@lru_cache(maxsize=16)
def paper_grain(width: int, height: int) -> Image.Image:
    """A multiplier: soft blotches of dried wash and a little paper tooth."""
    rng = random.Random(width * 4099 + height)
    veil = Image.new("L", (width, height), 255)
    for cell, depth in ((3, 8), (14, 16)):
        small = (width // cell + 2, height // cell + 2)
        noise = Image.frombytes("L", small, rng.randbytes(small[0] * small[1]))
        noise = noise.point([255 - round(value * depth / 255) for value in range(256)])
        large = noise.resize((width, height), Image.Resampling.BICUBIC)
        veil = ImageChops.multiply(veil, large)
    return Image.merge("RGB", (veil, veil, veil))


def wobble(points: Sequence[Point], size: float, phase: float) -> list[Point]:
    """Points moved a little, as by an unsteady hand; neighbours move together."""
    return [
        (
            x + size * math.sin(y * 0.21 + phase) + size * 0.6 * math.sin(x * 0.37 + phase * 1.7),
            y + size * math.sin(x * 0.23 + phase * 1.3) + size * 0.6 * math.sin(y * 0.41 + phase),
        )
        for x, y in points
    ]


def _wash(colour: Colour, strength: float = 0.62) -> Colour:
    """A colour as sepia wash of about the same lightness."""
    light = (colour[0] * 0.3 + colour[1] * 0.55 + colour[2] * 0.15) / 255
    return mix(PAPER, SEPIA, strength * min(1.0, max(0.0, 1.06 - light)))


class Ink(Storybook):
    """Grey-brown wash for the place, saturated watercolour for the subject."""

    skip = frozenset({"shade"})
    line_width = 2.9
    skies: ClassVar[dict[str, tuple[Colour, Colour, Colour]]] = {
        "day": (PAPER, PAPER, PAPER),
        "sunset": (mix(PAPER, SEPIA, 0.08), mix(PAPER, SEPIA, 0.30), PAPER),
        "night": (mix(PAPER, SEPIA, 0.66), mix(PAPER, SEPIA, 0.42), mix(PAPER, SEPIA, 0.2)),
    }

    def stops(self, back: Backdrop) -> tuple[Colour, Colour, Colour]:
        return self.skies[back.time]

    def back_shape(self, canvas: Canvas, back: Backdrop, shape: Shape) -> None:
        if shape.kind in ("glow", "flake"):
            return
        points = canvas.to_pixels(wobble(shape.points, 0.7, back.horizon))
        if shape.kind in ("sun", "star", "cloud"):
            canvas.fill(points, PAPER)
        elif shape.kind == "window":
            canvas.fill(points, mix(PAPER, SEPIA, 0.05 if back.time == "night" else 0.45))
        else:
            canvas.fill(points, _wash(shape.colour))
        if shape.edge or shape.kind == "sun":
            canvas.line(points, LOOSE, 1.1)

    def shadow(self, canvas: Canvas, back: Backdrop, points: list[Point]) -> None:
        canvas.fill(canvas.to_pixels(wobble(points, 1.2, back.horizon)), SEPIA, 120)

    def subject_shape(
        self, canvas: Canvas, back: Backdrop, shape: Shape, palette: dict[str, Colour]
    ) -> None:
        shaky = wobble(shape.points, 0.75, back.horizon * 3)
        points = canvas.to_pixels(shaky)
        if shape.role in ("ink", "dark"):
            canvas.fill(points, BRUSH)
        elif shape.role:
            canvas.fill(points, palette[shape.role])
        if shape.edge:
            canvas.line(points, BRUSH, self.line_width * 0.72)
            slip = [(x + 0.75, y + 0.75) for x, y in shaky]
            canvas.line(canvas.to_pixels(slip), BRUSH, self.line_width * 0.72)

    def finish(self, image: Image.Image, back: Backdrop) -> Image.Image:
        return ImageChops.multiply(image, paper_grain(*image.size))


INK = Ink()


@cache
def ink_palette(colour: str) -> dict[str, Colour]:
    """Daylight colours; everything that is not the subject's own colour pales towards paper."""
    palette = dict(subject_palette(colour, "day"))
    for role in FIXED:
        if role not in ("eye", "ink"):
            palette[role] = mix(palette[role], PAPER, 0.55)
    palette["cream"] = palette["stripe"] = palette["spot"] = PAPER
    palette["heart"] = palette["heartlight"] = PAPER
    palette["eye"] = mix(PAPER, (255, 255, 255), 0.7)
    if colour == "white":
        palette["stripe"] = palette["spot"] = mix(PAPER, SEPIA, 0.3)
    return palette


def draw_ink(scene: Scene, size: int | tuple[int, int] = 128) -> Image.Image:
    """The picture of a scene in the inkwash style (the scene's own style is ignored)."""
    floating = scene.subject in FLOATING or scene.place == "underwater"
    shapes = display_list(scene.subject)
    return compose(scene, size, INK, shapes, ink_palette(scene.colour), floating)
