"""The crop box under the hand: mouse, wheel and keys change it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.data.buckets import Crop, Size, crop_box
from ui import theme
from ui.widgets import crop_geometry as geometry
from ui.widgets.crop_canvas import CropCanvas

_REACH = theme.TARGET / 2
_NOTCH = 120.0
_SETTLE = 400
_CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))
_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOMS: dict[int, float] = {
    Qt.Key.Key_Plus: 1.05,
    Qt.Key.Key_Equal: 1.05,
    Qt.Key.Key_Minus: 1 / 1.05,
}


class CropEditor(CropCanvas):
    """A canvas whose crop is moved by dragging and arrow keys, and zoomed by wheel and corners.

    ``0`` makes it automatic, a double click shows only what training sees.
    """

    crop_changed = Signal(object, bool)
    """The new `Crop` or None (automatic), and whether the change is complete."""
    exact_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Crop box"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the crop box, plus and minus zoom, 0 makes it automatic.")
        )
        self._start = QPointF()
        self._start_crop: Crop | None = None
        self._corner: tuple[int, int] | None = None
        self._settling = QTimer(self, interval=_SETTLE, singleShot=True)
        self._settling.timeout.connect(self._settle)

    def show_image(self, size: Size | None, bucket: Size | None, crop: Crop | None) -> None:
        """See `CropCanvas`; tells a change of the image before first."""
        self.flush()
        super().show_image(size, bucket, crop)

    def set_crop(self, crop: Crop | None) -> None:
        """See `CropCanvas`; drops a change that is under way."""
        self._settling.stop()
        super().set_crop(crop)

    def set_exact(self, exact: bool) -> None:
        """Whether only the inside of the crop box is shown, in training's resolution."""
        self._dragging = False
        if exact != self._exact:
            self._exact = exact
            self.update()
            self.exact_changed.emit(exact)

    def reset(self) -> None:
        """Back to the automatic crop."""
        self._settling.stop()
        if self._crop is not None:
            super().set_crop(None)
            self.crop_changed.emit(None, True)

    def flush(self) -> None:
        """Tells a change that waits for further keys or turns of the wheel."""
        if self._settling.isActive():
            self._settling.stop()
            self._settle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._adjustable():
            self.flush()
            self._corner = self._corner_at(event.position())
            self._dragging = bool(self._corner) or self.box_rect().contains(event.position())
            self._start, self._start_crop = event.position(), self._crop
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._dragging:
            self._set_cursor(event.position())
            return
        crop = self._dragged(event.position())
        if crop != (self._crop or Crop()):
            self._crop = crop
            self.update()
            self.crop_changed.emit(crop, False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self.update()
            if self._crop != self._start_crop:
                self.crop_changed.emit(self._crop, True)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._adjustable():
            self.set_exact(not self._exact)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._adjustable():
            event.ignore()
            return
        self._zoom_by(2 ** (event.angleDelta().y() / _NOTCH / 8))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not (known := self._known()) or not self._framed:
            super().keyPressEvent(event)
        elif key in _STEPS:
            by = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dx, dy = _STEPS[key]
            self._adjust(geometry.moved(*known, self._crop or Crop(), dx * by, dy * by))
        elif key in _ZOOMS:
            self._zoom_by(_ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.reset()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.flush()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def _adjustable(self) -> bool:
        return self._framed and self._known() is not None

    def _zoom_by(self, factor: float) -> None:
        known = self._known()
        assert known is not None
        crop = self._crop or Crop()
        self._adjust(geometry.zoomed(*known, crop, crop.zoom * factor))

    def _adjust(self, crop: Crop) -> None:
        """A change by keys or wheel: complete once they rest."""
        if crop != (self._crop or Crop()):
            self._crop = crop
            self.update()
            self.crop_changed.emit(crop, False)
            self._settling.start()

    def _settle(self) -> None:
        self.crop_changed.emit(self._crop, True)

    def _dragged(self, to: QPointF) -> Crop:
        known = self._known()
        assert known is not None
        size, bucket = known
        crop = self._start_crop or Crop()
        image = self.image_rect()
        if self._corner:
            at = (to - image.topLeft()) * (size[0] / image.width())
            return geometry.drawn(size, bucket, crop, self._corner, (at.x(), at.y()))
        box = crop_box(size, bucket, crop)
        way = (to - self._start) * (box.scaled[0] / image.width()) * (-1 if self._exact else 1)
        return geometry.moved(size, bucket, crop, way.x(), way.y())

    def _corner_at(self, at: QPointF) -> tuple[int, int] | None:
        if self._exact:
            return None
        box = self.box_rect()
        for corner in _CORNERS:
            away = at - box.topLeft() - QPointF(corner[0] * box.width(), corner[1] * box.height())
            if max(abs(away.x()), abs(away.y())) <= _REACH:
                return corner
        return None

    def _set_cursor(self, at: QPointF) -> None:
        corner = self._corner_at(at) if self._adjustable() else None
        if corner:
            falling = corner[0] == corner[1]
            shape = Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor
        elif self._adjustable() and self.box_rect().contains(at):
            shape = Qt.CursorShape.SizeAllCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
