"""Images that look alike, side by side: which are kept, and which go to the trash."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel, QFlowLayout

from studio.data.collection import ImageFile
from ui import theme
from ui.widgets.icon_label import IconLabel

THUMB = 176
"""Side of the square that a thumbnail fills, in pixels."""

_CAPTION = 160
_DIM = 0.3  # opacity of an image that goes


def largest(images: Sequence[ImageFile]) -> ImageFile:
    """The image to keep: most pixels, then the one with a caption, then the biggest file."""
    return max(
        images,
        key=lambda image: (math.prod(image.size or (0,)), bool(image.caption.text), image.stamp[1]),
    )


class DuplicateGroup(QFrame):
    """One group; all but the largest are chosen for the trash at first."""

    chosen_changed = Signal()

    def __init__(self, images: Sequence[ImageFile], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.images = tuple(images)
        self.cards = {image: _Card(image) for image in images}
        self._title, self._warning = QLabel(), IconLabel("warning", "warning")
        title = QHBoxLayout()
        title.setSpacing(theme.SPACE)
        title.addWidget(self._warning)
        title.addWidget(self._title, 1)
        flow = QFlowLayout()
        flow.setHorizontalSpacing(2 * theme.SPACE)
        flow.setVerticalSpacing(2 * theme.SPACE)
        for image, card in self.cards.items():
            card.trash.setChecked(image is not largest(self.images))
            card.trash.toggled.connect(self._changed)
            flow.addWidget(card)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(theme.SPACE)
        column.addLayout(title)
        column.addLayout(flow)
        self._say()

    def chosen(self) -> list[ImageFile]:
        """The images for the trash."""
        return [image for image, card in self.cards.items() if card.trash.isChecked()]

    def rescued(self) -> tuple[ImageFile, str] | None:
        """A kept image without a caption, and the first caption that would go; else None."""
        chosen = self.chosen()
        kept = [image for image in self.images if image not in chosen]
        texts = [image.caption.text for image in chosen if image.caption.text]
        if not kept or not texts or any(image.caption.text for image in kept):
            return None
        return largest(kept), texts[0]

    def _changed(self) -> None:
        self._say()
        self.chosen_changed.emit()

    def _say(self) -> None:
        count = len(self.images)
        lost = len(self.chosen()) == count
        words = self.tr("%n similar image(s)", "", count)
        warning = self.tr("%n similar image(s): none of them would be kept", "", count)
        self._warning.setVisible(lost)
        self._title.setText(warning if lost else words)


class _Card(QWidget):
    """A thumbnail, what is known of its file, and the box to check for the trash."""

    def __init__(self, image: ImageFile) -> None:
        super().__init__()
        self.setFixedWidth(THUMB)
        self._thumb = QLabel()
        self._thumb.setFixedSize(THUMB, THUMB)
        self._thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = QElidingLabel(image.name)
        name.setElideMode(Qt.TextElideMode.ElideMiddle)
        name.setToolTip(str(image.path))
        size = self.tr("{0} × {1}").format(*image.size) if image.size else self.tr("unknown size")
        facts = QLabel(
            self.tr("{0}, {1}").format(size, QLocale().formattedDataSize(image.stamp[1], 1))
        )
        text = image.caption.text
        caption = QLabel(_start(text) or self.tr("No caption"))
        caption.setTextFormat(Qt.TextFormat.PlainText)
        caption.setWordWrap(True)
        caption.setToolTip(text)
        caption.setMinimumHeight(caption.heightForWidth(THUMB))  # a flow asks for no height
        caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        for label in (facts, caption):
            label.setProperty("muted", True)
        self.trash = QCheckBox(self.tr("Move to the trash"))
        self.trash.setAccessibleName(self.tr("Move {0} to the trash").format(image.name))
        self.trash.setMinimumHeight(theme.TARGET)
        dim = QGraphicsOpacityEffect(self._thumb, opacity=_DIM)
        dim.setEnabled(False)
        self._thumb.setGraphicsEffect(dim)
        self.trash.toggled.connect(dim.setEnabled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        for part in (self._thumb, self.trash, name, facts, caption):
            column.addWidget(part)
        column.addStretch(1)

    def set_thumb(self, thumb: QPixmap) -> None:
        """Shows ``thumb``, fitted."""
        ratio = self.devicePixelRatioF()
        side = QSize(THUMB, THUMB) * ratio
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        fitted = thumb.scaled(side, keep, smooth)
        fitted.setDevicePixelRatio(ratio)
        self._thumb.setPixmap(fitted)

    def set_unreadable(self) -> None:
        """Shows that there is no thumbnail."""
        self._thumb.setPixmap(theme.icon("broken", "muted").pixmap(QSize(48, 48)))


def _start(text: str) -> str:
    return text if len(text) <= _CAPTION else text[: _CAPTION - 1].rstrip() + "…"
