"""Rendering styles: how the shapes of a scene become colours and lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from places import Backdrop
from shapes import Colour, Point, Shape, mix

SUPERSAMPLING = 3


@lru_cache(maxsize=512)
def gradient(width: int, height: int, stops: tuple[Colour, Colour, Colour]) -> Image.Image:
    """A vertical three-colour gradient."""
    column = Image.new("RGB", (1, 33))
    for row in range(33):
        share = row / 16
        if share <= 1:
            column.putpixel((0, row), mix(stops[0], stops[1], share))
        else:
            column.putpixel((0, row), mix(stops[1], stops[2], share - 1))
    tall = column.resize((1, height), Image.Resampling.BILINEAR)
    return tall.resize((width, height), Image.Resampling.NEAREST)


@lru_cache(maxsize=64)
def ground_shade(width: int, height: int) -> Image.Image:
    """A multiplier that darkens the picture softly towards the bottom."""
    column = Image.new("L", (1, 32))
    for row in range(32):
        column.putpixel((0, row), 255 - round(max(0, row - 18) ** 1.5 * 0.7))
    shade = column.resize((width, height), Image.Resampling.BICUBIC)
    return Image.merge("RGB", (shade, shade, shade))


class Canvas:
    """A supersampled picture addressed in picture units (shorter side = 100)."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.pixels = (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING)
        self.unit = min(self.pixels) / 100
        self.width, self.height = self.pixels[0] / self.unit, self.pixels[1] / self.unit
        self.image = Image.new("RGB", self.pixels)
        self.pen = ImageDraw.Draw(self.image)
        self.glaze = ImageDraw.Draw(self.image, "RGBA")

    def background(self, stops: tuple[Colour, Colour, Colour]) -> None:
        """Fill everything with a vertical gradient."""
        self.image.paste(gradient(*self.pixels, stops))

    def to_pixels(self, points: Sequence[Point]) -> list[Point]:
        """Points in pixels."""
        unit = self.unit
        return [(x * unit, y * unit) for x, y in points]

    def fill(self, points: Sequence[Point], colour: Colour, alpha: int = 255) -> None:
        """A filled polygon; points in pixels."""
        if alpha < 255:
            self.glaze.polygon(points, (*colour, alpha))
        else:
            self.pen.polygon(points, colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A closed outline with round corners; points in pixels."""
        pixels = max(1, round(width * self.unit))
        self.pen.line([*points, points[0], points[1]], colour, pixels)
        if len(points) > 8 or pixels < 3:
            return
        half = pixels / 2 - 0.5
        for x, y in points:
            self.pen.ellipse((x - half, y - half, x + half, y + half), colour)

    def result(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.reduce(SUPERSAMPLING)


class Storybook:
    """The base style: gradients, coloured outlines, shading, highlights, contact shadow."""

    line_width = 1.7
    skip: frozenset[str] = frozenset()

    def render(
        self,
        canvas: Canvas,
        back: Backdrop,
        subject: Sequence[Shape],
        palette: dict[str, Colour],
        shadow: list[Point] | None,
    ) -> Image.Image:
        """Draw everything and return the finished picture."""
        canvas.background(self.stops(back))
        for shape in back.shapes:
            self.back_shape(canvas, back, shape)
        self.before_subject(canvas)
        if shadow:
            self.shadow(canvas, back, shadow)
        for shape in subject:
            if shape.kind not in self.skip:
                self.subject_shape(canvas, back, shape, palette)
        return self.finish(canvas.result(), back)

    def before_subject(self, canvas: Canvas) -> None:
        """Runs when the place is drawn and the subject is not yet."""

    def stops(self, back: Backdrop) -> tuple[Colour, Colour, Colour]:
        """The gradient behind everything."""
        return back.stops

    def back_shape(self, canvas: Canvas, back: Backdrop, shape: Shape) -> None:
        """One shape of the place."""
        canvas.fill(canvas.to_pixels(shape.points), shape.colour, shape.alpha)

    def shadow(self, canvas: Canvas, back: Backdrop, points: list[Point]) -> None:
        """The contact shadow on the ground."""
        canvas.fill(canvas.to_pixels(points), mix(back.ground, (20, 16, 50), 0.75), 120)

    def subject_shape(
        self, canvas: Canvas, back: Backdrop, shape: Shape, palette: dict[str, Colour]
    ) -> None:
        """One shape of the subject."""
        points = canvas.to_pixels(shape.points)
        if shape.role:
            canvas.fill(points, palette[shape.role], shape.alpha)
        if shape.edge:
            canvas.line(points, palette["dark"], self.line_width)

    def finish(self, image: Image.Image, back: Backdrop) -> Image.Image:
        """Final touches on the downsampled picture."""
        return ImageChops.multiply(image, ground_shade(*image.size))


class Outline(Storybook):
    """Coloured lines and a light tint on near-white paper."""

    line_width = 2.3
    skip = frozenset({"shade", "light"})
    papers: ClassVar[dict[str, Colour]] = {
        "day": (255, 255, 252),
        "sunset": (255, 234, 212),
        "night": (206, 214, 238),
    }
    pens: ClassVar[dict[str, Colour]] = {
        "day": (120, 120, 132),
        "sunset": (146, 104, 96),
        "night": (74, 84, 128),
    }

    def stops(self, back: Backdrop) -> tuple[Colour, Colour, Colour]:
        paper = self.papers[back.time]
        return (paper, paper, paper)

    def back_shape(self, canvas: Canvas, back: Backdrop, shape: Shape) -> None:
        if shape.kind in ("glow", "flake"):
            return
        points = canvas.to_pixels(shape.points)
        paper = self.papers[back.time]
        if shape.kind in ("sun", "star"):
            canvas.fill(points, mix(shape.colour, paper, 0.2))
        elif not shape.edge and shape.kind == "part":
            return
        else:
            canvas.fill(points, mix(shape.colour, paper, 0.84))
        if shape.kind != "star":
            canvas.line(points, self.pens[back.time], 1.1)

    def shadow(self, canvas: Canvas, back: Backdrop, points: list[Point]) -> None:
        canvas.fill(canvas.to_pixels(points), self.pens[back.time], 70)

    def subject_shape(
        self, canvas: Canvas, back: Backdrop, shape: Shape, palette: dict[str, Colour]
    ) -> None:
        points = canvas.to_pixels(shape.points)
        line = mix(palette["dark"], palette["main"], 0.45)
        if palette["stripe"] != palette["cream"]:
            line = palette["dark"]
        if shape.role in ("ink", "dark"):
            canvas.fill(points, line)
        elif shape.role:
            canvas.fill(points, mix(palette[shape.role], (255, 255, 255), 0.5))
        if shape.edge:
            canvas.line(points, line, self.line_width)

    def finish(self, image: Image.Image, back: Backdrop) -> Image.Image:
        return image


class Flat(Storybook):
    """Cut paper: flat fields of few colours, no outline, no shading."""

    skip = frozenset({"shade", "light", "rim"})

    def stops(self, back: Backdrop) -> tuple[Colour, Colour, Colour]:
        colour = self._field(back.stops[1])
        return (colour, colour, colour)

    def _field(self, colour: Colour) -> Colour:
        return mix(_posterised(colour), (255, 255, 255), 0.13 if max(colour) > 150 else 0.0)

    def back_shape(self, canvas: Canvas, back: Backdrop, shape: Shape) -> None:
        if shape.kind != "glow":
            canvas.fill(canvas.to_pixels(shape.points), self._field(shape.colour))

    def shadow(self, canvas: Canvas, back: Backdrop, points: list[Point]) -> None:
        canvas.fill(canvas.to_pixels(points), mix(self._field(back.ground), (20, 20, 60), 0.3))

    def subject_shape(
        self, canvas: Canvas, back: Backdrop, shape: Shape, palette: dict[str, Colour]
    ) -> None:
        if shape.role:
            canvas.fill(canvas.to_pixels(shape.points), palette[shape.role])

    def finish(self, image: Image.Image, back: Backdrop) -> Image.Image:
        return image


@lru_cache(maxsize=4096)
def _posterised(colour: Colour) -> Colour:
    red, green, blue = (min(255, round(channel / 42) * 42) for channel in colour)
    return red, green, blue


class Pastel(Storybook):
    """Soft chalk: pale palette, tone-in-tone edges, blurred background."""

    line_width = 1.5
    veils: ClassVar[dict[str, Colour]] = {
        "day": (255, 250, 242),
        "sunset": (255, 232, 216),
        "night": (150, 158, 200),
    }

    def _soft(self, colour: Colour, back: Backdrop, share: float) -> Colour:
        return mix(colour, self.veils[back.time], share)

    def stops(self, back: Backdrop) -> tuple[Colour, Colour, Colour]:
        top, middle, low = (self._soft(stop, back, 0.56) for stop in back.stops)
        return top, middle, low

    def back_shape(self, canvas: Canvas, back: Backdrop, shape: Shape) -> None:
        share = 0.15 if shape.kind in ("sun", "star", "window", "flake") else 0.56
        colour = self._soft(shape.colour, back, share)
        canvas.fill(canvas.to_pixels(shape.points), colour, shape.alpha)

    def before_subject(self, canvas: Canvas) -> None:
        small = canvas.image.reduce(3).filter(ImageFilter.GaussianBlur(1.2))
        canvas.image.paste(small.resize(canvas.pixels, Image.Resampling.BILINEAR))

    def shadow(self, canvas: Canvas, back: Backdrop, points: list[Point]) -> None:
        canvas.fill(canvas.to_pixels(points), mix(back.ground, (90, 80, 120), 0.5), 90)

    def subject_shape(
        self, canvas: Canvas, back: Backdrop, shape: Shape, palette: dict[str, Colour]
    ) -> None:
        points = canvas.to_pixels(shape.points)
        share = 0.18 if shape.role in ("ink", "dark") else 0.30
        if shape.role:
            colour = mix(palette[shape.role], (255, 250, 244), share)
            canvas.fill(points, colour)
        if shape.edge:
            canvas.line(points, mix(palette["deep"], (255, 250, 244), 0.22), self.line_width)

    def finish(self, image: Image.Image, back: Backdrop) -> Image.Image:
        return image


RENDERERS: dict[str, Storybook] = {
    "storybook": Storybook(),
    "outline": Outline(),
    "flat": Flat(),
    "pastel": Pastel(),
}
