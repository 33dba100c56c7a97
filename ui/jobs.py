"""What works in the background now, for the job bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ui.widgets.job_bar import Job


class Jobs(QObject):
    """The jobs in the order in which they began.

    Whoever works calls `put` whenever there is progress, and `drop` at the end; the callbacks it
    gives carry out what the artist asks for.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[str, Job] = {}
        self._cancel: dict[str, Callable[[], object]] = {}
        self._stop: dict[str, Callable[[], object]] = {}
        self._pause: dict[str, Callable[[bool], object]] = {}

    @property
    def all(self) -> list[Job]:
        """The jobs, the one to show first."""
        return list(self._jobs.values())

    @property
    def busy(self) -> bool:
        """Whether something works that can be stopped and kept."""
        return any(job.can_stop for job in self._jobs.values())

    def put(
        self,
        job: Job,
        cancel: Callable[[], object] | None = None,
        stop: Callable[[], object] | None = None,
        pause: Callable[[bool], object] | None = None,
    ) -> None:
        """Adds ``job`` or tells its progress; callbacks given once stay."""
        self._jobs[job.id] = job
        if cancel:
            self._cancel[job.id] = cancel
        if stop:
            self._stop[job.id] = stop
        if pause:
            self._pause[job.id] = pause
        self.changed.emit()

    def drop(self, id: str) -> None:
        """The job has ended, in whatever way."""
        if self._jobs.pop(id, None):
            for callbacks in (self._cancel, self._stop, self._pause):
                callbacks.pop(id, None)
            self.changed.emit()

    def cancel(self, id: str) -> None:
        """Asks the job to give up."""
        self._cancel[id]()

    def pause(self, id: str, on: bool) -> None:
        """Asks the job to wait, or to go on."""
        self._pause[id](on)

    def stop(self, id: str) -> None:
        """Asks the job to keep what it has and end."""
        self._stop[id]()
