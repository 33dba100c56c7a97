"""The engine's runs of one project, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.events import Event
from studio.runs import RunFolder
from studio.training.progress import RunState
from ui.background import Background
from ui.engine import EngineThread, Task
from ui.pages.train_desk import folder_of, train_job


class RunTasks(QObject):
    """Follows every run of the project whose runs lie in ``folder``, whoever began it.

    `states` changes only by `fold`: what is shown shall take in an event itself.
    """

    changed = Signal()
    """Other runs, or other states of them."""
    came = Signal(object, object)
    """A `Task`, and an event of it that is not yet in its state."""
    read = Signal(object)
    """The state of a `Task` that had begun before is known now."""
    ended = Signal(object)

    def __init__(self, engine: EngineThread, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.states: dict[Task, RunState] = {}
        """Of the runs that go on or wait."""
        self._engine, self._folder = engine, folder
        self._reading: dict[Task, list[Event]] = {}  # and what came meanwhile
        self._background = Background(self)
        engine.changed.connect(self._look)
        self._look()

    @property
    def tasks(self) -> list[Task]:
        """The running one first, then the waiting."""
        return [task for task in self._engine.tasks if self._is_ours(task)]

    @property
    def busy(self) -> bool:
        """Whether a run of any project goes on or waits."""
        return self._engine.training is not None

    def of(self, run: Path) -> Task | None:
        """The task that is at work on a run folder."""
        return next((task for task in self.tasks if task.run and Path(task.run) == run), None)

    def before(self, task: Task) -> str:
        """The name of what the engine does while ``task`` waits; "" if it does not wait."""
        return self._engine.tasks[0].name if task.state == "queued" else ""

    def is_read(self, task: Task) -> bool:
        """Whether its state is known."""
        return task not in self._reading

    def stop(self) -> None:
        """Follows nothing any more."""
        self._engine.changed.disconnect(self._look)
        self.states.clear()
        self._background.stop()

    def _look(self) -> None:
        for task in self.tasks:
            if task not in self.states:
                self._follow(task)
        self.changed.emit()

    def _follow(self, task: Task) -> None:
        keep = train_job(task).settings.save.keep
        self.states[task] = RunState(keep=keep)
        task.came.connect(partial(self._take, task))
        task.ended.connect(partial(self._end, task))
        if folder := folder_of(task):
            self._reading[task] = []
            self._background.run(partial(_read, RunFolder(folder)), partial(self._know, task))

    def _know(self, task: Task, state: RunState) -> None:
        """What came while it was read is in the file, or comes now: twice does no harm."""
        events = self._reading.pop(task, [])
        if task not in self.states:
            return
        state.keep = self.states[task].keep
        state.status = "preparing"
        if task.run:
            state.status = "paused" if task.control.paused else "running"
        self.states[task] = state
        self.read.emit(task)
        for event in events:
            self.came.emit(task, event)

    def _take(self, task: Task, event: Event) -> None:
        if task in self._reading:
            self._reading[task].append(event)
        elif task in self.states:
            self.came.emit(task, event)

    def _end(self, task: Task) -> None:
        self._reading.pop(task, None)
        if self.states.pop(task, None):
            self.ended.emit(task)

    def _is_ours(self, task: Task) -> bool:
        job = task.job
        return job.kind == "train" and Path(job.settings.run.output) == self._folder


def _read(run: RunFolder) -> Iterator[RunState]:
    yield RunState.read(run)
