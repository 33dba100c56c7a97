"""A labelled grid of pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

LABEL_HEIGHT = 14
GAP = 3


def contact_sheet(
    images: Sequence[Image.Image], labels: Sequence[str] = (), columns: int = 8
) -> Image.Image:
    """Pictures in rows of `columns`, each with its label (if any) underneath."""
    cell_w = max(image.width for image in images) + GAP
    cell_h = max(image.height for image in images) + GAP + (LABEL_HEIGHT if labels else 0)
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (cell_w * columns + GAP, cell_h * rows + GAP), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=10)
    for index, image in enumerate(images):
        left = GAP + index % columns * cell_w
        top = GAP + index // columns * cell_h
        sheet.paste(image.convert("RGB"), (left, top))
        if index < len(labels):
            text = labels[index]
            while text and pen.textlength(text, font=font) > cell_w:
                text = text[:-1]
            pen.text((left, top + image.height + 1), text, fill="black", font=font)
    return sheet
