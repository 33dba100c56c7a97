"""Whether everything is on the disk: nothing, "Saving…", "Saved 14:02", or a warning that stays."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QLocale, QTime, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel


class SaveStatus(QWidget):
    """An icon with words; ``retried`` when the artist asks to try again after a failure."""

    retried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("saved")
        self._label = QLabel()
        self._retry = QPushButton(self.tr("Try again"))
        self._retry.clicked.connect(self.retried)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE // 2, 0, theme.SPACE // 2, 0)
        row.setSpacing(theme.SPACE // 2)
        for widget in (self._icon, self._label, self._retry):
            row.addWidget(widget)
        self.clear()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def clear(self) -> None:
        """Shows nothing: nothing was changed yet."""
        self._show("", "saved")

    def set_saving(self) -> None:
        """Something is on its way to the disk."""
        self._show(self.tr("Saving…"), "clock")

    def set_saved(self, when: datetime) -> None:
        """Everything is on the disk since ``when``."""
        time = QLocale().toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)
        self._show(self.tr("Saved {0}").format(time), "saved")

    def set_failed(self, text: str, reason: str) -> None:
        """Something could not be saved: ``text`` stays until it is, ``reason`` is its tool tip."""
        self._show(text, "warning", failed=True)
        self.setToolTip(reason)

    def _show(self, text: str, icon: str, failed: bool = False) -> None:
        self._label.setText(text)
        self._label.setProperty("muted", not failed)
        self._label.style().polish(self._label)
        self._icon.set_icon(icon, "warning" if failed else "muted")
        self._icon.setVisible(bool(text))
        self._retry.setVisible(failed)
        self.setToolTip("")
