"""A small project on the Train page, with an engine that does only what a test says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.config import Settings
from studio.events import Event, Started, StepDone
from studio.project import Project
from studio.runs import RunFolder
from tests.pictures import write_pictures
from tests.ui.fake_engine import FakeEngine
from ui.engine import Task
from ui.pages.train import TrainPage
from ui.preferences import Preferences
from ui.workspace import Workspace


class TrainProject:
    """``page`` is made by `open`; `close` it at the end."""

    page: TrainPage

    def __init__(self, tmp_path: Path, preferences: Preferences, trigger: str = "inky") -> None:
        self.images = write_pictures(tmp_path / "images")
        self.project = Project.create(
            tmp_path / "project", "Ink", [self.images], trigger=trigger, captions="sentences"
        )
        self.preferences = preferences
        self.engine = FakeEngine()
        self.workspace = Workspace(self.project)

    def open(self, qtbot: QtBot) -> TrainPage:
        """The page, once all that it looks at was read."""
        page = self.page = TrainPage(self.workspace, self.preferences, self.engine)
        page.resize(1190, 640)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        qtbot.waitUntil(lambda: self.workspace.reader.complete)
        return page

    def ready(self, qtbot: QtBot) -> TrainPage:
        """The page with a complete list "Before you start"."""
        page = self.open(qtbot)
        qtbot.waitUntil(lambda: self.checked(page), timeout=10_000)
        return page

    @staticmethod
    def checked(page: TrainPage) -> bool:
        """Whether every image was looked at."""
        found = {finding.code: finding for finding in page.setup.panel.findings}
        return "images" in found and not found["images"].params["checking"]

    def start(self) -> Task:
        """Starts the run that is set up; returns its task."""
        self.page.setup.try_start()
        return self.engine.tasks[-1]

    def begin(self, task: Task, step: int = 0) -> RunFolder:
        """Has the engine tell that the run of ``task`` begins, in a folder of its own."""
        settings: Settings = task.job.settings  # type: ignore[union-attr]
        run = RunFolder.create(settings)
        self.engine.tell(task, self.started(run, step))
        return run

    def past_run(self, name: str, minute: int, *events: Event, checkpoint: int = 0) -> RunFolder:
        """A run of an earlier day."""
        settings = self.project.run_settings({"run": {"name": name}})
        run = RunFolder.create(settings, datetime(2026, 11, 20, 14, minute))
        for event in (self.started(run), self.step(81), *events):
            run.record(event)
        if checkpoint:
            run.save_checkpoint(checkpoint, lambda folder: None)
        return run

    @staticmethod
    def started(run: RunFolder, step: int = 0) -> Started:
        """The run begins."""
        return Started(str(run.path), step, 250, 4, "starter", "cpu", "adamw", 1, 2)

    @staticmethod
    def step(number: int) -> StepDone:
        """A step is done."""
        return StepDone(number, 250, 1, 0.1, 1e-3, 1e-4, 1.0, 0.1)

    def shut(self) -> None:
        """Leaves the page, as for another project."""
        self.page.leave()
        self.page.close()
        self.page.deleteLater()

    def close(self) -> None:
        """Ends all."""
        self.shut()
        self.engine.close()
        self.workspace.stop()
        self.workspace.deleteLater()
