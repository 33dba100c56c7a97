"""The sheet of all keyboard shortcuts, with a search field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import shortcuts, theme

Row = tuple[QLabel, QLabel, str]
"""What it does, its keys, and the text that is searched."""


class ShortcutsDialog(QDialog):
    """A column for each group; typing leaves the rows that have the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._rows: list[Row] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._nothing = QLabel(self.tr("No shortcut has this text."))
        self._nothing.setProperty("muted", True)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self._sheet(), 1)
        self.resize(720, 600)

    def shown(self) -> list[str]:
        """What the rows that are shown do."""
        return [name.text() for name, _, _ in self._rows if not name.isHidden()]

    def _sheet(self) -> QScrollArea:
        sheet = QWidget()
        columns = QHBoxLayout(sheet)
        columns.setContentsMargins(0, 0, theme.SPACE, 0)
        columns.setSpacing(5 * theme.SPACE)
        for title, group in shortcuts.groups().items():
            columns.addLayout(self._group(title, group), 1)
        area = QScrollArea()
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        area.setWidgetResizable(True)
        area.setWidget(sheet)
        return area

    def _group(self, title: str, group: list[shortcuts.Shortcut]) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.SPACE)
        grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        heading = QLabel(title)
        heading.setProperty("muted", True)
        grid.addWidget(heading, 0, 0)
        for number, shortcut in enumerate(group, 1):
            name, keys = QLabel(shortcut.text.rstrip("…")), _Keys(shortcut.keys)
            grid.addWidget(name, number, 0)
            grid.addWidget(keys, number, 1, Qt.AlignmentFlag.AlignRight)
            self._rows.append((name, keys, f"{shortcut.text} {shortcut.keys}".casefold()))
        return grid

    def _filter(self, text: str) -> None:
        for name, keys, searched in self._rows:
            found = text.strip().casefold() in searched
            name.setVisible(found)
            keys.setVisible(found)
        self._nothing.setVisible(not self.shown())


class _Keys(QLabel):
    """Keys on a ground that looks like a key cap."""

    def __init__(self, keys: str) -> None:
        super().__init__(keys)
        self.setFrameShape(QLabel.Shape.StyledPanel)
        self.setProperty("card", True)
        self.setContentsMargins(6, 0, 6, 0)
        # else Chinese in it, which comes from a higher font, would make its row higher
        self.setFixedHeight(self.fontMetrics().height() + 3 * theme.SPACE // 4)
