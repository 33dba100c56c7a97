"""The labelled sheet."""

from __future__ import annotations

from PIL import Image

from studio.sampling.grid import label_grid, strength_grid


def test_cells_stand_in_rows_of_prompts_and_columns_of_strengths() -> None:
    calls = []

    def draw(row: int, strength: float) -> Image.Image:
        calls.append((row, strength))
        return Image.new("RGB", (32, 32), (100 * row, int(100 * strength), 200))

    cells = strength_grid(draw, ["one", "two"], [0.0, 1.0])
    progress = []
    try:
        while True:
            progress.append(next(cells))
    except StopIteration as done:
        sheet = done.value
    assert calls == [(0, 0.0), (0, 1.0), (1, 0.0), (1, 1.0)]
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    colours = {colour for _, colour in sheet.getcolors(maxcolors=100_000)}
    assert {(0, 0, 200), (0, 100, 200), (100, 0, 200), (100, 100, 200)} <= colours


def test_a_long_label_is_shortened_to_the_sheet() -> None:
    cell = Image.new("RGB", (256, 256))
    short, long = (label_grid([[cell]], [text], ["s"]) for text in ("a", "word " * 100))
    assert short.size == long.size
