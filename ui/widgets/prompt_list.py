"""The prompts that previews draw: one row each, with its seed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.number_field import whole_field

MOST = 8
_NUMBER = 16  # pixels


class PromptList(QWidget):
    """Tells `changed` whenever a prompt or the seed is another; empty rows do not count."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PromptRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.SPACE // 2)
        self.add_button = QPushButton(self.tr("Add a prompt"))
        self.add_button.clicked.connect(self._add_empty)
        self.seed = whole_field(0, 2**31 - 1 - MOST)
        self.seed.setMinimumHeight(theme.TARGET)
        self.seed.setAccessibleName(self.tr("Seed of the first prompt"))
        self.seed.setToolTip(
            self.tr("The same seed draws the same picture. The next prompts count up from it.")
        )
        self.seed.valueChanged.connect(self._seed_changed)
        self._lay_out()
        self.set_prompts([], 1)

    def set_prompts(self, prompts: Sequence[str], seed: int) -> None:
        """Shows the prompts, without a signal; rows that hold them already stay as they are."""
        self.seed.blockSignals(True)
        self.seed.setValue(seed)
        self.seed.blockSignals(False)
        if list(prompts) != self.prompts() or not self.rows:
            while self.rows:
                self._drop(self.rows[0])
            for prompt in prompts or [""]:
                self._append(prompt)
        self._number()

    def prompts(self) -> list[str]:
        """The prompts that are not empty."""
        return [text for row in self.rows if (text := row.field.text().strip())]

    def _append(self, prompt: str) -> None:
        row = PromptRow(prompt)
        row.field.textEdited.connect(lambda _: self.changed.emit())
        row.removed.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.addWidget(row)

    def _add_empty(self) -> None:
        self._append("")
        self._number()
        self.rows[-1].field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, row: PromptRow) -> None:
        self._drop(row)
        if not self.rows:
            self._append("")
        self._number()
        self.changed.emit()

    def _drop(self, row: PromptRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _seed_changed(self) -> None:
        self._number()
        self.changed.emit()

    def _number(self) -> None:
        for number, row in enumerate(self.rows):
            row.set_number(number + 1, self.seed.value() + number)
        self.add_button.setEnabled(len(self.rows) < MOST)

    def _lay_out(self) -> None:
        seed = QLabel(self.tr("First &seed"))
        seed.setBuddy(self.seed)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE)
        foot.addSpacing(_NUMBER + theme.SPACE)
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        foot.addWidget(seed)
        foot.addWidget(self.seed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(self._column)
        column.addLayout(foot)


class PromptRow(QWidget):
    """A prompt with its number and seed, and a button that removes it."""

    removed = Signal()

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._number, self._seed = QLabel(), QLabel()
        for label in (self._number, self._seed):
            label.setProperty("muted", True)
        self._number.setFixedWidth(_NUMBER)
        self.field = QLineEdit(prompt)
        self.field.setPlaceholderText(self.tr("What to draw, such as: a woman with a red hat"))
        self.field.setCursorPosition(0)
        remove = IconButton("clear", self.tr("Remove this prompt"))
        remove.clicked.connect(self.removed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.SPACE)
        line.addWidget(self._number)
        line.addWidget(self.field, 1)
        line.addWidget(self._seed)
        line.addWidget(remove)

    def set_number(self, number: int, seed: int) -> None:
        """Its place in the list, from 1, and its seed."""
        self._number.setText(str(number))
        self._seed.setText(self.tr("seed {0}").format(seed))
        self.field.setAccessibleName(self.tr("Preview prompt {0}").format(number))
