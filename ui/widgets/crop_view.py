"""The current image and what training sees of it: name, size, crop box, and whether it is sharp."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from studio.data.buckets import Crop, Size, crop_box
from studio.errors import StudioError
from ui import theme
from ui.messages import sentence
from ui.widgets.crop_editor import CropEditor
from ui.widgets.crop_geometry import enlarged
from ui.widgets.icon_button import IconButton
from ui.widgets.icon_label import IconLabel
from ui.widgets.image_loader import ImageLoader
from ui.widgets.message_page import MessagePage
from ui.widgets.mosaic import Mosaic

_EDGE = 2048
_KEPT = 4
_TOLERANCE = 1.005
"""Enlarged by less is told as enough pixels: it is the rounding of sides."""


class CropView(QWidget):
    """Shows one image, a message, or several thumbnails; `crop_changed` tells edits of the crop."""

    crop_changed = Signal(object, bool)
    """The new `Crop` of `path` (None: automatic), and whether the change is complete."""
    previous_requested = Signal()
    next_requested = Signal()
    menu_requested = Signal(QPoint)
    """The context menu is wanted, at this place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self._size: Size | None = None
        self._bucket: Size | None = None
        self._loader = ImageLoader(_EDGE, _KEPT, self)
        self._loader.loaded.connect(self._take)
        self._loader.failed.connect(self._take_failure)
        self.canvas = CropEditor()
        self.canvas.crop_changed.connect(self._tell)
        self._message = MessagePage()
        self._mosaic = Mosaic()
        self._stack = QStackedWidget()
        for page in (self.canvas, self._message, self._mosaic):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._build_header())
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._build_footer())
        self.clear()

    # values

    def clear(self) -> None:
        """No image is selected."""
        self._forget_image()
        self._show_message(
            "image",
            self.tr("No image selected"),
            self.tr("Select an image to see what training sees of it."),
        )

    def set_image(
        self, path: Path, size: Size | None, bucket: Size | None, crop: Crop | None
    ) -> None:
        """Shows an image of ``size``, read in the background; without ``bucket`` no crop box.

        A pending change of the image before is told first, while `path` still names it. Give the
        preview by `set_preview` afterwards.
        """
        self.canvas.show_image(size, bucket, crop)
        self.path, self._size, self._bucket = path, size, bucket
        self._name.setText(path.name)
        self._name.setToolTip(str(path))
        self._pixels.setText(self.tr("{0} × {1}").format(*size) if size else "")
        self._stack.setCurrentWidget(self.canvas)
        self._header.setVisible(True)
        self._update_facts()
        self._loader.want([path])

    def set_preview(self, preview: QPixmap) -> None:
        """A small version of the current image, shown until it is read."""
        self.canvas.set_preview(preview)

    def set_crop(self, crop: Crop | None) -> None:
        """Another crop of the same image, as after undo."""
        self.canvas.set_crop(crop)
        self._update_facts()

    def set_position(self, number: int, count: int) -> None:
        """Says that the current image is ``number`` (from 1) of ``count``; 0: none of them."""
        self._place.setText(self.tr("{0} / {1}").format(number, count) if number else "")
        self._previous.setEnabled(number > 1)
        self._next.setEnabled(0 < number < count)

    def set_selection(self, count: int, thumbs: Sequence[QPixmap]) -> None:
        """Shows that ``count`` images are selected, by the first few of their thumbnails."""
        self._forget_image()
        self._mosaic.show_thumbs(count, thumbs)
        self._stack.setCurrentWidget(self._mosaic)

    def set_problem(self, text: str) -> None:
        """Says that the current image cannot be read: why, and what to do."""
        self._footer.hide()
        self._show_message("broken", self.tr("This image cannot be read"), text)

    def prefetch(self, paths: Sequence[Path]) -> None:
        """Reads ahead what will be looked at next."""
        first = [self.path] if self.path and self.canvas.waiting else []
        self._loader.want([*first, *paths])

    def reload(self) -> None:
        """Reads the current image again, because its file changed."""
        self._loader.forget()
        if self.path:
            self._loader.want([self.path])

    # parts

    def _build_header(self) -> QWidget:
        self._name = QElidingLabel()
        self._name.setElideMode(Qt.TextElideMode.ElideMiddle)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._previous = IconButton("left", self.tr("Previous image"))
        self._previous.clicked.connect(self.previous_requested)
        self._place = QLabel()
        self._next = IconButton("right", self.tr("Next image"))
        self._next.clicked.connect(self.next_requested)
        self._crop_shown = IconButton("crop", self.tr("Show the crop box"))
        self._crop_shown.setCheckable(True)
        self._crop_shown.setChecked(True)
        self._crop_shown.toggled.connect(self._toggle_crop)
        self._exact = IconButton("eye", self.tr("Show exactly what training sees"))
        self._exact.setCheckable(True)
        self._exact.toggled.connect(self.canvas.set_exact)
        self.canvas.exact_changed.connect(self._exact.setChecked)
        self._reset = IconButton("reset", self.tr("Crop automatically (0)"))
        self._reset.clicked.connect(self.canvas.reset)
        self._header = QWidget()
        row = QHBoxLayout(self._header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self._name, 1)
        for part in (self._previous, self._place, self._next):
            row.addWidget(part)
        row.addSpacing(theme.SPACE)
        for part in (self._crop_shown, self._exact, self._reset):
            row.addWidget(part)
        return self._header

    def _build_footer(self) -> QWidget:
        self._verdict_icon = IconLabel("good", "good")
        self._facts = QLabel()
        self._facts.setWordWrap(True)
        self._pixels = QLabel()
        self._pixels.setProperty("muted", True)
        self._pixels.setToolTip(self.tr("Size of the image in pixels"))
        self._footer = QWidget()
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self._verdict_icon)
        row.addWidget(self._facts, 1)
        row.addWidget(self._pixels)
        return self._footer

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.path:
            self.menu_requested.emit(event.globalPos())

    # what happens

    def _take(self, path: Path, image: QImage) -> None:
        if path == self.path:
            self.canvas.set_pixels(image)

    def _take_failure(self, path: Path, error: StudioError) -> None:
        if path == self.path:
            self.set_problem(sentence(error.code, error.params))

    def _tell(self, crop: Crop | None, final: bool) -> None:
        self._update_facts()
        self.crop_changed.emit(crop, final)

    def _toggle_crop(self, shown: bool) -> None:
        self.canvas.set_framed(shown)
        self._exact.setEnabled(shown)
        self._exact.setChecked(self._exact.isChecked() and shown)
        self._update_facts()

    def _forget_image(self) -> None:
        self.canvas.show_image(None, None, None)
        self.path = self._size = self._bucket = None
        self._loader.want([])
        self._header.hide()
        self._footer.hide()

    def _show_message(self, icon: str, title: str, text: str) -> None:
        self._message.say(icon, title, text)
        self._stack.setCurrentWidget(self._message)

    def _update_facts(self) -> None:
        """The line below the image: what training sees, and whether that is sharp."""
        crop = self.canvas.crop
        self._reset.setEnabled(crop is not None and self._crop_shown.isChecked())
        if not self._size or not self._bucket:
            self._footer.hide()
            return
        factor = enlarged(self._size, crop_box(self._size, self._bucket, crop or Crop()))
        if factor <= _TOLERANCE:
            icon, words = "good", self.tr("Training sees {0} × {1}: enough pixels")
        else:
            icon = "warning"
            words = self.tr("Training sees {0} × {1}: enlarged {2}×, gets blurred")
        self._facts.setText(words.format(*self._bucket, f"{factor:.2g}"))
        self._verdict_icon.set_icon(icon, icon)
        self._footer.show()
