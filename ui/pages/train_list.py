"""The head of the Train page: which runs there are, and the offer to resume an unfinished one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.engine import Task
from ui.models.past_runs import PastRun, PastRuns
from ui.pages.train_desk import folder_of
from ui.pages.train_tasks import RunTasks
from ui.preferences import Preferences
from ui.widgets.banner import Banner
from ui.widgets.run_chooser import NEW, RunChooser, RunEntry

_DISMISSED = "dismissed_runs"  # what the preferences remember
_MOST_DISMISSED = 200


class RunList(QWidget):
    """Lists the engine's ``tasks`` and the ``past`` runs; shows which is looked at."""

    task_chosen = Signal(object)
    past_chosen = Signal(object)
    """Path of a run folder."""
    setup_chosen = Signal()
    resume_wanted = Signal(object)
    """Path of a run folder."""
    counted = Signal(int)
    """So many past runs there are."""

    def __init__(
        self,
        tasks: RunTasks,
        past: PastRuns,
        preferences: Preferences,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._preferences = tasks, preferences
        self._runs: list[PastRun] = []
        self._shown: Task | Path | None = None
        self.chooser, self.banner = RunChooser(), Banner()
        self.chooser.chosen.connect(self._choose)
        tasks.changed.connect(self.refresh)
        past.found.connect(self._take_runs)
        edge = theme.SPACE * 3 // 2
        column = QVBoxLayout(self)
        column.setContentsMargins(edge, edge, edge, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.chooser, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.banner)
        self.refresh()

    def show_chosen(self, shown: Task | Path | None) -> None:
        """What is looked at: a task, a past run, or the setup."""
        self._shown = shown
        self.refresh()

    def name(self, folder: Path) -> str:
        """What the artist calls a run."""
        known = next((run for run in self._runs if run.path == folder), None)
        return known.name if known else folder.name

    def refresh(self) -> None:
        """Shows the runs as they are now."""
        tasks = self._tasks.tasks
        entries = [RunEntry(_key(task), task.name, self._status(task)) for task in tasks]
        at_work = {folder_of(task) for task in tasks}
        entries += [
            RunEntry(str(run.path), run.name, run.status, run.when)
            for run in self._runs
            if run.path not in at_work
        ]
        self.chooser.set_runs(entries)
        self.chooser.setVisible(bool(entries))
        self.chooser.choose(NEW if self._shown is None else _key(self._shown))
        self._show_banner()

    def dismiss(self, folder: Path) -> None:
        """A run is not offered any more."""
        kept = [str(folder), *self._dismissed()][:_MOST_DISMISSED]
        self._preferences.remember(_DISMISSED, kept)
        self.refresh()

    def _take_runs(self, runs: list[PastRun]) -> None:
        self._runs = runs
        self.refresh()
        self.counted.emit(len(runs))

    def _status(self, task: Task) -> str:
        return "queued" if task.state == "queued" else self._tasks.states[task].status

    def _choose(self, key: str) -> None:
        task = next((task for task in self._tasks.tasks if _key(task) == key), None)
        if key == NEW:
            self.setup_chosen.emit()
        elif task:
            self.task_chosen.emit(task)
        else:
            self.past_chosen.emit(Path(key))

    def _show_banner(self) -> None:
        """Offers the newest run if it was interrupted or stopped, unless a run is looked at."""
        run = next((run for run in self._runs if run.status != "stopped" or run.checkpoint), None)
        at_work = {folder_of(task) for task in self._tasks.tasks}
        if (
            run is None
            or self._shown
            or run.status not in ("interrupted", "stopped")
            or run.path in at_work
            or str(run.path) in self._dismissed()
        ):
            self.banner.clear()
            return
        resume = self.tr("Start it again")
        if run.checkpoint:
            resume = self.tr("Resume from step {0}").format(run.checkpoint)
        text = self.tr("{0} stopped unexpectedly at step {1}.")
        if run.status == "stopped":
            text = self.tr("{0} was stopped at step {1}.")
        self.banner.show_message(
            text.format(run.name, run.step),
            [
                (resume, partial(self.resume_wanted.emit, run.path)),
                (self.tr("Look at it"), partial(self.past_chosen.emit, run.path)),
                (self.tr("Dismiss"), partial(self.dismiss, run.path)),
            ],
        )

    def _dismissed(self) -> list[str]:
        dismissed: list[str] = self._preferences.remembered(_DISMISSED, [])
        return dismissed


def _key(shown: Task | Path) -> str:
    """Tells a run from all others; a task may have no folder yet."""
    return str(shown) if isinstance(shown, Path) else f"task {id(shown)}"
