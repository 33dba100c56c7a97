"""Checkpoints of a run, each with a picture that was drawn with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from ui import theme
from ui.widgets.image_loader import ImageLoader

_SIDE = 56
_KEPT = 200


@dataclass(frozen=True)
class CheckpointRow:
    """A checkpoint as it is listed; ``note`` is a word about it, such as "newest"."""

    step: int
    picture: Path | None = None
    note: str = ""
    starred: bool = False


class CheckpointList(QListWidget):
    """A row for each checkpoint; one is current."""

    chosen = Signal(int)
    """The step of the checkpoint that the artist turned to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[int, QListWidgetItem] = {}
        self._rows: list[CheckpointRow] = []
        self._loader = ImageLoader(2 * _SIDE, _KEPT, self)
        self._loader.loaded.connect(self._take)
        self.setAccessibleName(self.tr("Checkpoints"))
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(self._tell)

    def set_rows(self, rows: Sequence[CheckpointRow], current: int) -> None:
        """Replaces what is shown and turns to the step ``current``, without a signal."""
        self.blockSignals(True)
        if list(rows) != self._rows:
            self._rows = list(rows)
            self.clear()
            self._items = {row.step: self._item(row) for row in rows}
            self._loader.want([row.picture for row in rows if row.picture])
        if current in self._items:
            self.setCurrentItem(self._items[current])
        self.blockSignals(False)

    def _item(self, row: CheckpointRow) -> QListWidgetItem:
        title = self.tr("Step {0}").format(row.step)
        star = self.tr("★ favourite") if row.starred else ""
        notes = [note for note in (star, row.note) if note]
        lines = [title, *([" · ".join(notes)] if notes else [])]
        item = QListWidgetItem(_icon(None), "\n".join(lines), self)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join([title, *notes]))
        item.setSizeHint(QSize(0, _SIDE + theme.SPACE))
        return item

    def _take(self, path: Path, image: QImage) -> None:
        for row in self._rows:
            if row.picture == path:
                self._items[row.step].setIcon(_icon(image))

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._rows):
            self.chosen.emit(self._rows[row].step)


def _icon(image: QImage | None) -> QIcon:
    """``image`` in the middle of a square, or a placeholder."""
    square = QPixmap(2 * _SIDE, 2 * _SIDE)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    if image is None:
        theme.icon("image", "muted").paint(painter, square.rect().adjusted(32, 32, -32, -32))
    else:
        size = image.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
        x, y = (square.width() - size.width()) // 2, (square.height() - size.height()) // 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(x, y, image.scaled(size, mode=Qt.TransformationMode.SmoothTransformation))
    painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # a selected picture is not tinted
        icon.addPixmap(square, mode)
    return icon
