from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from studio.data.collection import Caption, ImageFile
from studio.errors import StudioError
from ui import theme
from ui.widgets.image_grid import ImageGrid
from ui.widgets.image_tile import Badge

Flag = QItemSelectionModel.SelectionFlag
Key = Qt.Key


def make_images(count: int) -> list[ImageFile]:
    folder = Path("/images")
    return [
        ImageFile(folder, f"{n:04}.png", Caption(folder, f"{n:04}.txt", b"red cat, hat"), row=n)
        for n in range(count)
    ]


class Source(QObject):
    """Thumbnails of one colour, once they are let through."""

    ready = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.open = True
        self.broken: set[ImageFile] = set()
        self.expected: list[ImageFile] = []

    def get(self, image, edge):
        pixmap = QPixmap(edge, edge)
        pixmap.fill(QColor("red"))
        return pixmap if self.open and image not in self.broken else None

    def error(self, image):
        return StudioError("image.unreadable") if image in self.broken else None

    def expect(self, images, edge):
        self.expected = list(images)


@pytest.fixture
def images():
    return make_images(100)


@pytest.fixture
def grid(qtbot, images):
    theme.apply(QApplication.instance(), theme.Theme.LIGHT)
    made = ImageGrid()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.set_images(images)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.setFocus()
    QApplication.processEvents()
    yield made
    QApplication.instance().setStyleSheet("")


def colours(grid: ImageGrid, image: ImageFile) -> set[str]:
    """The colours in the upper half of its tile."""
    rect = grid.visualRect(grid.model().index(grid.images().index(image), 0))
    shot = grid.viewport().grab(rect).toImage()
    ratio = round(shot.devicePixelRatio())
    points = ((x, y) for x in range(2, rect.width() - 2, 3) for y in range(2, rect.width() - 2, 3))
    return {shot.pixelColor(x * ratio, y * ratio).name() for x, y in points}


def press(qtbot, grid: ImageGrid, *keys: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> int:
    """The row that is current after typing ``keys``."""
    for key in keys:
        qtbot.keyClick(grid, key, modifier)
    return grid.currentIndex().row()


class TestLayout:
    def test_tiles_fill_the_width_at_any_size(self, grid):
        for width in (300, 700, 1111):
            for tile in (96, 160, 320):
                grid.resize(width, 500)
                grid.set_tile(tile)
                QApplication.processEvents()
                row = [grid.visualRect(grid.model().index(n, 0)) for n in range(40)]
                last = max(rect.right() for rect in row)
                columns = len({rect.left() for rect in row})
                assert grid.viewport().width() - last <= columns + 16
                assert 0.6 < grid.side() / tile < 1.7

    def test_the_size_stays_within_limits(self, grid):
        grid.set_tile(1)
        assert grid.tile() == 96
        grid.set_tile(1000)
        assert grid.tile() == 320

    def test_ctrl_and_the_wheel_change_the_size(self, qtbot, grid):
        place = QPointF(100, 100)
        event = QWheelEvent(
            *(place, grid.viewport().mapToGlobal(place), QPoint(), QPoint(0, 120)),
            *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier),
            *(Qt.ScrollPhase.NoScrollPhase, False),
        )
        with qtbot.waitSignal(grid.tile_changed) as told:
            QApplication.sendEvent(grid.viewport(), event)
        assert told.args == [176]

    def test_what_is_looked_at_stays_in_sight_when_the_size_changes(self, grid):
        grid.setCurrentIndex(grid.model().index(60, 0))
        for tile in (96, 320, 160):
            grid.set_tile(tile)
            assert 60 in grid.visible_rows()

    def test_every_tile_is_found_at_its_place(self, grid):
        for row in grid.visible_rows():
            index = grid.model().index(row, 0)
            assert grid.indexAt(grid.visualRect(index).center()) == index
        assert not grid.indexAt(QPoint(1, 1)).isValid()


