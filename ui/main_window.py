"""The window: a rail of pages, the page, and around it menus, jobs, status and messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSize, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent, QUndoGroup
from PySide6.QtWidgets import QFileDialog, QMainWindow

from studio.errors import StudioError
from ui import dropped, messages
from ui.commands import PAGES, Commands
from ui.dialogs import closing
from ui.engine import EngineThread
from ui.engine_desk import EngineDesk
from ui.frame import Frame
from ui.jobs import Jobs
from ui.pages.factory import make_page, use_base
from ui.preferences import Preferences
from ui.projects import Projects
from ui.widgets.drop_overlay import DropOverlay
from ui.widgets.toast import Notice, Toasts

if TYPE_CHECKING:
    from ui.workspace import Workspace

MISSING = ("project.not_found", "project.not_a_project")
_DECORATION = QSize(16, 48)
"""What title bar and frame of a window take at most, in pixels; it is not known beforehand."""

LAST_PROJECT, LAST_PAGE = "last_project", "page"  # what the preferences remember


class MainWindow(QMainWindow):
    """Opens projects, shows pages, and sees to it that nothing is lost on closing."""

    def __init__(self, preferences: Preferences, engine: EngineThread | None = None) -> None:
        super().__init__()
        self.preferences = preferences
        self.engine = engine or EngineThread(parent=self)
        """Whoever made the window closes it, once the window is gone."""
        self.engine.separate = preferences.separate_engine
        self.jobs = Jobs(self)
        self.projects = Projects(preferences, self.jobs, self)
        self._undo = QUndoGroup(self)
        self.desk = EngineDesk(self)
        self._started = False
        self.page = ""
        """The name of the page that is shown."""
        self._percent = -1
        self._project = ""
        self.commands = Commands(self, self._undo)
        self.frame = Frame(self.commands)
        self.setCentralWidget(self.frame)
        self.setMenuWidget(self.frame.strip)
        self.setStatusBar(self.frame.status_bar)
        self._toasts = Toasts(self.frame.body)
        self._overlay = DropOverlay(self)
        self._connect()
        self._restore()
        self._forget_project()

    @property
    def workspace(self) -> Workspace | None:
        """The open project."""
        return self.projects.workspace

    def open_project(self, path: Path) -> None:
        """Opens the project at ``path`` in place of the present one; says so if it cannot."""
        self._started = True
        self._try(lambda: self.projects.open(path, self._let_go), path)

    def new_project_from(self, images: Path) -> None:
        """Opens the project of a folder of images; makes one unless a recent one has it."""
        self._try(lambda: self.open_project(self.projects.for_images(images)))

    def open_sample(self) -> None:
        """Opens the sample project; makes it first if it is not there."""
        name = self.tr("Sample project")
        self._try(lambda: self.open_project(self.projects.sample(name)))

    def new_project(self) -> None:
        """Asks for a folder of images."""
        if images := self._choose_folder(self.tr("Choose a folder of images")):
            self._open(dropped.look_at_paths([images]))

    def choose_project(self) -> None:
        """Asks for the folder of a project; one of images will do as well."""
        if folder := self._choose_folder(self.tr("Open a project")):
            self._open(dropped.look_at_paths([folder]))

    def locate_project(self, missing: Path) -> None:
        """Asks where the project is that was at ``missing``."""
        title = self.tr("Where is {0} now?").format(missing.name)
        if folder := self._choose_folder(title):
            self.open_project(folder)
            if self.workspace and self.workspace.project.path == folder.resolve():
                self.preferences.forget_recent(missing)

    def add_folder(self) -> None:
        """Asks for a further folder of images for this project."""
        if folder := self._choose_folder(self.tr("Add image folder")):
            self._try(lambda: self.projects.add_folder(folder))

    def leave_project(self) -> None:
        """Closes the project and shows home."""
        if self._let_go():
            self.preferences.remember(LAST_PROJECT, "")

    def other_projects(self) -> list[Path]:
        """The recent projects without the open one."""
        here = self.workspace.project.path if self.workspace else None
        return [path for path in self.preferences.recent_projects if path != here]

    def show_home(self) -> None:
        """Shows the recent projects; an open one stays open."""
        self._show("home")

    def show_page(self, name: str) -> None:
        """Shows one of `PAGES` of the open project, made at its first visit."""
        self._show(name)
        self.preferences.remember(LAST_PAGE, name)

    def notify(self, notice: Notice) -> None:
        """Shows a message in the corner for a while."""
        self._toasts.show(notice)

    def show_preferences(self) -> None:
        """Opens the preferences."""
        from ui.dialogs.preferences import PreferencesDialog

        dialog = PreferencesDialog(self.preferences, self.workspace is not None, self)
        dialog.thumbnails_cleared.connect(lambda: self._try(self.projects.clear_thumbnails))
        dialog.exec()
        dialog.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """Opens the project that was open at the end, unless another is asked for at once."""
        super().showEvent(event)
        if not self._started:
            QTimer.singleShot(0, self, self._reopen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks before work would be lost, saves, and remembers how things were."""
        geometry = self.saveGeometry()
        event.setAccepted(self.desk.may_quit() and self._let_go())
        if event.isAccepted():
            self.preferences.geometry = geometry

    def _connect(self) -> None:
        self.projects.opened.connect(self._show_project)
        self.projects.closed.connect(self._forget_project)
        self.jobs.changed.connect(self._jobs_changed)
        self.preferences.changed.connect(self._preference_changed)
        self._overlay.entered.connect(self._judge)
        self._overlay.dropped.connect(self._drop)
        self.engine.changed.connect(lambda: self.commands.set_loaded(self.engine.loaded))
        self.desk.progressed.connect(self._show_percent)
        bar = self.frame.job_bar
        bar.activated.connect(self.desk.show_job)
        bar.cancelled.connect(self.jobs.cancel)
        bar.stopped.connect(self.jobs.stop)
        bar.paused.connect(self.jobs.pause)
        self.frame.save_status.retried.connect(self.projects.save_again)
        self.projects.moved.connect(self._open_again)
        self.projects.saving.connect(self.frame.save_status.set_saving)
        self.projects.saved.connect(self.frame.save_status.set_saved)
        self.projects.failed.connect(self._failed)

    def _restore(self) -> None:
        if not self.restoreGeometry(self.preferences.geometry):
            room = self.screen().availableSize() - _DECORATION
            self.resize(QSize(1280, 800).boundedTo(room))

    def _reopen(self) -> None:
        last = self.preferences.remembered(LAST_PROJECT, "")
        if not self._started and last:
            self.open_project(Path(last))
        self._started = True

    def _show_project(self, workspace: Workspace) -> None:
        self._undo.addStack(workspace.undo)
        self._undo.setActiveStack(workspace.undo)
        self.preferences.remember(LAST_PROJECT, str(workspace.project.path))
        self._set_project(workspace.project.settings.name)
        self.commands.set_project_open(True)
        page = self.preferences.remembered(LAST_PAGE, PAGES[0])
        self.show_page(page if page in PAGES else PAGES[0])

    def _forget_project(self) -> None:
        self._set_project("")
        self.commands.set_project_open(False)
        self.show_home()
        for page in PAGES:
            self.frame.drop_page(page)

    def _show(self, name: str) -> None:
        if not self.frame.has_page(name):
            page = make_page(name, self)
            page.noticed.connect(self.notify)
            page.page_wanted.connect(self.show_page)
            self.frame.add_page(name, page)
        self.frame.show_page(name)
        self.commands.set_page(name)
        self.page = name

    def _try(self, act: Callable[[], object], path: Path | None = None) -> None:
        """Does something to a project; what is wrong stands above the page until it is read."""
        banner = self.frame.banner
        banner.clear()
        try:
            act()
        except StudioError as error:
            remedies = [(self.tr("OK"), banner.clear)]
            if path and error.code in MISSING:
                remedies.insert(0, (self.tr("Locate…"), lambda: self.locate_project(path)))
            banner.show_message(messages.sentence(error.code, error.params), remedies)

    def _judge(self, data: QMimeData) -> None:
        if offer := self.frame.shown_page.offer(dropped.files(data)):
            self._overlay.say(offer, True)
            return
        found = dropped.look_at(data)
        if found.kind == "base" and self.workspace is None:
            self._overlay.say(self.tr("Open a project first, then drop the base model here"), False)
        else:
            self._overlay.say(found.text, found.path is not None)

    def _drop(self, data: QMimeData) -> None:
        page, files = self.frame.shown_page, dropped.files(data)
        if page.offer(files):
            page.take(files)
        else:
            self._open(dropped.look_at(data))

    def _open(self, found: dropped.Dropped) -> None:
        banner = self.frame.banner
        if found.path is None:
            banner.show_message(found.text, [(self.tr("OK"), banner.clear)])
        elif found.kind == "project":
            self.open_project(found.path)
        elif found.kind == "base":
            use_base(self, found.path)
        else:
            self.new_project_from(found.path)

    def _choose_folder(self, title: str) -> Path | None:
        start = str(self.preferences.last_folder)
        chosen = QFileDialog.getExistingDirectory(self, title, start)
        if not chosen:
            return None
        self.preferences.last_folder = Path(chosen)
        return Path(chosen)

    def _let_go(self) -> bool:
        """Saves and closes the project; asks if it cannot be saved. False: it stays."""
        while not self.projects.close():
            answer = closing.ask_unsaved(self, self._reason())
            if answer is closing.Answer.STAY:
                return False
            if answer is closing.Answer.QUIT:
                self.projects.abandon()
            else:
                self.projects.save_again()
        return True

    def _jobs_changed(self) -> None:
        self.frame.job_bar.set_jobs(self.jobs.all)

    def _show_percent(self, percent: int) -> None:
        if percent != self._percent:
            self._percent = percent
            self._show_title()

    def _set_project(self, name: str) -> None:
        self._project = name
        self._show_title()
        self.frame.set_project(name)

    def _show_title(self) -> None:
        name = self._project
        title = self.tr("{0} – LoRA Studio").format(name) if name else self.tr("LoRA Studio")
        if self._percent >= 0:
            title = self.tr("{0} % – {1}").format(self._percent, title)
        self.setWindowTitle(title)

    def _failed(self, error: StudioError) -> None:
        text = messages.sentence(error.code, error.params)
        if count := self.projects.unsaved:
            self.frame.save_status.set_failed(self.tr("%n change(s) not saved", "", count), text)
        else:
            self.notify(Notice(text, "error"))

    def _open_again(self) -> None:
        """The image folders of the open project are others now."""
        if self.workspace:
            path = self.workspace.project.path
            if self._let_go():
                self.open_project(path)

    def _reason(self) -> str:
        error = self.projects.error
        return messages.sentence(error.code, error.params) if error else ""

    def _preference_changed(self, name: str) -> None:
        if name == "separate_engine":
            self.engine.separate = self.preferences.separate_engine
        elif name == "language":
            self.notify(Notice(self.tr("The language changes at the next start."), "info"))
