"""Which base model, what the run is called, and the training size: one row of the setup."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from ui import theme
from ui.pages.images_face import RESOLUTIONS
from ui.widgets.wheel_guard import guard_wheel

STARTER = "starter"
_CHOOSE = ""  # the entry that opens a dialog; no base model is called so


class Basics(QWidget):
    """Three fields; they change nothing themselves."""

    base_chosen = Signal(str)
    """ "starter" or the path of a folder."""
    folder_wanted = Signal()
    """Another folder shall be chosen."""
    named = Signal(str)
    resolution_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = STARTER
        self.base, self.name, self.resolution = QComboBox(), QLineEdit(), QComboBox()
        self.base.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.base.setMinimumContentsLength(18)
        guard_wheel(self.base, self.resolution)
        self.base.activated.connect(self._base_activated)
        self.name.textEdited.connect(self.named)
        self.resolution.setToolTip(self.tr("The size that training scales and crops images to"))
        self.resolution.activated.connect(
            lambda: self.resolution_chosen.emit(self.resolution.currentData())
        )
        self._lay_out()

    def set_base(self, base: str, recent: Sequence[str]) -> None:
        """Shows the base model, and others that were used."""
        self._base = base
        self.base.clear()
        for reference in dict.fromkeys([STARTER, *recent, base]):
            starter = reference == STARTER
            name = self.tr("Starter (built in)") if starter else Path(reference).name
            self.base.addItem(name, reference)
            tip = self.tr("Small and quick, to learn the app with") if starter else reference
            self.base.setItemData(self.base.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.base.insertSeparator(self.base.count())
        self.base.addItem(self.tr("Choose a folder…"), _CHOOSE)
        self.base.setCurrentIndex(self.base.findData(base))
        self.base.setToolTip("" if base == STARTER else base)

    def set_name(self, name: str, problem: str) -> None:
        """Shows the run's name, unless it is being typed, and what is wrong with it."""
        if self.name.text() != name:
            self.name.setText(name)
        if bool(self.name.property("invalid")) != bool(problem):
            self.name.setProperty("invalid", bool(problem))
            self.name.style().polish(self.name)
        self.name.setToolTip(problem)

    def set_resolution(self, resolution: int) -> None:
        """Shows the training size."""
        self.resolution.clear()
        for pixels in sorted({*RESOLUTIONS, resolution}):
            self.resolution.addItem(self.tr("{0} px").format(pixels), pixels)
        self.resolution.setCurrentIndex(self.resolution.findData(resolution))

    def _base_activated(self) -> None:
        chosen = self.base.currentData()
        self.base.setCurrentIndex(self.base.findData(self._base))  # until it is the project's
        if chosen == _CHOOSE:
            self.folder_wanted.emit()
        elif chosen != self._base:
            self.base_chosen.emit(chosen)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE // 2)
        for column, (text, field) in enumerate(
            (
                (self.tr("&Base model"), self.base),
                (self.tr("&Name"), self.name),
                (self.tr("Training si&ze"), self.resolution),
            )
        ):
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 1)
