"""A review of images that look alike: the largest of each group stays, the others may go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.data.collection import ImageFile
from ui import theme
from ui.widgets.duplicate_group import THUMB, DuplicateGroup
from ui.widgets.image_loader import ImageLoader

MOST = 50
"""Groups at a time; only what is shown can be moved."""

_EDGE = 2 * THUMB


class DuplicatesDialog(QDialog):
    """Asks which images of each group to move to the trash; moves nothing itself."""

    trash_requested = Signal(object, object)
    """list[ImageFile] for the trash, and list[tuple[Caption, str]]: captions to set before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Similar images"))
        self.resize(860, 640)
        self.groups: list[DuplicateGroup] = []
        self._loader = ImageLoader(_EDGE, 1, self)
        self._loader.loaded.connect(self._take)
        self._loader.failed.connect(self._take_failure)
        self._hint = QLabel()
        self._hint.setProperty("muted", True)
        self._hint.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(self.tr("Groups of similar images"))
        self.rescue = QCheckBox(
            self.tr("Give the caption of a removed image to the kept one if that has none")
        )
        self.rescue.setChecked(True)
        self._move = QPushButton()
        self._move.setProperty("primary", True)
        self._move.setDefault(True)
        self._move.clicked.connect(self._ask)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        buttons.addWidget(self.rescue)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._move)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self._hint)
        column.addWidget(self._area, 1)
        column.addLayout(buttons)
        self.set_groups([])

    def set_groups(self, groups: Sequence[Sequence[ImageFile]]) -> None:
        """Shows the first `MOST` groups."""
        self.groups = [DuplicateGroup(images) for images in groups[:MOST]]
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.SPACE, 0)
        column.setSpacing(2 * theme.SPACE)
        for group in self.groups:
            group.chosen_changed.connect(self._count)
            column.addWidget(group)
        column.addStretch(1)
        if old := self._area.takeWidget():
            old.deleteLater()
        self._area.setWidget(page)
        self._hint.setText(self._describe(len(groups)))
        self._count()
        self._loader.want([image.path for group in self.groups for image in group.images])

    def _describe(self, count: int) -> str:
        if not count:
            return self.tr("No images look alike.")
        if count > MOST:
            return self.tr("{0} of {1} groups; the others follow.").format(MOST, count)
        return self.tr("The largest image of each group is kept, unless you choose otherwise.")

    def _count(self) -> None:
        count = sum(len(group.chosen()) for group in self.groups)
        move = self.tr("Move %n image(s) to the trash", "", count)
        self._move.setText(move if count else self.tr("Nothing to move"))
        self._move.setEnabled(count > 0)
        self.rescue.setVisible(any(group.rescued() for group in self.groups))

    def _ask(self) -> None:
        chosen = [image for group in self.groups for image in group.chosen()]
        rescued = [pair for group in self.groups if (pair := group.rescued())]
        captions = [(image.caption, text) for image, text in rescued]
        self.trash_requested.emit(chosen, captions if self.rescue.isChecked() else [])

    def _take(self, path: Path, image: QImage) -> None:
        for group in self.groups:
            for file, card in group.cards.items():
                if file.path == path:
                    card.set_thumb(QPixmap.fromImage(image))

    def _take_failure(self, path: Path, error: object) -> None:
        del error  # the problems panel says why
        for group in self.groups:
            for file, card in group.cards.items():
                if file.path == path:
                    card.set_unreadable()
