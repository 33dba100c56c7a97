"""The engine in the window: its jobs in the bar, messages when they end, quitting meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from studio.events import Finished, Paused, Phase, StepDone
from studio.jobs import Download, Export
from studio.project import Project
from tests.studio.scripted_engine import drawing, training
from tests.ui.fake_engine import FakeEngine
from ui import main_window
from ui.engine import Task
from ui.main_window import MainWindow
from ui.pages.page import Page
from ui.preferences import Preferences
from ui.widgets.toast import Toast


@pytest.fixture(autouse=True)
def blank_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main_window, "make_page", lambda name, window: Page())


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def window(qtbot: QtBot, preferences: Preferences, engine: FakeEngine) -> MainWindow:
    def settle(window: MainWindow) -> None:
        engine.close()
        window.projects.abandon()
        for toast in window.findChildren(Toast):
            toast.timer.stop()

    made = MainWindow(preferences, engine)
    qtbot.addWidget(made, before_close_func=settle)
    made.show()
    return made


@pytest.fixture
def project(window: MainWindow, repository: Path, tmp_path: Path) -> Path:
    images = shutil.copytree(repository / "sample_images/style_ink", tmp_path / "ink")
    made = Project.create(tmp_path / "project", "Ink", [Path(images)]).path
    window.open_project(made)
    window.show_page("train")
    return made


@pytest.fixture
def train(engine: FakeEngine, project: Path) -> Callable[[], Task]:
    return lambda: engine.submit(training(project / "runs", steps=200), "Ink style")


def step(number: int) -> StepDone:
    return StepDone(number, 200, 1, 0.5, 1e-4, 0.0, 1.0, 0.1)


def finished(stopped: bool = False) -> Finished:
    return Finished("run", 200, stopped=stopped, lora="a.safetensors")


def toasts(window: MainWindow) -> list[str]:
    return [toast.notice.text for toast in window._toasts.shown]


def answer(text: str, meanwhile: Callable[[], object] = lambda: None) -> list[str]:
    """Presses the button ``text`` of the question that comes; returns what was asked."""
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, press)
            return
        asked.append(box.informativeText())
        meanwhile()
        next(b for b in box.findChildren(QPushButton) if b.text() == text).click()

    QTimer.singleShot(0, press)
    return asked


def test_a_run_stands_in_the_job_bar_until_it_ends(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    task = train()
    (job,) = window.jobs.all
    assert (job.text, job.total) == ("Ink style", 0)
    assert (job.can_pause, job.can_stop, job.can_cancel) == (True, True, False)
    engine.tell(task, Phase("cache_latents", 3, 12))
    (job,) = window.jobs.all
    assert (job.text, job.done, job.total) == ("Ink style: Encoding images", 3, 12)
    engine.tell(task, step(50))
    (job,) = window.jobs.all
    assert (job.text, job.done, job.total) == ("Ink style: Training", 50, 200)
    engine.finish(task, finished())
    assert window.jobs.all == []


def test_the_title_has_the_percent_while_it_trains(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    task = train()
    assert window.windowTitle() == "Ink – LoRA Studio"
    engine.tell(task, step(107))
    assert window.windowTitle() == "53 % – Ink – LoRA Studio"
    window.leave_project()
    assert window.windowTitle() == "53 % – LoRA Studio"
    engine.finish(task, finished())
    assert window.windowTitle() == "LoRA Studio"


def test_pause_and_stop_in_the_bar_reach_the_run(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    task, bar = train(), window.frame.job_bar
    engine.tell(task, step(1))
    qtbot.waitUntil(bar.isVisible)
    bar.pause.click()
    assert task.control.paused
    assert bar.go_on.isVisible()
    engine.tell(task, Paused(1), Phase("draw", 1, 8))
    assert window.jobs.all[0].text == "Ink style", "a picture drawn in between"
    bar.go_on.click()
    assert not task.control.paused
    assert window.jobs.all[0].text == "Ink style: Training"
    assert bar.pause.isVisible()
    bar.stop.click()
    assert task.control.how == "keep"
    assert not bar.stop.isVisible(), "asking once is enough"


def test_a_run_that_its_page_pauses_shows_as_paused(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    task = train()
    task.control.pause()
    engine.tell(task, step(1), Paused(1))
    assert window.jobs.all[0].paused
    task.control.resume()
    engine.tell(task, step(2))
    assert not window.jobs.all[0].paused


def test_what_waits_is_counted_and_can_be_cancelled(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task], project: Path
) -> None:
    first = train()
    engine.submit(drawing(project / "pictures"), "Four pictures")
    second = train()
    texts = [job.text for job in window.jobs.all]
    assert texts == ["Ink style", "Four pictures", "Ink style"]
    assert [job.can_cancel for job in window.jobs.all] == [False, True, True]
    assert "2" in window.frame.job_bar.queued.text()
    window.jobs.cancel(window.jobs.all[2].id)
    assert second.state == "ended"
    engine.finish(first, finished())
    (job,) = window.jobs.all
    assert (job.text, job.can_cancel) == ("Four pictures", True)
    engine.tell(engine.tasks[0], Phase("open_base"))
    assert window.jobs.all[0].text == "Four pictures: Opening the base model"
    engine.tell(engine.tasks[0], Phase("draw", 5, 80))
    assert window.jobs.all[0].text == "Four pictures"
    window.jobs.cancel(window.jobs.all[0].id)
    assert engine.tasks[0].control.stopping


def test_live_pictures_do_not_bring_up_the_bar(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, project: Path
) -> None:
    live = drawing(project / "cache" / "drafts").model_copy(update={"draft_steps": 4})
    for _ in range(4):
        engine.submit(live, "Live")
        qtbot.wait(150)
        assert window.frame.job_bar.isHidden()
        engine.finish(engine.tasks[0])
    engine.submit(live.model_copy(update={"draft_steps": 0}), "Four pictures")
    qtbot.waitUntil(window.frame.job_bar.isVisible)


def test_the_bar_leads_to_the_page_of_the_job(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, train: Callable[[], Task], project: Path
) -> None:
    task = train()
    qtbot.waitUntil(window.frame.job_bar.isVisible)
    window.show_page("images")
    qtbot.mouseClick(window.frame.job_bar.title, Qt.MouseButton.LeftButton)
    assert window.page == "train"
    window.leave_project()
    assert [job.text for job in window.jobs.all] == ["Ink style"], "the engine goes on"
    qtbot.mouseClick(window.frame.job_bar.title, Qt.MouseButton.LeftButton)
    assert window.workspace
    assert (window.workspace.project.path, window.page) == (project, "train")
    engine.finish(task, finished())
    for job, page in (
        (drawing(project / "pictures"), "try"),
        (Export(run=str(project / "runs" / "a"), path="/x/a.safetensors"), "export"),
    ):
        engine.submit(job, "Next")
        window.desk.show_job(window.jobs.all[0].id)
        assert window.page == page
        engine.finish(engine.tasks[0])
    window.workspace.progressed.emit("compare", 5, 20)
    window.desk.show_job("compare")
    assert window.page == "images"


def test_the_end_of_a_run_is_told_where_its_page_is_not(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    engine.finish(train(), finished())
    assert toasts(window) == [], "the page tells it"
    window.show_page("images")
    engine.finish(train(), finished())
    assert toasts(window) == ["Ink style is ready"]
    toast = window._toasts.shown[0]
    next(b for b in toast.findChildren(QPushButton) if b.text() == "Show").click()
    assert window.page == "train"


def test_a_failure_is_told_where_its_page_is_not(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task], project: Path
) -> None:
    window.show_page("images")
    engine.fail(train(), "engine.died", reason="SIGKILL", log="engine.log")
    (text,) = toasts(window)
    assert text.startswith("The engine ended unexpectedly (SIGKILL")
    engine.submit(drawing(project / "pictures"), "Four pictures")
    engine.fail(engine.tasks[0], "lora.not_found", path="a.safetensors")
    assert len(toasts(window)) == 2


def test_a_download_tells_bytes_and_its_end(
    window: MainWindow, engine: FakeEngine, project: Path
) -> None:
    window.show_page("images")
    task = engine.submit(Download(model="somebody/some-model"), "Download somebody/some-model")
    engine.tell(task, Phase("download", 300, 1000))
    (job,) = window.jobs.all
    assert (job.text, job.done, job.total) == ("Download somebody/some-model", 300, 1000)
    assert (job.in_bytes, job.can_cancel) == (True, True)
    window.desk.show_job(job.id)
    assert window.page == "train"
    window.show_page("images")
    engine.finish(task)
    assert toasts(window) == ["somebody/some-model is downloaded"]


def test_what_was_given_up_is_not_told(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    window.show_page("images")
    for how in ("leave", "discard"):
        task = train()
        task.control.stop(how)
        engine.finish(task, replace(finished(stopped=True), lora=""))
    assert toasts(window) == []


def test_keep_working_changes_nothing(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    task = train()
    engine.tell(task, step(1))
    asked = answer("Keep working")
    assert not window.close()
    assert asked[0].startswith("Ink style is not finished.")
    assert not task.control.stopping
    engine.finish(task, finished())
    assert window.isVisible()


def test_stop_and_save_then_quit_waits_for_the_end(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task], project: Path
) -> None:
    task = train()
    waiting = engine.submit(drawing(project / "pictures"), "Four pictures")
    answer("Stop and save, then quit")
    assert not window.close()
    assert task.control.how == "leave"
    assert waiting.state == "ended"
    assert window.isVisible()
    engine.finish(task, replace(finished(stopped=True), lora=""))
    assert not window.isVisible()


def test_what_could_not_be_saved_keeps_the_window_open(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    window.show_page("images")
    task = train()
    answer("Stop and save, then quit")
    assert not window.close()
    engine.fail(task, "disk.full", path="/x")
    assert window.isVisible()
    assert len(toasts(window)) == 1
    assert window.close()


def test_quit_without_saving_discards_and_closes_at_once(
    window: MainWindow, train: Callable[[], Task]
) -> None:
    task = train()
    answer("Quit without saving")
    assert window.close()
    assert task.control.how == "discard"


def test_a_run_that_ends_while_the_question_is_read_lets_it_close(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    task = train()
    answer("Stop and save, then quit", lambda: engine.finish(task, finished()))
    assert window.close()


@pytest.mark.parametrize("kind", ["draw", "export", "waiting"])
def test_only_a_run_is_asked_about(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task], project: Path, kind: str
) -> None:
    if kind == "export":
        engine.submit(Export(run=str(project / "runs" / "a"), path="/x/a.safetensors"), "Export")
    else:
        engine.submit(drawing(project / "pictures"), "Four pictures")
    if kind == "waiting":
        train()
    assert window.close()


def test_memory_can_be_freed_while_something_is_loaded(
    window: MainWindow, engine: FakeEngine, train: Callable[[], Task]
) -> None:
    action = window.commands.actions["free_memory"]
    assert not action.isEnabled()
    engine.finish(train(), finished(), loaded="starter")
    assert action.isEnabled()
    action.trigger()
    assert engine.freed == 1
    assert not action.isEnabled()


def test_the_preference_decides_where_the_next_job_runs(
    window: MainWindow, engine: FakeEngine, preferences: Preferences
) -> None:
    assert not engine.separate
    preferences.separate_engine = True
    assert engine.separate
