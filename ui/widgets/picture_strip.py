"""Pictures in a row, one of which is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QWidget,
)

from ui import theme
from ui.widgets.image_loader import ImageLoader

SIDE = 64
_KEPT = 64
_FRAME = 3


class PictureStrip(QScrollArea):
    """Each picture is a button; arrow keys move on."""

    chosen = Signal(object)
    """The path of the picture that the artist clicked."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """``name`` is what a screen reader calls the row."""
        super().__init__(parent)
        self._name = name
        self.buttons: dict[Path, PictureButton] = {}
        self._loader = ImageLoader(2 * SIDE, _KEPT, self)
        self._loader.loaded.connect(self._take)
        self._group = QButtonGroup(self)
        self._inside = QWidget()
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE // 2)
        self._row.addStretch()
        self.setAccessibleName(name)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self.setFixedHeight(SIDE + 12)

    def set_pictures(self, paths: Sequence[Path], chosen: Path | None) -> None:
        """Replaces what is shown; ``chosen`` is the one that is pressed."""
        if list(paths) != list(self.buttons):
            for button in self.buttons.values():
                self._group.removeButton(button)
                self._row.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.buttons = {
                path: self._button(path, number) for number, path in enumerate(paths, 1)
            }
            self._loader.want(paths)
        if chosen in self.buttons:
            self.buttons[chosen].setChecked(True)

    def _button(self, path: Path, number: int) -> PictureButton:
        button = PictureButton()
        button.setAccessibleName(self.tr("{0} {1}").format(self._name, number))
        button.setToolTip(path.name)
        button.clicked.connect(lambda: self.chosen.emit(path))
        self._group.addButton(button)
        self._row.insertWidget(number - 1, button)
        return button

    def _take(self, path: Path, image: QImage) -> None:
        if button := self.buttons.get(path):
            button.set_image(image)


class PictureButton(QAbstractButton):
    """A square picture; pressed, it has a frame and a tick."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap: QPixmap | None = None
        self.setCheckable(True)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_image(self, image: QImage) -> None:
        """What to show."""
        self._pixmap = QPixmap.fromImage(image)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Repaints under the mouse."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        inside = self.rect().adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
        painter.fillRect(inside, theme.color("raised"))
        if self._pixmap:
            size = self._pixmap.size().scaled(inside.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(QRectF(inside).center())
            painter.drawPixmap(place, self._pixmap, QRectF(self._pixmap.rect()))
        if self.isChecked():
            self._paint_tick(painter)
        wanted = "text" if self.hasFocus() else "accent" if self.isChecked() else ""
        if wanted or self.underMouse():
            painter.setPen(QPen(theme.color(wanted or "muted"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _paint_tick(self, painter: QPainter) -> None:
        place = QRectF(self.width() - 21, self.height() - 21, 16, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(place)
        tick = theme.icon("check", "on_accent")
        tick.paint(painter, place.toRect().adjusted(2, 2, -2, -2))

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)
