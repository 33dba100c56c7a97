"""Several images at a glance: a few thumbnails side by side, and how many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from ui import theme

MOST = 9
_LARGEST = 160.0


class Mosaic(QWidget):
    """A block of up to `MOST` square thumbnails, with a line of text below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbs: list[QPixmap] = []
        self._count = 0

    def show_thumbs(self, count: int, thumbs: Sequence[QPixmap]) -> None:
        """Shows the first of ``thumbs``, which stand for ``count`` images."""
        self._thumbs = list(thumbs[:MOST])
        self._count = count
        self.setAccessibleName(self._sentence())
        self.update()

    def _sentence(self) -> str:
        return self.tr("%n image(s) selected", "", self._count)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        hints = QPainter.RenderHint
        painter.setRenderHints(hints.Antialiasing | hints.SmoothPixmapTransform)
        gap, line = theme.SPACE, 4 * theme.SPACE
        columns = max(math.ceil(math.sqrt(len(self._thumbs))), 1)
        rows = max(math.ceil(len(self._thumbs) / columns), 1)
        side = min(
            (self.width() - gap) / columns - gap, (self.height() - line) / rows - gap, _LARGEST
        )
        left = (self.width() - columns * (side + gap) + gap) / 2
        top = (self.height() - line - rows * (side + gap) + gap) / 2
        for place, thumb in enumerate(self._thumbs):
            row, column = divmod(place, columns)
            tile = QRectF(left + column * (side + gap), top + row * (side + gap), side, side)
            _paint_tile(painter, tile, thumb)
        painter.setPen(theme.color("text"))
        bottom = top + rows * (side + gap)
        words = QRectF(0, bottom, self.width(), line)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._sentence())


def _paint_tile(painter: QPainter, tile: QRectF, thumb: QPixmap) -> None:
    """The middle square of ``thumb``, with rounded corners."""
    path = QPainterPath()
    path.addRoundedRect(tile, theme.RADIUS, theme.RADIUS)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(tile, theme.color("raised"))
    if not thumb.isNull():
        side = min(thumb.width(), thumb.height())
        middle = QRectF(thumb.rect()).center()
        source = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        painter.drawPixmap(QRectF(tile.topLeft(), QSizeF(tile.size())), thumb, source)
    painter.restore()