class TestKeyboard:
    def test_arrows_walk_over_the_tiles(self, qtbot, grid):
        columns = len({grid.visualRect(grid.model().index(n, 0)).left() for n in range(40)})
        assert press(qtbot, grid, Key.Key_Right) == 1
        assert press(qtbot, grid, Key.Key_Down) == 1 + columns
        assert press(qtbot, grid, Key.Key_Left, Key.Key_Up) == 0
        assert press(qtbot, grid, Key.Key_Up, Key.Key_Left) == 0
        assert press(qtbot, grid, Key.Key_End) == 99
        assert press(qtbot, grid, Key.Key_Right, Key.Key_Down) == 99
        assert 99 in grid.visible_rows()
        assert press(qtbot, grid, Key.Key_Home) == 0

    def test_pages_are_as_long_as_what_is_in_sight(self, qtbot, grid):
        down = press(qtbot, grid, Key.Key_PageDown)
        assert 0 < down <= len(grid.visible_rows())
        assert press(qtbot, grid, Key.Key_PageUp) == 0

    def test_shift_selects_a_stretch_and_ctrl_a_all(self, qtbot, grid, images):
        press(qtbot, grid, Key.Key_Right, Key.Key_Right)
        shift = Qt.KeyboardModifier.ShiftModifier
        press(qtbot, grid, Key.Key_Right, Key.Key_Down, modifier=shift)
        last = grid.currentIndex().row()
        assert grid.selected_images() == images[2 : last + 1]
        press(qtbot, grid, Key.Key_A, modifier=Qt.KeyboardModifier.ControlModifier)
        assert grid.selected_images() == images

    def test_enter_and_space_open_the_current_image(self, qtbot, grid, images):
        press(qtbot, grid, Key.Key_Right)
        for key in (Key.Key_Return, Key.Key_Space):
            with qtbot.waitSignal(grid.opened) as told:
                press(qtbot, grid, key)
            assert told.args == [images[1]]

    def test_typing_finds_a_name(self, qtbot, grid):
        qtbot.keyClicks(grid, "0042")
        assert grid.currentIndex().row() == 42
        assert 42 in grid.visible_rows()


