"""The app's icon, drawn: the L of a tall and a wide bar, as an adapter's two thin matrices."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QLinearGradient, QPainter, QPainterPath, QPixmap

SIZES = (16, 32, 64, 256)
TOP, BOTTOM = "#7d83f5", "#3b40ba"


def app_icon() -> QIcon:
    """The icon in the sizes that desktops ask for."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_pixmap(size))
    return icon


def _pixmap(size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.scale(size / 64, size / 64)
    shade = QLinearGradient(QPointF(0, 0), QPointF(0, 64))
    shade.setColorAt(0, QColor(TOP))
    shade.setColorAt(1, QColor(BOTTOM))
    painter.setBrush(shade)
    painter.drawRoundedRect(QRectF(2, 2, 60, 60), 14, 14)
    painter.setBrush(QColor("white"))
    painter.drawRoundedRect(QRectF(15, 13, 10, 38), 4, 4)
    painter.drawRoundedRect(QRectF(15, 41, 36, 10), 4, 4)
    painter.drawPath(_sparkle(QPointF(41, 23), 11))
    painter.end()
    return pixmap


def _sparkle(centre: QPointF, radius: float) -> QPainterPath:
    """A star with four points."""
    tips = [QPointF(0, -radius), QPointF(radius, 0), QPointF(0, radius), QPointF(-radius, 0)]
    path = QPainterPath(centre + tips[-1])
    for tip in tips:
        path.quadTo(centre, centre + tip)
    return path
