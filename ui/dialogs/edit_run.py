"""Runs an edit over many captions in slices, so that typing never waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from studio.data.image_file import Caption

Edit = Callable[[str], str]
"""A caption's text -> the new one."""

_SLICE = 0.006


class EditRun(QObject):
    """Computes what an edit would change; a new `start` ends the one before."""

    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.changes: list[tuple[Caption, str]] = []
        """Captions that the edit changes and their new texts; complete once `finished`."""
        self._edit: Edit | None = None
        self._rest: list[Caption] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def start(self, edit: Edit, captions: Sequence[Caption]) -> None:
        """Begins; captions that cannot be decoded, or were not read yet, are left alone."""
        self.changes = []
        self._edit = edit
        self._rest = [c for c in reversed(captions) if c.known and not c.problem]
        self._timer.start()

    def stop(self) -> None:
        """Forgets what was computed."""
        self._timer.stop()
        self.changes = []

    @property
    def running(self) -> bool:
        """Whether `changes` are still incomplete."""
        return self._timer.isActive()

    def _go_on(self) -> None:
        assert self._edit is not None
        until = time.perf_counter() + _SLICE
        while self._rest and time.perf_counter() < until:
            caption = self._rest.pop()
            text = self._edit(caption.text)
            if text != caption.text:
                self.changes.append((caption, text))
        if not self._rest:
            self._timer.stop()
            self.finished.emit()
