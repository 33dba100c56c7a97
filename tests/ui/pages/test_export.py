"""Export: what is chosen becomes a job, and what comes of the job is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from studio.events import CheckPassed, Exported, Finished, Phase, Started, Warned
from studio.inspect import PROGRAMS
from studio.jobs import Export, Train
from studio.project import Project
from studio.runs import RunFolder
from studio.training.session import train
from tests.lora_files import unet
from tests.pictures import small_settings, write_pictures
from tests.ui.accessibility import too_small, unnamed_focusable
from tests.ui.fake_engine import FakeEngine
from ui import theme
from ui.dialogs.replacing import ReplaceDialog
from ui.engine import EngineThread
from ui.pages import export as export_module
from ui.pages.export import ExportPage
from ui.preferences import Preferences
from ui.widgets.toast import Notice
from ui.workspace import Workspace

METADATA = {
    "ss_v2": "False",
    "ss_base_model_version": "sd_v1",
    "ss_network_module": "networks.lora",
    "ss_network_dim": "4",
    "ss_network_alpha": "2.0",
    "ss_unet_lr": "0.0001",
    "ss_tag_frequency": '{"4_ink": {"fox": 3}}',
    "modelspec.trigger_phrase": "inkstyle",
    "sshs_model_hash": "old",
}
CHECKS = {
    "tensors": {"count": 9, "dtype": "fp16"},
    "hash": {"sshs_model_hash": "9f3ab2c4d5e6f70812"},
    "names": {"modules": 3},
    "weights": {"largest_error": 1.2e-5},
    "programs": dict.fromkeys(PROGRAMS, "yes"),
    "render": {"mean_difference": 0.021},
}
NEW, OLD = "2026-11-21_14-02-33_Ink style", "2026-11-19_09-12-00_Ink test"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    images = write_pictures(tmp_path / "images", 2)
    return Project.create(tmp_path / "my ink", "Ink style", [images])


def add_run(project: Project, name: str, *steps: int) -> Path:
    """A run folder as training leaves it, as far as this page looks."""
    run = project.runs / name
    (run / "samples").mkdir(parents=True)
    (run / "run.toml").write_text("")
    for step in steps:
        folder = run / "checkpoints" / f"step-{step:06d}"
        folder.mkdir(parents=True)
        save_file(unet(), folder / "lora.safetensors", METADATA)
        (folder / "COMPLETE").write_text("")
        for part in ("p1_s0.00", "p1_s1.00", "p2_s1.00"):
            picture = project.images_folders()[0] / "0_red.png"
            shutil.copy(picture, run / "samples" / f"step-{step:06d}_{part}.png")
    return run


@pytest.fixture
def engine(qtbot: QtBot) -> FakeEngine:
    return FakeEngine()


Make = Callable[[], ExportPage]


@pytest.fixture
def make(
    qtbot: QtBot, project: Project, preferences: Preferences, engine: FakeEngine
) -> Iterator[Make]:
    pages, workspaces = [], []

    def page() -> ExportPage:
        workspaces.append(Workspace(project))
        made = ExportPage(workspaces[-1], preferences, engine)
        pages.append(made)
        qtbot.addWidget(made)
        made.resize(1090, 610)
        made.show()
        qtbot.waitUntil(lambda: is_ready(made))
        return made

    yield page
    for left in pages:
        left.leave()
    for workspace in workspaces:
        workspace.stop()


def is_ready(page: ExportPage) -> bool:
    shown = page.stack.currentWidget()
    return shown is page.empty or (shown is page.work and page._details is not None)


@pytest.fixture
def page(project: Project, make: Make) -> ExportPage:
    add_run(project, OLD, 10)
    add_run(project, NEW, 100, 200)
    return make()


def click_export(page: ExportPage, engine: FakeEngine) -> Export:
    page.start.click()
    (task,) = engine.tasks
    assert isinstance(task.job, Export)
    return task.job


def keys(page: ExportPage) -> set[str]:
    return {key for key, _ in page.metadata.rows()}


# -- what


def test_without_checkpoints_it_points_to_train(qtbot: QtBot, make: Make) -> None:
    page = make()
    assert page.stack.currentWidget() is page.empty
    with qtbot.waitSignal(page.page_wanted) as blocker:
        page.empty.button.click()
    assert blocker.args == ["train"]


def test_the_newest_checkpoint_of_the_newest_run_is_chosen(
    page: ExportPage, engine: FakeEngine, project: Project
) -> None:
    assert [page.runs.itemText(i).split(" · ")[0] for i in range(2)] == ["Ink style", "Ink test"]
    assert "Step 200" in page.checkpoints.item(0).text()
    assert "newest" in page.checkpoints.item(0).text()
    assert page.name.text() == "Ink_style"
    job = click_export(page, engine)
    samples = project.runs / NEW / "samples"
    assert job == Export(
        run=str(project.runs / NEW),
        step=200,
        path=str(project.path / "exports" / "Ink_style.safetensors"),
        preview=str(samples / "step-000200_p1_s1.00.png"),
        card=True,
    )


def test_another_checkpoint_has_another_name_and_other_pictures(
    qtbot: QtBot, page: ExportPage, engine: FakeEngine
) -> None:
    page.checkpoints.setFocus()
    qtbot.keyClick(page.checkpoints, Qt.Key.Key_Down)
    qtbot.waitUntil(page.start.isEnabled)
    assert page.name.text() == "Ink_style-100"
    names = [path.name for path in page.pictures.buttons]
    assert names == ["step-000100_p1_s1.00.png", "step-000100_p2_s1.00.png"]
    assert click_export(page, engine).step == 100


def test_another_run(qtbot: QtBot, page: ExportPage, engine: FakeEngine, project: Project) -> None:
    page.runs.setCurrentIndex(1)
    page.runs.activated.emit(1)
    qtbot.waitUntil(page.start.isEnabled)
    job = click_export(page, engine)
    assert (job.run, job.step) == (str(project.runs / OLD), 10)


def test_train_shows_a_run(qtbot: QtBot, page: ExportPage, project: Project) -> None:
    page.show_run(project.runs / OLD, None)
    qtbot.waitUntil(lambda: page.name.text() == "Ink_test")
    page.show_run(project.runs / NEW, 100)
    qtbot.waitUntil(lambda: page.name.text() == "Ink_style-100")
    assert page.runs.currentIndex() == 0
    assert page.checkpoints.currentRow() == 1


def test_new_checkpoints_appear_and_the_choice_stays(
    qtbot: QtBot, page: ExportPage, project: Project
) -> None:
    page.checkpoints.setCurrentRow(1)
    add_run(project, "2026-11-22_08-00-00_Ink more", 5)
    page.hide()
    page.show()
    qtbot.waitUntil(lambda: page.runs.count() == 3)
    assert page.runs.currentIndex() == 1
    assert page.checkpoints.currentRow() == 1


# -- how


def test_a_name_that_was_typed_is_kept(page: ExportPage) -> None:
    page.name.setText("my fox")
    page.checkpoints.setCurrentRow(1)
    assert page.name.text() == "my fox"


@pytest.mark.parametrize(
    ("name", "told"), [("", "Give the file a name"), ("a/b", "“a b” would do"), ("aux", "project")]
)
def test_an_impossible_name_is_told(page: ExportPage, name: str, told: str) -> None:
    page.name.setText(name)
    assert told in page.problem.text()
    assert page.problem.isVisible()
    assert not page.start.isEnabled()
    page.name.setText("fox v1.5")
    assert not page.problem.isVisible()
    assert page.start.isEnabled()


def test_precision_changes_the_size(page: ExportPage) -> None:
    details = page._details
    assert details
    in_float32 = details.path.stat().st_size
    assert details.size("fp32") == in_float32
    assert details.size("fp16") == in_float32 - 2 * details.numbers
    before = page.file_size.text()
    page.dtypes["fp32"].click()
    assert page.file_size.text().startswith("about ")
    assert page.file_size.text() != before


def test_the_list_shows_what_will_be_embedded(page: ExportPage) -> None:
    always = {"ss_network_dim", "modelspec.trigger_phrase", "sshs_model_hash", "ss_output_name"}
    assert always | {"ss_unet_lr", "modelspec.thumbnail"} <= keys(page)
    assert "ss_tag_frequency" not in keys(page)
    page.captions.click()
    assert "ss_tag_frequency" in keys(page)
    page.settings.click()
    assert "ss_unet_lr" not in keys(page)
    assert always <= keys(page)
    page.preview.click()
    assert "modelspec.thumbnail" not in keys(page)
    page.formats["diffusers"].click()
    assert "lora_adapter_metadata" in keys(page)
    page.name.setText("fox")
    assert dict(page.metadata.rows())["ss_output_name"] == "fox"
    assert str(len(page.metadata.rows())) in page.count.text()


def test_all_switches_go_into_the_job(page: ExportPage, engine: FakeEngine) -> None:
    for button in (
        page.dtypes["bf16"],
        page.formats["diffusers"],
        page.preview,
        page.card,
        page.settings,
        page.captions,
    ):
        button.click()
    job = click_export(page, engine)
    assert (job.dtype, job.format, job.preview, job.card) == ("bf16", "diffusers", "", False)
    assert (job.settings_in_file, job.captions_in_file) == (False, True)


def test_choices_are_remembered(page: ExportPage, make: Make) -> None:
    page.dtypes["fp32"].click()
    page.card.click()
    again = make()
    assert again.choices() == page.choices()
    assert again.choices()["dtype"] == "fp32"


def test_a_picture_is_chosen_or_taken_from_elsewhere(
    page: ExportPage, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.preview.click()
    second = list(page.pictures.buttons)[1]
    page.pictures.buttons[second].click()
    assert page.preview.isChecked()
    assert page._picture == second
    elsewhere = str(tmp_path / "images/1_blue.png")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (elsewhere, ""))
    page.other.click()
    assert page.pictures.buttons[Path(elsewhere)].isChecked()
    assert click_export(page, engine).preview == elsewhere


def test_a_checkpoint_without_pictures_has_no_preview(
    qtbot: QtBot, project: Project, make: Make, engine: FakeEngine
) -> None:
    run = add_run(project, NEW, 100)
    shutil.rmtree(run / "samples")
    page = make()
    assert not page.pictures.isVisible()
    assert not page.preview.isEnabled()
    assert click_export(page, engine).preview == ""


# -- where to


def test_places_are_remembered_and_one_that_is_gone_gets_no_copy(
    qtbot: QtBot, page: ExportPage, engine: FakeEngine, tmp_path: Path, make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    places = [tmp_path / "comfy", tmp_path / "a1111", tmp_path / "gone"]
    for place in places:
        place.mkdir()
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, p=place: str(p))
        page.targets.add.click()
        qtbot.waitUntil(lambda p=place: p in page.targets.boxes)
    page.targets.boxes[places[1]].click()
    qtbot.waitUntil(lambda: page._places.copies() == [places[0], places[2]])
    places[2].rmdir()
    again = make()
    qtbot.waitUntil(lambda: len(again.targets.boxes) == 3)
    assert [again.targets.boxes[place].isChecked() for place in places] == [True, False, True]
    again.start.click()
    job = engine.tasks[0].job
    assert isinstance(job, Export)
    assert job.copies == (str(places[0]),)
    again.targets.removed.emit(places[0])
    qtbot.waitUntil(lambda: places[0] not in again.targets.boxes)


def test_another_folder_is_remembered(
    page: ExportPage, engine: FakeEngine, tmp_path: Path, make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "loras"))
    page.choose.click()
    assert page.folder.text() == str(tmp_path / "loras")
    assert make().folder.text() == str(tmp_path / "loras")
    own = page._places._own
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(own))
    page.choose.click()
    assert make().folder.text() == str(own)


@pytest.mark.parametrize("answer", [True, False])
def test_files_that_are_there_are_replaced_only_when_confirmed(
    page: ExportPage, engine: FakeEngine, project: Project, answer: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    there = project.path / "exports" / "Ink_style.md"
    there.parent.mkdir()
    there.write_text("mine")
    asked: list[list[Path]] = []

    def ask(files: list[Path], _: object) -> bool:
        asked.append(files)
        return answer

    monkeypatch.setattr(export_module, "may_replace", ask)
    page.start.click()
    assert asked == [[there]]
    assert bool(engine.tasks) is answer


def test_the_question_names_the_files(qtbot: QtBot, page: ExportPage) -> None:
    dialog = ReplaceDialog([Path("/a/b.png")], page)
    qtbot.addWidget(dialog)
    assert "b.png" in dialog.informativeText()
    assert dialog.defaultButton() is not dialog.replace
    assert dialog.escapeButton() is not dialog.replace


# -- exporting


def test_checks_are_shown_as_they_pass_then_the_file(
    qtbot: QtBot, page: ExportPage, engine: FakeEngine, tmp_path: Path
) -> None:
    path = Path(click_export(page, engine).path)
    (task,) = engine.tasks
    checks = page.outcome.checks
    assert not page.start.isEnabled()
    engine.tell(task, Phase("open_base"), Phase("export"))
    assert page.outcome.heading.text() == "Exporting and checking"
    for name, figures in CHECKS.items():
        assert checks.state(name) == "waiting"
        engine.tell(task, CheckPassed(name, json.dumps(figures)))
        assert checks.state(name) == "passed"
    path.parent.mkdir()
    save_file(unet(), path, METADATA)
    copy = tmp_path / "comfy" / path.name
    engine.finish(task, Exported(str(path), 18_234_000, [str(path), str(copy)]))
    assert path.name in page.outcome.heading.text()
    assert "18.2" in page.outcome.heading.text()
    assert page.outcome.text.text() == str(path.parent)
    stamps = page.outcome.stamps
    assert list(stamps.stamps) == list(PROGRAMS)
    qtbot.waitUntil(lambda: stamps.stamps["Forge"].toolTip() == "Forge loads it")
    assert "Copied to 1 place" in page.outcome.more.text()
    assert page.start.isEnabled()
    page.outcome.copy_path.click()
    assert QGuiApplication.clipboard().text() == str(path)


def test_the_folder_is_shown_or_told(
    page: ExportPage, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(click_export(page, engine).path)
    path.parent.mkdir()
    save_file(unet(), path, METADATA)
    engine.finish(engine.tasks[0], Exported(str(path), 1000, [str(path)]))
    opened: list[QUrl] = []
    told: list[Notice] = []
    page.noticed.connect(told.append)
    for works in (True, False):
        monkeypatch.setattr(
            QDesktopServices, "openUrl", lambda url, works=works: (opened.append(url), works)[1]
        )
        page.outcome.show_folder.click()
    assert opened == 2 * [QUrl.fromLocalFile(str(path.parent))]
    assert [str(path.parent) in notice.text for notice in told] == [True]


def test_who_does_not_load_a_file_is_told_why(
    qtbot: QtBot, page: ExportPage, engine: FakeEngine
) -> None:
    page.formats["diffusers"].click()
    path = Path(click_export(page, engine).path)
    (task,) = engine.tasks
    works = {"A1111": "partly", "Forge": "yes", "diffusers": "no"}
    engine.tell(task, CheckPassed("programs", json.dumps(works)))
    stamps = page.outcome.stamps.stamps
    assert {name: stamp.works for name, stamp in stamps.items()} == works
    assert stamps["diffusers"].accessibleName() == "diffusers: not at all"
    path.parent.mkdir()
    save_file({f"{name}.odd": tensor for name, tensor in unet().items()} | unet(), path)
    engine.finish(task, Exported(str(path), 1000, [str(path)]))
    why = "diffusers does not load it: 9 tensors belong to no layer"
    qtbot.waitUntil(lambda: stamps["diffusers"].toolTip().startswith(why))
    path.unlink()
    click_export(page, engine)
    assert not page.outcome.stamps.isVisible()
    engine.finish(engine.tasks[0])


def test_a_diffusers_file_has_no_check_of_names(page: ExportPage, engine: FakeEngine) -> None:
    page.formats["diffusers"].click()
    click_export(page, engine)
    with pytest.raises(KeyError):
        page.outcome.checks.state("names")
    engine.finish(engine.tasks[0])


def test_a_copy_that_failed_is_told_with_the_result(page: ExportPage, engine: FakeEngine) -> None:
    path = Path(click_export(page, engine).path)
    path.parent.mkdir()
    save_file(unet(), path, METADATA)
    warned = Warned("export.not_copied", {"folder": "/comfy", "reason": "no such folder"})
    engine.finish(engine.tasks[0], warned, Exported(str(path), 1000, [str(path)]))
    assert "/comfy (no such folder)" in page.outcome.more.text()


def test_a_failed_check_is_marked(page: ExportPage, engine: FakeEngine) -> None:
    click_export(page, engine)
    (task,) = engine.tasks
    engine.tell(task, CheckPassed("tensors", json.dumps(CHECKS["tensors"])))
    engine.fail(task, "export.self_check_failed", check="hash", detail="9f")
    checks = page.outcome.checks
    assert (checks.state("tensors"), checks.state("hash")) == ("passed", "failed")
    assert "failed its check" in page.outcome.text.text()
    assert "No file was written" in page.outcome.more.text()
    assert not page.outcome.show_folder.isVisible()
    assert page.start.isEnabled()


def test_another_failure_is_told_in_place(page: ExportPage, engine: FakeEngine) -> None:
    click_export(page, engine)
    engine.fail(engine.tasks[0], "disk.unwritable", path="/x", reason="read-only")
    assert "/x" in page.outcome.text.text()
    assert not page.outcome.checks.isVisible()


def test_a_folder_that_takes_nothing_can_be_changed_in_place(
    page: ExportPage, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    click_export(page, engine)
    engine.fail(engine.tasks[0], "disk.unwritable", path="/x/a.safetensors", reason="read-only")
    assert page.outcome.other_folder.isVisible()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    page.outcome.other_folder.click()
    assert Path(click_export(page, engine).path).parent == tmp_path
    assert not page.outcome.other_folder.isVisible()
    engine.finish(engine.tasks[0])


def test_only_programs_that_load_the_checkpoint_are_promised(page: ExportPage) -> None:
    assert page._details
    text = page.formats["kohya"].text()
    assert text == "kohya: " + ", ".join(page._details.programs)
    page.show_programs(["A1111", "Forge"])
    assert page.formats["kohya"].text() == "kohya: A1111, Forge"


def test_it_waits_for_training_and_can_be_taken_back(
    page: ExportPage, engine: FakeEngine, project: Project
) -> None:
    images = project.images_folders()[0]
    run = engine.submit(Train(settings=small_settings(images, project.runs)), "Ink")
    page.start.click()
    assert page.outcome.heading.text() == "Waiting"
    assert "Training goes first" in page.outcome.text.text()
    page.outcome.stop.click()
    assert engine.tasks == [run]
    assert page.outcome.heading.text() == "Stopped"
    assert page.start.isEnabled()
    page.start.click()
    engine.finish(run)
    assert page.outcome.heading.text() == "Opening the base model"


def test_a_running_export_is_stopped(page: ExportPage, engine: FakeEngine) -> None:
    click_export(page, engine)
    (task,) = engine.tasks
    page.outcome.stop.click()
    assert task.control.stopping
    engine.finish(task)
    assert page.outcome.heading.text() == "Stopped"


def test_it_can_be_exported_by_the_keyboard(
    qtbot: QtBot, page: ExportPage, engine: FakeEngine
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    page.name.setFocus()
    qtbot.keyClick(page.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(engine.tasks) == 1
    qtbot.keyClick(page.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(engine.tasks) == 1  # one after the other


# -- the face


def test_everything_has_a_name_and_a_size(page: ExportPage, engine: FakeEngine) -> None:
    theme.apply(QApplication.instance())  # type: ignore[arg-type]
    click_export(page, engine)
    engine.finish(engine.tasks[0])
    page.grab()
    assert not unnamed_focusable(page)
    assert not too_small(page)


def test_it_fits_into_a_small_window(page: ExportPage) -> None:
    theme.apply(QApplication.instance())  # type: ignore[arg-type]
    page.grab()
    assert page.work.minimumSizeHint().width() <= 1090
    assert page.work.minimumSizeHint().height() <= 600


def test_the_wheel_does_not_change_the_run(page: ExportPage) -> None:
    page.name.setFocus()
    place = QPointF(page.runs.rect().center())
    turn = QWheelEvent(
        place,
        QPointF(page.runs.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(page.runs, turn)
    assert page.runs.currentIndex() == 0


@pytest.mark.slow
def test_a_real_run_is_exported_by_the_real_thread(
    qtbot: QtBot, project: Project, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = project.images_folders()[0]
    preview = {"every": 2, "prompts": ["an apple"], "size": "64x64", "steps": 1}
    settings = small_settings(images, project.runs, schedule={"steps": 2}, preview=preview)
    events = list(train(settings))
    assert isinstance(events[-1], Finished)
    run = RunFolder(Path(next(event.run for event in events if isinstance(event, Started))))
    engine, workspace = EngineThread(), Workspace(project)
    page = ExportPage(workspace, preferences, engine)
    qtbot.addWidget(page)
    page.show()
    assert not page.start.isEnabled()  # nothing is read yet
    qtbot.waitUntil(page.start.isEnabled)
    shown = keys(page)
    page.start.click()
    qtbot.waitUntil(lambda: not engine.tasks, timeout=60_000)
    stamps = page.outcome.stamps.stamps
    qtbot.waitUntil(lambda: "loads it" in stamps["A1111"].toolTip(), timeout=10_000)
    assert {page.outcome.checks.state(name) for name in CHECKS} == {"passed"}
    assert sorted(file.suffix for file in (project.path / "exports").iterdir()) == [
        ".md",
        ".png",
        ".safetensors",
    ]
    from studio.models.safetensors_header import read_header

    (file,) = (project.path / "exports").glob("*.safetensors")
    assert read_header(file).metadata.keys() == shown
    assert run.checkpoint_steps() == [2]
    engine.close()
    page.leave()
    workspace.stop()
