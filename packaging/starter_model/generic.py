"""Pictures of nothing in particular: edges, lines and textures beyond our scenes, for the VAE.

A LoRA may teach the starter model a drawing style that it never saw; the VAE must be able to show
it. Kinds: dead leaves (overlapping shapes: Lee, Mumford and Huang 2001), line drawings, hatching,
noise textures, blocks (mosaics), soft blobs, and scribbles on paper.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
SIZE = 128


def colour(rng: Generator) -> Colour:
    """Any colour; greys, blacks and whites are as frequent as they are in drawings."""
    kind = rng.random()
    if kind < 0.2:
        value = int(rng.choice([0, 255, int(rng.integers(256))]))
        return value, value, value
    r, g, b = rng.integers(0, 256, 3)
    return int(r), int(g), int(b)


def points(rng: Generator, count: int, size: int) -> list[tuple[float, float]]:
    """Random points, a little beyond the borders too."""
    return [(float(x), float(y)) for x, y in rng.uniform(-0.1 * size, 1.1 * size, (count, 2))]


def dead_leaves(rng: Generator, size: int) -> Image.Image:
    """Overlapping ellipses, rectangles and polygons, some of them outlined."""
    image = Image.new("RGB", (size, size), colour(rng))
    draw = ImageDraw.Draw(image)
    outlined = rng.random() < 0.5
    for _ in range(int(rng.integers(8, 60))):
        x, y = rng.uniform(0, size, 2)
        w, h = size * 0.5 * rng.random(2) ** 2 + 3
        line = colour(rng) if outlined else None
        width = int(rng.integers(1, 6))
        kind = rng.integers(3)
        if kind == 0:
            draw.ellipse((x - w, y - h, x + w, y + h), colour(rng), line, width)
        elif kind == 1:
            draw.rectangle((x - w, y - h, x + w, y + h), colour(rng), line, width)
        else:
            corners = [
                (x + w * float(dx), y + h * float(dy)) for dx, dy in rng.uniform(-1, 1, (4, 2))
            ]
            draw.polygon(corners, colour(rng), line, width)
    return image


def lines(rng: Generator, size: int) -> Image.Image:
    """A line drawing: strokes, arcs, circles of one or a few inks, thin to thick, on any ground."""
    image = Image.new("RGB", (size, size), colour(rng))
    draw = ImageDraw.Draw(image)
    inks = [colour(rng) for _ in range(int(rng.integers(1, 4)))]
    thick = int(rng.integers(2, 9))
    for _ in range(int(rng.integers(6, 50))):
        ink = inks[int(rng.integers(len(inks)))]
        kind = rng.integers(3)
        if kind == 0:
            draw.line(points(rng, int(rng.integers(2, 6)), size), ink, thick, joint="curve")
        else:
            x, y = rng.uniform(0, size, 2)
            r = size * 0.3 * rng.random() + 4
            start = float(rng.uniform(0, 360))
            sweep = 360.0 if kind == 1 else float(rng.uniform(40, 300))
            draw.arc((x - r, y - r, x + r, y + r), start, start + sweep, ink, thick)
    return image


def hatching(rng: Generator, size: int) -> Image.Image:
    """Regions filled with parallel strokes in several directions: pencil, ink and crayon."""
    image = Image.new("RGB", (size, size), colour(rng))
    for _ in range(int(rng.integers(1, 5))):
        layer = Image.new("RGB", (size, size), colour(rng))
        mask = Image.new("L", (size, size), 0)
        draw = ImageDraw.Draw(mask)
        angle, gap = float(rng.uniform(0, np.pi)), float(rng.uniform(4, 24))
        dx, dy = np.cos(angle), np.sin(angle)
        width = int(rng.integers(1, max(2, int(gap * 0.6))))
        for offset in np.arange(-size, size, gap):
            jitter = rng.normal(0, gap * 0.15)
            x, y = size / 2 - dy * (offset + jitter), size / 2 + dx * (offset + jitter)
            draw.line((x - dx * size, y - dy * size, x + dx * size, y + dy * size), 255, width)
        region = Image.new("L", (size, size), 0)
        ImageDraw.Draw(region).polygon(points(rng, int(rng.integers(3, 7)), size), 255)
        image.paste(
            layer, (0, 0), Image.fromarray(np.minimum(np.asarray(mask), np.asarray(region)))
        )
    return image


def texture(rng: Generator, size: int) -> Image.Image:
    """Noise at one to three scales between two colours: paper, grain, clouds."""
    field = np.zeros((size, size), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        cells = int(rng.integers(3, 100))
        noise = Image.fromarray(rng.random((cells, cells), np.float32))
        field += np.asarray(noise.resize((size, size), Image.Resampling.BICUBIC)) * rng.random()
    field = (field - field.min()) / max(1e-6, float(np.ptp(field)))
    low, high = np.array(colour(rng)), np.array(colour(rng))
    strength = rng.uniform(0.1, 1.0)
    return Image.fromarray(
        (low + (high - low) * field[..., None] * strength).clip(0, 255).astype(np.uint8)
    )


def blocks(rng: Generator, size: int) -> Image.Image:
    """Mosaic of a small palette: pixel art."""
    cells = int(rng.integers(8, 44))
    palette = rng.integers(0, 256, (int(rng.integers(2, 9)), 3))
    noise = rng.random((cells // 2, cells // 2), np.float32)
    field = np.asarray(Image.fromarray(noise).resize((cells, cells), Image.Resampling.BICUBIC))
    index = (field.clip(0, 0.999) * len(palette)).astype(int)
    small = Image.fromarray(palette[index].astype(np.uint8))
    return small.resize((size, size), Image.Resampling.NEAREST)


def blobs(rng: Generator, size: int) -> Image.Image:
    """Blurred dead leaves: gradients, glows, watercolour."""
    return dead_leaves(rng, size).filter(
        ImageFilter.GaussianBlur(float(rng.uniform(1.5, size / 10)))
    )


def grained(rng: Generator, size: int) -> Image.Image:
    """Dead leaves or lines with a grain over them: crayon, chalk, screen print."""
    base = np.asarray((dead_leaves if rng.random() < 0.6 else lines)(rng, size), np.float32)
    cells = int(rng.integers(size // 4, size))
    noise = Image.fromarray(rng.normal(0, 1, (cells, cells)).astype(np.float32))
    grain = np.asarray(noise.resize((size, size), Image.Resampling.BILINEAR))
    return Image.fromarray(
        (base + grain[..., None] * rng.uniform(5, 50)).clip(0, 255).astype(np.uint8)
    )


KINDS = (dead_leaves, lines, lines, hatching, texture, blocks, blobs, grained)


def generic(seed: int, size: int = SIZE) -> Image.Image:
    """One generic picture, wholly determined by its seed; drawn at twice the size and reduced."""
    rng = np.random.default_rng([7, seed])
    kind = KINDS[seed % len(KINDS)]
    return kind(rng, 2 * size).resize((size, size), Image.Resampling.BOX)