class TestMouse:
    def test_a_band_selects_the_tiles_it_touches(self, qtbot, grid, images):
        left = Qt.MouseButton.LeftButton
        end = grid.visualRect(grid.model().index(1, 0)).center()
        qtbot.mousePress(grid.viewport(), left, pos=QPoint(1, 1))
        qtbot.mouseMove(grid.viewport(), end - QPoint(5, 5))
        qtbot.mouseMove(grid.viewport(), end)
        assert grid._band.isVisible()
        qtbot.mouseRelease(grid.viewport(), left, pos=end)
        assert not grid._band.isVisible()
        assert grid.selected_images() == images[:2]

    def test_shift_and_click_select_a_stretch(self, qtbot, grid, images):
        for row, modifier in ((1, "No"), (7, "Shift")):
            qtbot.mouseClick(
                *(grid.viewport(), Qt.MouseButton.LeftButton),
                getattr(Qt.KeyboardModifier, f"{modifier}Modifier"),
                pos=grid.visualRect(grid.model().index(row, 0)).center(),
            )
        assert grid.selected_images() == images[1:8]

    def test_a_double_click_opens(self, qtbot, grid, images):
        place = grid.visualRect(grid.model().index(2, 0)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
        with qtbot.waitSignal(grid.opened) as told:
            qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert told.args == [images[2]]

    def test_the_menu_is_asked_for_at_the_mouse_or_at_the_current_tile(self, qtbot, grid):
        reasons = QContextMenuEvent.Reason
        tile = grid.viewport().mapToGlobal(grid.visualRect(grid.currentIndex()).center())
        for reason, place in ((reasons.Mouse, QPoint(30, 40)), (reasons.Keyboard, tile)):
            with qtbot.waitSignal(grid.menu_requested) as told:
                event = QContextMenuEvent(reason, QPoint(3, 4), QPoint(30, 40))
                QApplication.sendEvent(grid.viewport(), event)
            assert told.args == [place]


class TestSelection:
    def test_it_is_told_once_for_many_changes(self, qtbot, grid, images):
        qtbot.wait(20)
        told: list[list[ImageFile]] = []
        grid.selection_changed.connect(told.append)
        for row in (3, 9, 5):
            grid.selectionModel().select(grid.model().index(row, 0), Flag.Select)
        qtbot.waitUntil(lambda: bool(told))
        assert told == [[images[0], images[3], images[5], images[9]]]

    def test_it_outlasts_a_change_of_what_is_shown(self, qtbot, grid, images):
        grid.set_current(images[40])
        for row in (3, 41):
            grid.selectionModel().select(grid.model().index(row, 0), Flag.Select)
        grid.set_images(images[::-2])
        assert grid.selected_images() == [images[41], images[3]]
        assert grid.current_image() is images[41]
        assert grid.currentIndex().row() in grid.visible_rows()

    def test_the_same_selection_is_not_told_again(self, qtbot, grid, images):
        grid.set_current(images[40])
        qtbot.wait(20)
        told: list[object] = []
        grid.selection_changed.connect(told.append)
        grid.current_changed.connect(told.append)
        grid.set_images(images[20:])
        qtbot.wait(20)
        assert told == []
        assert grid.current_image() is images[40]

    def test_the_next_image_becomes_current_when_the_current_one_goes(self, qtbot, grid, images):
        grid.set_current(images[50])
        grid.set_images(images[:30] + images[60:])
        assert grid.current_image() is images[60]
        assert grid.selected_images() == [images[60]]
        grid.set_images(images[:30])
        assert grid.current_image() is images[29]

    def test_what_is_looked_at_stays_in_its_place(self, grid, images):
        grid.set_current(images[80])
        before = grid.visualRect(grid.currentIndex()).top()
        grid.set_images(images[7:])
        assert grid.current_image() is images[80]
        assert abs(grid.visualRect(grid.currentIndex()).top() - before) <= 1

    def test_the_first_image_is_current_at_first(self, qtbot, images):
        grid = ImageGrid()
        qtbot.addWidget(grid)
        assert grid.current_image() is None
        with qtbot.waitSignal(grid.current_changed) as told:
            grid.set_images(images)
        assert told.args == [images[0]]

    def test_stepping_ends_at_the_last_image(self, grid, images):
        grid.step(98)
        assert grid.current_image() is images[98]
        grid.step(5)
        assert grid.selected_images() == [images[99]]

    def test_a_hundred_thousand_images_are_selected_and_filtered_at_once(self, qtbot, grid):
        many = make_images(100_000)
        grid.set_images(many)
        began = time.perf_counter()
        grid.selectAll()
        QApplication.processEvents()
        assert len(grid.selected_images()) == 100_000
        grid.set_images(many[::2])
        assert len(grid.selected_images()) == 50_000
        assert time.perf_counter() - began < 0.5  # 0.1 on an idle machine


class TestLooks:
    def test_thumbnails_ready_later_are_painted(self, qtbot, grid, images):
        source = Source()
        source.open = False
        grid.set_thumbnails(source)
        assert "#ff0000" not in colours(grid, images[1])
        source.open = True
        source.ready.emit([images[1]])
        assert "#ff0000" in colours(grid, images[1])
        grid.set_thumbnails(None)

    def test_what_is_in_sight_is_expected_first(self, qtbot, grid, images):
        source = Source()
        grid.set_thumbnails(source)
        grid.verticalScrollBar().setValue(900)
        grid.viewport().grab()
        rows = grid.visible_rows()
        assert rows.start > 0
        assert source.expected[: len(rows)] == images[rows.start : rows.stop]
        assert len(source.expected) <= 3 * len(rows)
        grid.set_thumbnails(None)

    def test_selection_and_focus_are_seen(self, grid, images):
        assert theme.colors().accent in colours(grid, images[0])
        assert theme.colors().accent not in colours(grid, images[1])

    def test_the_theme_is_followed(self, qtbot, grid, images):
        theme.apply(QApplication.instance(), theme.Theme.DARK)
        QApplication.processEvents()
        assert theme.DARK.accent in colours(grid, images[0])
        theme.apply(QApplication.instance(), theme.Theme.LIGHT)

    def test_badges_are_explained_in_the_tool_tip(self, qtbot, grid, images):
        grid.set_badges(lambda image: (Badge("crop", "Crop set by hand"),))
        rect = grid.visualRect(grid.model().index(0, 0))
        place = grid.viewport().mapToGlobal(rect.center())
        QApplication.sendEvent(
            grid.viewport(), QHelpEvent(QEvent.Type.ToolTip, rect.center(), place)
        )
        assert QToolTip.text().splitlines() == ["0000.png", "red cat, hat", "Crop set by hand"]
        QToolTip.hideText()

    def test_the_second_line_says_the_most_important(self, grid, images):
        tile = grid.itemDelegate()
        images[1].caption = Caption(Path("/images"), "none.txt", b"")
        note = Badge("small", "Too small", "warning", note="64×64 small")
        assert tile._second_line(images[1], (), False)[1] == "warning"
        assert tile._second_line(images[0], (), False)[1] == "muted"
        assert tile._second_line(images[0], (note,), False) == ("64×64 small", "warning")
        assert tile._second_line(images[0], (note,), True)[1] == "error"

    def test_no_match_is_said_with_a_way_out(self, qtbot, grid, images):
        assert not grid._empty.isVisible()
        grid.set_images([])
        assert grid._empty.isVisible()
        with qtbot.waitSignal(grid.clear_requested):
            grid._empty.findChild(QPushButton).click()
        assert grid.current_image() is None
        grid.set_images(images)
        assert not grid._empty.isVisible()
