"""A tag of the current caption, or of several, as a chip that can be focused and dragged."""

from __future__ import annotations

import html
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolTip, QWidget

from ui import theme

_PAD = 12
_MARK = 18  # the lightning of the trigger word, with its gap
_CROSS = theme.TARGET  # what can be clicked to remove the tag
_LEAST = 48
_FLASH = 700  # ms


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A tag, and how many of the selected images have it."""

    text: str
    count: int = 1
    total: int = 1

    @property
    def partial(self) -> bool:
        """Whether some of the images lack it."""
        return self.count < self.total


class Chip(QAbstractButton):
    """Shows one tag. `clicked` is a plain click; its owner acts on the keys."""

    crossed = Signal()
    """The × was clicked."""
    ctrl_clicked = Signal()
    double_clicked = Signal()
    dragged = Signal(QPoint)
    """The mouse moves with the chip; the position is in the parent."""
    dropped = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.tag = ShownTag("")
        self._label = ""
        self._width = _LEAST
        self._trigger = self._cut = self._flashing = self._dragging = False
        self._pressed: tuple[ShownTag, QPoint] | None = None
        self._calm = QTimer(self, singleShot=True, interval=_FLASH)
        self._calm.timeout.connect(self._stop_flash)

    def show_tag(self, tag: ShownTag, trigger: bool) -> None:
        """Shows another tag; ``trigger``: it is the trigger word."""
        if self.tag == tag and self._trigger == trigger:
            return
        self.tag, self._trigger, self._flashing = tag, trigger, False
        self._label = tag.text
        if tag.partial:
            self._label = self.tr("{0} ({1} of {2})").format(tag.text, tag.count, tag.total)
        self.setAccessibleName(self._label)
        self._measure()
        self.update()

    def set_cut(self, cut: bool) -> None:
        """Whether the tag, or its end, is beyond what the model reads."""
        if self._cut != cut:
            self._cut = cut
            self.update()

    def flash(self) -> None:
        """Draws the eye for a moment: the tag is there already."""
        self._flashing = True
        self._calm.start()
        self.update()

    def tool_tip(self) -> str:
        """What the chip cannot show, as HTML."""
        lines = []
        if self._width > self.width():
            lines.append(self.tag.text)
        if self._trigger:
            lines.append(self.tr("The trigger word"))
        if self.tag.partial:
            text = self.tr("In {0} of {1} selected images. Click to add it to all.")
            lines.append(text.format(self.tag.count, self.tag.total))
        if self._cut:
            lines.append(self.tr("Beyond 75 tokens: the model does not read it, or not its end."))
        return "<br>".join(f"<span>{html.escape(line)}</span>" for line in lines)

    def sizeHint(self) -> QSize:
        return QSize(self._width, theme.TARGET)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tool_tip(), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._measure()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.tag, event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or self.tag.partial:
            return
        way = event.position().toPoint() - self._pressed[1]
        if self._dragging or way.manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self.mapToParent(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        pressed, dragging = self._pressed, self._dragging
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if dragging:
            self.dropped.emit(self.mapToParent(place))
        elif self._cross().contains(place) and self._cross().contains(pressed[1]):
            self.crossed.emit()
        elif self.rect().contains(place) and pressed[0] == self.tag:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.ctrl_clicked.emit()
            else:
                self.click()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._cross().contains(place) or self.tag.partial:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_text(painter)
        if self.isEnabled() and (self.underMouse() or self.hasFocus()):
            self._paint_cross(painter)

    def _paint_frame(self, painter: QPainter) -> None:
        focused = self.hasFocus() or self._flashing
        pen = QPen(theme.color("accent" if focused else "border"), 2 if focused else 1)
        if self.tag.partial and not focused:
            pen.setColor(theme.color("muted"))
            pen.setStyle(Qt.PenStyle.DashLine)
        if self._cut and not focused:
            pen = QPen(Qt.PenStyle.NoPen)
        painter.setPen(pen)
        painter.setBrush(theme.color(self._surface()))
        edge = pen.widthF() / 2
        shape = self.rect().toRectF().adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(shape, theme.RADIUS, theme.RADIUS)

    def _surface(self) -> str:
        if self._flashing:
            return "accent"
        if self.hasFocus():
            return "selected"
        if self.underMouse() and self.isEnabled():
            return "hover"
        return "surface" if self._cut or self.tag.partial else "raised"

    def _paint_text(self, painter: QPainter) -> None:
        area = self.rect().adjusted(_PAD, 0, -_PAD, 0)
        if self._trigger:
            icon = QRect(area.left() - 3, (self.height() - 16) // 2, 16, 16)
            tint = "on_accent" if self._flashing else "accent"
            theme.icon("trigger", tint).paint(painter, icon)
            area.setLeft(area.left() + _MARK)
        dim = self._cut or self.tag.partial or not self.isEnabled()
        tint = "on_accent" if self._flashing else "muted" if dim else "text"
        painter.setPen(theme.color(tint))
        text = self._label
        if self._width > self.width():
            text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, place, text)

    def _paint_cross(self, painter: QPainter) -> None:
        cross = self._cross().adjusted(0, 3, -4, -3)  # inside the rounded frame
        surface = theme.color(self._surface())
        fade = QLinearGradient(QPointF(cross.topLeft()), QPointF(cross.topRight()))
        clear = theme.color(self._surface())
        clear.setAlpha(0)
        fade.setColorAt(0, clear)
        fade.setColorAt(0.35, surface)
        painter.fillRect(cross, fade)
        tint = "on_accent" if self._flashing else "text"
        icon = QRect(cross.right() - 16, (self.height() - 14) // 2, 14, 14)
        theme.icon("clear", tint).paint(painter, icon)

    def _cross(self) -> QRect:
        return QRect(self.width() - _CROSS, 0, _CROSS, self.height())

    def _measure(self) -> None:
        text = self.fontMetrics().horizontalAdvance(self._label)
        self._width = max(_LEAST, text + 1 + 2 * _PAD + (_MARK if self._trigger else 0))

    def _stop_flash(self) -> None:
        self._flashing = False
        self.update()
