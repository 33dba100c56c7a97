"""The sheet fills cell by cell, is zoomed and scrolled, and tells which cell was chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.contact_sheet import ContactSheet, shortened

ROWS = ["step 400", "step 800", "step 1200"]
COLUMNS = ["0", "0.5", "1", "1.5"]
LEFT = Qt.MouseButton.LeftButton


def picture(color: str, width: int = 64, height: int = 64) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(QColor(color))
    return image


@pytest.fixture
def sheet(qtbot: QtBot) -> ContactSheet:
    sheet = ContactSheet()
    qtbot.addWidget(sheet)
    sheet.resize(600, 400)
    sheet.set_labels(ROWS, COLUMNS)
    sheet.show()
    sheet.setFocus()
    return sheet


@pytest.fixture
def chosen(sheet: ContactSheet) -> list[int]:
    chosen: list[int] = []
    sheet.chosen.connect(chosen.append)
    return chosen


def middle(sheet: ContactSheet, index: int) -> QPoint:
    return sheet.cell_rect(index).center().toPoint()


def zoom(sheet: ContactSheet, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(sheet.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(sheet.viewport(), event)


def test_cells_come_one_by_one_and_go_together(sheet: ContactSheet) -> None:
    sheet.set_cell(5, picture("#ff0000"))
    shown = sheet.viewport().grab().toImage()
    assert shown.pixelColor(middle(sheet, 5)).name() == "#ff0000"
    assert shown.pixelColor(middle(sheet, 6)).name() != "#ff0000"
    assert not sheet.image(5).isNull()
    sheet.clear()
    assert sheet.image(5).isNull()


def test_all_columns_fit_at_first_whatever_the_proportions(sheet: ContactSheet) -> None:
    assert sheet.horizontalScrollBar().maximum() == 0
    sheet.set_cell(0, picture("#ff0000", 64, 128))
    assert sheet.horizontalScrollBar().maximum() == 0
    assert sheet.verticalScrollBar().maximum() > 0
    place = sheet.cell_rect(0)
    assert place.height() == 2 * place.width()


def test_zooming_keeps_what_is_pointed_at(sheet: ContactSheet) -> None:
    at = middle(sheet, 5)
    zoom(sheet, at, 6)
    assert sheet.cell_rect(5).width() > 200
    assert (QPointF(at) - sheet.cell_rect(5).center()).manhattanLength() < 8


def test_labels_stay_over_the_cells(sheet: ContactSheet) -> None:
    for index in range(12):
        sheet.set_cell(index, picture("#ff0000"))
    zoom(sheet, QPoint(300, 200), 8)
    sheet.verticalScrollBar().setValue(sheet.verticalScrollBar().maximum())
    sheet.horizontalScrollBar().setValue(sheet.horizontalScrollBar().maximum())
    shown = sheet.viewport().grab().toImage()
    assert shown.pixelColor(300, 2).name() != "#ff0000"
    assert shown.pixelColor(2, 200).name() != "#ff0000"


def test_a_click_or_enter_chooses_what_is_there(
    sheet: ContactSheet, chosen: list[int], qtbot: QtBot
) -> None:
    for index in (2, 6):
        sheet.set_cell(index, picture("#00ff00"))
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=middle(sheet, 2))
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=middle(sheet, 3))
    assert chosen == [2]
    qtbot.keyClick(sheet, Qt.Key.Key_Left)
    qtbot.keyClick(sheet, Qt.Key.Key_Down)
    assert sheet.current == 6
    assert sheet.accessibleDescription() == "step 800, 1"
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert chosen == [2, 6]


def test_keys_bring_cells_into_sight(sheet: ContactSheet, qtbot: QtBot) -> None:
    zoom(sheet, QPoint(300, 200), 8)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(sheet, key)
    seen = sheet.viewport().rect()
    place = sheet.cell_rect(sheet.current)
    assert seen.contains(place.topLeft().toPoint())
    assert place.bottom() <= seen.bottom()


def test_the_context_menu_knows_the_cell(sheet: ContactSheet) -> None:
    wanted: list[int] = []
    sheet.menu_wanted.connect(lambda index, _: wanted.append(index))
    sheet.set_cell(3, picture("#00ff00"))
    for index in (2, 3):
        at = middle(sheet, index)
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, at, sheet.viewport().mapToGlobal(at)
        )
        QApplication.sendEvent(sheet.viewport(), event)
    assert wanted == [3]


def test_an_empty_sheet_has_a_name_and_can_be_painted(qtbot: QtBot) -> None:
    sheet = ContactSheet()
    qtbot.addWidget(sheet)
    assert unnamed_focusable(sheet) == []
    assert not sheet.grab().isNull()
    qtbot.keyClick(sheet, Qt.Key.Key_Down)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)


def test_long_labels_are_cut_at_a_word(sheet: ContactSheet) -> None:
    metrics = sheet.fontMetrics()
    room = QRect(0, 0, 120, 2 * metrics.lineSpacing())
    text = "a lighthouse in a storm with many gulls around it and a ship far out"
    cut = shortened(text, metrics, room)
    assert cut.endswith(" …")
    assert text.startswith(cut[:-2])
    assert shortened("fox", metrics, room) == "fox"
