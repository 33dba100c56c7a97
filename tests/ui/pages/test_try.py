"""The Try page as it is used, on an engine that tests speak for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from studio.config import to_toml
from studio.events import (
    Event,
    Paused,
    Phase,
    PictureDrawn,
    SheetSaved,
    Started,
    StepDone,
    Warned,
)
from studio.jobs import LIVE, Draw, Train
from studio.project import Project
from studio.sampling.picture_info import read_picture_info
from studio.sampling.recipe import parameters_text
from tests.lora_files import unet
from tests.ui.accessibility import too_small, unnamed_focusable
from tests.ui.fake_engine import FakeEngine
from ui import theme
from ui.dialogs.grid import GridPlan
from ui.engine import EngineThread, Task
from ui.pages.try_page import TryPage
from ui.preferences import Preferences
from ui.widgets.banner import Banner
from ui.widgets.toast import Notice
from ui.workspace import Workspace

CTRL = Qt.KeyboardModifier.ControlModifier
STEPS = (400, 800)


class Studio:
    """A page with what it works on."""

    def __init__(self, project: Project, preferences: Preferences) -> None:
        self.project = project
        self.preferences = preferences
        self.engine = FakeEngine()
        self.workspace = Workspace(project)
        self.page = TryPage(self.workspace, preferences, self.engine)
        self.notices: list[Notice] = []
        self.page.noticed.connect(self.notices.append)

    @property
    def task(self) -> Task:
        return self.engine.tasks[0]

    @property
    def job(self) -> Draw:
        assert isinstance(self.task.job, Draw)
        return self.task.job

    def draws(self, cell: int = 0, draft: bool = False, job: Draw | None = None) -> PictureDrawn:
        """The event of a picture, which it writes as the engine does."""
        job = job or self.job
        names = [Path(path).stem or "live" for path in job.loras]
        loras = list(zip(names, job.cells[cell].strengths, strict=True))
        text = parameters_text(
            job.cells[cell].prompt, job.cells[cell].seed, job.recipe, "starter", loras
        )
        folder = Path(job.folder)
        path = folder / f"{len(list(folder.glob('*')))}_{cell}{'_draft' * draft}.png"
        save(path, text)
        return PictureDrawn(cell, str(path), draft, 0.5)

    def close(self) -> None:
        self.workspace.stop()
        self.engine.close()
        self.page.close()
        self.page.deleteLater()
        self.workspace.deleteLater()


def save(path: Path, text: str) -> None:
    info = PngInfo()
    info.add_text("parameters", text)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 16), (len(text) % 256, 90, 30)).save(path, pnginfo=info)


@pytest.fixture
def project(tmp_path: Path, repository: Path) -> Project:
    images = repository / "sample_images/style_ink"
    return Project.create(tmp_path / "p", "Ink", [images], trigger="inkwash style")


@pytest.fixture
def run(project: Project) -> Path:
    path = project.runs / "2026-11-21_14-02-33_Ink v1"
    path.mkdir(parents=True)
    (path / "run.toml").write_text(to_toml(project.run_settings({"run": {"name": "Ink v1"}})))
    for step in STEPS:
        folder = path / f"checkpoints/step-{step:06d}"
        folder.mkdir(parents=True)
        (folder / "COMPLETE").touch()
        (folder / "lora.safetensors").touch()
    (path / "Ink v1.safetensors").touch()
    return path


def opened(qtbot: QtBot, project: Project, preferences: Preferences) -> Studio:
    studio = Studio(project, preferences)
    studio.page.resize(1200, 700)
    with qtbot.waitActive(studio.page):
        studio.page.show()
        studio.page.activateWindow()
    qtbot.waitUntil(lambda: studio.workspace.reader.complete)
    qtbot.waitUntil(lambda: studio.page.prompt.toPlainText() != "")
    return studio


@pytest.fixture
def studio(qtbot: QtBot, project: Project, run: Path, preferences: Preferences) -> Iterator[Studio]:
    studio = opened(qtbot, project, preferences)
    yield studio
    studio.close()


@pytest.fixture
def bare(qtbot: QtBot, project: Project, preferences: Preferences) -> Iterator[Studio]:
    studio = opened(qtbot, project, preferences)
    yield studio
    studio.close()


def generate(qtbot: QtBot, studio: Studio) -> None:
    """One picture, drawn and shown."""
    studio.page.generate.click()
    studio.engine.finish(studio.task, studio.draws())
    shown(qtbot, studio)


def shown(qtbot: QtBot, studio: Studio) -> None:
    qtbot.waitUntil(lambda: not studio.page._session._loading)


def move(studio: Studio, strength: float, settled: bool = True) -> None:
    """The slider is moved, and let go of if ``settled``."""
    slider = studio.page.adapters.rows[0].slider
    slider.slider.moved.emit(strength)
    if settled:
        slider.slider.released.emit()


def live_job(qtbot: QtBot, studio: Studio) -> Draw:
    """The live picture that is asked for after a moment."""
    qtbot.waitUntil(lambda: not studio.page._session._soon.isActive())
    return studio.job


def press(strip: Banner, text: str) -> None:
    (button,) = (b for b in strip.findChildren(QPushButton) if b.text() == text and b.isVisible())
    button.click()


def strengths(job: Draw) -> tuple[float, ...]:
    return job.cells[0].strengths


def test_a_newcomer_types_nothing_and_sees_a_picture(qtbot: QtBot, studio: Studio) -> None:
    page = studio.page
    assert page.prompt.toPlainText().startswith("inkwash style, a ")
    assert not studio.engine.tasks  # opening the page costs nothing
    qtbot.keyClick(page.prompt, Qt.Key.Key_Return, CTRL)
    job = studio.job
    assert [Path(path).name for path in job.loras] == ["Ink v1.safetensors"]
    assert (strengths(job), job.draft_steps, job.base.model) == ((1.0,), 0, "starter")
    assert (job.recipe.width, job.recipe.guidance) == (128, 3.0)
    assert Path(job.folder) == studio.project.path / "pictures"
    studio.engine.tell(studio.task, Phase("open_base"))
    assert page.status.text() == "Opening the base model…"
    studio.engine.tell(studio.task, Phase("draw", 5, 20))
    assert page.stop.isVisible()
    studio.engine.finish(studio.task, studio.draws())
    shown(qtbot, studio)
    assert page.stage.currentWidget() is page.compare
    assert page.compare.accessibleDescription() == "Strength 1.00; 16 × 16 pixels"
    assert not page.stop.isVisible()
    assert len(page.history.paths) == 1


def test_a_moving_slider_draws_the_same_seed_quickly_then_well(
    qtbot: QtBot, studio: Studio
) -> None:
    generate(qtbot, studio)
    move(studio, 0.5)
    job = live_job(qtbot, studio)
    assert (strengths(job), job.cells[0].seed, job.draft_steps) == ((0.5,), 42, 6)
    assert Path(job.folder).is_relative_to(studio.project.cache / "drafts")
    studio.engine.tell(studio.task, studio.draws(draft=True))
    shown(qtbot, studio)
    assert studio.page.compare._draft
    studio.engine.finish(studio.task, studio.draws())
    shown(qtbot, studio)
    assert not studio.page.compare._draft
    assert len(studio.page.history.paths) == 1  # live pictures are not kept
    move(studio, 1.0)  # seen before: at once
    assert studio.page.compare.accessibleDescription().startswith("Strength 1.00")
    assert not studio.engine.tasks


def test_never_more_than_one_live_picture_is_asked_for(qtbot: QtBot, studio: Studio) -> None:
    generate(qtbot, studio)
    move(studio, 0.2)
    first = live_job(qtbot, studio)
    task = studio.task
    for strength in (0.3, 0.4, 0.6):
        move(studio, strength)
        live_job(qtbot, studio)
    assert task.control.stopping
    assert len(studio.engine.tasks) == 2  # the one that ends, and the newest
    assert studio.job is first
    studio.engine.finish(task)
    assert strengths(studio.job) == (0.6,)


def test_while_the_slider_is_held_each_draft_is_still_seen(qtbot: QtBot, studio: Studio) -> None:
    generate(qtbot, studio)
    move(studio, 0.2, settled=False)
    live_job(qtbot, studio)
    task = studio.task
    move(studio, 0.3, settled=False)
    live_job(qtbot, studio)
    assert not task.control.stopping
    studio.engine.tell(task, studio.draws(draft=True))
    assert task.control.stopping  # seen, so that it need not be refined
    shown(qtbot, studio)
    assert studio.page.compare.accessibleDescription().startswith("Strength 0.20")
    studio.engine.finish(task)
    assert strengths(studio.job) == (0.3,)


def test_live_can_be_switched_off_and_that_is_remembered(
    qtbot: QtBot, studio: Studio, project: Project, preferences: Preferences
) -> None:
    studio.page.live.click()
    studio.page.prompt.setPlainText("a fox")
    studio.page.recipe.steps.setValue(33)
    move(studio, 0.5)
    qtbot.wait(80)
    assert not studio.engine.tasks
    again = opened(qtbot, project, preferences)
    page = again.page
    assert (page.live.isChecked(), page.prompt.toPlainText()) == (False, "a fox")
    assert page.recipe.recipe().steps == 33
    assert page.adapters.rows[0].strength == 0.5
    again.close()


def test_without_is_drawn_once_for_comparing(qtbot: QtBot, studio: Studio) -> None:
    page = studio.page
    qtbot.keyClick(page.compare, Qt.Key.Key_M)
    assert page.compare.mode == "side"
    generate(qtbot, studio)
    assert strengths(studio.job) == (0.0,)
    studio.engine.finish(studio.task, studio.draws())
    shown(qtbot, studio)
    assert page.compare.accessibleDescription().startswith("Without, Strength 1.00")
    move(studio, 0.5)
    live_job(qtbot, studio)
    studio.engine.finish(studio.task, studio.draws())
    shown(qtbot, studio)
    assert page.compare.accessibleDescription().startswith("Without, Strength 0.50")
    assert not studio.engine.tasks
    qtbot.keyClick(page.compare, Qt.Key.Key_C)
    assert page.compare.is_swapped
    qtbot.keyClicks(page.prompt, "mc")
    assert "mc" in page.prompt.toPlainText()
    assert page.compare.is_swapped


def test_several_pictures_have_seeds_of_their_own(qtbot: QtBot, studio: Studio) -> None:
    page = studio.page
    page.recipe.number.setValue(3)
    page.generate.click()
    assert [cell.seed for cell in studio.job.cells] == [42, 43, 44]
    assert page.stage.currentWidget() is page.board
    studio.engine.tell(studio.task, Phase("draw", 25, 60))
    studio.engine.finish(studio.task, *(studio.draws(cell) for cell in range(3)))
    shown(qtbot, studio)
    assert not any(page.board.image(number).isNull() for number in range(3))
    page.board.chosen.emit(1)
    assert page.stage.currentWidget() is page.compare
    assert page.seed.value() == 43


def test_escape_gives_up(qtbot: QtBot, studio: Studio) -> None:
    studio.page.generate.click()
    studio.page.generate.click()
    first = studio.task
    qtbot.keyClick(studio.page.compare, Qt.Key.Key_Escape)
    assert first.control.stopping
    assert studio.engine.tasks == [first]
    assert not studio.page.stop.isVisible()


def test_what_fails_is_said_in_place_of_the_picture(qtbot: QtBot, studio: Studio) -> None:
    page = studio.page
    page.generate.click()
    studio.engine.fail(studio.task, "lora.no_match", path="/x/photo.safetensors", base="starter")
    assert "photo.safetensors" in page.compare.accessibleDescription()
    assert page.generate.isEnabled()
    generate(qtbot, studio)
    page.generate.click()
    studio.engine.fail(studio.task, "lora.not_found", path="/x/photo.safetensors")
    assert page.banner.isVisible()
    page.generate.click()
    assert not page.banner.isVisible()


def test_a_missing_base_model_is_said_with_a_remedy(qtbot: QtBot, studio: Studio) -> None:
    wanted: list[str] = []
    studio.page.page_wanted.connect(wanted.append)
    settings = studio.project.settings
    studio.project.settings = settings.model_copy(update={"base": "gone"})
    studio.page.generate.click()
    assert not studio.engine.tasks
    press(studio.page.banner, "Go to Train")
    assert wanted == ["train"]


def test_without_adapters_it_points_to_train_and_draws_all_the_same(
    qtbot: QtBot, bare: Studio, tmp_path: Path
) -> None:
    page = bare.page
    assert page.stage.currentWidget() is page.empty
    page.generate.click()
    assert bare.job.loras == ()
    assert page.stage.currentWidget() is page.compare
    bare.engine.finish(bare.task, bare.draws())
    shown(qtbot, bare)
    lora = tmp_path / "friend.safetensors"
    save_file(unet(), lora)
    assert not page.offer([lora, tmp_path / "photo.png"])
    assert page.offer([lora])
    page.take([lora])
    assert page.adapters.rows[0].name == "friend"
    assert live_job(qtbot, bare).loras == (str(lora),)


def test_the_first_adapter_of_a_project_is_put_in_by_itself(bare: Studio, run: Path) -> None:
    bare.page.hide()
    bare.page.show()
    assert bare.page.adapters.rows[0].path.endswith("Ink v1.safetensors")
    assert bare.page.stage.currentWidget() is bare.page.compare


def test_another_checkpoint_can_be_shown(studio: Studio, run: Path) -> None:
    path = run / "checkpoints/step-000400/lora.safetensors"
    studio.page.show_adapter(str(path), "Ink v1 400")
    (row,) = studio.page.adapters.rows
    assert (row.name, row.chooser.currentText(), row.path) == ("Ink v1", "step 400", str(path))
    (run / "Ink v1.safetensors").unlink()
    studio.page.show_adapter(str(run / "Ink v1.safetensors"), "Ink v1")
    assert row.chooser.currentText() == "step 800"


def test_a_file_that_is_no_lora_is_refused_at_once(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_text("This is a text file.")
    studio.page.adapters.files_dropped.emit([broken])
    assert "it does not begin like one" in studio.page.banner._text.text()
    assert [row.name for row in studio.page.adapters.rows] == ["Ink v1"]


def test_a_file_that_the_engine_refuses_can_be_removed(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    page = studio.page
    other = tmp_path / "photo.safetensors"
    save_file(unet(), other)
    page.live.setChecked(False)
    page.take([other])
    page.generate.click()
    studio.engine.fail(studio.task, "lora.no_match", path=str(other), base="starter")
    press(page.banner, "Remove it")
    assert [row.name for row in page.adapters.rows] == ["Ink v1"]
    assert not page.banner.isVisible()


def test_the_final_adapter_takes_the_place_of_the_checkpoint_it_came_after(
    qtbot: QtBot, studio: Studio, project: Project, run: Path, preferences: Preferences
) -> None:
    final = run / "Ink v1.safetensors"
    final.unlink()
    studio.page._files.refresh()
    (row,) = studio.page.adapters.rows
    assert row.chooser.currentText() == "step 800"
    studio.page._settings.remember()
    final.touch()
    studio.page._files.refresh()
    assert row.path == str(final)
    again = opened(qtbot, project, preferences)  # it came while the page was not there
    (row,) = again.page.adapters.rows
    assert row.path == str(final)
    row.chooser.setCurrentIndex(2)
    newer = project.runs / "2026-11-22_10-00-00_Ink v2"
    newer.mkdir()
    (newer / "run.toml").touch()
    (newer / "Ink v2.safetensors").touch()
    again.page._files.refresh()
    assert row.chooser.currentText() == "step 400"  # chosen by the artist
    again.close()
    studio.page._files.refresh()
    assert studio.page.adapters.rows[0].name == "Ink v2"


def test_no_prompt_is_told(qtbot: QtBot, studio: Studio) -> None:
    generate(qtbot, studio)
    assert studio.page.status.text() == "Seed 42 · 128 × 128"
    studio.page.prompt.clear()
    assert studio.page.status.text().endswith("No prompt: the model draws freely")


def test_a_draft_is_not_counted(qtbot: QtBot, studio: Studio) -> None:
    move(studio, 0.5)
    live_job(qtbot, studio)
    studio.engine.tell(studio.task, Phase("draw", 3, 26))
    assert studio.page.status.text() == "Drawing a draft…"
    studio.engine.tell(studio.task, Phase("draw", 10, 26))
    assert studio.page.status.text() == "Drawing, step 4 of 20"


def test_a_slider_that_goes_back_leaves_nothing_to_stop(qtbot: QtBot, studio: Studio) -> None:
    generate(qtbot, studio)
    move(studio, 0.5, settled=False)
    move(studio, 1.0, settled=False)  # seen before
    live_job_is_due = studio.page._session._soon
    qtbot.waitUntil(lambda: not live_job_is_due.isActive())
    assert not studio.page.stop.isVisible()


def training(studio: Studio, run: Path) -> Task:
    settings = studio.project.run_settings({"run": {"name": "Ink v1"}})
    task = studio.engine.submit(Train(settings=settings), "Ink v1")
    studio.engine.tell(task, Started(str(run), 0, 1500, 42, "starter", "cpu", "adamw", 1, 2))
    studio.engine.tell(task, step(811))
    return task


def step(number: int) -> Event:
    return StepDone(number, 1500, 1, 0.1, 1e-4, 0.0, 1.0, 0.5)


def test_it_tries_the_adapter_in_training_while_that_holds(
    qtbot: QtBot, studio: Studio, run: Path
) -> None:
    page = studio.page
    task = training(studio, run)
    page.generate.click()
    assert "Ink v1" in page.status.text()  # what it waits for
    press(page.training, "Pause training and try")
    assert task.control.paused
    studio.engine.tell(task, Paused(812))
    assert studio.engine.tasks == [task]  # the picture that waited is drawn by the run now
    waiting = task.control.take_drawing()
    assert waiting
    assert waiting.loras == (str(run / "Ink v1.safetensors"),)
    studio.engine.tell(task, studio.draws(job=waiting))
    shown(qtbot, studio)
    assert page.history.paths[0].parent == studio.project.path / "pictures"
    assert page.adapters.rows[0].path == LIVE
    assert page.adapters.rows[0].chooser.currentText() == "now, step 812"
    move(studio, 0.7)
    qtbot.waitUntil(lambda: task.control.drawing_waits)
    job = task.control.take_drawing()
    assert job
    assert (job.loras, strengths(job)) == ((LIVE,), (0.7,))
    other = job.model_copy(update={"folder": str(studio.project.path / "elsewhere")})
    studio.engine.tell(task, studio.draws(job=other))  # Train's own preview
    assert page._session.busy
    studio.engine.tell(task, studio.draws(draft=True, job=job), studio.draws(job=job))
    shown(qtbot, studio)
    assert page.compare.accessibleDescription().startswith("Strength 0.70")
    assert not page._session.busy
    move(studio, 0.6)
    qtbot.waitUntil(lambda: task.control.drawing_waits)
    task.control.take_drawing()
    studio.engine.tell(task, Warned("lora.not_found", {"path": "/x/photo.safetensors"}))
    assert page.banner.isVisible()  # the run goes on holding
    assert not page._session.busy
    press(page.training, "Go on training")
    assert not task.control.paused
    studio.engine.tell(task, step(813))
    assert page.adapters.rows[0].path == str(run / "Ink v1.safetensors")
    studio.engine.finish(task)
    assert not page.training.isVisible()


def serve(studio: Studio, task: Task, at: dict[int, Callable[[], None]]) -> list[Draw]:
    """What a holding run draws of what it was asked, as `Previews.draw_asked`; ``at`` its steps."""
    served = []
    while drawing := task.control.take_drawing():
        served.append(drawing)
        drafts = drawing.draft_steps
        total = drafts + drawing.recipe.steps
        for number in range(1, total + 1):
            if task.control.is_given_up(drawing) or (drafts and task.control.drawing_waits):
                break
            studio.engine.tell(task, Phase("draw", number, total))
            at.pop(number, lambda: None)()
            if number in (drafts, total):
                studio.engine.tell(task, studio.draws(draft=number < total, job=drawing))
    return served


@pytest.mark.parametrize("mode", ["single", "side"])
def test_sliders_that_move_do_not_cost_the_picture_that_was_generated(
    qtbot: QtBot, studio: Studio, run: Path, mode: str
) -> None:
    page = studio.page
    page.compare.set_mode(mode)
    task = training(studio, run)
    task.control.pause()
    studio.engine.tell(task, Paused(812))

    def moves(strength: float) -> None:
        move(studio, strength)
        live = page._session._soon
        qtbot.waitUntil(lambda: not live.isActive())

    page.generate.click()
    served = serve(studio, task, {5: lambda: moves(0.4), 9: lambda: moves(0.6)})
    shown(qtbot, studio)
    served += serve(studio, task, {})
    shown(qtbot, studio)
    served += serve(studio, task, {})
    assert len(page.history.paths) == 1
    acting = [strengths(job)[0] for job in served]
    assert acting[:2] == [1.0, 0.6]
    assert set(acting[2:]) == ({0.0} if mode == "side" else set())
    shown(qtbot, studio)
    assert not page._session.busy
    assert not page.stop.isVisible()
    assert page.compare.accessibleDescription().split(", ")[-1].startswith("Strength 0.60")


def test_a_generated_picture_comes_while_live_ones_wait_behind_it(
    qtbot: QtBot, studio: Studio
) -> None:
    page = studio.page
    page.generate.click()
    first = studio.task
    studio.engine.tell(first, Phase("draw", 5, 20))
    for strength in (0.4, 0.6):
        move(studio, strength)
        live_job(qtbot, studio)
    assert not first.control.stopping
    studio.engine.finish(first, studio.draws())
    shown(qtbot, studio)
    assert len(page.history.paths) == 1
    assert strengths(studio.job) == (0.6,)
    studio.engine.finish(studio.task, studio.draws(draft=True), studio.draws())
    shown(qtbot, studio)
    assert not page.stop.isVisible()


def test_a_run_that_held_before_the_page_was_made_is_seen(
    qtbot: QtBot, project: Project, run: Path, preferences: Preferences
) -> None:
    studio = opened(qtbot, project, preferences)
    task = training(studio, run)
    task.control.pause()
    (run / "events.jsonl").write_text(f"{step(811).to_json()}\n{Paused(812).to_json()}\n")
    late = TryPage(studio.workspace, preferences, studio.engine)
    late.show()
    assert "812" in late.training._text.text()
    late.show_adapter(LIVE, "Ink v1")
    assert late.adapters.rows[0].path == LIVE
    late.close()
    late.deleteLater()
    studio.close()


def test_the_settings_of_an_older_picture_are_used_again(qtbot: QtBot, studio: Studio) -> None:
    page = studio.page
    generate(qtbot, studio)
    page.prompt.setPlainText("another")
    page.seed.set_value(7)
    page.recipe.steps.setValue(50)
    page.adapters.rows[0].set_from(page.adapters.rows[0].path, 0.1, True)
    page._use(read_picture_info(page.history.paths[0]))
    wish = page._settings.wish()
    assert wish.prompt.startswith("inkwash style")
    assert (wish.seed, wish.recipe.steps, wish.adapters[0][1]) == (42, 20, 1.0)
    page.history.chosen.emit(page.history.paths[0])
    qtbot.waitUntil(lambda: page._stage.path == page.history.paths[0])


def test_pictures_are_listed_again_copied_and_moved_to_the_trash(
    qtbot: QtBot,
    project: Project,
    run: Path,
    preferences: Preferences,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = project.path / "pictures/old.png"
    save(path, "a fox\nSteps: 20, Seed: 1, Size: 16x16")
    old = project.cache / "drafts/1/old.png"
    save(old, "")
    studio = opened(qtbot, project, preferences)
    qtbot.waitUntil(lambda: studio.page.history.paths == [path])
    history = studio.page._history
    history.copy(path)
    assert not QGuiApplication.clipboard().image().isNull()
    history.trash(path)
    assert not path.exists()
    assert studio.page.history.paths == []
    assert studio.notices[-1].act
    studio.notices[-1].act()
    assert path.exists()
    assert studio.page.history.paths == [path]
    studio.close()


def test_a_grid_fills_cell_by_cell_and_gives_up(qtbot: QtBot, studio: Studio, run: Path) -> None:
    page = studio.page
    files = [run / f"checkpoints/step-{step:06d}/lora.safetensors" for step in STEPS]
    plan = GridPlan(
        tuple((f"step {step}", str(path)) for step, path in zip(STEPS, files, strict=True)),
        (0.5, 1.0),
        ("a fox", "a cat"),
    )
    page._grid.start(plan, page._settings.wish())
    page.stage.setCurrentWidget(page._grid)
    job = studio.job
    assert job.sheet
    assert job.sheet.rows == (
        "step 400 — a fox",
        "step 400 — a cat",
        "step 800 — a fox",
        "step 800 — a cat",
    )
    assert job.sheet.columns == ("strength 0.5", "strength 1")
    assert job.cells[1].strengths == (1.0, 0.0)
    assert job.cells[6].strengths == (0.0, 0.5)
    studio.engine.tell(studio.task, *(studio.draws(cell) for cell in range(2)))
    assert "2 of 8 drawn · about 3 s left" in page._grid.text.text()
    qtbot.waitUntil(lambda: not page._grid.sheet.image(1).isNull())
    page._grid.sheet.chosen.emit(1)  # as it is known, it is seen at once
    assert page.stage.currentWidget() is page.compare
    assert page.adapters.rows[0].chooser.currentText() == "step 400"
    page.back.click()
    assert page.stage.currentWidget() is page._grid
    page._grid.cancel_button.click()
    assert studio.task.control.stopping
    assert page._grid.text.text() == "2 of 8 drawn"
    studio.engine.finish(studio.task)
    page._grid.start(plan, page._settings.wish())
    sheet = studio.job.sheet
    assert sheet
    save(Path(sheet.path), "")
    drawn = [studio.draws(cell) for cell in range(8)]
    studio.engine.finish(studio.task, *drawn, SheetSaved(sheet.path))
    assert page._grid.save_button.isVisible()
    assert page.history.paths == [Path(sheet.path)]
    qtbot.waitUntil(lambda: not page._grid._loading)


def test_a_page_that_goes_away_gives_up_its_pictures(
    qtbot: QtBot, studio: Studio, preferences: Preferences
) -> None:
    page = TryPage(studio.workspace, preferences, studio.engine)
    page.generate.click()
    task = studio.task
    page.leave()
    assert task.control.stopping
    studio.engine.finish(task)
    page.generate.click()
    task = studio.task
    with qtbot.waitSignal(page.destroyed):
        page.deleteLater()
    assert task.control.stopping
    studio.engine.finish(task)


def test_everything_has_a_name_and_a_size(studio: Studio, qapp: QApplication) -> None:
    theme.apply(qapp)
    assert not unnamed_focusable(studio.page)
    assert not too_small(studio.page)


@pytest.mark.slow
def test_the_real_engine_draws(
    qtbot: QtBot, project: Project, preferences: Preferences, tmp_path: Path
) -> None:
    workspace, engine = Workspace(project), EngineThread()
    page = TryPage(workspace, preferences, engine)
    page.show()
    page.prompt.setPlainText("a red cat")
    page.recipe.steps.setValue(2)
    page.generate.click()
    qtbot.waitUntil(lambda: len(page.history.paths) == 1, timeout=100_000)
    info = read_picture_info(page.history.paths[0])
    assert info
    assert (info.prompt, info.seed, info.recipe.steps) == ("a red cat", 42, 2)
    assert page.compare.accessibleDescription().endswith("128 × 128 pixels")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"none")
    page.adapters.files_dropped.emit([broken])
    assert "broken.safetensors" in page.banner._text.text()
    workspace.stop()
    engine.close()
    page.close()
    page.deleteLater()
    workspace.deleteLater()
