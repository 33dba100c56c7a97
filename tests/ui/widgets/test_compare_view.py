"""The view shows the picture without, the one with, or both, as its mode says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.compare_view import MODES, CompareView
from ui.widgets.message_page import MessagePage

RED, BLUE = "#ff0000", "#0000ff"  # without, with
LEFT = Qt.MouseButton.LeftButton


def picture(color: str, width: int = 128, height: int = 128) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(QColor(color))
    return image


@pytest.fixture
def view(qtbot: QtBot) -> CompareView:
    view = CompareView()
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.set_pictures(picture(RED), picture(BLUE))
    view.show()
    view.setFocus()
    return view


def color_at(view: CompareView, across: float, down: float = 0.25) -> str:
    """In the middle part of the view, which is 400 pixels square; ``across`` may leave it."""
    image = view.grab().toImage()
    return image.pixelColor(round(200 + 400 * across), round(400 * down)).name()


def message(view: CompareView) -> MessagePage:
    found = view.findChild(MessagePage)
    assert isinstance(found, MessagePage)
    return found


def test_alone_is_the_picture_with(view: CompareView) -> None:
    assert view.mode == "single"
    assert {color_at(view, share) for share in (0.1, 0.9)} == {BLUE}


def test_without_one_of_the_pictures_the_other_is_shown(view: CompareView) -> None:
    for mode in ("single", "divider", "hover"):
        view.set_mode(mode)
        view.set_pictures(picture(RED), None)
        assert color_at(view, 0.8) == RED
        view.set_pictures(None, picture(BLUE))
        assert color_at(view, 0.2) == BLUE


def test_side_by_side_without_is_left_and_both_are_as_large_as_they_fit(view: CompareView) -> None:
    view.set_mode("side")
    assert color_at(view, -0.3) == color_at(view, 0.4) == RED
    assert color_at(view, 0.6) == color_at(view, 1.3) == BLUE


def test_in_a_high_view_one_is_above_the_other(view: CompareView) -> None:
    view.set_mode("side")
    view.resize(400, 800)
    image = view.grab().toImage()
    assert image.pixelColor(300, 200).name() == RED
    assert image.pixelColor(300, 600).name() == BLUE


def test_side_by_side_keeps_the_place_of_what_is_still_drawn(view: CompareView) -> None:
    view.set_mode("side")
    view.set_pictures(None, picture(BLUE))
    assert color_at(view, 0.6) == BLUE
    assert color_at(view, 0.2) not in (RED, BLUE)


def test_the_divider_follows_the_mouse(view: CompareView, qtbot: QtBot) -> None:
    view.set_mode("divider")
    assert (color_at(view, 0.4), color_at(view, 0.6)) == (RED, BLUE)
    qtbot.mousePress(view, LEFT, pos=QPoint(400, 100))
    qtbot.mouseMove(view, QPoint(520, 100))
    assert color_at(view, 0.7) == RED
    qtbot.mouseMove(view, QPoint(790, 100))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(790, 100))
    assert view.divider == 1.0
    qtbot.mouseMove(view, QPoint(300, 100))
    assert view.divider == 1.0


def test_arrow_keys_move_the_divider(view: CompareView, qtbot: QtBot) -> None:
    view.set_mode("divider")
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.divider == pytest.approx(0.55)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.divider == pytest.approx(0.54)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.divider == 0.0


def test_hovering_or_holding_a_key_shows_the_picture_without(
    view: CompareView, qtbot: QtBot
) -> None:
    view.set_mode("hover")
    assert color_at(view, 0.5) == BLUE
    qtbot.mouseMove(view, QPoint(400, 200))
    assert color_at(view, 0.5) == RED
    qtbot.mouseMove(view, QPoint(20, 200))
    assert color_at(view, 0.5) == BLUE
    qtbot.keyPress(view, Qt.Key.Key_Space)
    assert color_at(view, 0.5) == RED
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert color_at(view, 0.5) == BLUE


def test_swapping_has_them_change_places_with_their_labels(view: CompareView) -> None:
    view.set_labels("Base", "Ink")
    view.swap()
    assert color_at(view, 0.5) == RED
    assert view.accessibleDescription().startswith("Base")
    view.set_mode("divider")
    assert (color_at(view, 0.4), color_at(view, 0.6)) == (BLUE, RED)
    view.swap()
    assert (color_at(view, 0.4), color_at(view, 0.6)) == (RED, BLUE)


def test_modes_go_round(view: CompareView) -> None:
    told: list[str] = []
    view.mode_changed.connect(told.append)
    for _ in MODES:
        view.next_mode()
    assert told == ["side", "divider", "hover", "single"]


@pytest.mark.parametrize("size", [(64, 128), (128, 64), (1500, 1000)])
def test_pictures_keep_their_proportions(view: CompareView, size: tuple[int, int]) -> None:
    view.clearFocus()  # and with it the frame
    view.set_pictures(None, picture(BLUE, *size))
    image = view.grab().toImage()
    middle = image.height() // 2
    width = sum(image.pixelColor(x, middle).name() == BLUE for x in range(800))
    height = sum(image.pixelColor(400, y).name() == BLUE for y in range(400))
    assert width == 800 or height == 400
    assert width / height == pytest.approx(size[0] / size[1], rel=0.02)


def test_a_draft_and_progress_are_marked(view: CompareView) -> None:
    plain = view.grab().toImage()
    view.set_pictures(picture(RED), picture(BLUE), draft=True)
    assert view.grab().toImage() != plain
    view.set_pictures(picture(RED), picture(BLUE))
    view.set_progress(5, 10)
    assert color_at(view, 0.25, 0.997) != color_at(view, 0.75, 0.997) != BLUE
    view.set_progress(0, 0)
    assert view.grab().toImage() == plain


def test_without_pictures_it_says_why(view: CompareView) -> None:
    assert not message(view).isVisible()
    view.set_pictures(None, None)
    assert message(view).isVisible()
    view.set_empty("No adapter", "Train something first.")
    assert message(view).text() == "Train something first."
    view.set_progress(1, 2)
    assert not view.grab().isNull()


def test_an_error_is_told_until_a_picture_comes(view: CompareView) -> None:
    view.set_error("Not drawn", "Too little memory.")
    assert message(view).text() == view.accessibleDescription() == "Too little memory."
    view.set_pictures(None, picture(BLUE))
    assert not message(view).isVisible()
    assert color_at(view, 0.5) == BLUE
    view.set_pictures(None, None)
    assert "Generate" in message(view).text()


def test_screen_readers_hear_what_is_seen(view: CompareView) -> None:
    assert unnamed_focusable(view) == []
    assert view.accessibleDescription() == "With; 128 × 128 pixels"
    view.set_mode("side")
    assert view.accessibleDescription() == "Without, With; 128 × 128 pixels"


def test_the_context_menu_is_wanted_where_the_pointer_is(view: CompareView) -> None:
    wanted: list[QPoint] = []
    view.menu_wanted.connect(wanted.append)
    at = QPoint(300, 200)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
    QApplication.sendEvent(view, event)
    assert wanted == [view.mapToGlobal(at)]
