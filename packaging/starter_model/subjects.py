"""The sixteen subjects as display lists: big, simple shapes with their own silhouettes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import animals
import things
from shapes import Pen, Shape

FLOATING = frozenset({"fish", "butterfly", "balloon", "rocket"})

BUILDERS: dict[str, Callable[[Pen], None]] = {
    "cat": animals.cat,
    "fish": animals.fish,
    "duck": animals.duck,
    "butterfly": animals.butterfly,
    "octopus": animals.octopus,
    "robot": animals.robot,
    "house": things.house,
    "car": things.car,
    "boat": things.boat,
    "rocket": things.rocket,
    "balloon": things.balloon,
    "tree": things.tree,
    "flower": things.flower,
    "mushroom": things.mushroom,
    "apple": things.apple,
    "cup": things.cup,
}


@cache
def display_list(subject: str) -> tuple[Shape, ...]:
    """The shapes of a subject, back to front, in its local box."""
    pen = Pen()
    BUILDERS[subject](pen)
    return tuple(pen.shapes)
