"""Several pictures come one by one; one is selected, and can be seen alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.picture_board import PictureBoard

COLORS = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]
LEFT = Qt.MouseButton.LeftButton


def picture(color: str) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB888)
    image.fill(QColor(color))
    return image


@pytest.fixture
def board(qtbot: QtBot) -> PictureBoard:
    board = PictureBoard()
    qtbot.addWidget(board)
    board.resize(400, 400)
    board.set_pictures([picture(color) for color in COLORS])
    board.show()
    board.setFocus()
    return board


def middle(board: PictureBoard, index: int) -> QPoint:
    return board.places()[index].center().toPoint()


def test_every_picture_has_its_place(board: PictureBoard) -> None:
    image = board.grab().toImage()
    assert [image.pixelColor(middle(board, index)).name() for index in range(4)] == COLORS


def test_places_are_there_before_the_pictures(board: PictureBoard, qtbot: QtBot) -> None:
    chosen: list[int] = []
    board.chosen.connect(chosen.append)
    board.set_count(3, 64, 64)
    assert board.image(1).isNull()
    qtbot.mouseDClick(board, LEFT, pos=middle(board, 1))
    assert chosen == []
    board.set_progress(1, 1, 2)
    assert not board.grab().isNull()
    board.set_picture(1, picture(COLORS[2]))
    assert board.grab().toImage().pixelColor(middle(board, 1)).name() == COLORS[2]


def test_a_double_click_or_enter_chooses(board: PictureBoard, qtbot: QtBot) -> None:
    chosen: list[int] = []
    board.chosen.connect(chosen.append)
    qtbot.mouseDClick(board, LEFT, pos=middle(board, 2))
    qtbot.keyClick(board, Qt.Key.Key_Return)
    assert chosen == [2, 0]


def test_keys_and_clicks_select(board: PictureBoard, qtbot: QtBot) -> None:
    selected: list[int] = []
    board.selected_changed.connect(selected.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(board, key)
    qtbot.mouseClick(board, LEFT, pos=middle(board, 2))
    assert selected == [1, 3, 1, 2]
    assert board.accessibleDescription() == "Picture 3 of 4"
    assert unnamed_focusable(board) == []


def test_the_context_menu_knows_the_picture(board: PictureBoard) -> None:
    wanted: list[int] = []
    board.menu_wanted.connect(lambda index, _: wanted.append(index))
    at = middle(board, 3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, board.mapToGlobal(at))
    QApplication.sendEvent(board, event)
    assert wanted == [3]
