"""What is painted on pictures of any colour, white on dark: labels, the divider, progress."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ui import theme

_INK, _VEIL, _EDGE = QColor("white"), QColor(0, 0, 0, 165), QColor(0, 0, 0, 110)
_KNOB = 15.0
_LINE = 3.0


def paint_label(
    painter: QPainter, picture: QRectF, text: str, corner: Qt.AlignmentFlag, quiet: bool = False
) -> None:
    """``text`` on a plate in a ``corner`` of ``picture``; a ``quiet`` one is smaller."""
    painter.save()
    font = painter.font()
    if quiet:
        font.setPointSizeF(font.pointSizeF() * 0.85)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    room = round(picture.width()) - 4 * theme.SPACE
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
    plate = QRectF(0, 0, metrics.horizontalAdvance(shown) + 2 * theme.SPACE, metrics.height() + 6)
    inside = picture.adjusted(*(d * theme.SPACE for d in (1, 1, -1, -1)))
    plate.moveTopLeft(inside.topLeft())
    if corner & Qt.AlignmentFlag.AlignRight:
        plate.moveRight(inside.right())
    if corner & Qt.AlignmentFlag.AlignBottom:
        plate.moveBottom(inside.bottom())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_VEIL)
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(_INK)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


def paint_divider(painter: QPainter, picture: QRectF, x: float, focused: bool) -> None:
    """A line at ``x`` with a knob to drag it by, wholly inside ``picture`` at its ends."""
    x = min(max(x, picture.left() + 1), picture.right() - 1)
    for pen in (QPen(_EDGE, 4), QPen(_INK, 2)):
        painter.setPen(pen)
        painter.drawLine(QPointF(x, picture.top()), QPointF(x, picture.bottom()))
    at = QPointF(x, picture.center().y())
    painter.setPen(QPen(_EDGE, 1))
    painter.setBrush(_INK)
    painter.drawEllipse(at, _KNOB, _KNOB)
    if focused:
        painter.setPen(QPen(theme.color("accent"), 3))
        painter.drawEllipse(at, _KNOB - 1, _KNOB - 1)
    pen = QPen(QColor("#3a3c42"), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for side in (-1, 1):
        tip = at + QPointF(side * 8, 0)
        ends = [tip - QPointF(side * 4, 4), tip, tip - QPointF(side * 4, -4)]
        painter.drawPolyline(QPolygonF(ends))


def paint_progress(painter: QPainter, picture: QRectF, share: float) -> None:
    """A thin line along the lower edge, ``share`` of it done."""
    line = QRectF(picture.left(), picture.bottom() - _LINE, picture.width(), _LINE)
    painter.fillRect(line, _VEIL)
    line.setWidth(line.width() * min(max(share, 0.0), 1.0))
    painter.fillRect(line, theme.color("accent"))


def paint_frame(painter: QPainter, picture: QRectF, tint: str, width: float) -> None:
    """A frame just outside ``picture``, in a colour of the theme."""
    grown = picture.adjusted(*(d * (width / 2 + 1) for d in (-1, -1, 1, 1)))
    path = QPainterPath()
    path.addRoundedRect(grown, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(tint), width))
    painter.drawPath(path)
