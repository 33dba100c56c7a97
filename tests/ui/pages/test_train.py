"""The Train page with an engine that does only what a test says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.events import CheckpointSaved, Failed, Finished
from studio.jobs import Train
from tests.ui.accessibility import too_small, unnamed_focusable
from tests.ui.pages.train_project import TrainProject
from ui import theme
from ui.models.favourites import Favourites
from ui.pages import train_desk
from ui.pages.train import TrainPage
from ui.preferences import Preferences
from ui.trash import Trashed
from ui.widgets.toast import Notice


@pytest.fixture
def made(tmp_path: Path, preferences: Preferences) -> Iterator[TrainProject]:
    project = TrainProject(tmp_path, preferences)
    yield project
    project.close()


def press(qtbot: QtBot, parent: QWidget, text: str) -> None:
    """Presses the button with ``text``, which may be about to appear."""

    def found() -> list[QPushButton]:
        buttons = parent.findChildren(QPushButton)
        return [button for button in buttons if button.text() == text and button.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1)
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)


def runs(page: TrainPage) -> list[str]:
    chooser = page.runs.chooser.list
    return [chooser.itemText(place) for place in range(chooser.count())]


def is_setup(page: TrainPage) -> bool:
    return page.stack.currentWidget() is page.setup


# -- starting


def test_a_newcomer_only_presses_start(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    qtbot.mouseClick(page.setup.start, Qt.MouseButton.LeftButton)
    (task,) = made.engine.tasks
    assert isinstance(task.job, Train)
    settings = task.job.settings
    assert settings.run.name == task.name == "Ink v1"
    assert settings.dataset[0].trigger == "inky"
    assert settings.preview.every == settings.save.every == 25
    assert settings.preview.prompts[0] == "inky, a red apple on a hill"
    assert len(settings.preview.prompts) == 3
    assert page.stack.currentWidget() is page.run
    assert page.run.name.text() == "Ink v1"
    assert runs(page) == ["New run", "Ink v1 · begins"]


def test_f9_starts(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    page.setup.basics.name.setFocus()
    qtbot.keyClick(page.setup.basics.name, Qt.Key.Key_F9)
    assert made.engine.tasks


def test_without_images_one_button_leads_to_them(qtbot: QtBot, made: TrainProject) -> None:
    page = made.open(qtbot)
    for file in made.images.iterdir():
        file.unlink()
    made.workspace.reload()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty)
    with qtbot.waitSignal(page.page_wanted) as wanted:
        qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert wanted.args == ["images"]


def test_a_second_run_waits_its_turn(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    first = made.start()
    made.begin(first)
    page.runs.chooser.chosen.emit("")
    assert not page.setup.start.isVisible()
    told: list[Notice] = []
    page.noticed.connect(told.append)
    qtbot.mouseClick(page.setup.queue, Qt.MouseButton.LeftButton)
    assert told[-1].text.endswith("waits its turn")
    assert is_setup(page)
    second = made.engine.tasks[1]
    assert runs(page)[1:] == ["Ink v1 · training", f"{second.name} · waits its turn"]
    page.runs.chooser.chosen.emit(page.runs.chooser.list.itemData(2))
    page.run.stop_wanted.emit("discard")
    assert made.engine.tasks == [first]
    assert second.state == "ended"


# -- a run that goes on


def test_events_are_shown_also_of_a_run_that_was_not_looked_at(
    qtbot: QtBot, made: TrainProject
) -> None:
    page = made.ready(qtbot)
    task = made.start()
    made.begin(task)
    made.engine.tell(task, made.step(1))
    assert page.run.state.step == 1
    page.runs.chooser.chosen.emit("")
    assert is_setup(page)
    made.engine.tell(task, made.step(2), made.step(3))
    page.runs.chooser.chosen.emit(page.runs.chooser.list.itemData(1))
    assert page.run.state.step == 3
    assert runs(page)[1] == "Ink v1 · training"


def test_a_run_that_began_before_the_page_is_shown(qtbot: QtBot, made: TrainProject) -> None:
    made.ready(qtbot)
    task = made.start()
    run = made.begin(task)
    made.shut()
    for event in (made.started(run), made.step(1), made.step(2)):
        run.record(event)
    page = made.open(qtbot)
    qtbot.waitUntil(lambda: page.run.state.step == 2)
    assert page.run.state.status == "running"
    made.engine.tell(task, made.step(3))
    assert page.run.state.step == 3


def test_the_buttons_reach_the_run(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    task = made.start()
    run = made.begin(task)
    page.run.paused.emit(True)
    assert task.control.paused
    page.run.paused.emit(False)
    assert not task.control.paused
    page.run.preview_wanted.emit()
    page.run.checkpoint_wanted.emit()
    assert task.control.take_preview()
    assert task.control.take_save()
    with qtbot.waitSignal(page.try_wanted) as wanted:
        page.run.try_wanted.emit()
    assert wanted.args == [(run.path, None)]
    assert task.control.paused
    page.run.stop_wanted.emit("keep")
    assert task.control.how == "keep"


def test_a_finished_run_can_be_tried_exported_and_trained_further(
    qtbot: QtBot, made: TrainProject
) -> None:
    page = made.ready(qtbot)
    task = made.start()
    run = made.begin(task)
    (run.path / "Ink v1.safetensors").write_bytes(b"")
    run.report_file.write_text('{"steps": 250}')
    made.engine.finish(task, Finished(str(run.path), 250, False, "Ink v1.safetensors"))
    assert page.run.state.status == "finished"
    for signal, source in (
        (page.try_wanted, page.run.try_wanted),
        (page.export_wanted, page.run.export_wanted),
    ):
        with qtbot.waitSignal(signal) as wanted:
            source.emit()
        assert wanted.args == [(run.path, None)]
    page.run.train_further_wanted.emit()
    assert is_setup(page)
    settings = page.draft.settings()
    assert settings.network.init_from == str(run.path / "Ink v1.safetensors")
    assert settings.schedule.steps == 83
    assert settings.run.name == "Ink v2"
    qtbot.waitUntil(lambda: any(f.code == "continues" for f in page.setup.panel.findings))
    made.start()
    assert not page.draft.settings().network.init_from  # one run goes on from it, not all


def test_a_discarded_run_goes_to_the_trash_and_back(
    qtbot: QtBot, made: TrainProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def move(path: Path) -> Trashed:
        return Trashed(path, path.rename(tmp_path / "trash"))

    monkeypatch.setattr(train_desk.trash, "move", move)
    page = made.ready(qtbot)
    told: list[Notice] = []
    page.noticed.connect(told.append)
    task = made.start()
    run = made.begin(task)
    page.run.stop_wanted.emit("discard")
    assert task.control.how == "discard"
    made.engine.finish(task, Finished(str(run.path), 3, True, ""))
    assert not run.path.exists()
    assert is_setup(page)
    assert told[-1].text == "Ink v1 moved to the trash"
    assert told[-1].act
    told[-1].act()
    assert run.settings_file.exists()
    qtbot.waitUntil(lambda: len(runs(page)) == 2)


def test_the_keyboard_stays_with_the_run_to_its_end(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    task = made.start()
    run = made.begin(task)
    made.engine.tell(task, made.step(1))
    page.run.stop.setFocus()
    page.run.keep.trigger()  # which disables all buttons
    focus = page.window().focusWidget()
    assert focus is page.run or page.run.isAncestorOf(focus)
    made.engine.finish(task, Finished(str(run.path), 1, True, "Ink v1.safetensors"))
    assert page.window().focusWidget() is page.run.card.buttons[0]
    assert page.run.card.buttons[0].text() == "Try it"


def test_the_end_of_a_run_takes_the_keyboard_from_nothing_else(
    qtbot: QtBot, made: TrainProject
) -> None:
    made.past_run("Ink v1", 3)
    page = made.ready(qtbot)
    task = made.start()
    run = made.begin(task)
    page.runs.chooser.list.setFocus()
    made.engine.finish(task, Finished(str(run.path), 1, False, "Ink v1.safetensors"))
    assert page.window().focusWidget() is page.runs.chooser.list


# -- failures


def test_out_of_memory_is_mended_by_a_button(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    task = made.start()
    made.engine.fail(task, "train.out_of_memory", resolution=128, batch_size=4, reason="full")
    press(qtbot, page.run, "Turn on memory saving and retry")
    (again,) = made.engine.tasks
    assert isinstance(again.job, Train)
    assert again.job.settings.memory.gradient_checkpointing
    assert page.draft.value("memory", "gradient_checkpointing")  # and for the runs after it
    assert page.run.state.status == "preparing"


def test_the_card_of_a_failure_stays_until_something_is_done(
    qtbot: QtBot, made: TrainProject
) -> None:
    page = made.ready(qtbot)
    made.engine.fail(made.start(), "base.not_found", model="/gone")
    made.workspace.listed.emit()
    assert page.stack.currentWidget() is page.run
    press(qtbot, page.run, "Change settings")
    assert is_setup(page)


def test_a_run_whose_engine_died_is_resumed(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    task = made.start()
    run = made.begin(task)
    run.save_checkpoint(50, lambda folder: None)
    made.engine.tell(task, CheckpointSaved(50, "checkpoints/step-000050"))
    made.engine.fail(task, "engine.died", reason="signal 9", log="engine.log")
    press(qtbot, page.run, "Resume from step 50")
    (again,) = made.engine.tasks
    assert isinstance(again.job, Train)
    assert again.job.resume == str(run.path)
    assert again.job.settings == run.settings()


# -- past runs


def test_a_crashed_run_is_offered_for_resume(qtbot: QtBot, made: TrainProject) -> None:
    crashed = made.past_run("Ink v1", 3, checkpoint=75)
    page = made.open(qtbot)
    qtbot.waitUntil(page.runs.banner.isVisible)
    press(qtbot, page.runs.banner, "Resume from step 75")
    (task,) = made.engine.tasks
    assert isinstance(task.job, Train)
    assert task.job.resume == str(crashed.path)
    assert not page.runs.banner.isVisible()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.run)
    assert [text for text in runs(page) if "unexpectedly" in text] == []


def test_a_run_that_was_stopped_to_quit_is_offered_for_resume(
    qtbot: QtBot, made: TrainProject
) -> None:
    made.past_run("Ink v1", 3, Finished("", 84, True, ""), checkpoint=84)
    page = made.open(qtbot)
    qtbot.waitUntil(page.runs.banner.isVisible)
    said = [label.text() for label in page.runs.banner.findChildren(QLabel)]
    assert "Ink v1 was stopped at step 84." in said
    press(qtbot, page.runs.banner, "Resume from step 84")
    assert made.engine.tasks


def test_the_field_shows_the_name_that_the_next_run_gets(qtbot: QtBot, made: TrainProject) -> None:
    page = made.ready(qtbot)
    name = page.setup.basics.name
    made.start()
    qtbot.waitUntil(lambda: name.text() == "Ink v2")
    page.setup.start_wanted.emit(page.draft.settings(), True)
    assert made.engine.tasks[-1].name == "Ink v2"
    qtbot.waitUntil(lambda: name.text() == "Ink v3")
    page.draft.set("run", "name", "Night")
    page.setup.start_wanted.emit(page.draft.settings(), True)
    qtbot.waitUntil(lambda: name.text() == "Night v2")


@pytest.mark.parametrize("tier", ["simple", "all"])
def test_the_setup_fits_into_a_low_window(qtbot: QtBot, made: TrainProject, tier: str) -> None:
    page = made.ready(qtbot)
    page.setup.show_tier(tier)
    made.begin(made.start())
    page.runs.chooser.chosen.emit("")
    page.resize(1104, 500)
    qtbot.waitUntil(lambda: page.setup.queue.isVisible())
    assert page.minimumSizeHint().height() <= 500
    queue = page.setup.queue
    assert page.rect().contains(queue.mapTo(page, queue.rect().bottomRight()))
    assert page.setup.form.height() > 300 or tier == "simple"


def test_a_dismissed_crash_is_not_offered_again(qtbot: QtBot, made: TrainProject) -> None:
    made.past_run("Ink v1", 3)
    page = made.open(qtbot)
    qtbot.waitUntil(page.runs.banner.isVisible)
    press(qtbot, page.runs.banner, "Look at it")
    qtbot.waitUntil(lambda: page.run.state.status == "interrupted")
    assert not page.runs.banner.isVisible()
    press(qtbot, page.run, "Dismiss")
    assert is_setup(page)
    page.past.read()
    with qtbot.waitSignal(page.past.found):
        pass
    assert not page.runs.banner.isVisible()


def test_a_crash_before_a_later_run_is_not_offered(qtbot: QtBot, made: TrainProject) -> None:
    made.past_run("Ink v1", 1)
    made.past_run("Ink v2", 2, Finished("", 81, False, "Ink v2.safetensors"))
    page = made.open(qtbot)
    qtbot.waitUntil(lambda: len(runs(page)) == 3)
    assert not page.runs.banner.isVisible()


def test_a_past_run_is_shown_with_what_can_be_done(qtbot: QtBot, made: TrainProject) -> None:
    failed = Failed("train.not_finite", {"step": 81, "images": "a.png"})
    run = made.past_run("Ink v1", 1, failed, checkpoint=75)
    page = made.open(qtbot)
    qtbot.waitUntil(lambda: len(runs(page)) == 2)
    page.runs.chooser.chosen.emit(str(run.path))
    qtbot.waitUntil(lambda: page.run.state.status == "failed")
    assert page.run.name.text() == "Ink v1"
    with qtbot.waitSignal(page.export_wanted) as wanted:
        page.run.export_wanted.emit()
    assert wanted.args == [(run.path, 75)]
    press(qtbot, page.run, "Halve the learning rate and start again")
    assert made.engine.tasks


# -- files, and everybody


def test_a_dropped_settings_file_is_taken_over(
    qtbot: QtBot, made: TrainProject, tmp_path: Path
) -> None:
    page = made.open(qtbot)
    file = tmp_path / "mine.toml"
    file.write_text("[network]\nrank = 4\n")
    assert page.offer([file])
    page.take([file])
    assert page.draft.value("network", "rank") == 4


def test_other_files_are_not_taken(qtbot: QtBot, made: TrainProject, tmp_path: Path) -> None:
    page = made.open(qtbot)
    (tmp_path / "a.png").write_bytes(b"")
    assert not page.offer([tmp_path / "a.png"])
    assert not page.offer([tmp_path / "gone.toml"])
    assert not page.offer([tmp_path])


def test_favourites_stay(qtbot: QtBot, made: TrainProject) -> None:
    page = made.open(qtbot)
    task = made.start()
    run = made.begin(task)
    page.run.favourite_changed.emit(50, True)
    assert Favourites(made.preferences).of(run.path) == {50}
    page.run.favourite_changed.emit(50, False)
    assert Favourites(made.preferences).of(run.path) == set()


def test_a_waiting_run_gets_a_name_of_its_own(qtbot: QtBot, made: TrainProject) -> None:
    page = made.open(qtbot)
    settings = page.draft.settings()
    for _ in range(3):
        page.desk.start(settings, queue=True)
    names = [task.name for task in made.engine.tasks]
    assert len(set(names)) == 3
    assert [name.rpartition(" v")[2] for name in names] == ["1", "2", "3"]


def test_another_projects_run_is_not_shown(
    qtbot: QtBot, made: TrainProject, tmp_path: Path
) -> None:
    settings = made.project.run_settings({"run": {"output": str(tmp_path / "other/runs")}})
    made.engine.submit(Train(settings=settings), "Other")
    page = made.open(qtbot)
    assert is_setup(page)
    assert page.setup.queue.isVisible()
    assert runs(page) == ["New run"]


def test_everybody_can_use_it(qtbot: QtBot, made: TrainProject, qapp: object) -> None:
    theme.apply(qapp, theme.Theme.LIGHT)  # type: ignore[arg-type]
    page = made.ready(qtbot)
    assert not unnamed_focusable(page)
    assert not too_small(page.setup)
    assert page.setup.cards.cards["style"].isChecked()
