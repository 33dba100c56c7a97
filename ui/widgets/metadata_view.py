"""Exactly what is embedded in a file: each key and its value, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

Index = QModelIndex | QPersistentModelIndex

_LONGEST = 300
"""So many characters of a value are shown; its tool tip has more."""

_TIP = 1500


class MetadataView(QTableView):
    """Rows of (key, value); values that do not fit are cut off and told in full by a tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setAccessibleName(self.tr("What is embedded in the file"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(self.font()).height() + 6)
        self.horizontalHeader().setStretchLastSection(True)

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Replaces what is shown; it stays scrolled to where it was."""
        if list(rows) == self._model.rows:
            return
        keys = [key for key, _ in rows]
        if keys == [key for key, _ in self._model.rows]:  # a name is typed: no flicker
            self._model.change(rows)
            return
        place = self.verticalScrollBar().value()
        self._model.set_rows(rows)
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(key) for key in keys), default=0)
        self.setColumnWidth(0, min(widest + 16, self.viewport().width() * 3 // 5))
        self.verticalScrollBar().setValue(place)

    def rows(self) -> list[tuple[str, str]]:
        """What is shown."""
        return self._model.rows


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, str]] = []

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def change(self, rows: Sequence[tuple[str, str]]) -> None:
        """Other values of the same keys."""
        self.rows = list(rows)
        self.dataChanged.emit(self.index(0, 1), self.index(len(rows) - 1, 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key, value = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return value[:_LONGEST] if index.column() else key
        if role == Qt.ItemDataRole.ToolTipRole:
            return value[:_TIP] if index.column() else key
        return None
