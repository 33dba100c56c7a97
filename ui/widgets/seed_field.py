"""The seed of the next picture: a number, a die, and a lock."""

from __future__ import annotations

import secrets

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.number_field import whole_field

LARGEST = 2**31 - 1


class SeedField(QWidget):
    """Locked, every picture has the same seed; unlocked, each takes a new one."""

    changed = Signal()
    """The artist changed the seed or the lock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = whole_field(0, LARGEST)
        self.field.setMinimumWidth(104)
        self.field.setAccessibleName(self.tr("Seed"))
        self.field.setToolTip(self.tr("The same seed draws the same picture again."))
        self.field.valueChanged.connect(self.changed)
        self.dice = IconButton("dice", self.tr("Another seed"))
        self.dice.clicked.connect(lambda: self.field.setValue(secrets.randbelow(LARGEST + 1)))
        self.lock = IconButton("locked", self.tr("Keep the seed"))
        self.lock.setCheckable(True)
        self.lock.toggled.connect(self._show_lock)
        self.lock.setChecked(True)
        self.lock.toggled.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.field, 1)
        row.addWidget(self.dice)
        row.addWidget(self.lock)
        self.setFocusProxy(self.field)

    @property
    def locked(self) -> bool:
        """Whether pictures keep the seed."""
        return self.lock.isChecked()

    def set_locked(self, locked: bool) -> None:
        """Locks or unlocks, without a signal."""
        with QSignalBlocker(self.lock):
            self.lock.setChecked(locked)
        self._show_lock(locked)

    def value(self) -> int:
        """The seed that is shown."""
        return self.field.value()

    def set_value(self, seed: int) -> None:
        """Shows ``seed``, without a signal."""
        with QSignalBlocker(self.field):
            self.field.setValue(seed)

    def next_seed(self) -> int:
        """The seed to draw with now: the one shown if it is locked, else a new one, then shown."""
        if not self.locked:
            self.set_value(secrets.randbelow(LARGEST + 1))
        return self.value()

    def _show_lock(self, locked: bool) -> None:
        self.lock.set_icon("locked" if locked else "unlocked")
        self.lock.setToolTip(
            self.tr("The seed is kept: press for a new one with each picture")
            if locked
            else self.tr("Each picture takes a new seed: press to keep this one")
        )
