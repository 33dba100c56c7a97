"""What the artist does with runs: start, resume, stop, throw away, mend."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from studio.config import Settings
from studio.errors import StudioError
from studio.jobs import Train
from studio.runs import RunFolder
from ui import messages, trash
from ui.engine import EngineThread, Task
from ui.models.draft import RunDraft
from ui.pages.train_actions import go_on_from
from ui.trash import Trashed
from ui.widgets.toast import Notice


class RunDesk(QObject):
    """Passes it on to the engine; problems become notices."""

    began = Signal(object)
    """A `Task` that shall be shown."""
    setup_wanted = Signal()
    runs_changed = Signal()
    """A run came back out of the trash."""
    noticed = Signal(object)

    def __init__(self, engine: EngineThread, draft: RunDraft, parent: QObject | None = None):
        super().__init__(parent)
        self._engine, self._draft = engine, draft
        self._discarded: set[Task] = set()

    def start(self, settings: Settings, queue: bool = False) -> None:
        """Starts a run; with ``queue`` it may wait unseen."""
        if settings.network.init_from:  # one run goes on from it, not all that follow
            self._draft.reset("network", "init_from")
        run = settings.run.model_copy(update={"name": self._free_name(settings.run.name)})
        job = Train(settings=settings.model_copy(update={"run": run}))
        task = self._engine.submit(job, run.name)
        if self._draft.is_changed("run", "name"):
            self._draft.set("run", "name", self._free_name(self._draft.value("run", "name")))
        if queue and task.state == "queued":
            self.noticed.emit(Notice(self.tr("{0} waits its turn").format(task.name), "clock"))
        else:
            self.began.emit(task)

    def resume(self, folder: Path) -> None:
        """Goes on with a run where it was saved last."""
        try:
            settings = RunFolder(folder).settings()
        except StudioError as error:
            self.tell(error)
            return
        job = Train(settings=settings, resume=str(folder))
        self.began.emit(self._engine.submit(job, settings.run.name))

    def stop(self, task: Task, how: str) -> None:
        """Stops a run and "keep"s what it learned, or "discard"s it; one that waits just goes."""
        if task.state == "queued":
            self._engine.cancel(task)
        elif how == "keep":
            task.control.stop("keep")
        elif train_job(task).resume and not task.run:  # not yet where it was: nothing is new
            task.control.stop("leave")
        else:
            self._discarded.add(task)
            task.control.stop("discard")

    def ended(self, task: Task) -> None:
        """Throws a discarded run away, with a way back."""
        if task not in self._discarded:
            return
        self._discarded.discard(task)
        if not task.run:
            return
        try:
            trashed = trash.move(Path(task.run))
        except StudioError as error:
            self.tell(error)
            return
        text = self.tr("{0} moved to the trash").format(task.name)
        way_back = (self.tr("Undo"), partial(self._restore, trashed)) if trashed.place else ()
        self.noticed.emit(Notice(text, "trash", *way_back))

    def train_further(self, folder: Path) -> None:
        """Sets up a run that goes on from what a finished one exported."""
        try:
            name = go_on_from(self._draft, RunFolder(folder))
        except StudioError as error:
            self.tell(error)
            return
        self.setup_wanted.emit()
        text = self.tr("The next run goes on from {0}").format(name)
        self.noticed.emit(Notice(text, "info"))

    def tell(self, error: StudioError) -> None:
        """Says what is wrong."""
        self.noticed.emit(Notice(messages.sentence(error.code, error.params), "error"))

    def _free_name(self, name: str) -> str:
        """``name``, with a higher version if a run of that name is going on or waits."""
        taken = {task.name for task in self._engine.tasks}
        stem, _, version = name.rpartition(" v")
        if not version.isdigit():
            stem, version = name, "1"
        number = int(version)
        while name in taken:
            number += 1
            name = f"{stem} v{number}"
        return name

    def _restore(self, trashed: Trashed) -> None:
        try:
            trash.restore(trashed)
        except StudioError as error:
            self.tell(error)
        self.runs_changed.emit()


def train_job(task: Task) -> Train:
    """The job of a task that trains."""
    return cast(Train, task.job)


def folder_of(task: Task) -> Path | None:
    """The run folder of a task that trains, if it has one already."""
    folder = task.run or train_job(task).resume
    return Path(folder) if folder else None
