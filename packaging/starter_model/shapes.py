"""Geometry of the drawings: filled shapes, smooth curves, strokes and shading crescents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

Point = tuple[float, float]
Colour = tuple[int, int, int]


class Shape(NamedTuple):
    """A filled polygon; a subject's names a palette role, a place's has its final colour."""

    points: tuple[Point, ...]
    role: str = ""
    edge: bool = True  # drawn with an outline by the styles that have outlines
    alpha: int = 255
    kind: str = "part"  # part, shade, light, detail, shadow, glow
    colour: Colour = (0, 0, 0)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Colour `a` moved towards `b` by `share`."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def scaled(colour: Colour, factors: tuple[float, float, float]) -> Colour:
    """Colour with each channel multiplied, clipped to 255."""
    return (
        min(255, round(colour[0] * factors[0])),
        min(255, round(colour[1] * factors[1])),
        min(255, round(colour[2] * factors[2])),
    )


def oval(
    cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, steps: int = 26
) -> list[Point]:
    """Points of an ellipse, turned by `turn` degrees."""
    cos_t, sin_t = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    points = []
    for index in range(steps):
        angle = 2 * math.pi * index / steps
        x, y = rx * math.cos(angle), ry * math.sin(angle)
        points.append((cx + x * cos_t - y * sin_t, cy + x * sin_t + y * cos_t))
    return points


def _spline(knots: Sequence[Point], t: float) -> Point:
    values = []
    for a, b, c, d in zip(*knots, strict=True):
        values.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t * t
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return values[0], values[1]


def blob(points: Sequence[Point], steps: int = 5) -> list[Point]:
    """A smooth closed curve through the points."""
    count = len(points)
    curve = []
    for index in range(count):
        around = [points[(index + offset) % count] for offset in (-1, 0, 1, 2)]
        curve += [_spline(around, step / steps) for step in range(steps)]
    return curve


def curve(points: Sequence[Point], steps: int = 5) -> list[Point]:
    """A smooth open curve through the points."""
    padded = [points[0], *points, points[-1]]
    line: list[Point] = []
    for index in range(len(points) - 1):
        line += [_spline(padded[index : index + 4], step / steps) for step in range(steps)]
    return [*line, points[-1]]


def stroke(points: Sequence[Point], start: float, end: float | None = None) -> list[Point]:
    """Outline of a thick smooth line with round ends, from width `start` to `end`."""
    end = start if end is None else end
    line = curve(points)
    left: list[Point] = []
    right: list[Point] = []
    last = len(line) - 1
    angle = 0.0
    for index, (x, y) in enumerate(line):
        x0, y0 = line[max(index - 1, 0)]
        x1, y1 = line[min(index + 1, last)]
        angle = math.atan2(y1 - y0, x1 - x0)
        half = (start + (end - start) * index / last) / 2
        dx, dy = -math.sin(angle) * half, math.cos(angle) * half
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    cap_end = _cap(line[-1], angle, end / 2)
    x0, y0 = line[1]
    cap_start = _cap(line[0], math.atan2(line[0][1] - y0, line[0][0] - x0), start / 2)
    return left + cap_end + right[::-1] + cap_start


def _cap(at: Point, angle: float, radius: float) -> list[Point]:
    turns = [math.pi / 2 - math.pi * step / 5 for step in range(1, 5)]
    return [
        (at[0] + radius * math.cos(angle + turn), at[1] + radius * math.sin(angle + turn))
        for turn in turns
    ]


def box(x0: float, y0: float, x1: float, y1: float, corner: float = 0.0) -> list[Point]:
    """A rectangle, with rounded corners when `corner` is given."""
    if corner <= 0:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    points: list[Point] = []
    for cx, cy, first in (
        (x1 - corner, y0 + corner, -90),
        (x1 - corner, y1 - corner, 0),
        (x0 + corner, y1 - corner, 90),
        (x0 + corner, y0 + corner, 180),
    ):
        for step in range(4):
            angle = math.radians(first + 30 * step)
            points.append((cx + corner * math.cos(angle), cy + corner * math.sin(angle)))
    return points


def crescent(points: Sequence[Point], width: float, towards: float = 45.0) -> list[Point]:
    """The part of a roundish shape's rim that faces `towards` (degrees, 90 is down)."""
    cx = sum(x for x, _ in points) / len(points)
    cy = sum(y for _, y in points) / len(points)
    light = (math.cos(math.radians(towards)), math.sin(math.radians(towards)))
    outer: list[tuple[float, Point, Point]] = []
    for x, y in points:
        length = math.hypot(x - cx, y - cy) or 1.0
        ux, uy = (x - cx) / length, (y - cy) / length
        facing = ux * light[0] + uy * light[1]
        if facing > 0:
            angle = math.atan2(uy, ux) - math.radians(towards)
            angle = (angle + math.pi) % (2 * math.pi) - math.pi
            depth = width * facing
            outer.append((angle, (x, y), (x - ux * depth, y - uy * depth)))
    outer.sort()
    return [rim for _, rim, _ in outer] + [inner for _, _, inner in reversed(outer)]


class Pen:
    """Collects the shapes of one subject; local box is -50..50, y down, feet at y = 50."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []

    def fill(self, points: Sequence[Point], role: str, edge: bool = True) -> list[Point]:
        """A part of the subject."""
        self.shapes.append(Shape(tuple(points), role, edge))
        return list(points)

    def round(self, points: Sequence[Point], role: str, width: float, deep: str = "shade") -> None:
        """A part with a darker rim at the lower right."""
        rim = crescent(points, width)
        self.shapes.append(Shape(tuple(points), role, False))
        self.shapes.append(Shape(tuple(rim), deep, False, kind="shade"))
        self.shapes.append(Shape(tuple(points), "", True, kind="rim"))

    def detail(self, points: Sequence[Point], role: str) -> None:
        """A mark inside a part, without outline."""
        self.shapes.append(Shape(tuple(points), role, False, kind="detail"))

    def light(self, points: Sequence[Point], role: str = "light") -> None:
        """A highlight."""
        self.shapes.append(Shape(tuple(points), role, False, kind="light"))

    def eye(self, x: float, y: float, size: float, look: float = 0.0) -> None:
        """A big friendly eye: white, dark pupil and a glint."""
        self.fill(oval(x, y, size, size * 1.15), "eye")
        self.detail(oval(x + look, y + size * 0.1, size * 0.66, size * 0.8), "ink")
        self.detail(oval(x + look - size * 0.2, y - size * 0.28, size * 0.28, size * 0.28), "eye")
