"""Covers its window while something is dragged over it, and says what dropping would do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from ui import theme

_DRAGS = (
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
    QEvent.Type.DragLeave,
    QEvent.Type.Drop,
)


class DropOverlay(QWidget):
    """Takes what is dragged over ``host``, and over any field in it once it is shown."""

    entered = Signal(QMimeData)
    """Something with URLs is dragged over the window: call `say`."""
    dropped = Signal(QMimeData)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._text = ""
        self._welcome = False
        self.setAcceptDrops(True)
        host.setAcceptDrops(True)
        host.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def say(self, text: str, welcome: bool) -> None:
        """What dropping would do, or why it is not ``welcome``."""
        self._text = text
        self._welcome = welcome
        self.setAccessibleName(text)
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Shows itself for files and links; text dragged to a field passes."""
        if event.source() or not event.mimeData().hasUrls():  # a source is in this window
            event.ignore()
            return
        self.entered.emit(event.mimeData())
        self.setGeometry(self._host.rect())
        self.raise_()
        self.show()
        self._answer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Shows by the pointer whether dropping would do something."""
        self._answer(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Goes away."""
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tells what was dropped, if it is of use."""
        self.hide()
        self._answer(event)
        if self._welcome:
            self.dropped.emit(event.mimeData())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays as large as the window, and takes its drag events."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        elif event.type() in _DRAGS:
            return self.event(event)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Veils the window, with an icon and the text in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = theme.color("window")
        veil.setAlphaF(0.94)
        painter.fillRect(self.rect(), veil)
        tint = "accent" if self._welcome else "warning"
        painter.setPen(QPen(theme.color(tint), 2, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(*(d * 2 * theme.SPACE for d in (1, 1, -1, -1)))
        painter.drawRoundedRect(frame, 12, 12)
        icon = QRectF(QPointF(), QSize(56, 56).toSizeF())
        icon.moveCenter(frame.center() - QPointF(0, 28))
        name = "new" if self._welcome else "warning"
        theme.icon(name, tint).paint(painter, icon.toRect())
        self._paint_text(painter, frame.adjusted(24, frame.height() / 2 + 16, -24, -8))

    def _paint_text(self, painter: QPainter, place: QRectF) -> None:
        font = self.font()
        font.setPixelSize(17)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, flags, self._text)

    def _answer(self, event: QDropEvent) -> None:
        event.setDropAction(
            Qt.DropAction.CopyAction if self._welcome else Qt.DropAction.IgnoreAction
        )
        event.accept()
