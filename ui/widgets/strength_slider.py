"""How strongly an adapter acts: a slider with marks to stop at, and a number field beside it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from ui import theme
from ui.widgets.number_field import decimal_field

FULL = 1.0
"""What a double click sets: the adapter as it was trained."""

_LOWEST, _HIGHEST = -1.0, 2.0
_LIMIT = 10.0
_MARKS = (0.0, 0.5, 0.8, 1.0)
_LABELS = (-1.0, 0.0, 1.0, 2.0, 0.5, 0.8)  # the later ones only where there is room
_COARSE, _FINE, _PAGE = 0.05, 0.01, 0.25
_STICKY = 0.04  # so near to a mark, dragging stops at it
_REST = 300  # milliseconds
_KNOB = 7.5
_NOTCH = 120


class StrengthSlider(QWidget):
    """A strength from -10 to 10, of which the slider has -1 to 2."""

    changed = Signal(float)
    """The new strength, while it changes."""
    settled = Signal(float)
    """The new strength, once it was let go of or has rested for a moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = self._told = FULL
        self.slider = _Scale()
        self.slider.setAccessibleName(self.tr("Strength"))
        self.slider.setToolTip(
            self.tr("0 is off, 1 as trained. Shift for small steps, double click for 1.")
        )
        self.slider.moved.connect(self._take)
        self.slider.released.connect(self._settle)
        self.field = decimal_field(-_LIMIT, _LIMIT, _COARSE, 2)
        self.field.setAccessibleName(self.tr("Strength as a number"))
        self.field.setFixedWidth(72)
        self.field.valueChanged.connect(self._take)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._settle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field, 0, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.slider)
        self.set_value(FULL)

    def value(self) -> float:
        """The strength, with two decimals."""
        return self._value

    def set_value(self, value: float) -> None:
        """Shows ``value``, brought into the limits, without a signal."""
        self._rest.stop()
        self._show(value)
        self._told = self._value

    def hideEvent(self, event: object) -> None:
        """Tells what has not rested yet: later nobody would expect it."""
        self._settle()

    def _show(self, value: float) -> None:
        self._value = round(min(max(value, -_LIMIT), _LIMIT), 2) + 0.0  # no -0.0
        self.slider.set_strength(self._value)
        with QSignalBlocker(self.field):
            self.field.setValue(self._value)

    def _take(self, value: float) -> None:
        before = self._value
        self._show(value)
        if self._value != before:
            self._rest.start()
            self.changed.emit(self._value)

    def _settle(self) -> None:
        self._rest.stop()
        if self._value != self._told:
            self._told = self._value
            self.settled.emit(self._value)


class _Scale(QSlider):
    """The slider itself; a `QSlider` in hundredths for screen readers, all else is its own."""

    moved = Signal(float)
    """What the artist sets; whoever hears it calls `set_strength`."""
    released = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._strength = FULL
        self._turned = 0
        self.setRange(round(_LOWEST * 100), round(_HIGHEST * 100))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_strength(self, strength: float) -> None:
        self._strength = strength
        self.setValue(round(strength * 100))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(theme.TARGET, round(_line()) + self._label_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    # what the artist does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.moved.emit(FULL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _step(event)
        key = event.key()
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
            self._move(step)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Down):
            self._move(-step)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._move(_PAGE if key == Qt.Key.Key_PageUp else -_PAGE)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.moved.emit(_LOWEST if key == Qt.Key.Key_Home else _HIGHEST)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        delta = event.angleDelta()
        self._turned += delta.y() or delta.x()  # macOS turns the axes round with Shift
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        for _ in range(abs(notches)):
            self._move(math.copysign(_step(event), notches))
        event.accept()

    def _drag(self, event: QMouseEvent) -> None:
        value = self._value_at(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            value = round(value, 2)
        elif near := [mark for mark in _MARKS if abs(mark - value) < _STICKY]:
            value = near[0]
        else:
            value = round(value / _COARSE) * _COARSE
        self.moved.emit(value)

    def _move(self, step: float) -> None:
        """To the next multiple of ``step``; values beyond the ends come nearer only."""
        steps = self._strength / step
        target = (math.floor(steps + 1e-6) + 1) * step
        lowest, highest = min(_LOWEST, self._strength), max(_HIGHEST, self._strength)
        self.moved.emit(min(max(target, lowest), highest))

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_groove(painter)
        self._paint_labels(painter)
        self._paint_knob(painter)

    def _paint_groove(self, painter: QPainter) -> None:
        y, left, right = _line(), self._x(_LOWEST), self._x(_HIGHEST)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(QRectF(left - 2, y - 2, right - left + 4, 4), 2, 2)
        for mark in (_LOWEST, *_MARKS, _HIGHEST):
            painter.drawRoundedRect(QRectF(self._x(mark) - 0.75, y + 4, 1.5, 5), 0.75, 0.75)
        painter.setBrush(theme.color("accent" if self.isEnabled() else "muted"))
        ends = sorted((self._x(0.0), self._x(self._strength)))
        painter.drawRoundedRect(QRectF(ends[0] - 1, y - 2, ends[1] - ends[0] + 2, 4), 2, 2)

    def _paint_labels(self, painter: QPainter) -> None:
        font = self._label_font()
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        metrics, taken = painter.fontMetrics(), list[QRectF]()
        top = _line() + _KNOB + 2
        for label in _LABELS:
            text = f"{label:g}".replace("-", "−")
            width = metrics.horizontalAdvance(text)
            place = QRectF(self._x(label) - width / 2, top, width, metrics.height())
            place.moveLeft(min(max(place.left(), 0.0), self.width() - place.width()))
            if not any(place.adjusted(-4, 0, 4, 0).intersects(other) for other in taken):
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
                taken.append(place)

    def _paint_knob(self, painter: QPainter) -> None:
        centre = QPointF(self._x(self._strength), _line())
        if self.hasFocus():
            halo = theme.color("accent")
            halo.setAlphaF(0.25)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(centre, _KNOB + 2.5, _KNOB + 2.5)
        tint = "accent" if self.hasFocus() or self.underMouse() else "muted"
        painter.setPen(QPen(theme.color(tint if self.isEnabled() else "border"), 2))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(centre, _KNOB - 1, _KNOB - 1)

    def _label_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.8))
        return font

    def _label_height(self) -> int:
        return round(_KNOB + 2 + self.fontMetrics().height() * 0.9)

    def _x(self, strength: float) -> float:
        """Where ``strength`` is, in pixels; what is beyond the ends is at them."""
        share = (min(max(strength, _LOWEST), _HIGHEST) - _LOWEST) / (_HIGHEST - _LOWEST)
        edge = _KNOB + 3
        return edge + share * (self.width() - 2 * edge)

    def _value_at(self, x: float) -> float:
        edge = _KNOB + 3
        share = (x - edge) / max(1.0, self.width() - 2 * edge)
        return _LOWEST + min(max(share, 0.0), 1.0) * (_HIGHEST - _LOWEST)


def _line() -> float:
    """How far down the groove is."""
    return theme.TARGET / 2 - 1


def _step(event: QKeyEvent | QWheelEvent) -> float:
    return _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _COARSE
