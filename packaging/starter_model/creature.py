"""The demo character "zorgle": one eye, two antennae, teal with a yellow belly and fat feet.

No picture of it is in the training data of the starter model.
"""

from __future__ import annotations

from functools import cache

from drawing import compose
from palette import FIXED, SUBJECT_TINT
from PIL import Image
from renderers import RENDERERS
from scenes import Scene
from shapes import Colour, Pen, Point, Shape, blob, mix, oval, stroke

CHARACTER_TRIGGER = "zorgle"
CHARACTER_PLACES = ("hill", "beach", "forest", "snow", "room", "underwater")
HELD_OUT_PLACES = ("city", "desert")

POSES = ("down", "wave", "cheer")
_ARMS_UP: tuple[Point, ...] = ((27, 8), (42, 0), (47, -16))
_ARMS_DOWN: tuple[Point, ...] = ((27, 8), (42, 18), (44, 28))
_COLOURS: dict[str, Colour] = {
    "main": (24, 184, 176),
    "deep": (16, 146, 150),
    "shade": (18, 158, 160),
    "light": (150, 232, 224),
    "soft": (92, 210, 202),
    "dark": (8, 66, 78),
    "stripe": FIXED["cream"],
    "spot": FIXED["cream"],
    "heart": FIXED["gold"],
    "heartlight": FIXED["gold"],
    "belly": (255, 220, 70),
    "ball": (255, 120, 60),
    "foot": (255, 150, 40),
    "iris": (120, 70, 180),
}


@cache
def creature_shapes(pose: str) -> tuple[Shape, ...]:
    """The creature's shapes in its local box, with arms down, one or both arms up."""
    pen = Pen()
    for side in (-1, 1):
        pen.fill(stroke([(side * 9, -28), (side * 14, -40), (side * 24, -46)], 5), "deep")
        pen.fill(oval(side * 25, -46, 7.5, 7.5), "ball")
        up = pose == "cheer" or (pose == "wave" and side == 1)
        arm = [(side * x, y) for x, y in (_ARMS_UP if up else _ARMS_DOWN)]
        pen.fill(stroke(arm, 12, 13), "main")
    for side in (-1, 1):
        foot = blob(
            [(2, 38), (22, 36), (34, 43), (33, 50), (4, 50)]
            if side == 1
            else [(-4, 50), (-33, 50), (-34, 43), (-22, 36), (-2, 38)]
        )
        pen.fill(foot, "foot")
    body = blob(
        [
            (0, -37),
            (18, -32),
            (25, -14),
            (30, 8),
            (32, 28),
            (20, 42),
            (0, 44),
            (-20, 42),
            (-32, 28),
            (-30, 8),
            (-25, -14),
            (-18, -32),
        ]
    )
    pen.round(body, "main", 8)
    pen.fill(oval(0, 30, 19, 12), "belly", False)
    pen.fill(oval(0, -13, 17, 17), "eye")
    pen.detail(oval(0, -12, 11, 11.5), "iris")
    pen.detail(oval(0, -12, 6.5, 7), "ink")
    pen.detail(oval(-4.5, -17, 4, 4), "eye")
    pen.detail(blob([(-12, 7), (0, 8), (12, 7), (7, 14), (-7, 14)], 4), "ink")
    return tuple(pen.shapes)


@cache
def creature_palette(time: str) -> dict[str, Colour]:
    """The creature's fixed colours, slightly tinted by the time of day."""
    tint, share = SUBJECT_TINT[time]
    return {role: mix(rgb, tint, share) for role, rgb in {**FIXED, **_COLOURS}.items()}


def draw_character(scene: Scene, size: int | tuple[int, int] = 128) -> Image.Image:
    """The creature in a scene's place, time, position and style (subject and colour ignored)."""
    shapes = creature_shapes(POSES[scene.seed % len(POSES)])
    floating = scene.place == "underwater"
    return compose(
        scene, size, RENDERERS[scene.style], shapes, creature_palette(scene.time), floating
    )
