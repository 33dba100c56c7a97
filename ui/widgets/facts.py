"""Names and values in two columns."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from ui import theme


class Facts(QWidget):
    """Shows what `set_facts` gets; values that are empty take their names away with them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE * 3 // 2)
        self._grid.setVerticalSpacing(theme.SPACE // 2)
        self._grid.setColumnStretch(1, 1)

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """The value of each name."""
        for name, value in facts.items():
            if name not in self._rows:
                self._add(name)
            for label in self._rows[name]:
                label.setVisible(bool(value))
            self._rows[name][1].setText(value)

    def value(self, name: str) -> str:
        """What is shown for a name."""
        return self._rows[name][1].text()

    def _add(self, name: str) -> None:
        label, value = QLabel(name), QLabel(wordWrap=True)
        label.setProperty("muted", True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._rows[name] = label, value
