"""Which base model, what the run is called, and the training size: one row of the setup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from ui import theme
from ui.models.bases import STARTER
from ui.pages.images_face import RESOLUTIONS
from ui.widgets.state_line import StateLine
from ui.widgets.wheel_guard import guard_wheel

_FILE, _FOLDER, _HUB = "file:", "folder:", "hub:"  # entries that ask; no base model is called so


class Basics(QWidget):
    """Three fields, and a `line` about the base model; they change nothing themselves."""

    base_chosen = Signal(str)
    """ "starter", a path, or an id of the hub."""
    file_wanted = Signal()
    """Another checkpoint file shall be chosen."""
    folder_wanted = Signal()
    hub_wanted = Signal()
    named = Signal(str)
    resolution_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = STARTER
        self.base, self.name, self.resolution = QComboBox(), QLineEdit(), QComboBox()
        self.line = StateLine()
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

    def set_base(self, base: str, recent: Sequence[str], names: Mapping[str, str]) -> None:
        """Shows the base model, and others that were used; ``names`` of those that are known."""
        self._base = base
        self.base.clear()
        for reference in dict.fromkeys([STARTER, *recent, base]):
            starter = reference == STARTER
            name = names.get(reference, Path(reference).name)
            name = self.tr("Starter (built in)") if starter else name
            self.base.addItem(name, reference)
            tip = self.tr("Small and quick, to learn the app with") if starter else reference
            self.base.setItemData(self.base.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.base.insertSeparator(self.base.count())
        self.base.addItem(self.tr("Choose a checkpoint file…"), _FILE)
        self.base.addItem(self.tr("Choose a folder…"), _FOLDER)
        self.base.addItem(self.tr("From the Hugging Face hub…"), _HUB)
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
        asks = {_FILE: self.file_wanted, _FOLDER: self.folder_wanted, _HUB: self.hub_wanted}
        if chosen in asks:
            asks[chosen].emit()
        else:
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
        grid.addWidget(self.line, 2, 0, 1, 3)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 1)
