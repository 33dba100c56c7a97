"""Paints a curve of losses and the cross that reads it, by mouse or keyboard."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.training.progress import Steps
from ui import theme
from ui.widgets.loss_curve import Column, LossCurve, ticks

_MARKS = 14  # pixels below the curve, for checkpoints and previews
_PAGE = 20  # columns that PgUp and PgDown move by


class LossCanvas(QWidget):
    """A chart of `Steps`. What is drawn is computed once for a size and a number of steps."""

    moved = Signal()
    """`place` changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve = LossCurve()
        self.place: int | None = None
        """Where in the steps the cross is."""
        self.checkpoints: frozenset[int] = frozenset()
        self.samples: frozenset[int] = frozenset()
        self._log = False
        self._columns: list[Column] = []
        self._columns_for: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_steps(self, steps: Steps, total: int) -> None:
        """Shows other steps."""
        self.curve = LossCurve(steps, total)
        self._move(None)
        self.refresh()

    def refresh(self) -> None:
        """Takes over what changed in the steps."""
        self.curve.update()
        self._columns_for = None
        self.update()

    def set_marks(self, checkpoints: Sequence[int], samples: Sequence[int]) -> None:
        """Steps to mark below the curve."""
        self.checkpoints, self.samples = frozenset(checkpoints), frozenset(samples)
        self.update()

    def set_log(self, log: bool) -> None:
        """Whether the scale is logarithmic."""
        self._log = log
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 80)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._small())
        plot = self._plot()
        columns = self._columns_in(round(plot.width()))
        low, high = self.curve.limits(columns, self._log)
        scale = _Scale(plot, low, high, self._log)
        self._paint_axes(painter, scale)
        if columns:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            painter.setClipRect(plot.adjusted(-1, -1, 1, 1))
            self._paint_lines(painter, scale, columns)
            painter.restore()
            self._paint_marks(painter, plot)
            if self.place is not None:
                self._paint_cross(painter, scale, self.place)
        if self.hasFocus():
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_axes(self, painter: QPainter, scale: _Scale) -> None:
        plot, metrics = scale.plot, painter.fontMetrics()
        grid, muted = theme.color("border"), theme.color("muted")
        for value in ticks(scale.low, scale.high, self._log):
            y = round(scale.y(value)) + 0.5
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(muted)
            label = QRectF(0, y - metrics.height() / 2, plot.left() - 4, metrics.height())
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(label, right, f"{value:.3g}")
        numbers = self.curve.steps.numbers
        if numbers:
            line = QRectF(plot.left(), plot.bottom() + _MARKS, plot.width(), metrics.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, str(numbers[0]))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, str(numbers[-1]))

    def _paint_lines(self, painter: QPainter, scale: _Scale, columns: list[Column]) -> None:
        left, steps = scale.plot.left(), self.curve.steps
        raw, smooth, rate = QPolygonF(), QPolygonF(), QPolygonF()
        top = max(steps.unet_lr[column.end - 1] for column in columns) or 1.0
        for column in columns:
            x, last = left + column.x, column.end - 1
            raw.append(QPointF(x, scale.y(column.low)))
            raw.append(QPointF(x, scale.y(column.high)))
            smooth.append(QPointF(x, scale.y(self.curve.smoothed[last])))
            height = 0.9 * scale.plot.height() * steps.unet_lr[last] / top
            rate.append(QPointF(x, scale.plot.bottom() - height))
        faint, dim = theme.color("accent"), theme.color("muted")
        faint.setAlpha(80)
        dim.setAlpha(140)
        for color, width, style, line in (
            (faint, 1.0, Qt.PenStyle.SolidLine, raw),
            (dim, 1.0, Qt.PenStyle.DashLine, rate),
            (theme.color("accent"), 2.0, Qt.PenStyle.SolidLine, smooth),
        ):
            painter.setPen(QPen(color, width, style))
            painter.drawPolyline(line)

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        y = plot.bottom() + _MARKS / 2
        painter.setPen(QPen(theme.color("muted"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for step in self.samples - self.checkpoints:
            painter.drawEllipse(QPointF(self._x(step), y), 3, 3)
        painter.setBrush(theme.color("text"))
        painter.setPen(Qt.PenStyle.NoPen)
        for step in self.checkpoints:
            x = self._x(step)
            around = [QPointF(x, y - 4), QPointF(x + 4, y), QPointF(x, y + 4), QPointF(x - 4, y)]
            painter.drawPolygon(QPolygonF(around))

    def _paint_cross(self, painter: QPainter, scale: _Scale, place: int) -> None:
        x, plot = self._x(self.curve.steps.numbers[place]), scale.plot
        painter.setPen(QPen(theme.color("text"), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setBrush(theme.color("surface"))
        for value, radius in (
            (self.curve.steps.losses[place], 2.5),
            (self.curve.smoothed[place], 4),
        ):
            y = min(max(scale.y(value), plot.top()), plot.bottom())
            painter.drawEllipse(QPointF(x, y), radius, radius)

    # reading

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.curve.steps.numbers:
            self._move(self.curve.nearest(self._step(event.position().x())))

    def leaveEvent(self, event: QEvent) -> None:
        self._move(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._move(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self.curve.steps.numbers)
        column = max(1, count // max(1, round(self._plot().width())))
        here = count - 1 if self.place is None else self.place
        goals = {
            Qt.Key.Key_Left: here - column,
            Qt.Key.Key_Right: here + column,
            Qt.Key.Key_PageUp: here - _PAGE * column,
            Qt.Key.Key_PageDown: here + _PAGE * column,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }
        if event.key() == Qt.Key.Key_Escape and self.place is not None:
            self._move(None)
        elif count and event.key() in goals:
            goal = goals[Qt.Key(event.key())]
            self._move(here if self.place is None else min(max(goal, 0), count - 1))
        else:
            super().keyPressEvent(event)

    def _move(self, place: int | None) -> None:
        if place != self.place:
            self.place = place
            self.update()
            self.moved.emit()

    # places

    def _columns_in(self, width: int) -> list[Column]:
        wanted = (width, len(self.curve.smoothed))
        if self._columns_for != wanted:
            self._columns_for = wanted
            self._columns = self.curve.columns(max(2, width))
        return self._columns

    def _plot(self) -> QRectF:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("0.000")
        below = _MARKS + metrics.height()
        return QRectF(self.rect()).adjusted(left, theme.SPACE, -theme.SPACE, -below)

    def _span(self) -> tuple[int, int]:
        numbers = self.curve.steps.numbers
        return numbers[0], max(1, numbers[-1] - numbers[0])

    def _x(self, step: int) -> float:
        begin, span = self._span()
        plot = self._plot()
        share = min(max((step - begin) / span, 0.0), 1.0)
        return plot.left() + share * (plot.width() - 1)

    def _step(self, x: float) -> float:
        begin, span = self._span()
        plot = self._plot()
        return begin + span * (x - plot.left()) / max(1.0, plot.width() - 1)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        return font


class _Scale:
    """From losses to pixels."""

    def __init__(self, plot: QRectF, low: float, high: float, log: bool) -> None:
        self.plot, self.low, self.high, self._log = plot, low, high, log
        self._from, self._to = self._value(low), self._value(high)

    def y(self, loss: float) -> float:
        share = (self._value(max(loss, self.low)) - self._from) / (self._to - self._from)
        return self.plot.bottom() - share * self.plot.height()

    def _value(self, loss: float) -> float:
        return math.log10(loss) if self._log else loss
