from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from studio.events import (
    CheckpointSaved,
    DryStepDone,
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    PictureDrawn,
    SampleSaved,
    Started,
    StepDone,
    Warned,
)
from studio.runs import RunFolder
from studio.training.progress import RunState
from tests.ui.accessibility import too_small, unnamed_focusable
from ui import theme
from ui.pages.train_run import RunView

SIGNALS = (
    "paused",
    "preview_wanted",
    "checkpoint_wanted",
    "try_wanted",
    "stop_wanted",
    "resume_wanted",
    "export_wanted",
    "train_further_wanted",
    "new_run_wanted",
    "dismissed",
    "favourite_changed",
)
REPORT = {
    "seconds": 95.0,
    "loss_first": 0.9,
    "loss_last": 0.5,
    "grid": "grid.png",
    "peak_memory_bytes": 797_000_000,
}


def step(number: int) -> StepDone:
    return StepDone(number, 100, 1, 1.0 / number, 8.1e-5, 0.0, 1.0, 0.5)


def sample(folder: Path, number: int, prompt: str = "a cat") -> SampleSaved:
    path = f"samples/step-{number:06d}_{prompt.replace(' ', '')}.png"
    (folder / "samples").mkdir(exist_ok=True)
    Image.new("RGB", (32, 32), "red").save(folder / path)
    return SampleSaved(number, path, prompt, 7, 1.0 if number else 0.0)


def events(folder: Path, last: int = 40) -> list[Event]:
    """A run up to step ``last`` of 100, with previews and checkpoints at every 20th."""
    told: list[Event] = [
        Warned("caption.missing", {"path": "/pictures/b.png"}),
        Phase("open_base"),
        Phase("cache_latents", 20, 20),
        Started(str(folder), 0, 100, 20, "starter", "cpu", "adamw", 5, 10),
        Phase("dry_step"),
        DryStepDone(128, 128, 4, 0.4, 610_000_000),
        Phase("train"),
        sample(folder, 0),
        sample(folder, 0, "a house"),
    ]
    for number in range(1, last + 1):
        told.append(step(number))
        if number % 20 == 0:
            told.append(CheckpointSaved(number, f"checkpoints/step-{number:06d}"))
            told += [sample(folder, number), sample(folder, number, "a house")]
    return told


def folded(folder: Path, told: list[Event]) -> RunState:
    state = RunState(folder)
    for event in told:
        state.apply(event)
    return state


@pytest.fixture
def view(qtbot, tmp_path) -> RunView:
    view = RunView(RunFolder(tmp_path), "Ink style v1")
    qtbot.addWidget(view)
    view.resize(1280, 620)
    view.show()
    view.heard = heard = []
    for name in SIGNALS:
        getattr(view, name).connect(lambda *args, name=name: heard.append((name, *args)))
    return view


def show(view: RunView, folder: Path, *more: Event, last: int = 40) -> None:
    view.set_state(folded(folder, [*events(folder, last), *more]))


def seen(view: RunView) -> dict[str, object]:
    """What the view says, to compare two ways to the same state."""
    return {
        "status": view.status.text(),
        "phases": list(view.strip.phases),
        "progress": (view.progress.value(), view.progress.maximum()),
        "rows": list(view.grid.samples.steps),
        "checkpoints": view.grid.samples.checkpoints,
        "loss": view.chart.canvas.accessibleDescription(),
        "facts": {name: value.text() for name, (_, value) in view.facts._rows.items()},
        "buttons": [b.isVisible() for b in (view.pause, view.stop, view.cancel, view.new_run)],
        "card": (view.card.isVisible(), view.card.title.text()),
    }


def buttons(view: RunView) -> list[str]:
    return [button.text() for button in view.card.buttons]


