"""Where pictures lie in a view: pure arithmetic on their proportions."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt


def fitted(size: tuple[int, int], room: QRectF) -> QRectF:
    """The largest rectangle with the proportions of ``size`` in ``room``, centred, on pixels."""
    if not all(size) or room.isEmpty():
        return QRectF()
    largest = QSizeF(*size).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    pixels = QSizeF(largest.toSize())
    left = room.left() + (room.width() - pixels.width()) // 2
    top = room.top() + (room.height() - pixels.height()) // 2
    return QRectF(QPointF(left, top), pixels)


def arranged(size: tuple[int, int], room: QRectF, gap: int, count: int = 2) -> list[QRectF]:
    """Places for ``count`` pictures of ``size`` in as many columns as make them largest."""
    grids = [(columns, ceil(count / columns)) for columns in range(count, 0, -1)]
    return max((_grid(size, room, gap, count, *grid) for grid in grids), key=_area)


def _grid(
    size: tuple[int, int], room: QRectF, gap: int, count: int, columns: int, lines: int
) -> list[QRectF]:
    across = (room.width() - (columns - 1) * gap) / columns
    down = (room.height() - (lines - 1) * gap) / lines
    cell = fitted(size, QRectF(0, 0, max(across, 1), max(down, 1)))
    width = columns * cell.width() + (columns - 1) * gap
    height = lines * cell.height() + (lines - 1) * gap
    left = round(room.center().x() - width / 2)
    top = round(room.center().y() - height / 2)
    places = [divmod(number, columns) for number in range(count)]
    return [
        QRectF(
            left + column * (cell.width() + gap),
            top + line * (cell.height() + gap),
            cell.width(),
            cell.height(),
        )
        for line, column in places
    ]


def _area(places: list[QRectF]) -> float:
    return places[0].width() * places[0].height()
