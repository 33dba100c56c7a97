"""Chips below the filter: each is a term such as ``is:small``, with the number of images."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget
from superqt import QFlowLayout

from studio.data.query import has_term
from ui import theme

ICONS = {
    "all": "images",
    "uncaptioned": "text",
    "small": "small",
    "duplicate": "similar",
    "long": "long",
    "untriggered": "trigger",
    "unreadable": "broken",
}
"""Names of the chips, which but for the first are those of `studio.data.facets`, and icons."""


def term(name: str) -> str:
    """What the chip ``name`` stands for in a query; "" for all images."""
    return "" if name == "all" else f"is:{name}"


class FacetChips(QWidget):
    """A flow of chips; one without images is hidden unless it is active."""

    toggled = Signal(str)
    """The name of the chip that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[str, int] = {}
        self._flow = QFlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setHorizontalSpacing(theme.SPACE // 2)
        self._flow.setVerticalSpacing(theme.SPACE // 2)
        self._labels = self._make_labels()
        self.chips = {name: self._chip(name) for name in ICONS}

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How many images there are for each term, as `count_facets` tells, and for "all"."""
        self._counts = dict(counts)
        self._show()

    def set_query(self, text: str) -> None:
        """Checks the chips whose term ``text`` demands."""
        for name, chip in self.chips.items():
            chip.setChecked(has_term(text, term(name)) if term(name) else not text.strip())
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._show()
        super().changeEvent(event)

    def _chip(self, name: str) -> QToolButton:
        chip = QToolButton(self)
        chip.setCheckable(True)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if query := term(name):
            chip.setToolTip(self.tr("Adds or removes {0} in the filter").format(query))
        chip.clicked.connect(lambda: self.toggled.emit(name))
        return chip

    def _show(self) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for name, chip in self.chips.items():
            count = self._counts.get(term(name) or name, 0)
            chip.setText(self.tr("{0}  {1}").format(self._labels[name], count))
            active = chip.isChecked() and name != "all"
            chip.setIcon(theme.icon("check" if active else ICONS[name]))
            shown = count > 0 or active or name == "all"
            chip.setVisible(shown)
            if shown:
                self._flow.addWidget(chip)
        self._flow.invalidate()  # superqt's adds without

    def _make_labels(self) -> dict[str, str]:
        return {
            "all": self.tr("All"),
            "uncaptioned": self.tr("No caption"),
            "small": self.tr("Too small"),
            "duplicate": self.tr("Similar"),
            "long": self.tr("Too long"),
            "untriggered": self.tr("No trigger word"),
            "unreadable": self.tr("Unreadable"),
        }
