"""How the run stands that the engine is training, as far as trying the adapter depends on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.events import Event, Paused, StepDone, event_from_json
from studio.jobs import Train
from studio.project import Project
from studio.runs import RunFolder
from ui.engine import EngineThread, Task

_TAIL = 4096  # bytes of the recorded events that are read


class TrainingWatch(QObject):
    """Follows the engine's run, whoever starts, pauses or ends it."""

    changed = Signal()
    """`state`, or the step of a run that holds."""

    def __init__(self, engine: EngineThread, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self.task: Task | None = None
        """The run that is going on."""
        self.step = 0
        """How far it is; exact while it holds."""
        self._holds = False
        self._told = ("", 0)
        self._engine = engine
        self._project = project
        engine.changed.connect(self.look)
        self.look()

    @property
    def state(self) -> str:
        """One of "none", "elsewhere" (another project's), "running", "pausing" and "paused"."""
        if self.task is None:
            return "none"
        if not self._is_ours(self.task):
            return "elsewhere"
        if not self.task.control.paused:
            return "running"
        return "paused" if self._holds else "pausing"

    @property
    def run(self) -> Path | None:
        """The folder of the run, if it has begun."""
        return Path(self.task.run) if self.task and self.task.run else None

    def pause(self) -> None:
        """Has the run hold after its step."""
        if self.task:
            self.task.control.pause()
            self._tell()

    def resume(self) -> None:
        """Has it go on."""
        if self.task:
            self._holds = False
            self.task.control.resume()
            self._tell()

    def look(self) -> None:
        """Looks which run the engine has now."""
        task = self._engine.training
        if task is not None and task.state != "running":
            task = None
        if task is not self.task:
            if self.task:
                self.task.came.disconnect(self._take)
            self.task, self.step, self._holds = task, 0, False
            if task:
                task.came.connect(self._take)
                self._catch_up(task)
        self._tell()

    def _is_ours(self, task: Task) -> bool:
        assert isinstance(task.job, Train)
        return Path(task.job.settings.run.output) == self._project.runs

    def _catch_up(self, task: Task) -> None:
        """Reads what was told before this looked."""
        if task.run:
            for event in last_events(RunFolder(Path(task.run))):
                self._note(event)
            self._holds = self._holds and task.control.paused

    def _take(self, event: Event) -> None:
        self._note(event)
        self._tell()

    def _note(self, event: Event) -> None:
        if isinstance(event, StepDone | Paused):
            self.step = event.step
            self._holds = isinstance(event, Paused)

    def _tell(self) -> None:
        state = self.state
        told = (state, self.step if state == "paused" else 0)
        if told != self._told:
            self._told = told
            self.changed.emit()


def last_events(run: RunFolder) -> list[Event]:
    """The last few events that were recorded."""
    if not run.events_file.exists():
        return []
    with run.events_file.open("rb") as file:
        file.seek(0, 2)
        start = max(0, file.tell() - _TAIL)
        file.seek(start)
        lines = file.read().split(b"\n")[1 if start else 0 : -1]
    return [event_from_json(line.decode()) for line in lines]
