"""A picture as large as its place: small ones enlarged without steps and without mist."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap


class Enlarged:
    """Paints an image into a rectangle, and keeps the pixels for the next time."""

    def __init__(self) -> None:
        self._image = QImage()
        self._pixels = QPixmap()

    def set_image(self, image: QImage) -> None:
        """Another image; a null one is none."""
        if image.cacheKey() != self._image.cacheKey():
            self._image = image
            self._pixels = QPixmap()

    @property
    def image(self) -> QImage:
        """The image with its own pixels."""
        return self._image

    @property
    def is_null(self) -> bool:
        """Whether there is no image."""
        return self._image.isNull()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of the image."""
        return self._image.width(), self._image.height()

    def paint(self, painter: QPainter, place: QRectF, ratio: float) -> None:
        """Fills ``place`` on a screen with ``ratio`` device pixels per pixel."""
        target = (place.size() * ratio).toSize()
        if target.isEmpty():
            return
        if self._pixels.size() != target:
            self._pixels = QPixmap.fromImage(scaled(self._image, target))
        painter.drawPixmap(place, self._pixels, QRectF(self._pixels.rect()))


def scaled(image: QImage, target: QSize) -> QImage:
    """``image`` with ``target`` pixels: Lanczos upwards, as Qt's own is blurred there."""
    if image.size() == target:
        return image
    if target.width() <= image.width():
        keep, smooth = (
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        return image.scaled(target, keep, smooth)
    from PIL import Image  # not while the window opens

    source = image.convertToFormat(QImage.Format.Format_RGBX8888)
    size = (source.width(), source.height())
    pixels = Image.frombuffer("RGBX", size, bytes(source.constBits()), "raw", "RGBX", 0, 1)
    large = pixels.resize((target.width(), target.height()), Image.Resampling.LANCZOS)
    line = 4 * target.width()
    made = QImage(
        large.tobytes(), target.width(), target.height(), line, QImage.Format.Format_RGBX8888
    )
    return made.copy()  # its bytes live as long as it does
