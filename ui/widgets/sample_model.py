"""The previews of a run as a table: a row for each step, a column for each prompt and seed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from studio.training.progress import Sample

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_NO_PARENT = QModelIndex()


class Column(NamedTuple):
    """What is drawn in the same way at each step."""

    prompt: str
    seed: int


class SampleModel(QAbstractTableModel):
    """Samples by step and prompt. Of several strengths a cell shows 1, else the highest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps: list[int] = []
        self.prompts: list[Column] = []
        self.checkpoints: frozenset[int] = frozenset()
        self.favourites: frozenset[int] = frozenset()
        self._cells: dict[tuple[int, Column], dict[float, Sample]] = {}

    def set_samples(self, samples: Iterable[Sample]) -> None:
        """Replaces everything."""
        self.beginResetModel()
        self._cells.clear()
        for sample in samples:
            self._cells.setdefault(_key(sample), {})[sample.strength] = sample
        self.steps = sorted({step for step, _ in self._cells})
        self.prompts = list(dict.fromkeys(column for _, column in self._cells))
        self.endResetModel()

    def add(self, sample: Sample) -> None:
        """Adds one, or replaces that of the same step, prompt, seed and strength."""
        step, column = _key(sample)
        if column not in self.prompts:
            self.beginInsertColumns(_NO_PARENT, len(self.prompts), len(self.prompts))
            self.prompts.append(column)
            self.endInsertColumns()
        row = bisect_left(self.steps, step)
        if row == len(self.steps) or self.steps[row] != step:
            self.beginInsertRows(_NO_PARENT, row, row)
            self.steps.insert(row, step)
            self.endInsertRows()
        self._cells.setdefault((step, column), {})[sample.strength] = sample
        index = self.index(row, self.prompts.index(column))
        self.dataChanged.emit(index, index)

    def set_checkpoints(self, steps: Sequence[int]) -> None:
        """Marks the rows of these steps."""
        self.checkpoints = frozenset(steps)
        self._tell_rows()

    def set_favourites(self, steps: Iterable[int]) -> None:
        """Marks the rows of these steps with a star."""
        self.favourites = frozenset(steps)
        self._tell_rows()

    def strengths(self, row: int, column: int) -> list[float]:
        """The strengths that a cell was drawn at; empty if it was not."""
        return sorted(self._at(row, column))

    def sample(self, row: int, column: int, strength: float | None = None) -> Sample | None:
        """What a cell shows, or its picture of another strength."""
        found = self._at(row, column)
        if strength not in found:
            strength = 1.0 if 1.0 in found else max(found, default=None)
        return None if strength is None else found[strength]

    def step_name(self, row: int) -> str:
        """How the row of a step is called."""
        return self.name_of(self.steps[row])

    def name_of(self, step: int) -> str:
        """How a step is called; the one before the first is without the adapter."""
        return self.tr("step {0}").format(step) if step else self.tr("before")

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.steps)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.prompts)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or role not in (Role.ToolTipRole, Role.AccessibleTextRole):
            return None
        row, column = index.row(), index.column()
        sample = self.sample(row, column)
        if sample is None:
            return self.tr("{0}: no preview").format(self.step_name(row))
        text = self.tr("{0}, {1}").format(self.step_name(row), self._describe(column))
        strengths = self.strengths(row, column)
        if len(strengths) > 1:
            listed = ", ".join(f"{strength:g}" for strength in strengths)
            text = self.tr("{0}\nStrengths to look at: {1}").format(text, listed)
        return text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return self._row_header(section, role)
        if role == Role.DisplayRole:
            return self.prompts[section].prompt
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return self._describe(section)
        return None

    def _row_header(self, row: int, role: int) -> Any:
        if role == Role.DisplayRole:
            return self.step_name(row)
        if role == Role.AccessibleTextRole:
            words = [self.step_name(row)]
            words += [self.tr("checkpoint")] * (self.steps[row] in self.checkpoints)
            words += [self.tr("favourite")] * (self.steps[row] in self.favourites)
            return ", ".join(words)
        return None

    def _describe(self, column: int) -> str:
        prompt, seed = self.prompts[column]
        return self.tr("{0}\nseed {1}, the same in every row").format(prompt, seed)

    def _at(self, row: int, column: int) -> dict[float, Sample]:
        return self._cells.get((self.steps[row], self.prompts[column]), {})

    def _tell_rows(self) -> None:
        if self.steps:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self.steps) - 1)


def _key(sample: Sample) -> tuple[int, Column]:
    return sample.step, Column(sample.prompt, sample.seed)
