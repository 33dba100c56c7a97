"""Checks of a file, ticked off as it passes them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel

_ICONS = {
    "waiting": ("waiting", "muted"),
    "passed": ("good", "good"),
    "failed": ("error", "error"),
}


class CheckList(QWidget):
    """One line for each check: an icon, what is checked, and what came of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, tuple[IconLabel, QLabel, QLabel]] = {}
        self._states: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE)
        self._grid.setVerticalSpacing(theme.SPACE // 2)
        self._grid.setColumnStretch(2, 1)

    def set_checks(self, checks: Sequence[tuple[str, str]]) -> None:
        """Shows checks by name and text, in this order; none is passed yet."""
        for row in self._rows.values():
            for widget in row:
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._rows = {name: self._row(text) for name, text in checks}
        for number, row in enumerate(self._rows.values()):
            for column, widget in enumerate(row):
                self._grid.addWidget(widget, number, column)
        for name, _ in checks:
            self._set(name, "waiting", "")

    def pass_check(self, name: str, detail: str = "") -> None:
        """Ticks the check ``name`` off; a check that is not in the list is left out."""
        if name in self._rows:
            self._set(name, "passed", detail)

    def fail_next(self) -> None:
        """The first check that is not passed has failed."""
        for name, state in self._states.items():
            if state == "waiting":
                self._set(name, "failed", "")
                return

    def state(self, name: str) -> str:
        """``waiting``, ``passed`` or ``failed``."""
        return self._states[name]

    def _row(self, text: str) -> tuple[IconLabel, QLabel, QLabel]:
        detail = QLabel()
        detail.setProperty("muted", True)
        return IconLabel("waiting"), QLabel(text), detail

    def _set(self, name: str, state: str, detail: str) -> None:
        self._states[name] = state
        icon, text, outcome = self._rows[name]
        icon.set_icon(*_ICONS[state])
        outcome.setText(detail)
        words = {
            "waiting": self.tr("{0}: not checked yet"),
            "passed": self.tr("{0}: passed"),
            "failed": self.tr("{0}: failed"),
        }
        text.setAccessibleName(words[state].format(text.text()))
