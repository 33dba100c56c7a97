"""Draws a scene: `draw(scene, size)` is all that other code needs."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from palette import subject_palette
from PIL import Image
from places import backdrop
from renderers import RENDERERS, Canvas, Storybook
from scenes import Scene
from shapes import Colour, Point, Shape, oval
from subjects import FLOATING, display_list


def draw(scene: Scene, size: int | tuple[int, int] = 128) -> Image.Image:
    """The picture of a scene in its own style, RGB; `size` is (width, height) or one side."""
    palette = subject_palette(scene.colour, scene.time)
    floating = scene.subject in FLOATING or scene.place == "underwater"
    style = RENDERERS[scene.style]
    return compose(scene, size, style, display_list(scene.subject), palette, floating)


def compose(
    scene: Scene,
    size: int | tuple[int, int],
    style: Storybook,
    shapes: Sequence[Shape],
    palette: dict[str, Colour],
    floating: bool,
) -> Image.Image:
    """Draw any display list into a scene's place with a rendering style."""
    canvas = Canvas((size, size) if isinstance(size, int) else size)
    back = backdrop(scene, canvas.width, canvas.height)
    height = scene.scale * 100
    centre_x = canvas.width * (0.5 + scene.x)
    if floating:
        centre_y = canvas.height * (0.50 + scene.y)
    else:
        centre_y = canvas.height * (0.90 + scene.y) - height / 2
    placed = place(scene, shapes, centre_x, centre_y)
    shadow = None
    if scene.place != "underwater":
        ground_y = canvas.height * (0.90 + scene.y * 0.5) if floating else centre_y + height * 0.49
        spread = 0.28 if floating else 0.46
        shadow = oval(centre_x, ground_y, height * spread, height * 0.07)
    return style.render(canvas, back, placed, palette, shadow)


def place(scene: Scene, shapes: Sequence[Shape], centre_x: float, centre_y: float) -> list[Shape]:
    """Shapes moved from their local box into the picture, slightly varied in pose."""
    rng = random.Random(scene.seed + 1)
    turn = math.radians(rng.uniform(-4, 4))
    wide = scene.scale * rng.uniform(0.96, 1.05)
    tall = scene.scale
    mirror = -1 if scene.flip else 1
    a, b = math.cos(turn) * wide * mirror, -math.sin(turn) * tall
    c, d = math.sin(turn) * wide * mirror, math.cos(turn) * tall

    def moved(points: Sequence[Point]) -> tuple[Point, ...]:
        return tuple((centre_x + a * x + b * y, centre_y + c * x + d * y) for x, y in points)

    return [shape._replace(points=moved(shape.points)) for shape in shapes]
