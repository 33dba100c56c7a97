"""Folders that get a copy: each with a switch; one that is gone says so, and stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.icon_label import IconLabel

_LONGEST = 32
"""Characters of a path; more are cut out of its middle."""


@dataclass(frozen=True)
class Target:
    """A folder, whether it gets a copy, and whether it is there."""

    path: Path
    checked: bool
    there: bool = True


class TargetFolders(QWidget):
    """Shows targets; what the artist wants of them is told by signals."""

    checked = Signal(object, bool)
    """A path, and whether it shall get a copy."""
    removed = Signal(object)
    """A path that shall not be offered any more."""
    add_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[Path, QCheckBox] = {}
        self.add = QPushButton(self.tr("Add a place…"))
        self.add.setToolTip(
            self.tr("A folder that other programs load from, such as ComfyUI's models/loras")
        )
        self.add.clicked.connect(self.add_wanted)
        self._targets: list[Target] = []
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_targets(self, targets: Sequence[Target]) -> None:
        """Replaces what is shown."""
        if list(targets) == self._targets:
            return
        self._targets = list(targets)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.boxes.clear()
        self._rows = [self._row(target) for target in targets]
        for number, row in enumerate(self._rows):
            self._column.insertWidget(number, row)

    def _row(self, target: Target) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.SPACE // 2)
        line.addWidget(self._box(target))
        if not target.there:
            gone = QLabel(self.tr("not there now"))
            gone.setProperty("muted", True)
            line.addWidget(IconLabel("warning", "warning"))
            line.addWidget(gone)
        line.addStretch()
        remove = IconButton("clear", self.tr("Forget the place {0}").format(target.path))
        remove.clicked.connect(lambda: self.removed.emit(target.path))
        line.addWidget(remove)
        return row

    def _box(self, target: Target) -> QCheckBox:
        text = str(target.path)
        box = QCheckBox(shortened(text).replace("&", "&&"))
        box.setAccessibleName(self.tr("Copy to {0}").format(text))
        box.setToolTip(text)
        box.setMinimumHeight(theme.TARGET)
        box.setChecked(target.checked)
        box.toggled.connect(lambda on: self.checked.emit(target.path, on))
        self.boxes[target.path] = box
        return box


def shortened(path: str) -> str:
    """``path``, with the middle cut out if it is long: its ends tell it from others."""
    if len(path) <= _LONGEST:
        return path
    return path[: _LONGEST // 3] + "…" + path[-(_LONGEST - _LONGEST // 3 - 1) :]
