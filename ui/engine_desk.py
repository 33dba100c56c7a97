"""What the window does about the engine: shows its jobs, tells their ends, asks before quitting."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ui import messages
from ui.dialogs import closing
from ui.engine import Task
from ui.engine_jobs import EngineJobs
from ui.widgets.toast import Notice

if TYPE_CHECKING:  # pydantic: not while the window opens
    from studio.jobs import Job
    from ui.main_window import MainWindow

PAGE = {"train": "train", "draw": "try", "export": "export", "download": "train"}
"""The page of each kind of job."""


class EngineDesk(QObject):
    """Stands between the window and its engine."""

    progressed = Signal(int)
    """Percent of the run that trains; -1: none does."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._engine = window.engine
        self._jobs = EngineJobs(window.engine, window.jobs, self)
        self._quitting = False
        self._jobs.progressed.connect(self.progressed)
        self._jobs.ended.connect(self._tell_end)

    def show_job(self, id: str) -> None:
        """Shows the page where the job ``id`` of the job bar belongs."""
        if task := self._jobs.task(id):
            self._show(task)
        elif self._window.workspace:
            self._window.show_page("images")

    def may_quit(self) -> bool:
        """Whether the window may close now; asks while a run goes on.

        If it shall be saved first, the window is closed once that is done.
        """
        run = self._engine.training
        if run is None or run.state == "queued":
            return True
        answer = closing.ask_while_working(self._window, run.name, self._waiting_runs())
        self._quitting = False
        if answer is closing.Answer.STAY:
            return False
        if answer is closing.Answer.QUIT:
            run.control.stop("discard")
        elif run.state == "running":  # it may have ended while the question was read
            self._quitting = True
            for waiting in self._engine.tasks[1:]:
                self._engine.cancel(waiting)
            run.control.stop("leave")
        return not self._quitting

    def _waiting_runs(self) -> int:
        waiting = [task for task in self._engine.tasks if task.state == "queued"]
        return sum(task.job.kind == "train" for task in waiting)

    def _show(self, task: Task) -> None:
        if project := project_of(task.job):
            self._window.open_project(project)
        if self._window.workspace:
            self._window.show_page(PAGE[task.job.kind])

    def _tell_end(self, task: Task) -> None:
        if self._quitting and not self._engine.tasks:
            self._quitting = False
            if not task.failed:
                self._window.close()
                return
        if notice := self._notice(task):
            if task.job.kind == "train":
                QApplication.alert(self._window)
            if not self._is_shown(task):
                self._window.notify(
                    replace(notice, action=self.tr("Show"), act=partial(self._show, task))
                )

    def _notice(self, task: Task) -> Notice | None:
        """What there is to tell, though the page of ``task`` is not there to do so."""
        if task.failed:
            return Notice(messages.sentence(task.failed.code, task.failed.params), "error")
        if task.job.kind == "train" and task.control.how in ("", "keep"):
            return Notice(self.tr("{0} is ready").format(task.name))
        if task.job.kind == "download" and not task.control.stopping:
            return Notice(self.tr("{0} is downloaded").format(task.job.model))
        return None

    def _is_shown(self, task: Task) -> bool:
        workspace = self._window.workspace
        project = workspace.project.path if workspace else None
        of = project_of(task.job)
        return self._window.page == PAGE[task.job.kind] and (of is None or of == project)


def project_of(job: Job) -> Path | None:
    """The folder of the project that the job works for; a download is for all of them."""
    from studio.project import FILE

    if job.kind == "download":
        return None
    if job.kind == "train":
        place = Path(job.settings.run.output)
    else:
        place = Path(job.folder if job.kind == "draw" else job.run)
    return next((folder for folder in place.parents if (folder / FILE).is_file()), None)
