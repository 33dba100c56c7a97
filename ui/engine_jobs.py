"""What the engine does, as jobs of the job bar."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, Signal, Slot

from studio.events import Event, Paused, Phase, StepDone
from ui import messages
from ui.engine import EngineThread, Task
from ui.jobs import Jobs
from ui.widgets.job_bar import Job

_SAYS_ITSELF = ("draw", "export", "download")
"""Phases that the name of a job other than a run tells already."""

_RECENT, _PACE_AFTER = 50, 30
"""Steps whose mean is the pace, and steps before one is told: as in `studio.training.progress`."""

_LIVE_PATIENCE = 2000
"""Milliseconds: pictures that follow a slider are soon there, and shall not move the page."""


@dataclass
class _Known:
    """A task in the job bar, and how far its present phase is."""

    id: str
    phase: str = ""
    done: int = 0
    total: int = 0
    pace: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    """Seconds of the latest steps."""

    @property
    def seconds_left(self) -> float | None:
        """Of training, as the running view tells it; None while nobody knows."""
        if self.phase != "train" or len(self.pace) < _PACE_AFTER:
            return None
        return (self.total - self.done) * sum(self.pace) / len(self.pace)


class EngineJobs(QObject):
    """Keeps `Jobs` equal to the tasks of the engine."""

    progressed = Signal(int)
    """Percent of the run that trains; -1: none does."""
    ended = Signal(object)
    """A `Task` is over, in whatever way."""

    def __init__(self, engine: EngineThread, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._jobs = jobs
        self._known: dict[Task, _Known] = {}
        self._numbers = count(1)
        engine.changed.connect(self._refresh)

    def task(self, id: str) -> Task | None:
        """The task that is the job ``id``."""
        return next((task for task, known in self._known.items() if known.id == id), None)

    @Slot()
    def _refresh(self) -> None:
        gone = [task for task in self._known if task not in self._engine.tasks]
        for task in gone:
            self._jobs.drop(self._known.pop(task).id)
        for task in self._engine.tasks:
            if task not in self._known:
                self._known[task] = _Known(f"engine-{next(self._numbers)}")
                task.came.connect(self._take)
            self._put(task)
        for task in gone:
            if task.job.kind == "train":
                self.progressed.emit(-1)
            self.ended.emit(task)

    @Slot(object)
    def _take(self, event: Event) -> None:
        """Events come of the running task only."""
        task = self._engine.tasks[0]
        known = self._known[task]
        if isinstance(event, StepDone):
            known.phase, known.done, known.total = "train", event.step, event.total
            known.pace.append(event.seconds)
            self.progressed.emit(100 * event.step // event.total)
        elif isinstance(event, Phase) and not task.control.paused:
            known.phase, known.done, known.total = event.name, event.done, event.total
        elif not isinstance(event, Paused):
            return
        self._put(task)

    def _put(self, task: Task) -> None:
        known, control = self._known[task], task.control
        trains = task.job.kind == "train" and task.state == "running"
        job = Job(
            known.id,
            self._text(task),
            known.done,
            known.total,
            can_cancel=not trains,
            can_pause=trains and not control.stopping,
            can_stop=trains and not control.stopping,
            paused=control.paused,
            seconds_left=known.seconds_left,
            in_bytes=task.job.kind == "download",
        )
        if task.job.kind == "draw" and task.job.draft_steps:
            job = replace(job, patience=_LIVE_PATIENCE)
        self._jobs.put(
            job,
            cancel=partial(self._engine.cancel, task),
            stop=partial(self._stop, task),
            pause=partial(self._pause, task),
        )

    def _text(self, task: Task) -> str:
        """What it is called, and what it does now."""
        phase = self._known[task].phase
        if not phase or task.control.paused or (task.job.kind != "train" and phase in _SAYS_ITSELF):
            return task.name
        return self.tr("{0}: {1}").format(task.name, messages.phase(phase))

    def _stop(self, task: Task) -> None:
        task.control.stop("keep")
        self._put(task)

    def _pause(self, task: Task, on: bool) -> None:
        if on:
            task.control.pause()
        else:
            task.control.resume()
        self._put(task)
