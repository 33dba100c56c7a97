"""The adapters that a picture is drawn with, each with its checkpoint and its strength."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.rows_area import RowsArea
from ui.widgets.strength_slider import FULL, StrengthSlider
from ui.widgets.wheel_guard import guard_wheel

Choice = tuple[str, str]
"""A checkpoint: what it is called, and the path of its file ("" is the adapter in training)."""

_SUFFIX = ".safetensors"
_CHOOSER = 128  # pixels at most


class AdapterRow(QFrame):
    """One adapter: whether it acts, which checkpoint of it, and how strongly."""

    changed = Signal()
    """Something is different, while a slider still moves too."""
    settled = Signal()
    """The same, once it rests."""
    removed = Signal()

    def __init__(
        self, name: str, choices: Sequence[Choice] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.switch = QCheckBox()
        self.switch.setChecked(True)
        self.switch.setMinimumHeight(theme.TARGET)
        self.switch.setToolTip(self.tr("Draw with this adapter"))
        self.switch.toggled.connect(self._toggle)
        self._label = QElidingLabel()
        self._label.setElideMode(Qt.TextElideMode.ElideMiddle)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.chooser = QComboBox()
        self.chooser.setMaximumWidth(_CHOOSER)
        self.chooser.setToolTip(self.tr("Checkpoint"))
        self.chooser.currentIndexChanged.connect(self._choose)
        guard_wheel(self.chooser)
        self.remove = IconButton("clear", "")
        self.remove.clicked.connect(self.removed)
        self.slider = StrengthSlider()
        self.slider.changed.connect(self.changed)
        self.slider.settled.connect(self.settled)
        self._lay_out()
        self.set_name(name)
        self.set_choices(choices)

    @property
    def name(self) -> str:
        """What the adapter is called."""
        return self._label.text()

    @property
    def path(self) -> str:
        """The file of the chosen checkpoint; "" is the adapter in training."""
        return str(self.chooser.currentData() or "")

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self.switch.isChecked()

    @property
    def strength(self) -> float:
        """How strongly it acts; 0 while it is off."""
        return self.slider.value() if self.on else 0.0

    def set_name(self, name: str) -> None:
        """Shows ``name``, and has screen readers tell by it what the parts belong to."""
        self._label.setText(name)
        self.switch.setAccessibleName(self.tr("Draw with {0}").format(name))
        self.chooser.setAccessibleName(self.tr("Checkpoint of {0}").format(name))
        self.slider.slider.setAccessibleName(self.tr("Strength of {0}").format(name))
        self.slider.field.setAccessibleName(self.tr("Strength of {0} as a number").format(name))
        remove = self.tr("Remove {0}").format(name)
        self.remove.setAccessibleName(remove)
        self.remove.setToolTip(remove)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """The checkpoints to choose from; the chosen one stays, if it is among them. No signal."""
        path = self.path
        with QSignalBlocker(self.chooser):
            self.chooser.clear()
            for label, file in choices:
                self.chooser.addItem(label, str(file))
            self.chooser.setCurrentIndex(max(0, self.chooser.findData(path)))
        self._update_chooser()

    def set_from(self, path: str | Path, strength: float, on: bool) -> None:
        """Shows a checkpoint, a strength and whether it acts, without a signal."""
        file = str(path)
        with QSignalBlocker(self.chooser), QSignalBlocker(self.switch):
            if self.chooser.findData(file) < 0:
                self.chooser.addItem(Path(file).stem, file)
            self.chooser.setCurrentIndex(self.chooser.findData(file))
            self.switch.setChecked(on)
        self.slider.set_value(strength)
        self.slider.setEnabled(on)
        self._update_chooser()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE // 2)
        head.addWidget(self.switch)
        head.addWidget(self._label, 1)
        head.addWidget(self.chooser)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE // 2, theme.SPACE // 2)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(head)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, theme.SPACE // 2, 0)
        below.addWidget(self.slider)
        column.addLayout(below)

    def _update_chooser(self) -> None:
        self.chooser.setVisible(self.chooser.count() > 1)
        self._label.setToolTip(self.path or self.tr("The adapter in training, as it is now"))

    def _toggle(self, on: bool) -> None:
        self.slider.setEnabled(on)
        self.changed.emit()
        self.settled.emit()

    def _choose(self) -> None:
        self._update_chooser()
        self.changed.emit()
        self.settled.emit()


class AdapterList(QWidget):
    """The rows of all adapters, and a button for more; LoRA files can be dropped on it."""

    changed = Signal()
    """A row changed, came or went."""
    settled = Signal()
    """The same, once it rests."""
    add_wanted = Signal()
    files_dropped = Signal(list)
    """list[Path] of LoRA files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[AdapterRow] = []
        self._dragged = False
        self.setAcceptDrops(True)
        self._hint = QLabel(
            self.tr(
                "Without an adapter the base model draws alone. Add one, or drop its file here."
            )
        )
        self._hint.setWordWrap(True)
        self._hint.setProperty("muted", True)
        self.add = QPushButton(self.tr("Add adapter…"))
        self.add.setIcon(theme.icon("add"))
        self.add.clicked.connect(self.add_wanted)
        self._area = RowsArea()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._area)
        column.addWidget(self._hint)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self._update()

    def add_row(
        self,
        name: str,
        choices: Sequence[Choice],
        strength: float = FULL,
        on: bool = True,
    ) -> AdapterRow:
        """Adds an adapter, shown with the first of its checkpoints; without a signal."""
        row = AdapterRow(name, choices)
        row.set_from(row.path, strength, on)
        row.changed.connect(self.changed)
        row.settled.connect(self.settled)
        row.removed.connect(lambda: self.remove_row(row))
        self.rows.append(row)
        self._area.column.addWidget(row)
        self._update()
        return row

    def clear(self) -> None:
        """Takes all adapters off, without a signal."""
        while self.rows:
            self._take_off(self.rows[0])
        self._update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes LoRA files."""
        if lora_files(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._dragged = True
            self.update()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._dragged = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._dragged = False
        self.update()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.files_dropped.emit(lora_files(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed frame while files are dragged over it."""
        if self._dragged:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent"), 2, Qt.PenStyle.DashLine))
            frame = self.rect().adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.add.setIcon(theme.icon("add"))

    def remove_row(self, row: AdapterRow) -> None:
        """Takes an adapter off, as its button does."""
        place = self.rows.index(row)
        self._take_off(row)
        self._update()
        next_row = self.rows[min(place, len(self.rows) - 1)] if self.rows else None
        (next_row.remove if next_row else self.add).setFocus()
        self.changed.emit()
        self.settled.emit()

    def _take_off(self, row: AdapterRow) -> None:
        self.rows.remove(row)
        self._area.column.removeWidget(row)
        row.blockSignals(True)  # hiding it would tell a strength that has not rested
        row.hide()
        row.deleteLater()

    def _update(self) -> None:
        self._hint.setVisible(not self.rows)
        self._area.setVisible(bool(self.rows))
        self._area.updateGeometry()


def lora_files(data: QMimeData) -> list[Path]:
    """The LoRA files in what is dragged."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() == _SUFFIX]
