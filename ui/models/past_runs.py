"""The runs of a project, newest first, as the chooser on the Train page lists them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.runs import RunFolder, runs_in
from studio.training.progress import RunState, Status
from ui.background import Background

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PastRun:
    """A run folder and where it stands; ``checkpoint`` is the step to resume from, if any."""

    path: Path
    name: str
    when: datetime | None
    status: Status
    step: int
    total: int
    checkpoint: int | None

    @property
    def resumable(self) -> bool:
        """Whether it can go on where it stopped."""
        return self.status in ("interrupted", "stopped", "failed")


class PastRuns(QObject):
    """Reads the runs in a thread; `stop` it at the end."""

    found = Signal(object)
    """list[PastRun], newest first."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._background = Background(self)
        self._asked = 0

    def read(self) -> None:
        """Reads all of them; `found` follows, once for the last of several calls."""
        self._asked += 1
        number = self._asked
        runs: list[PastRun] = []

        def work() -> Iterator[PastRun]:
            for run in runs_in(self._folder):
                if number != self._asked:
                    return
                try:
                    yield read_run(run)
                except (StudioError, OSError, ValueError, KeyError) as error:
                    log.warning("%s: not listed: %r", run.path, error)

        def done() -> None:
            if number == self._asked:
                self.found.emit(runs)

        self._background.run(work, runs.append, done)

    def read_state(self, run: Path, take: Callable[[RunState], object]) -> None:
        """Reads all of one run, and gives it to ``take``."""

        def work() -> Iterator[RunState]:
            yield RunState.read(RunFolder(run))

        self._background.run(work, take)

    def stop(self) -> None:
        """Ends all work."""
        self._asked += 1
        self._background.stop()


def read_run(run: RunFolder) -> PastRun:
    """What the chooser says of a run; raises ValueError or KeyError for damaged events."""
    state = RunState.read(run)
    return PastRun(
        run.path,
        run.name,
        run.begun,
        "stopped" if state.finished and state.finished.stopped else state.status,
        state.step,
        state.total,
        max(state.checkpoints, default=None),
    )