def test_a_run_that_waits_or_prepares_says_so_and_can_be_cancelled(view) -> None:
    assert view.status.text() == "Loading the engine…"
    view.set_waiting("Ink v1")
    assert view.status.text() == "Waiting for Ink v1"
    view.set_waiting("")
    view.apply(Phase("cache_latents", 18, 42))
    assert view.status.text() == "Encoding images"
    assert (view.progress.value(), view.progress.maximum()) == (18, 42)
    assert "Encode images 18/42: now" in view.strip.accessibleName()
    view.apply(Phase("open_base"))
    assert view.progress.maximum() == 0  # nobody knows how long
    view.cancel.click()
    assert view.heard == [("stop_wanted", "discard")]


def test_running_shows_steps_speed_time_left_and_facts(view, tmp_path) -> None:
    show(view, tmp_path)
    assert view.status.text().startswith("Step 40 of 100 · 2.0 steps/s · 30 ")
    facts = {name: value.text() for name, (_, value) in view.facts._rows.items()}
    assert facts["Learning rate"] == "8.1e-5"
    assert facts["Memory at most"] == "610 MB"
    assert facts["Base model"] == "starter"
    assert view.grid.samples.steps == [0, 20, 40]
    assert view.grid.samples.checkpoints == {20, 40}
    assert "b.png" in view.warnings.list.item(0).text()


def test_rates_of_text_encoders_are_shown_where_they_learn(view, tmp_path) -> None:
    show(view, tmp_path)
    assert not view.facts.value("Text encoder")
    view.apply(StepDone(41, 100, 1, 0.1, 1e-4, 5e-5, 1.0, 0.5, text_encoder_lr_2=2e-5))
    assert view.facts.value("Text encoder") == "5e-5"
    assert view.facts.value("Second text encoder") == "2e-5"


def test_all_is_the_same_from_disk_and_event_by_event(qtbot, view, tmp_path) -> None:
    other = RunView()
    qtbot.addWidget(other)
    other.resize(view.size())
    other.show()
    told = events(tmp_path, 45)
    for end in ([], [Paused(45)], [Failed("disk.full", {"path": "x"})]):
        for event in [*told, *end]:
            other.apply(event)
        show(view, tmp_path, *end, last=45)
        assert seen(other) == seen(view)
        other.set_state(RunState())


def test_pause_waits_for_the_step_and_can_be_taken_back(view, tmp_path) -> None:
    show(view, tmp_path)
    view.pause.click()
    assert view.heard == [("paused", True)]
    assert view.status.text() == "Pausing after this step…"
    view.apply(Paused(41))
    assert view.status.text() == "Paused at step 41; the model stays loaded: try it"
    assert view.pause.text() == "Go on"
    view.pause.click()
    assert view.heard[-1] == ("paused", False)
    assert view.pause.text() == "Pause"
    assert view.status.text().startswith("Step 41 of 100")
    view.apply(step(42))
    assert view.state.status == "running"
    view.pause.click()
    view.pause.click()
    assert view.heard[-2:] == [("paused", True), ("paused", False)]
    assert view.status.text().startswith("Step 42 of 100")


def test_keys_pause_and_save(qtbot, view, tmp_path) -> None:
    show(view, tmp_path)
    with qtbot.waitActive(view):
        view.activateWindow()
    qtbot.keyClick(view, Qt.Key.Key_F9)
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)  # not twice
    assert view.heard == [("paused", True), ("checkpoint_wanted",)]
    view.apply(CheckpointSaved(40, "checkpoints/step-000040"))
    assert view.checkpoint.isEnabled()


def test_keys_do_nothing_when_there_is_nothing_to_pause(qtbot, view, tmp_path) -> None:
    show(view, tmp_path, Finished(str(tmp_path), 40, False, "ink.safetensors", REPORT))
    with qtbot.waitActive(view):
        view.activateWindow()
    qtbot.keyClick(view, Qt.Key.Key_F9)
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert view.heard == []


def test_a_preview_is_asked_for_once_until_it_comes(view, tmp_path) -> None:
    show(view, tmp_path)
    view.preview.click()
    assert not view.preview.isEnabled()
    view.apply(step(41))
    assert not view.preview.isEnabled()
    view.apply(PictureDrawn(0, "/x.png", False, 1.0))
    assert view.preview.isEnabled()
    view.try_this.click()
    assert view.heard == [("preview_wanted",), ("try_wanted",)]


