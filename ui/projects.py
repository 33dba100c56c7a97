"""Which project is open, and how projects come to be: from a folder of images, or the sample."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.files import writing
from ui.instance import ProjectLock
from ui.jobs import Jobs
from ui.preferences import Preferences
from ui.widgets.job_bar import Job

if TYPE_CHECKING:
    from ui.workspace import Workspace

SAMPLE_TRIGGER = "inkwash style"
JOBS = ("read", "compare", "copy")
"""Ids of what a project works on by itself."""

OPENED = "opened"
"""Under it the preferences remember when each project was opened last: path -> ISO time."""

log = logging.getLogger(__name__)


class Projects(QObject):
    """The open project, if any. What can be wrong with a project is raised as StudioError."""

    opened = Signal(object)
    """The `Workspace` of a project that was just opened."""
    closed = Signal()
    moved = Signal()
    """The image folders of the open project are others: it has to be opened anew."""
    saving = Signal()
    saved = Signal(object)
    """All of the open project is on the disk since this `datetime`."""
    failed = Signal(object)
    """A StudioError to tell; `unsaved` says whether something is not on the disk."""

    def __init__(self, preferences: Preferences, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._jobs = jobs
        self._lock: ProjectLock | None = None
        self.error: StudioError | None = None
        """The last that `failed` told."""
        self.workspace: Workspace | None = None

    def open(self, path: Path, let_go: Callable[[], bool]) -> bool:
        """Opens the project at ``path`` once ``let_go`` has closed the present one.

        False if it did not. Where the new project cannot be opened, the present one stays.
        """
        from studio.project import Project  # pydantic: not while the window opens
        from ui.workspace import Workspace

        if self.workspace and self.workspace.project.path == path.resolve():
            return True
        project = Project.open(path)
        lock = ProjectLock(project.path)
        if not let_go():
            lock.release()
            return False
        self._lock = lock
        self.workspace = Workspace(project, self)
        self._connect(self.workspace)
        self._note(project.path)
        self.opened.emit(self.workspace)
        return True

    @property
    def unsaved(self) -> int:
        """How many changes of the open project could not be written."""
        if self.workspace is None:
            return 0
        return len(self.workspace.autosave.unsaved) + self.workspace.project.changed

    def save_again(self) -> None:
        """Tries again to write what could not be written."""
        if self.workspace:
            self.workspace.save_project()
            self.workspace.autosave.retry()

    def close(self) -> bool:
        """Saves and closes the open project; False if something could not be saved."""
        if self.workspace and not self.workspace.close():
            return False
        self._drop()
        return True

    def abandon(self) -> None:
        """Lets the open project go, though something in it is not saved."""
        if self.workspace:
            self.workspace.stop()
        self._drop()

    def _drop(self) -> None:
        if self.workspace and self._lock:
            for id in JOBS:  # the workspace has stopped them; the engine goes on
                self._jobs.drop(id)
            self.closed.emit()
            self._lock.release()
            self.workspace.deleteLater()
            self.workspace = self._lock = None

    def add_folder(self, images: Path) -> None:
        """Adds a folder of images to the open project; `moved` follows."""
        if self.workspace:
            self.workspace.project.add_folder(images)
            self.workspace.save_project()
            self.moved.emit()

    def clear_thumbnails(self) -> None:
        """Deletes the thumbnails that the open project keeps; what is shown makes them again."""
        if self.workspace:
            folder = self.workspace.project.cache / "thumbnails"
            with writing(folder):
                if folder.exists():
                    shutil.rmtree(folder)

    def for_images(self, images: Path) -> Path:
        """The project of a folder of images: a recent one that has just this folder, or new."""
        from studio.project import Project

        images = images.resolve()
        for path in self._preferences.recent_projects:
            try:
                if Project.open(path).images_folders() == [images]:
                    return path
            except StudioError as error:  # home shows what is wrong with it
                log.info("%s: %s", path, error)
        place = Project.for_images(images, self._preferences.projects_folder)
        return Project.create(place, images.name or str(images), [images]).path

    def sample(self, name: str) -> Path:
        """A project called ``name`` with copies of the sample images, made if it is not there."""
        from studio.demo.recipe import sample_images
        from studio.project import FILE, Project

        path = self._preferences.projects_folder / name
        if not (path / FILE).exists():
            images = path / "images"
            with writing(images):
                shutil.copytree(sample_images() / "style_ink", images, dirs_exist_ok=True)
            Project.create(path, name, [images], trigger=SAMPLE_TRIGGER, captions="sentences")
        return path

    def _connect(self, workspace: Workspace) -> None:
        workspace.failed.connect(self._fail)
        workspace.progressed.connect(self._tell_progress)
        workspace.moved.connect(self.moved)
        workspace.saving.connect(self.saving)
        workspace.saved.connect(self.saved)

    def _fail(self, error: StudioError) -> None:
        self.error = error
        self.failed.emit(error)

    def _tell_progress(self, id: str, done: int, total: int) -> None:
        if self.workspace is None:
            return
        texts = {
            "read": self.tr("Reading images"),
            "compare": self.tr("Looking for similar images"),
            "copy": self.tr("Copying images into the project"),
        }
        if done < total or (id == "copy" and not total):
            job = Job(id, texts[id], done, total, can_cancel=id == "compare")
            self._jobs.put(job, cancel=self.workspace.similar.cancel)
        else:
            self._jobs.drop(id)

    def _note(self, path: Path) -> None:
        self._preferences.add_recent(path)
        recent = set(map(str, self._preferences.recent_projects))
        times: dict[str, str] = self._preferences.remembered(OPENED, {})
        times[str(path)] = datetime.now().isoformat(timespec="minutes")
        self._preferences.remember(OPENED, {k: v for k, v in times.items() if k in recent})
