from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from studio.training.progress import Sample
from tests.ui.accessibility import unnamed_focusable
from ui.widgets.large_picture import SheetButton, SheetView
from ui.widgets.picture_viewer import PictureViewer
from ui.widgets.sample_model import SampleModel


def sample(folder: Path, step: int, prompt: str = "a cat", strength: float = 1.0) -> Sample:
    path = folder / f"{step}_{prompt}_{strength}.png"
    Image.new("RGB", (40, 30), (step % 256, 90, 0)).save(path)
    return Sample(step, prompt, 7, strength, path)


@pytest.fixture
def model(tmp_path) -> SampleModel:
    """Two prompts; of the second one the middle row is missing; strengths at the last step."""
    model = SampleModel()
    for step in (0, 100, 200):
        model.add(sample(tmp_path, step))
        if step != 100:
            model.add(sample(tmp_path, step, "a house"))
    model.add(sample(tmp_path, 200, strength=0.5))
    model.set_checkpoints([200])
    return model


@pytest.fixture
def viewer(qtbot, model) -> PictureViewer:
    viewer = PictureViewer(model)
    qtbot.addWidget(viewer)
    viewer.resize(700, 400)
    viewer.show()
    viewer.show_cells([(0, 0)])
    qtbot.waitUntil(lambda: not viewer.picture.canvas.waiting)
    return viewer


def test_arrow_keys_go_to_prompts_and_steps_past_what_is_missing(qtbot, viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.cell == (0, 1)
    qtbot.keyClick(viewer, Qt.Key.Key_Down)
    assert viewer.cell == (2, 1)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_Down)
    assert viewer.cell == (2, 1)
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.keyClick(viewer, Qt.Key.Key_Up)
    assert viewer.cell == (1, 0)
    assert "step 100" in viewer.picture.title.text()


def test_two_cells_stand_side_by_side_and_the_second_one_moves(qtbot, viewer) -> None:
    viewer.show_cells([(0, 0), (2, 0)])
    assert viewer.other.isVisible()
    assert viewer.other.title.text().startswith("before")
    assert "step 200" in viewer.picture.title.text()
    assert "checkpoint" in viewer.picture.title.text()
    qtbot.keyClick(viewer, Qt.Key.Key_Up)
    assert viewer.other.title.text().startswith("before")
    assert "step 100" in viewer.picture.title.text()
    qtbot.keyClick(viewer, Qt.Key.Key_C)
    assert not viewer.other.isVisible()
    assert viewer.cell == (1, 0)


def test_pictures_of_other_prompts_are_told_apart(viewer) -> None:
    viewer.show_cells([(0, 0), (0, 1)])
    assert viewer.other.title.text().endswith("a cat")
    assert viewer.prompt.text() == "a house"


def test_other_strengths_can_be_chosen(qtbot, viewer) -> None:
    assert not viewer.strengths.isVisible()
    viewer.show_cells([(2, 0)])
    assert viewer.strengths.isVisible()
    assert viewer.strengths.buttons[1.0].isChecked()
    viewer.strengths.buttons[0.5].click()
    assert "strength 0.5" in viewer.picture.title.text()
    assert not unnamed_focusable(viewer)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_leaving_tells_which_cell_was_shown(qtbot, viewer, key) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    with qtbot.waitSignal(viewer.left) as heard:
        qtbot.keyClick(viewer, key)
    assert heard.args == [0, 1]


def test_a_step_becomes_a_favourite_but_not_the_one_before_training(qtbot, viewer, model) -> None:
    heard: list[tuple[int, bool]] = []
    viewer.favourite_changed.connect(lambda step, on: heard.append((step, on)))
    qtbot.keyClick(viewer, Qt.Key.Key_F)
    viewer.show_cells([(1, 0)])
    viewer.star.click()
    model.set_favourites([100])
    viewer.refresh()
    viewer.star.click()
    assert heard == [(100, True), (100, False)]


def test_a_picture_that_cannot_be_read_says_so(qtbot, viewer, model, tmp_path) -> None:
    model.add(Sample(300, "a cat", 7, 1.0, tmp_path / "gone.png"))
    viewer.show_cells([(3, 0)])
    qtbot.waitUntil(lambda: "gone.png" in viewer.picture.canvas._words)


def test_a_sheet_is_shown_small_and_opened_large(qtbot, tmp_path) -> None:
    path = sample(tmp_path, 0).path
    button, view = SheetButton(), SheetView()
    for widget in (button, view):
        qtbot.addWidget(widget)
    button.show_file(path)
    assert button.isVisibleTo(None)
    view.show()
    view.show_file(path, "Strengths")
    qtbot.waitUntil(lambda: not view.picture.canvas.waiting)
    qtbot.waitUntil(lambda: not button._canvas.waiting)
    with qtbot.waitSignal(view.left):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    button.show_file(None)
    assert not button.isVisibleTo(None)
