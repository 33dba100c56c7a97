"""Labelled contact sheets: rows of prompts, columns of strengths."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from PIL import Image, ImageDraw, ImageFont

STRENGTHS = (0.0, 0.5, 1.0, 1.5)
"""Columns of a strength grid: without, half, as trained, and beyond."""

_GAP = 8
_INK, _PAPER = "#20242c", "#ffffff"


def strength_grid(
    draw: Callable[[int, float], Image.Image], labels: Sequence[str], strengths: Sequence[float]
) -> Generator[tuple[int, int], None, Image.Image]:
    """A sheet of ``draw(row, strength)`` cells; yields ``(done, total)`` after each cell."""
    total = len(labels) * len(strengths)
    rows: list[list[Image.Image]] = []
    for row in range(len(labels)):
        rows.append([])
        for column, strength in enumerate(strengths):
            rows[row].append(draw(row, strength))
            yield row * len(strengths) + column + 1, total
    return label_grid(rows, labels, [f"strength {strength:g}" for strength in strengths])


def label_grid(
    rows: Sequence[Sequence[Image.Image]], row_labels: Sequence[str], column_labels: Sequence[str]
) -> Image.Image:
    """One picture of ``rows`` of equally large images, with a label per row and per column.

    Small images are enlarged by a whole factor, so that a 128 px preview can be judged by eye.
    """
    width, height = rows[0][0].size
    factor = max(1, 256 // width)
    width, height = width * factor, height * factor
    font = ImageFont.load_default(max(14, width // 13))
    line = int(font.getbbox("Ag")[3] * 1.3)
    top = line + _GAP
    columns = len(column_labels)
    sheet = Image.new(
        "RGB",
        (_GAP + columns * (width + _GAP), top + len(rows) * (height + line + 2 * _GAP)),
        _PAPER,
    )
    pen = ImageDraw.Draw(sheet)
    for column, label in enumerate(column_labels):
        x = _GAP + column * (width + _GAP)
        pen.text((x + width // 2, _GAP // 2), label, _INK, font, anchor="ma")
    for row, images in enumerate(rows):
        y = top + row * (height + line + 2 * _GAP)
        pen.text((_GAP, y), _fit(row_labels[row], sheet.width - 2 * _GAP, font), _INK, font)
        for column, image in enumerate(images):
            x = _GAP + column * (width + _GAP)
            sheet.paste(image.resize((width, height), Image.Resampling.BICUBIC), (x, y + line))
    return sheet


def _fit(text: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """``text``, shortened with an ellipsis to at most ``width`` pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "...") > width:
        text = text[:-1]
    return text.rstrip() + "..."
