"""The bar that is there while something works: what, how far, how long, and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget
from superqt import QElidingLabel

from ui import theme
from ui.widgets.icon_button import IconButton

_KNOWN_AFTER = 3.0
"""Seconds of work before its pace says something about the time left."""

_NARROW = 720
"""Below this width in pixels the bar drops the words beside the progress."""


@dataclass(frozen=True)
class Job:
    """Something that takes long. ``total`` 0: nobody knows how far it is."""

    id: str
    text: str
    done: int = 0
    total: int = 0
    can_cancel: bool = True
    can_pause: bool = False
    can_stop: bool = False
    """It can be stopped so that what it did so far is kept."""
    paused: bool = False
    seconds_left: float | None = None
    """Where whoever works knows it; else the bar reckons from the progress."""
    in_bytes: bool = False
    """``done`` and ``total`` are bytes, and are told as such."""
    patience: int = 400
    """Milliseconds until the bar appears: what is done sooner would only flicker."""


class JobBar(QWidget):
    """Shows the first of the jobs it is given; hidden while there is none."""

    activated = Signal(str)
    cancelled = Signal(str)
    stopped = Signal(str)
    paused = Signal(str, bool)
    """The id of the job, and whether it shall pause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._begun = 0.0
        self._appear = QTimer(self, singleShot=True)
        self._appear.timeout.connect(self.show)
        self._done_then = 0
        self._stage: tuple[str, bool, bool] = ("", False, False)
        self.title = _Title()
        self.title.setProperty("flat", True)
        self.title.setToolTip(self.tr("Show"))
        self.title.setAccessibleName(self.tr("Show"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setMinimumWidth(48)
        self.left = QLabel()
        self.queued = QLabel()
        for label in (self.left, self.queued):
            label.setProperty("muted", True)
        self.pause = IconButton("pause", self.tr("Pause"))
        self.go_on = IconButton("play", self.tr("Go on"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stop and keep what was done so far"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self._connect()
        self._lay_out()
        self.hide()

    def set_jobs(self, jobs: Sequence[Job]) -> None:
        """Shows the first of ``jobs`` and counts the others."""
        job = jobs[0] if jobs else None
        is_other = job is None or self._job is None or self._job.id != job.id
        if job and (is_other or _stage(job) != self._stage):
            self._begun = time.monotonic()
            self._done_then = job.done
            self._stage = _stage(job)
        self._job = job
        if job is None:
            self._appear.stop()
            self.hide()
        elif self.isHidden() and (is_other or not self._appear.isActive()):
            self._appear.start(job.patience)
        if job:
            self._show(job)
            self.queued.setVisible(len(jobs) > 1)
            self.queued.setText(self.tr("+%n queued", "", len(jobs) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Makes room for the buttons in a small window."""
        super().resizeEvent(event)
        self.left.setVisible(event.size().width() >= _NARROW)

    def _show(self, job: Job) -> None:
        percent = 100 * job.done // job.total if job.total else 0
        self.title.set_text(job.text)
        self.progress.setRange(0, 100 if job.total else 0)
        self.progress.setValue(percent)
        self.progress.setAccessibleName(job.text)
        self.left.setText(self._state(job))
        self.pause.setVisible(job.can_pause and not job.paused)
        self.go_on.setVisible(job.can_pause and job.paused)
        self.stop.setVisible(job.can_stop)
        self.cancel.setVisible(job.can_cancel)

    def _state(self, job: Job) -> str:
        if job.paused:
            return self.tr("paused")
        if not job.total:
            return ""
        so_far = self.tr("{0} %").format(100 * job.done // job.total)
        left = self._seconds_left(job)
        if job.in_bytes:
            so_far = self.tr("{0} of {1}").format(_size(job.done), _size(job.total))
            if left:
                rate = self.tr("{0}/s").format(_size(round((job.total - job.done) / left)))
                so_far = f"{so_far} · {rate}"
        return so_far if left is None else f"{so_far} · {self._time(left)}"

    def _seconds_left(self, job: Job) -> float | None:
        if job.seconds_left is not None or job.can_stop:
            return job.seconds_left
        spent = time.monotonic() - self._begun
        done = job.done - self._done_then
        if spent < _KNOWN_AFTER or done <= 0:
            return None
        return spent / done * (job.total - job.done)

    def _time(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("%n second(s) left", "", max(1, round(seconds)))
        return self.tr("%n minute(s) left", "", round(seconds / 60))

    def _connect(self) -> None:
        self.title.clicked.connect(lambda: self.activated.emit(self._id()))
        self.cancel.clicked.connect(lambda: self.cancelled.emit(self._id()))
        self.stop.clicked.connect(lambda: self.stopped.emit(self._id()))
        self.pause.clicked.connect(lambda: self.paused.emit(self._id(), True))
        self.go_on.clicked.connect(lambda: self.paused.emit(self._id(), False))

    def _id(self) -> str:
        return self._job.id if self._job else ""

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.SPACE, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.title, 1)
        row.addWidget(self.progress, 1)
        for widget in (self.left, self.queued, self.pause, self.go_on, self.stop, self.cancel):
            row.addWidget(widget)


def _stage(job: Job) -> tuple[str, bool, bool]:
    """The pace of another stage says nothing about the time that this one takes.

    What was done before anybody knew of how much is none of this one's work, either.
    """
    return job.text, job.paused, job.total > 0


def _size(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


class _Title(QPushButton):
    """A button whose text shortens where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self._label = QElidingLabel(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        row.addWidget(self._label)

    def set_text(self, text: str) -> None:
        """Sets what is shown and said."""
        self._label.setText(text)
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(80, theme.TARGET)

    def sizeHint(self) -> QSize:
        """As wide as its text."""
        width = self.fontMetrics().horizontalAdvance(self.accessibleName())
        return QSize(width + 3 * theme.SPACE, theme.TARGET)
