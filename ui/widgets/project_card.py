"""A project on the home page: its first image, its name, where its images are, when it was open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from ui import theme

WIDTH, COVER, HEIGHT = 208, 116, 194
_PAD = 12


class ProjectCard(QAbstractButton):
    """Pressing it emits ``clicked``; a missing project offers to be located or removed."""

    located = Signal()
    removed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = ""
        self._opened = ""
        self._cover: QPixmap | None = None
        self._missing = False
        self.setFixedSize(WIDTH, HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(name)
        self._buttons = self._remedies()
        self._buttons.hide()

    def describe(self, name: str, folder: str, opened: str) -> None:
        """The project's name, that of its image folder, and when it was opened last."""
        self._folder, self._opened = folder, opened
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(", ".join(filter(None, (folder, opened))))
        self.update()

    def set_cover(self, cover: QImage) -> None:
        """The image to show, at least as large as `cover_size`."""
        self._cover = QPixmap.fromImage(cover)
        self._cover.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def set_missing(self, text: str) -> None:
        """The project is not where it was; ``text`` says so."""
        self._missing = True
        self._folder = text
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(text)
        self._buttons.show()
        self.update()

    def cover_size(self) -> QSize:
        """Pixels that a cover needs to fill its place."""
        return QSize(WIDTH, COVER) * self.devicePixelRatioF()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offers to take the project off the list."""
        menu = QMenu(self)
        menu.addAction(theme.icon("clear"), self.tr("Remove from this list"), self.removed.emit)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def event(self, event: QEvent) -> bool:
        """Repaints under the mouse."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the card."""
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(card, 8, 8)
        lit = self.underMouse() and not self._missing
        painter.fillPath(shape, theme.color("hover" if lit else "surface"))
        painter.save()
        painter.setClipPath(shape)
        self._paint_cover(painter)
        painter.restore()
        painter.setPen(theme.color("accent" if self.hasFocus() else "border"))
        painter.drawPath(shape)
        self._paint_words(painter)

    def _paint_cover(self, painter: QPainter) -> None:
        place = QRect(0, 0, WIDTH, COVER)
        painter.fillRect(place, theme.color("raised"))
        if self._cover and not self._missing:
            size = self._cover.deviceIndependentSize()
            scaled = size.scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            target = QRectF(0, 0, scaled.width(), scaled.height())
            target.moveCenter(QRectF(place).center())
            painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
            painter.drawPixmap(target, self._cover, QRectF(self._cover.rect()))
            return
        icon = QRect(0, 0, 32, 32)
        icon.moveCenter(place.center())
        name, tint = ("warning", "warning") if self._missing else ("images", "muted")
        theme.icon(name, tint).paint(painter, icon)

    def _paint_words(self, painter: QPainter) -> None:
        font = self.font()
        font.setBold(True)
        y = COVER + 8
        painter.setFont(font)
        self._paint_line(painter, y, self.text(), "muted" if self._missing else "text")
        painter.setFont(self.font())
        self._paint_line(painter, y + 22, self._folder, "muted")
        if not self._missing:
            self._paint_line(painter, y + 42, self._opened, "muted")

    def _paint_line(self, painter: QPainter, y: int, text: str, tint: str) -> None:
        place = QRect(_PAD, y, WIDTH - 2 * _PAD, 20)
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, place.width())
        painter.setPen(theme.color(tint))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)

    def _remedies(self) -> QWidget:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(1, 0, 1, 2)
        row.setSpacing(0)
        for text, signal in (
            (self.tr("Locate…"), self.located),
            (self.tr("Remove"), self.removed),
        ):
            button = QPushButton(text)
            button.setProperty("flat", True)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch()
        column.addWidget(box)
        return box
