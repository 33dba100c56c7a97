"""A bar: how much of what is there is needed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class FitBar(QWidget):
    """Filled up to ``need`` of ``there``; what does not fit stands out. Words are beside it."""

    def __init__(self, need: float, there: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.need, self.there = need, there
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """As low as a line."""
        return QSize(10 * theme.SPACE, theme.SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The larger of both is the whole width; a mark shows where the machine ends."""
        whole = max(self.need, self.there)
        height = self.height() / 2
        box = QRectF(0, height / 2, self.width(), height)
        used, limit = (box.width() * part / whole for part in (self.need, self.there))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setBrush(theme.color("accent" if self.need <= self.there else "warning"))
        painter.drawRoundedRect(QRectF(0, box.y(), used, height), height / 2, height / 2)
        if self.need > self.there:
            painter.setBrush(theme.color("text"))
            painter.drawRect(QRectF(limit, 0, 2, self.height()))
