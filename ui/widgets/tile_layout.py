"""Where equal tiles lie that fill the width of a view: pure arithmetic on their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect


@dataclass(frozen=True)
class TileLayout:
    """Cells of ``width`` by ``height`` pixels in lines of ``columns``; ``gap`` lies between tiles.

    Places are in pixels from the top left of all cells.
    """

    columns: int
    width: int
    height: int
    gap: int

    @classmethod
    def filling(cls, width: int, tile: int, label: int, gap: int) -> TileLayout:
        """The one whose squares fill ``width`` and are closest to ``tile``, with labels below."""
        columns = max(1, round(width / (tile + gap)))
        cell = max(width // columns, gap + 1)
        return cls(columns, cell, cell + label, gap)

    def total(self, count: int) -> int:
        """The height of ``count`` tiles."""
        return -(-count // self.columns) * self.height + self.gap

    def tile(self, row: int) -> QRect:
        """The place of a tile, without the gap around it."""
        line, column = divmod(row, self.columns)
        half = self.gap // 2
        place = QPoint(column * self.width + half, line * self.height + half)
        return QRect(place.x(), place.y(), self.width - self.gap, self.height - self.gap)

    def middle(self, row: int) -> int:
        """How far down the middle of a tile is."""
        return row // self.columns * self.height + self.height // 2

    def row_near(self, point: QPoint, count: int) -> int | None:
        """The row in whose cell ``point`` is; None if that is not one of ``count``."""
        line, column = point.y() // self.height, point.x() // self.width
        row = line * self.columns + column
        return row if 0 <= column < self.columns and 0 <= row < count else None

    def rows(self, top: int, bottom: int, count: int) -> range:
        """The rows whose cells have some of the pixels from ``top`` to ``bottom``."""
        first = max(0, top) // self.height * self.columns
        last = (bottom // self.height + 1) * self.columns
        return range(min(first, count), min(max(first, last), count))

    def touched(self, rect: QRect, count: int) -> list[range]:
        """Runs of rows whose tiles have some of ``rect``."""
        half = self.gap // 2
        first = max(0, (rect.left() + half) // self.width)
        last = min(self.columns - 1, (rect.right() - half) // self.width)
        top, bottom = (rect.top() + half) // self.height, (rect.bottom() - half) // self.height
        if last < first:
            return []
        starts = range(max(0, top) * self.columns, (bottom + 1) * self.columns, self.columns)
        runs = (range(start + first, min(start + last + 1, count)) for start in starts)
        return [run for run in runs if run]

    def moved(self, row: int, step: int, count: int) -> int:
        """``row`` after ``step``; at the upper end a step over lines keeps the column."""
        target = row + step
        if target < 0 and abs(step) >= self.columns > 1:
            return row % self.columns
        return min(max(target, 0), count - 1)