def test_a_new_preview_appears_and_the_chart_marks_it(view, tmp_path) -> None:
    show(view, tmp_path)
    view.apply(step(41))
    view.apply(sample(tmp_path, 41))
    assert view.grid.samples.steps == [0, 20, 40, 41]
    assert 41 in view.chart.canvas.samples
    view.apply(step(42))
    assert "Step 42" in view.chart.canvas.accessibleDescription()


def test_stopping_keeps_unless_discarding_is_confirmed(view, tmp_path, monkeypatch) -> None:
    show(view, tmp_path)
    assert view.stop.menu().defaultAction() is view.keep

    def answer(role: QMessageBox.ButtonRole) -> None:
        def choose(box: QMessageBox) -> None:
            next(b for b in box.buttons() if box.buttonRole(b) is role).click()

        monkeypatch.setattr(QMessageBox, "exec", choose)

    answer(QMessageBox.ButtonRole.RejectRole)
    view.discard.trigger()
    assert view.heard == []
    answer(QMessageBox.ButtonRole.DestructiveRole)
    view.discard.trigger()
    assert view.heard == [("stop_wanted", "discard")]
    assert view.status.text() == "Stopping after this step…"
    assert not view.stop.isEnabled()
    show(view, tmp_path)
    view.keep.trigger()
    assert view.heard[-1] == ("stop_wanted", "keep")


def test_while_exporting_there_is_nothing_to_pause(view, tmp_path) -> None:
    show(view, tmp_path, Phase("export"))
    assert view.status.text() == "Exporting and checking"
    assert not view.pause.isEnabled()
    assert view.progress.maximum() == 0


def test_a_failure_stands_above_the_chart_with_the_page_s_remedies(view, tmp_path) -> None:
    done: list[str] = []
    show(view, tmp_path, Failed("train.not_finite", {"step": 41, "images": "a.png"}))
    assert buttons(view) == ["Resume from step 40", "New run"]  # until the page knows better
    view.set_remedies([("Lower it and resume", lambda: done.append("lower"))])
    assert view.card.isVisible()
    assert view.chart.isVisible()
    assert view.card.y() < view.chart.y()
    assert "step 41" in view.card.text.text()
    assert "step 40" in view.card.kept.text()
    view.card.buttons[0].click()
    assert done == ["lower"]
    view.set_remedies([("Something else", print)])
    assert buttons(view) == ["Something else"]
    assert "train.not_finite" in view.card.details.toPlainText()
    assert any(phase.state == "failed" and phase.text == "Train" for phase in view.strip.phases)


def test_a_failure_before_the_first_step_has_the_whole_place(view) -> None:
    view.apply(Phase("open_base"))
    view.apply(Failed("base.not_found", {"model": "x"}))
    assert view.card.isVisible()
    assert not view.grid.isVisible()
    assert "nothing is lost" in view.card.kept.text()
    view.apply(Phase("open_base"))  # tried again
    assert not view.card.isVisible()
    assert view.empty.isVisible()


def test_an_interrupted_run_offers_to_resume(view, tmp_path) -> None:
    run = RunFolder(tmp_path)
    for event in events(tmp_path, 45):
        run.record(event)
    run.save_checkpoint(40, lambda folder: None)
    view.set_state(RunState.read(run))
    assert view.card.title.text() == "Stopped unexpectedly at step 45"
    assert buttons(view)[0] == "Resume from step 40"
    for button in view.card.buttons:
        button.click()
    assert view.heard == [("resume_wanted",), ("try_wanted",), ("export_wanted",), ("dismissed",)]
    assert not view.pause.isVisible()


