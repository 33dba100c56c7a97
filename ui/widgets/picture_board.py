"""Several pictures of one prompt, equally large, as large as they fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets.compare_layout import arranged
from ui.widgets.enlarging import Enlarged
from ui.widgets.keys import is_enter
from ui.widgets.picture_marks import paint_frame, paint_progress

_EDGE = 4  # pixels around all, for the frame of the selected one


class PictureBoard(QWidget):
    """Places for pictures that come one by one; one of them is selected."""

    chosen = Signal(int)
    """A double click or Enter: this one is to be seen alone."""
    selected_changed = Signal(int)
    menu_wanted = Signal(int, QPoint)
    """The context menu of a picture is wanted, at this place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[Enlarged] = []
        self._size = (1, 1)
        self._selected = 0
        self._drawn = self._done = self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Pictures"))

    def set_count(self, count: int, width: int = 1, height: int = 1) -> None:
        """Empty places for ``count`` pictures of these proportions."""
        self._pictures = [Enlarged() for _ in range(count)]
        self._size = (width, height)
        self._selected = 0
        self._done = self._total = 0
        self._describe()

    def set_picture(self, index: int, image: QImage) -> None:
        """The picture of a place, in place of what was there."""
        self._pictures[index].set_image(image)
        self._size = self._pictures[index].size
        self._describe()

    def set_pictures(self, images: Sequence[QImage]) -> None:
        """All pictures at once."""
        self.set_count(len(images))
        for index, image in enumerate(images):
            self.set_picture(index, image)

    def set_progress(self, index: int, done: int, total: int) -> None:
        """How far the picture of a place is; a ``total`` of 0 takes the line away."""
        self._drawn, self._done, self._total = index, done, total
        self.update()

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self._pictures)

    @property
    def selected(self) -> int:
        """The number of the selected place."""
        return self._selected

    def image(self, index: int) -> QImage:
        """The picture of a place; a null one if it has not come."""
        return self._pictures[index].image

    def select(self, index: int) -> None:
        """Selects another place."""
        if index != self._selected and 0 <= index < self.count:
            self._selected = index
            self._describe()
            self.selected_changed.emit(index)

    def places(self) -> list[QRectF]:
        """Where the pictures are."""
        if not self._pictures:
            return []
        room = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        return arranged(self._size, room, theme.SPACE, self.count)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.select(self._index_at(event.position().toPoint()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._choose(self._index_at(event.position().toPoint()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self._index_at(event.pos()) if by_mouse else self._selected
        if 0 <= index < self.count:
            self.menu_wanted.emit(index, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = self.places()
        columns = sum(place.top() == places[0].top() for place in places) if places else 1
        ways = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        if event.key() in ways:
            self.select(self._selected + ways[Qt.Key(event.key())])
        elif is_enter(event) and not event.modifiers():
            self._choose(self._selected)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (picture, place) in enumerate(zip(self._pictures, self.places(), strict=True)):
            if picture.is_null:
                painter.fillRect(place, theme.color("hover"))
            else:
                picture.paint(painter, place, self.devicePixelRatioF())
            if self._total and index == self._drawn:
                paint_progress(painter, place, self._done / self._total)
            if index == self._selected:
                paint_frame(painter, place, "accent" if self.hasFocus() else "muted", 2)

    def _index_at(self, point: QPoint) -> int:
        """The number of the place at a point, or -1."""
        found = [index for index, place in enumerate(self.places()) if place.contains(point)]
        return found[0] if found else -1

    def _choose(self, index: int) -> None:
        if 0 <= index < self.count and not self._pictures[index].is_null:
            self.chosen.emit(index)

    def _describe(self) -> None:
        if self._pictures:
            self.setAccessibleDescription(
                self.tr("Picture {0} of {1}").format(self._selected + 1, self.count)
            )
        self.update()
