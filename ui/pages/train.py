"""The Train page: the setup of the next run, and the runs of the project, going on or past.

What is shown is one of these: the setup, a run that the engine has (a `Task`), or a past one (its
folder). What the artist does goes to the engine from here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from studio.config import Settings
from studio.errors import StudioError
from studio.events import Event, Failed
from studio.runs import RunFolder
from studio.training.progress import RunState
from ui import theme
from ui.dropped import is_base_model
from ui.engine import EngineThread, Task
from ui.models.draft import RunDraft
from ui.models.favourites import Favourites
from ui.models.past_runs import PastRuns
from ui.pages.page import Page
from ui.pages.train_actions import Fix, Fixes
from ui.pages.train_desk import RunDesk, folder_of, train_job
from ui.pages.train_files import ADAPTER, SETTINGS
from ui.pages.train_list import RunList
from ui.pages.train_run import RunView
from ui.pages.train_setup import SetupView
from ui.pages.train_tasks import RunTasks
from ui.preferences import Preferences
from ui.widgets.empty_state import EmptyState
from ui.workspace import Workspace


class TrainPage(Page):
    """Composes setup and running view for the project of ``workspace``."""

    try_wanted = Signal(object)
    """(Path of a run, step of a checkpoint or None for what it exported or has in training)."""
    export_wanted = Signal(object)
    """The same."""
    images_wanted = Signal(str)
    """The Images page with this filter."""

    def __init__(
        self, workspace: Workspace, preferences: Preferences, engine: EngineThread
    ) -> None:
        super().__init__()
        self._workspace, self._preferences = workspace, preferences
        runs = workspace.project.runs
        self.draft = RunDraft(workspace.project, self, preferences.presets_folder)
        self.setup = SetupView(workspace, preferences, self.draft, engine)
        self.run = RunView()
        self.tasks, self.past = RunTasks(engine, runs, self), PastRuns(runs, self)
        self.runs, self.stack = RunList(self.tasks, self.past, preferences), QStackedWidget()
        self._favourites = Favourites(preferences)
        self.desk, self._fixes = RunDesk(engine, self.draft, self), Fixes(self)
        self._task: Task | None = None  # what is shown, or else
        self._folder: Path | None = None  # this, or else the setup
        self._lay_out()
        self._connect()
        self._look_at_tasks()
        self._images_changed()
        self.past.read()
        if self.tasks.tasks:
            self._show_task(self.tasks.tasks[0])

    def offer(self, files: Sequence[Path]) -> str:
        """Settings in a TOML file, the recipe of a LoRA, or a base model."""
        if len(files) != 1 or not files[0].is_file():
            return ""
        if is_base_model(files):
            return self.tr("Drop to use this base model")
        texts = {
            SETTINGS: self.tr("Drop to use the settings in this file"),
            ADAPTER: self.tr("Drop to read the recipe of this LoRA"),
        }
        return texts.get(files[0].suffix.lower(), "")

    def take(self, files: Sequence[Path]) -> None:
        """Reads them into the setup."""
        if is_base_model(files):
            self.choose_base(files[0])
        else:
            self._show_setup()
            self.setup.files.read(files[0])

    def choose_base(self, model: Path) -> None:
        """Makes a file the base model of the next run, or says under the chooser why not."""
        self._show_setup()
        self.setup.base.choose(str(model))

    def leave(self) -> None:
        """Saves the draft and ends all work; runs go on."""
        self.setup.stop()
        self.tasks.stop()
        self.past.stop()

    # -- what is shown

    def _show_setup(self) -> None:
        self._task = self._folder = None
        self.runs.show_chosen(None)
        self._images_changed()

    def _show_task(self, task: Task) -> None:
        self._task, self._folder = task, None
        self.runs.show_chosen(task)
        if self.tasks.is_read(task):
            self.run.set_name(task.name)
            self.run.set_state(self.tasks.states[task])
            self.run.set_waiting(self.tasks.before(task))
            self._show_favourites()
            self.stack.setCurrentWidget(self.run)

    def _show_past(self, folder: Path) -> None:
        """Its state is read first; what is shown stays until then."""
        if task := self.tasks.of(folder):
            self._show_task(task)
            return
        self._task, self._folder = None, folder
        self.runs.show_chosen(folder)
        self.past.read_state(folder, self._take_state)

    def _take_state(self, state: RunState) -> None:
        if state.folder != self._folder or state.folder is None:
            return
        self.run.set_name(self.runs.name(state.folder))
        self.run.set_state(state)
        self._show_favourites()
        self._offer_remedies()
        self.stack.setCurrentWidget(self.run)

    def _images_changed(self) -> None:
        """Without images there is nothing to set up."""
        if self._task or self._folder:
            return
        none = not self._workspace.collection.images and self._workspace.reader.complete
        self.stack.setCurrentWidget(self.empty if none else self.setup)
        self.setFocusProxy(self.empty if none else self.setup)

    def _look_at_tasks(self) -> None:
        tasks = self.tasks.tasks
        self.setup.set_busy(self.tasks.busy)
        self.draft.set_taken(task.name for task in tasks)
        if self._task in tasks:
            self.run.set_waiting(self.tasks.before(self._task))

    def _say_status(self, count: int) -> None:
        self.status_changed.emit(self.tr("%n run(s)", "", count) if count else "")

    # -- what happens

    def _came(self, task: Task, event: Event) -> None:
        if task is not self._task:
            self.tasks.states[task].apply(event)
            return
        before = self.run.state.status
        self.run.apply(event)
        if isinstance(event, Failed):
            self._offer_remedies()
        if self.run.state.status != before:
            self.runs.refresh()

    def _state_read(self, task: Task) -> None:
        if task is self._task:
            self._show_task(task)

    def _ended(self, task: Task) -> None:
        self.desk.ended(task)
        if task is self._task:
            if task.run and task.control.how != "discard":
                self._task, self._folder = None, Path(task.run)  # as it is shown already
                self.runs.show_chosen(self._folder)
            elif not task.failed:  # else its card stays
                self._show_setup()
        self.draft.refresh()
        self.past.read()

    # -- what the artist does

    def _pause(self, hold: bool) -> None:
        if self._task:
            control = self._task.control
            control.pause() if hold else control.resume()

    def _try(self, folder: Path) -> None:
        """A run that goes on holds for it: its adapter is tried as it is."""
        if self._task:
            self._task.control.pause()
        self.try_wanted.emit((folder, None if self._task else _step_to_use(folder)))

    def _dismiss(self, folder: Path) -> None:
        self.runs.dismiss(folder)
        self._show_setup()

    def _export(self, folder: Path) -> None:
        self.export_wanted.emit((folder, _step_to_use(folder)))

    def _show_favourites(self) -> None:
        folder = self._shown_folder()
        self.run.set_favourites(self._favourites.of(folder) if folder else ())

    def _mark_favourite(self, step: int, on: bool) -> None:
        if folder := self._shown_folder():
            self._favourites.mark(folder, step, on)
            self._show_favourites()

    def _offer_remedies(self) -> None:
        """Fills the card of a failure with what can be done about it."""
        state = self.run.state
        settings, run = self._shown_settings(), self._shown_folder()
        if state.failed is None or settings is None:
            self.run.set_remedies(())
            return
        fixes = self._fixes.of(state.failed, RunFolder(run) if run else None, settings)
        self.run.set_remedies([(fix.text, partial(self._fix, fix)) for fix in fixes])

    def _fix(self, fix: Fix) -> None:
        for section, table in fix.changes.items():
            for name, value in table.items():
                if (section, name) == ("data", "resolution"):
                    self.setup.set_resolution(value)
                else:
                    self.draft.set(section, name, value)
        if fix.resumed:
            self._with_folder(self.desk.resume)
        elif fix.settings:
            self.desk.start(fix.settings)
        else:
            self._show_setup()

    def _shown_folder(self) -> Path | None:
        return folder_of(self._task) if self._task else self._folder

    def _shown_settings(self) -> Settings | None:
        if self._task:
            return train_job(self._task).settings
        try:
            return RunFolder(self._folder).settings() if self._folder else None
        except StudioError as error:
            self.desk.tell(error)
            return None

    def _with_task(self, act: Callable[[Task], object]) -> None:
        if self._task:
            act(self._task)

    def _with_folder(self, act: Callable[[Path], object]) -> None:
        if folder := self._shown_folder():
            act(folder)

    # -- layout

    def _connect(self) -> None:
        self._workspace.listed.connect(self._images_changed)
        self._workspace.problems_changed.connect(self._images_changed)
        desk, view = self.desk, self.run
        desk.began.connect(self._show_task)
        desk.setup_wanted.connect(self._show_setup)
        desk.runs_changed.connect(self.past.read)
        desk.noticed.connect(self.noticed)
        self.setup.start_wanted.connect(desk.start)
        self.setup.noticed.connect(self.noticed)
        self.setup.images_wanted.connect(self.images_wanted)
        self.empty.activated.connect(partial(self.page_wanted.emit, "images"))
        self.runs.setup_chosen.connect(self._show_setup)
        self.runs.task_chosen.connect(self._show_task)
        self.runs.past_chosen.connect(self._show_past)
        self.runs.resume_wanted.connect(desk.resume)
        self.runs.counted.connect(self._say_status)
        self.tasks.changed.connect(self._look_at_tasks)
        self.tasks.came.connect(self._came)
        self.tasks.read.connect(self._state_read)
        self.tasks.ended.connect(self._ended)
        act, on = self._with_task, self._with_folder
        view.paused.connect(self._pause)
        view.preview_wanted.connect(lambda: act(lambda task: task.control.preview_now()))
        view.checkpoint_wanted.connect(lambda: act(lambda task: task.control.save_now()))
        view.stop_wanted.connect(lambda how: act(lambda task: desk.stop(task, how)))
        view.try_wanted.connect(lambda: on(self._try))
        view.export_wanted.connect(lambda: on(self._export))
        view.resume_wanted.connect(lambda: on(desk.resume))
        view.train_further_wanted.connect(lambda: on(desk.train_further))
        view.dismissed.connect(lambda: on(self._dismiss))
        view.new_run_wanted.connect(self._show_setup)
        view.favourite_changed.connect(self._mark_favourite)

    def _lay_out(self) -> None:
        self.empty = EmptyState(
            "images",
            self.tr("There are no images to learn from yet"),
            self.tr("Add a folder of images to this project first."),
            self.tr("Go to Images"),
        )
        for widget in (self.setup, self.run, self.empty):
            self.stack.addWidget(widget)
        edge = theme.SPACE * 3 // 2
        self.setup.setContentsMargins(edge, 0, edge, edge)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.runs)
        column.addWidget(self.stack, 1)


def _step_to_use(folder: Path) -> int | None:
    """None if the run exported its adapter, else its newest checkpoint."""
    run = RunFolder(folder)
    if run.report() is not None:
        return None
    return max(run.checkpoint_steps(), default=None)