def test_a_stopped_run_can_go_on(view, tmp_path) -> None:
    show(view, tmp_path, Finished(str(tmp_path), 40, True, ""))
    assert view.card.title.text() == "Stopped at step 40 of 100"
    assert buttons(view)[0] == "Resume from step 40"
    view.new_run.click()
    assert view.heard == [("new_run_wanted",)]


def test_a_run_cancelled_while_preparing_says_that_nothing_is_lost(view, tmp_path) -> None:
    view.apply(Phase("cache_latents", 3, 20))
    view.apply(Finished(str(tmp_path), 0, True, ""))
    assert view.card.title.text() == "Stopped before the first step"
    assert "nothing is lost" in view.card.text.text()
    assert buttons(view) == ["Start it again", "Dismiss"]


def test_a_finished_run_sums_up_and_leads_on(qtbot, view, tmp_path) -> None:
    Image.new("RGB", (80, 40), "blue").save(tmp_path / "grid.png")
    end = Finished(str(tmp_path), 100, False, "ink.safetensors", REPORT)
    show(view, tmp_path, end)
    assert view.card.title.text() == "Finished"
    assert "loss 0.900 to 0.500" in view.card.text.text()
    assert "ink.safetensors" in view.card.kept.text()
    assert buttons(view) == ["Try it", "Export", "Train further"]
    for button in view.card.buttons:
        button.click()
    assert [name for name, *_ in view.heard] == [
        "try_wanted",
        "export_wanted",
        "train_further_wanted",
    ]
    assert view.sheet.isVisible()
    view.sheet.click()
    assert view.large.isVisible()
    qtbot.waitUntil(lambda: not view.large.picture.canvas.waiting)
    view.large.back.click()
    assert view.grid.isVisible()


def test_a_run_stopped_and_kept_may_still_be_resumed(view, tmp_path) -> None:
    report = {**REPORT, "stopped": True, "grid": ""}
    show(view, tmp_path, Finished(str(tmp_path), 40, True, "ink.safetensors", report))
    assert view.card.title.text() == "Stopped at step 40 of 100"
    assert buttons(view) == ["Try it", "Export", "Resume from step 40"]
    assert not view.sheet.isVisible()


def test_a_cell_opens_large_and_escape_comes_back_to_it(qtbot, view, tmp_path) -> None:
    show(view, tmp_path)
    view.grid.setFocus()
    view.grid.show_cell(1, 0)
    qtbot.keyClick(view.grid, Qt.Key.Key_Space)
    assert view.viewer.isVisible()
    qtbot.keyClick(view.viewer, Qt.Key.Key_Right)
    qtbot.keyClick(view.viewer, Qt.Key.Key_Escape)
    assert view.grid.isVisible()
    current = view.grid.currentIndex()
    assert (current.row(), current.column()) == (1, 1)


def test_favourites_are_remembered_by_the_page(qtbot, view, tmp_path) -> None:
    show(view, tmp_path)
    view.grid.show_cell(1, 0)
    qtbot.keyClick(view.grid, Qt.Key.Key_F)
    assert view.heard == [("favourite_changed", 20, True)]
    view.set_favourites([20])
    assert view.grid.samples.favourites == {20}


def test_many_warnings_are_listed_a_moment_later(qtbot, view) -> None:
    for number in range(500):
        view.apply(Warned("caption.missing", {"path": f"/pictures/{number}.png"}))
    assert view.warnings.list.count() == 0
    qtbot.waitUntil(lambda: view.warnings.list.count() > 100)
    assert view.warnings.title.text().startswith("500 ")


@pytest.mark.parametrize(
    "end",
    [
        [],
        [Paused(40)],
        [Failed("disk.full", {"path": "x"})],
        [Finished("/x", 40, True, "")],
        [Finished("/x", 100, False, "ink.safetensors", REPORT)],
    ],
)
def test_the_keyboard_reaches_only_what_has_a_name(qtbot, view, tmp_path, end) -> None:
    theme.apply(QApplication.instance(), theme.Theme.DARK)
    show(view, tmp_path, *end)
    assert not unnamed_focusable(view)
    assert not too_small(view)
