"""A picture as large as there is room; its pixels are decoded elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.errors import StudioError
from ui import messages, theme
from ui.widgets.image_loader import ImageLoader

_EDGE = 4096
_SHEET = 140  # pixels of the small view


class LargePicture(QWidget):
    """A picture as large as there is room, and what it is below."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setProperty("muted", True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.canvas = _Canvas()
        self._path = Path()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.title)

    def show_file(self, path: Path, title: str) -> None:
        """Turns to another picture, whose pixels come by `take`."""
        self.title.setText(title)
        if path != self._path:
            self._path = path
            self.canvas.show_image(QImage())

    def take(self, path: Path, image: QImage) -> None:
        """The pixels of a picture, perhaps of this one."""
        if path == self._path:
            self.canvas.show_image(image)

    def fail(self, path: Path, words: str) -> None:
        """Why a picture cannot be shown, perhaps this one."""
        if path == self._path:
            self.canvas.say(words)


class _Canvas(QWidget):
    """Paints an image, fitted and centred."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._scaled = QPixmap()
        self._words = ""
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def waiting(self) -> bool:
        """Whether the pixels have not come yet."""
        return self._image.isNull()

    def show_image(self, image: QImage) -> None:
        """Other pixels, or none yet."""
        self._image, self._scaled, self._words = image, QPixmap(), ""
        self.update()

    def say(self, words: str) -> None:
        """Words in place of an image."""
        self._words = words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._words:
            painter.setPen(theme.color("error"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._words)
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = self._image.size().scaled(self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        if self._scaled.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            keep = Qt.AspectRatioMode.IgnoreAspectRatio
            self._scaled = QPixmap.fromImage(self._image.scaled(size, keep, smooth))
        place = QRect(0, 0, round(size.width() / ratio), round(size.height() / ratio))
        place.moveCenter(self.rect().center())
        painter.drawPixmap(place, self._scaled)


class SheetView(QWidget):
    """A labelled sheet of pictures in full, until the artist goes back."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = LargePicture()
        self.back = QPushButton(self.tr("Back"))
        self.back.setToolTip(self.tr("Back to all previews (Esc)"))
        self.back.clicked.connect(self.left)
        self._loader = ImageLoader(_EDGE, 1, self)
        self._loader.loaded.connect(self.picture.take)
        self._loader.failed.connect(self._fail)
        self.setFocusProxy(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.picture, 1)

    def show_file(self, path: Path, title: str) -> None:
        """Loads the sheet in a thread and shows it."""
        self.picture.show_file(path, title)
        self._loader.want([path])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _fail(self, path: Path, error: StudioError) -> None:
        self.picture.fail(path, messages.sentence(error.code, error.params))


class SheetButton(QPushButton):
    """A small view of a sheet that opens it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self._canvas = _Canvas()
        self._canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._loader = ImageLoader(640, 1, self)
        self._loader.loaded.connect(lambda _path, image: self._canvas.show_image(image))
        self._loader.failed.connect(lambda _path, _error: self.hide())
        self.setProperty("flat", True)
        self.setStyleSheet(f"min-height: {_SHEET}px;")  # the app's sheet sets a smaller one
        inside = QVBoxLayout(self)
        inside.setContentsMargins(*4 * (theme.SPACE // 2,))
        inside.addWidget(self._canvas)
        self.hide()

    def show_file(self, path: Path | None) -> None:
        """Shows the sheet in that file; hidden if there is none."""
        self.setVisible(path is not None)
        if path != self.path:
            self.path = path
            self._loader.want([path] if path else [])
