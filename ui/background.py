"""Work beside the event loop: a generator runs in a thread, its values arrive in the owner's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QSemaphore, QThread, QThreadPool, Signal, Slot

_AHEAD = 2
"""Values on their way to the event loop; more would arrive in one go and hold it up."""

_LOOK = 50
"""Milliseconds until a thread that waits for the event loop looks whether to stop."""


class Background(QObject):
    """One thread that runs what it is given in turn; `stop` before it is let go of.

    Work takes values that no one changes and yields such; it is asked to stop between two values.
    """

    _came = Signal(object, object)  # a callback, and its value
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._room = QSemaphore(_AHEAD)
        self._stopped = False
        self._came.connect(self._hand_over)
        self._ended.connect(self._end)

    def run(
        self,
        work: Callable[[], Iterator[Any]],
        each: Callable[[Any], object],
        done: Callable[[], object] = lambda: None,
    ) -> None:
        """Has ``each`` called with what ``work`` yields, then ``done``; its error is raised."""

        def run() -> None:
            error = None
            try:
                for value in work():
                    while not self._room.tryAcquire(1, _LOOK):
                        if self._stopped:
                            return
                    self._came.emit(each, value)
            except Exception as caught:  # noqa: BLE001  raised in `_end`, where it is seen
                error = caught
            self._ended.emit(error or done)

        self._pool.start(run)

    def stop(self) -> None:
        """Ends what runs after its next value, and drops what waits; nothing arrives any more."""
        self._stopped = True
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(object, object)
    def _hand_over(self, each: Callable[[Any], object], value: Any) -> None:
        self._room.release()
        if not self._stopped:
            each(value)

    @Slot(object)
    def _end(self, done: Callable[[], object] | Exception) -> None:
        if isinstance(done, Exception):
            raise done
        if not self._stopped:
            done()
