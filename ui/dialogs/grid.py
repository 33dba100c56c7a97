"""Asks what a grid of pictures shall compare: checkpoints, strengths and prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.durations import about

MOST = 200
"""Pictures in a grid."""

_STRENGTHS = "0, 0.5, 0.8, 1"
_STRONGEST = 10.0
_CHOSEN = 4  # checkpoints, of the newest
_CHECKED = Qt.CheckState.Checked


@dataclass(frozen=True)
class GridPlan:
    """What to draw: every checkpoint (label and path) at every strength with every prompt."""

    checkpoints: tuple[tuple[str, str], ...]
    strengths: tuple[float, ...]
    prompts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many pictures that are."""
        return len(self.checkpoints) * len(self.strengths) * len(self.prompts)


class GridDialog(QDialog):
    """``checkpoints`` are labels and paths, the newest first; ``seconds`` a picture takes, or 0."""

    def __init__(
        self,
        checkpoints: Sequence[tuple[str, str]],
        chosen: Sequence[str],
        prompt: str,
        seconds: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Grid of pictures"))
        self.resize(520, 560)
        self._seconds = seconds
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Checkpoints"))
        for label, path in checkpoints:
            self._add(label, path, path in chosen)
        self.strengths = QLineEdit(_STRENGTHS)
        self.prompts = QPlainTextEdit(prompt)
        self.prompts.setTabChangesFocus(True)
        self.prompts.setAccessibleName(self.tr("Prompts, one in each line"))
        self.prompts.setMaximumHeight(110)
        self.summary = QLabel()
        self.summary.setProperty("muted", True)
        self.summary.setWordWrap(True)
        self.draw = QPushButton(self.tr("Draw the grid"))
        self.draw.setProperty("primary", True)
        self.draw.setDefault(True)
        self.draw.clicked.connect(self.accept)
        self._lay_out()
        self.list.itemChanged.connect(self._count)
        self.strengths.textChanged.connect(self._count)
        self.prompts.textChanged.connect(self._count)
        self._count()

    @property
    def plan(self) -> GridPlan:
        """What is chosen."""
        items = [self.list.item(row) for row in range(self.list.count())]
        checked = [item for item in items if item.checkState() == _CHECKED]
        return GridPlan(
            tuple((item.text(), item.data(Qt.ItemDataRole.UserRole)) for item in checked),
            tuple(read_strengths(self.strengths.text()) or ()),
            tuple(line.strip() for line in self.prompts.toPlainText().split("\n") if line.strip()),
        )

    def _add(self, label: str, path: str, chosen: bool) -> None:
        item = QListWidgetItem(label, self.list)
        item.setData(Qt.ItemDataRole.UserRole, path)
        item.setToolTip(path)
        item.setSizeHint(QSize(0, theme.TARGET))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_CHECKED if chosen else Qt.CheckState.Unchecked)

    def _count(self) -> None:
        plan = self.plan
        problem = self._problem(plan)
        self.draw.setEnabled(not problem)
        self.summary.setText(problem or self._describe(plan))

    def _problem(self, plan: GridPlan) -> str:
        if not plan.checkpoints:
            return self.tr("Choose at least one checkpoint.")
        if not plan.strengths:
            return self.tr("Write the strengths as numbers from -10 to 10, such as 0, 0.5, 1.")
        if not plan.prompts:
            return self.tr("Write at least one prompt.")
        if plan.count > MOST:
            return self.tr("{0} pictures are too many; {1} are possible.").format(plan.count, MOST)
        return ""

    def _describe(self, plan: GridPlan) -> str:
        text = self.tr("%n picture(s)", "", plan.count)
        if self._seconds:
            text += f" · {about(plan.count * self._seconds)}"
        return text

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(theme.SPACE)
        for text, field in (
            (self.tr("&Checkpoints, one row each"), self.list),
            (self.tr("&Strengths, one column each"), self.strengths),
            (self.tr("&Prompts, one in each line"), self.prompts),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
        column.addWidget(self.summary)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.draw)
        column.addLayout(buttons)


def first_choice(paths: Sequence[str], present: str) -> list[str]:
    """The checkpoints to begin with: the newest few, and the one that is drawn with."""
    return [*paths[:_CHOSEN], present]


def read_strengths(text: str) -> list[float] | None:
    """Numbers between commas or spaces, each once; None if something else is there."""
    words = [word for word in re.split(r"[\s,，;；、]+", text) if word]
    try:
        numbers = [float(word.replace("−", "-")) for word in words]
    except ValueError:
        return None
    if any(not abs(number) <= _STRONGEST for number in numbers):
        return None
    return list(dict.fromkeys(numbers))
