"""Where chips stand: in lines, with the field that follows them in the rest of the last line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets.tag_chip import Chip
from ui.widgets.tag_field import TagField

GAP = theme.SPACE // 2
MARGIN = theme.SPACE - 1
_LINE = theme.TARGET + GAP
_FIELD = 96  # pixels; with less left in its line, the field goes to the next one


class ChipFlow(QWidget):
    """Lays out the first ``count`` chips; the others are kept, hidden, for captions with more.

    Not a QFlowLayout: that one cannot give the field the rest of a line, and takes three passes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.chips: list[Chip] = []
        self.count = 0
        self.field = TagField(self)
        self._mark: QRectF | None = None

    def arrange(self, width: int) -> None:
        """Places everything in ``width`` pixels and takes the height that this needs."""
        x = y = MARGIN
        right = max(width - MARGIN, MARGIN + _FIELD)
        for chip in self.chips[: self.count]:
            wide = min(chip.sizeHint().width(), right - MARGIN)
            if x > MARGIN and x + wide > right:
                x, y = MARGIN, y + _LINE
            chip.setGeometry(x, y, wide, theme.TARGET)
            chip.show()
            x += wide + GAP
        for chip in self.chips[self.count :]:
            chip.hide()
        typed = self.field.fontMetrics().horizontalAdvance(self.field.text()) + 4 * GAP
        if x > MARGIN and x + max(_FIELD, min(typed, right - MARGIN)) > right:
            x, y = MARGIN, y + _LINE
        self.field.setGeometry(x, y, right - x, theme.TARGET)
        self.resize(width, y + theme.TARGET + MARGIN)

    def beside(self, index: int, way: int) -> int:
        """The chip above (-1) or below (1) another, nearest to its middle; -1 without any."""
        middle = self.chips[index].geometry().center()
        near = {
            number: abs(chip.geometry().center().x() - middle.x())
            for number, chip in enumerate(self.chips[: self.count])
            if chip.y() == self.chips[index].y() + way * _LINE
        }
        return min(near, key=near.__getitem__, default=-1)

    def gap(self, place: QPoint, count: int) -> int:
        """The number of the chip, of the first ``count``, before which ``place`` is."""
        for number, chip in enumerate(self.chips[:count]):
            area = chip.geometry()
            above = place.y() < area.top() - GAP
            if above or (place.y() < area.bottom() + GAP and place.x() < area.center().x()):
                return number
        return count

    def mark_gap(self, gap: int | None, count: int) -> None:
        """Draws a line where a dragged chip would go; None: no more."""
        self._mark = None
        if gap is not None and count:
            area = self.chips[min(gap, count - 1)].geometry()
            x = area.left() - GAP / 2 if gap < count else area.right() + 1 + GAP / 2
            self._mark = QRectF(x - 1.5, area.top(), 3, area.height())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._mark is not None:
            QPainter(self).fillRect(self._mark, theme.color("accent"))
