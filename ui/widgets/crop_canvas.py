"""The image with the crop box over it: what training does not see is dimmed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.data.buckets import Crop, Size, crop_box
from ui import theme

_BRACKET = 18.0
_EDGE = 3.0


class CropCanvas(QWidget):
    """Paints an image and its crop box, or only what training sees of it.

    Its pixels are decoded elsewhere; until they come it shows a preview.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image = QImage()
        self._preview = QPixmap()
        self._scaled = QPixmap()
        self._size: Size | None = None
        self._bucket: Size | None = None
        self._crop: Crop | None = None
        self._framed = True
        self._exact = False
        self._dragging = False

    def show_image(self, size: Size | None, bucket: Size | None, crop: Crop | None) -> None:
        """Turns to another image; preview and pixels come later."""
        self._dragging = False
        self._image, self._preview, self._scaled = QImage(), QPixmap(), QPixmap()
        self._size, self._bucket, self._crop = size, bucket, crop
        self.update()

    def set_preview(self, preview: QPixmap) -> None:
        """A small version of the image, shown until its pixels come."""
        self._preview = preview
        self.update()

    def set_pixels(self, image: QImage) -> None:
        """The decoded image, however small; it is kept, so that resizing stays cheap."""
        self._image, self._scaled = image, QPixmap()
        self.update()

    def set_crop(self, crop: Crop | None) -> None:
        """Shows another crop of the same image, as after undo."""
        self._dragging = False
        self._crop = crop
        self.update()

    def set_framed(self, framed: bool) -> None:
        """Whether the crop box is shown and can be changed."""
        self._framed = framed
        self.update()

    @property
    def crop(self) -> Crop | None:
        """What is shown; None is the automatic crop."""
        return self._crop

    @property
    def waiting(self) -> bool:
        """Whether the image's pixels have not come yet."""
        return self._image.isNull()

    def image_rect(self) -> QRectF:
        """Where the whole image lies in the widget; in exact view it reaches beyond."""
        if self._exact and (known := self._known()):
            size, bucket = known
            shown = _fitted(QSizeF(*bucket), self._room())
            left, top, right, _ = crop_box(size, bucket, self._crop or Crop()).region(size)
            scale = shown.width() / (right - left)
            return QRectF(
                shown.left() - left * scale,
                shown.top() - top * scale,
                size[0] * scale,
                size[1] * scale,
            )
        return _fitted(self._shown_size(), self._room())

    def box_rect(self) -> QRectF:
        """Where the crop box lies; empty as long as there is none."""
        if not (known := self._known()):
            return QRectF()
        size, bucket = known
        region = crop_box(size, bucket, self._crop or Crop()).region(size)
        image = self.image_rect()
        scale = image.width() / size[0]
        left, top, right, bottom = (side * scale for side in region)
        return QRectF(QPointF(left, top), QPointF(right, bottom)).translated(image.topLeft())

    def _known(self) -> tuple[Size, Size] | None:
        return (self._size, self._bucket) if self._size and self._bucket else None

    def _shown_size(self) -> QSizeF:
        if self._size:
            return QSizeF(*self._size)
        return QSizeF(self._preview.size() if self._image.isNull() else self._image.size())

    def _room(self) -> QRectF:
        """Where the image may be: the brackets around its edge must show too."""
        return QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._exact and self._known() and not self._image.isNull():
            box = self.box_rect()
            painter.drawPixmap(box, self._as_trained(), QRectF(self._as_trained().rect()))
            return
        whole = self.image_rect()
        pixels = self._fitted_pixels(whole.size())
        painter.drawPixmap(whole, pixels, QRectF(pixels.rect()))
        if self._framed and self._known():
            self._paint_box(painter, whole, self.box_rect())
        if self.hasFocus() and not self._framed:
            painter.setPen(theme.color("accent"))
            painter.drawRect(whole.adjusted(0, 0, -1, -1))

    def _fitted_pixels(self, size: QSizeF) -> QPixmap:
        """The image at the size it is shown at, or its preview until it is decoded."""
        if self._image.isNull():
            return self._preview
        target = (size * self.devicePixelRatioF()).toSize()
        if self._scaled.size() != target:
            smooth = Qt.TransformationMode.SmoothTransformation
            keep = Qt.AspectRatioMode.IgnoreAspectRatio
            self._scaled = QPixmap.fromImage(self._image.scaled(target, keep, smooth))
        return self._scaled

    def _as_trained(self) -> QPixmap:
        """The inside of the crop box with as many pixels as training gets."""
        known = self._known()
        assert known is not None
        size, bucket = known
        scale = self._image.width() / size[0]
        left, top, right, bottom = (
            side * scale for side in crop_box(size, bucket, self._crop or Crop()).region(size)
        )
        cut = self._image.copy(
            round(left), round(top), max(round(right - left), 1), max(round(bottom - top), 1)
        )
        smooth = Qt.TransformationMode.SmoothTransformation
        keep = Qt.AspectRatioMode.IgnoreAspectRatio
        return QPixmap.fromImage(cut.scaled(*bucket, keep, smooth))

    def _paint_box(self, painter: QPainter, whole: QRectF, box: QRectF) -> None:
        outside = QPainterPath()
        outside.addRect(whole)
        outside.addRect(box)  # odd-even filling leaves the box out
        painter.fillPath(outside, QColor(0, 0, 0, 150))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dragging:
            _paint_thirds(painter, box)
        frame = theme.color("accent") if self.hasFocus() else QColor("white")
        for pen in (QPen(QColor(0, 0, 0, 130), 3), QPen(frame, 1.5)):
            painter.setPen(pen)
            painter.drawRect(box)
        for pen in (QPen(QColor(0, 0, 0, 130), 6), QPen(QColor("white"), 4)):
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            _paint_brackets(painter, box)


def _fitted(size: QSizeF, area: QRectF) -> QRectF:
    """The largest rectangle of ``size``'s aspect in ``area``, centred."""
    if size.isEmpty():
        return QRectF()
    rect = QRectF(QPointF(), size.scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio))
    rect.moveCenter(area.center())
    return rect


def _paint_thirds(painter: QPainter, box: QRectF) -> None:
    painter.setPen(QPen(QColor(255, 255, 255, 130), 1))
    for share in (1 / 3, 2 / 3):
        x, y = box.left() + share * box.width(), box.top() + share * box.height()
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def _paint_brackets(painter: QPainter, box: QRectF) -> None:
    length = min(_BRACKET, box.width() / 3, box.height() / 3)
    for at, right, down in (
        (box.topLeft(), 1, 1),
        (box.topRight(), -1, 1),
        (box.bottomLeft(), 1, -1),
        (box.bottomRight(), -1, -1),
    ):
        ends = [at + QPointF(right * length, 0), at, at + QPointF(0, down * length)]
        painter.drawPolyline(QPolygonF(ends))
