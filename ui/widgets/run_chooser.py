"""Which run is looked at: the next one, one that goes on or waits, or a past one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QDate, QEvent, QLocale, QTime, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from studio.training.progress import Status
from ui import theme
from ui.widgets.wheel_guard import guard_wheel

NEW = ""
"""The key of the next run."""

_ICONS = {
    "queued": "clock",
    "preparing": "train",
    "running": "train",
    "paused": "pause",
    "finished": "good",
    "stopped": "stop",
    "failed": "error",
    "interrupted": "warning",
}


@dataclass(frozen=True)
class RunEntry:
    """A run to choose; ``key`` is told when it is."""

    key: str
    name: str
    status: Status | str
    when: datetime | None = None


class RunChooser(QWidget):
    """A list that drops down; it chooses nothing by itself."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[RunEntry, ...] | None = None
        self.list = QComboBox()
        self.list.setMinimumContentsLength(44)
        self.list.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.list.activated.connect(lambda: self.chosen.emit(self.list.currentData()))
        guard_wheel(self.list)
        label = QLabel(self.tr("R&un"))
        label.setBuddy(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(label)
        row.addWidget(self.list)
        self.set_runs(())

    def set_runs(self, runs: Sequence[RunEntry]) -> None:
        """The runs below the next one; what is chosen stays."""
        if tuple(runs) == self._shown:
            return
        self._shown = tuple(runs)
        current = self.list.currentData() or NEW
        self.list.clear()
        self.list.addItem(self.tr("New run"), NEW)
        for run in runs:
            self.list.addItem(self._text(run), run.key)
        self._paint_icons()
        self.choose(current)

    def choose(self, key: str) -> None:
        """Shows which run is looked at."""
        self.list.setCurrentIndex(max(0, self.list.findData(key)))

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._paint_icons()

    def _paint_icons(self) -> None:
        icons = ["add", *(_ICONS[run.status] for run in self._shown or ())]
        for place, icon in enumerate(icons):
            self.list.setItemIcon(place, theme.icon(icon))

    def _text(self, run: RunEntry) -> str:
        parts = [run.name, self._status(run.status)]
        if run.when:
            short = QLocale.FormatType.ShortFormat
            day = QDate(run.when.year, run.when.month, run.when.day)
            time = QTime(run.when.hour, run.when.minute)
            parts.append(f"{QLocale().toString(day, short)} {QLocale().toString(time, short)}")
        return " · ".join(parts)

    def _status(self, status: str) -> str:
        return {
            "queued": self.tr("waits its turn"),
            "preparing": self.tr("begins"),
            "running": self.tr("training"),
            "paused": self.tr("paused"),
            "finished": self.tr("finished"),
            "stopped": self.tr("stopped"),
            "failed": self.tr("failed"),
            "interrupted": self.tr("stopped unexpectedly"),
        }[status]
