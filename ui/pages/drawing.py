"""Pictures on their way: a `Draw` that the engine does in its turn, or that a paused run does."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.events import Event, Failed, Phase, PictureDrawn, SheetSaved, Warned
from studio.jobs import Draw
from ui.engine import EngineThread, Task

_HARMLESS = "lora.partly_used"  # the one warning of those who draw after which pictures come


class Drawing(QObject):
    """One `Draw` from when it is asked for until all its pictures came or it was given up.

    ``run`` is the task of a paused run that shall draw it; without, the engine has a task for it.
    The job's folder must be its own where a run draws: that is how its pictures are told apart.
    """

    drawn = Signal(int, object, bool)
    """Number of a cell, path of its picture, and whether it is a draft."""
    progressed = Signal(str, int, int)
    """A phase, and what is done of it; of "draw" the denoising steps of all pictures.

    Drafts are a phase of their own, "draft", of which no figures are told.
    """
    warned = Signal(object)
    """A `Warned`."""
    sheet_saved = Signal(str)
    """Path of the sheet."""
    ended = Signal(object)
    """A `Failed`, or None; the last signal."""

    def __init__(
        self, engine: EngineThread, job: Draw, name: str, run: Task | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.job = job
        self.name = name
        self.drafts = 0
        """So many drafts came."""
        self.seconds: list[float] = []
        """How long each full picture took."""
        self.run = run
        self.task: Task | None = None
        """Where its events come from; None before it began and after its end."""
        self._engine = engine

    def begin(self) -> None:
        """Asks for the pictures."""
        if self.run:
            self._listen(self.run)
            self.run.control.draw_now(self.job)
        else:
            task = self._engine.submit(self.job, self.name)
            self._listen(task)

    @property
    def waits(self) -> bool:
        """Whether other tasks of the engine come first."""
        return self.task is not None and self.task.state == "queued"

    def give_up(self) -> None:
        """Nothing is told any more; who draws stops after the next denoising step."""
        if (task := self.task) is not None:
            self._forget(task)
            if self.run:
                self.run.control.stop_drawing(self.job.folder)
            else:
                self._engine.cancel(task)
            self.deleteLater()

    def _listen(self, task: Task) -> None:
        self.task = task
        task.came.connect(self._take)
        task.ended.connect(self._task_ended)

    def _forget(self, task: Task) -> None:
        self.task = None
        task.came.disconnect(self._take)
        task.ended.disconnect(self._task_ended)

    def _take(self, event: Event) -> None:
        if isinstance(event, Phase):
            self._take_phase(event)
        elif isinstance(event, PictureDrawn) and self._is_mine(event):
            self._take_picture(event)
        elif isinstance(event, Warned):
            self._take_warning(event)
        elif isinstance(event, SheetSaved) and self.job.sheet:
            self.sheet_saved.emit(event.path)
            self._end_of_run_drawing()

    def _take_phase(self, event: Phase) -> None:
        cells, recipe = len(self.job.cells), self.job.recipe
        drafts = cells * self.job.draft_steps
        if event.name != "draw":
            if not self.run:
                self.progressed.emit(event.name, event.done, event.total)
        elif self.run and event.total != drafts + cells * recipe.steps:
            return  # the run draws something else
        elif drafts and event.done <= drafts:
            self.progressed.emit("draft", 0, 0)
        else:
            self.progressed.emit("draw", event.done - drafts, event.total - drafts)

    def _take_warning(self, event: Warned) -> None:
        """A run that cannot draw says so and goes on holding."""
        if self.run and event.code != _HARMLESS:
            self._end(Failed(event.code, event.params))
        else:
            self.warned.emit(event)

    def _take_picture(self, event: PictureDrawn) -> None:
        if event.draft:
            self.drafts += 1
        else:
            self.seconds.append(event.seconds)
        self.drawn.emit(event.cell, Path(event.path), event.draft)
        if len(self.seconds) == len(self.job.cells) and not self.job.sheet:
            self._end_of_run_drawing()

    def _is_mine(self, event: PictureDrawn) -> bool:
        return not self.run or Path(event.path).parent == Path(self.job.folder)

    def _end_of_run_drawing(self) -> None:
        """The engine's task tells its end itself; of what a run draws one has to see it."""
        if self.run and self.task:
            self._end()

    def _task_ended(self) -> None:
        self._end()

    def _end(self, failed: Failed | None = None) -> None:
        task = self.task
        assert task is not None
        self._forget(task)
        self.ended.emit(failed or task.failed)
        self.deleteLater()
