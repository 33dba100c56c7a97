from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from studio.training.progress import Sample
from tests.ui.accessibility import unnamed_focusable
from ui.widgets.sample_grid import LARGEST, SampleGrid
from ui.widgets.sample_model import SampleModel

PROMPTS = ("a red cat", "a blue house")


def sample(folder: Path, step: int, prompt: int = 0, strength: float = 1.0) -> Sample:
    path = folder / f"step-{step:06d}_p{prompt}_s{strength:.2f}.png"
    if not path.exists():
        Image.new("RGB", (48, 64), (step % 256, 200, 90 * prompt)).save(path)
    return Sample(step, PROMPTS[prompt], 7 + prompt, strength, path)


def samples(folder: Path, rows: int) -> list[Sample]:
    return [
        sample(folder, 100 * row, prompt, 1.0 if row else 0.0)
        for row in range(rows)
        for prompt in (0, 1)
    ]


@pytest.fixture
def grid(qtbot) -> SampleGrid:
    grid = SampleGrid()
    qtbot.addWidget(grid)
    grid.resize(700, 500)
    grid.show()
    return grid


def opened(grid: SampleGrid) -> list[list[tuple[int, int]]]:
    heard: list[list[tuple[int, int]]] = []
    grid.opened.connect(heard.append)
    return heard


def wheel(grid: SampleGrid, notches: int, modifier: Qt.KeyboardModifier) -> None:
    at = QPointF(50, 50)
    event = QWheelEvent(
        at,
        QPointF(grid.viewport().mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


def test_the_model_is_a_sound_table(qtmodeltester, tmp_path) -> None:
    model = SampleModel()
    tester = QAbstractItemModelTester(model)
    model.set_samples(samples(tmp_path, 3))
    model.add(sample(tmp_path, 400, 1))
    model.add(sample(tmp_path, 150))
    qtmodeltester.check(model)
    assert model.steps == [0, 100, 150, 200, 400]
    assert [column.prompt for column in model.prompts] == list(PROMPTS)
    assert tester.model() is model


def test_a_cell_shows_strength_one_or_else_the_highest(tmp_path) -> None:
    model = SampleModel()
    model.set_samples(sample(tmp_path, 100, 0, strength) for strength in (0.5, 1.0, 1.5))
    model.add(sample(tmp_path, 200, 0, 0.4))
    model.add(sample(tmp_path, 200, 0, 0.8))
    assert model.sample(0, 0).strength == 1.0
    assert model.sample(1, 0).strength == 0.8
    assert model.strengths(0, 0) == [0.5, 1.0, 1.5]
    assert model.sample(0, 0, 1.5).strength == 1.5


def test_rows_and_columns_are_named_and_describe_themselves(tmp_path) -> None:
    model = SampleModel()
    model.set_samples(samples(tmp_path, 2))
    model.set_checkpoints([100])
    model.set_favourites({100})
    vertical, accessible = Qt.Orientation.Vertical, Qt.ItemDataRole.AccessibleTextRole
    assert model.headerData(0, vertical) == "before"
    assert model.headerData(1, vertical, accessible) == "step 100, checkpoint, favourite"
    tip = model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("a blue house\nseed 8")
    assert "a red cat" in model.index(1, 0).data(accessible)


def test_pictures_come_from_a_thread(qtbot, grid, tmp_path) -> None:
    shown = samples(tmp_path, 2)
    grid.set_samples(shown)
    assert grid.pictures.get(shown[0].path) is None
    qtbot.waitUntil(lambda: all(grid.pictures.get(one.path) for one in shown))
    assert grid.columnWidth(0) < grid.rowHeight(0)  # the cells took the pictures' shape


def test_a_broken_picture_is_told_and_not_asked_for_again(qtbot, grid, tmp_path) -> None:
    broken = Sample(0, "a cat", 7, 0.0, tmp_path / "gone.png")
    grid.set_samples([broken])
    qtbot.waitUntil(lambda: grid.pictures.error(broken.path) is not None)
    assert not grid.grab().isNull()


def test_it_follows_the_newest_row_until_the_artist_scrolls_up(qtbot, grid, tmp_path) -> None:
    grid.set_samples(samples(tmp_path, 6))
    bar = grid.verticalScrollBar()
    grid.add(sample(tmp_path, 600))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    assert grid.newest.isHidden()
    bar.setValue(0)
    assert not grid.newest.isHidden()
    grid.add(sample(tmp_path, 700))
    assert bar.value() == 0
    grid.newest.click()
    assert bar.value() == bar.maximum()
    assert grid.newest.isHidden()


def test_ctrl_and_wheel_zoom_all_cells_and_zero_fits_them_again(qtbot, grid, tmp_path) -> None:
    shown = samples(tmp_path, 3)
    grid.set_samples(shown)
    qtbot.waitUntil(lambda: all(grid.pictures.get(one.path) for one in shown))
    fitted = grid.edge()
    wheel(grid, 2, Qt.KeyboardModifier.ControlModifier)
    assert grid.edge() > fitted
    assert grid.columnWidth(0) == grid.columnWidth(1)
    wheel(grid, 100, Qt.KeyboardModifier.ControlModifier)
    assert grid.edge() == LARGEST
    qtbot.keyClick(grid, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert grid.edge() == fitted
    qtbot.keyClick(grid, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert grid.edge() < fitted


def test_a_click_or_space_opens_a_cell_and_two_selected_are_compared(qtbot, grid, tmp_path) -> None:
    grid.set_samples(samples(tmp_path, 3))
    heard = opened(grid)
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(grid.viewport(), left, pos=grid.visualRect(grid.samples.index(2, 1)).center())
    assert heard == [[(2, 1)]]
    grid.show_cell(1, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert heard[-1] == [(1, 0)]
    qtbot.mouseClick(
        grid.viewport(),
        left,
        Qt.KeyboardModifier.ControlModifier,
        grid.visualRect(grid.samples.index(2, 1)).center(),
    )
    assert len(heard) == 2  # it only joins the selection
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert heard[-1] == [(1, 0), (2, 1)]


def test_an_empty_cell_opens_nothing(qtbot, grid, tmp_path) -> None:
    grid.set_samples([sample(tmp_path, 0, 0), sample(tmp_path, 100, 1)])
    heard = opened(grid)
    grid.show_cell(0, 1)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert heard == []


def test_the_star_is_asked_for_by_click_and_key_and_shown_when_set(qtbot, grid, tmp_path) -> None:
    grid.set_samples(samples(tmp_path, 3))
    heard: list[tuple[int, bool]] = []
    grid.favourite_changed.connect(lambda step, on: heard.append((step, on)))
    header = grid.verticalHeader()
    grid.verticalScrollBar().setValue(0)
    place = header.star_rect(1).center()
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard == [(100, True)]
    assert grid.samples.favourites == frozenset()
    grid.set_favourites([100])
    grid.show_cell(1, 0)
    qtbot.keyClick(grid, Qt.Key.Key_F)
    grid.show_cell(0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_F)  # the row without the adapter has no star
    assert heard == [(100, True), (100, False)]


def test_two_hundred_rows_ask_only_for_what_is_near(grid, tmp_path) -> None:
    path = sample(tmp_path, 0).path
    grid.set_samples(
        Sample(step, prompt, 7, 1.0, path) for step in range(0, 20_000, 100) for prompt in PROMPTS
    )
    assert len(grid.samples.steps) == 200
    assert len(grid._near()) < 20
    assert not unnamed_focusable(grid)
