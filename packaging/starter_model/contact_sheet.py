"""A labelled grid of pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

LABEL_HEIGHT = 14
GAP = 3

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def wrapped(text: str, pen: ImageDraw.ImageDraw, font: Font, width: int, lines: int) -> str:
    """The text in at most so many lines of the width, cut where it does not fit."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if pen.textlength(longer, font=font) <= width or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    return "\n".join(rows[:lines])


def contact_sheet(
    images: Sequence[Image.Image], labels: Sequence[str] = (), columns: int = 8, lines: int = 1
) -> Image.Image:
    """Pictures in rows of `columns`, each with its label (if any) in some lines underneath."""
    cell_w = max(image.width for image in images) + GAP
    cell_h = max(image.height for image in images) + GAP + (LABEL_HEIGHT * lines if labels else 0)
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (cell_w * columns + GAP, cell_h * rows + GAP), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=10)
    for index, image in enumerate(images):
        left = GAP + index % columns * cell_w
        top = GAP + index // columns * cell_h
        sheet.paste(image.convert("RGB"), (left, top))
        if index < len(labels):
            text = wrapped(labels[index], pen, font, image.width, lines)
            pen.text((left, top + image.height + 1), text, fill="black", font=font, spacing=2)
    return sheet
