"""Rows of adapters say what acts how strongly; the list takes more of them, dropped too."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import tab_order, too_small, unnamed_focusable
from ui import theme
from ui.widgets.adapter_row import AdapterList, AdapterRow

CHOICES = [("Step 400", "/runs/ink/400.safetensors"), ("Final", "/runs/ink/ink.safetensors")]


@pytest.fixture
def adapters(qtbot: QtBot) -> AdapterList:
    adapters = AdapterList()
    qtbot.addWidget(adapters)
    adapters.resize(380, 400)
    adapters.show()
    return adapters


@pytest.fixture
def row(adapters: AdapterList) -> AdapterRow:
    return adapters.add_row("Ink", CHOICES, 0.8)


@pytest.fixture
def heard(adapters: AdapterList, row: AdapterRow) -> list[str]:
    heard: list[str] = []
    adapters.changed.connect(lambda: heard.append("changed"))
    adapters.settled.connect(lambda: heard.append("settled"))
    return heard


def test_a_row_says_what_acts(row: AdapterRow) -> None:
    assert (row.name, row.path, row.strength) == ("Ink", CHOICES[0][1], 0.8)


def test_off_is_no_strength_and_on_again_the_one_before(
    row: AdapterRow, heard: list[str], qtbot: QtBot
) -> None:
    qtbot.mouseClick(row.switch, Qt.MouseButton.LeftButton, pos=QPoint(8, 14))
    assert row.strength == 0.0
    assert not row.slider.isEnabled()
    qtbot.keyClick(row.switch, Qt.Key.Key_Space)
    assert row.strength == 0.8
    assert heard == ["changed", "settled"] * 2


def test_another_checkpoint_is_told(row: AdapterRow, heard: list[str]) -> None:
    row.chooser.setCurrentIndex(1)
    assert row.path == CHOICES[1][1]
    assert heard == ["changed", "settled"]


def test_the_slider_is_told_live_and_settled(
    row: AdapterRow, heard: list[str], qtbot: QtBot
) -> None:
    qtbot.keyClick(row.slider.slider, Qt.Key.Key_Right)
    assert heard == ["changed"]
    qtbot.waitUntil(lambda: heard == ["changed", "settled"])


def test_setting_values_tells_nothing(row: AdapterRow, heard: list[str]) -> None:
    row.set_from(CHOICES[1][1], 0.5, on=False)
    assert (row.path, row.strength, row.slider.value()) == (CHOICES[1][1], 0.0, 0.5)
    row.set_choices([*CHOICES, ("Step 800", "/runs/ink/800.safetensors")])
    assert row.path == CHOICES[1][1]
    row.set_from(Path("/other/style.safetensors"), 1.0, on=True)
    assert row.path == "/other/style.safetensors"
    assert row.chooser.currentText() == "style"
    assert heard == []


def test_the_adapter_in_training_has_no_file(adapters: AdapterList) -> None:
    live = adapters.add_row("Ink", [("Now", "")])
    assert live.path == ""
    assert live.strength == 1.0
    assert not live.chooser.isVisible()


def test_removing_a_row_tells_and_keeps_the_focus_in_the_list(
    adapters: AdapterList, row: AdapterRow, heard: list[str], qtbot: QtBot
) -> None:
    other = adapters.add_row("Mascot", [("", "/mascot.safetensors")])
    qtbot.keyClick(row.slider.slider, Qt.Key.Key_Right)
    heard.clear()
    row.remove.click()
    assert adapters.rows == [other]
    assert heard == ["changed", "settled"]
    other.remove.click()
    assert adapters.rows == []
    assert adapters._hint.isVisible()


def test_the_list_is_as_high_as_its_rows_and_scrolls_where_there_is_no_room(
    adapters: AdapterList, row: AdapterRow, qtbot: QtBot
) -> None:
    bar = adapters._area.verticalScrollBar()
    adapters.resize(380, 250)
    for number in range(5):
        adapters.add_row(f"Adapter {number}", [("", f"/{number}.safetensors")])
    qtbot.waitUntil(lambda: adapters._area.height() > 150 and bar.maximum() > 0)
    adapters.resize(380, 900)
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    assert adapters.add.y() - adapters._area.geometry().bottom() < 20


def drop(adapters: AdapterList, *paths: str) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(adapters, enter)
    if enter.isAccepted():
        QApplication.sendEvent(adapters, QDropEvent(QPointF(9, 9), copy, data, left, none))
    return enter.isAccepted()


def test_lora_files_can_be_dropped_and_nothing_else(adapters: AdapterList) -> None:
    dropped: list[list[Path]] = []
    adapters.files_dropped.connect(dropped.append)
    assert not drop(adapters, "/a/picture.png")
    assert drop(adapters, "/a/Ink.SafeTensors", "/a/notes.txt", "/b/b.safetensors")
    assert dropped == [[Path("/a/Ink.SafeTensors"), Path("/b/b.safetensors")]]


def test_the_button_asks_for_more(adapters: AdapterList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(adapters.add_wanted):
        adapters.add.click()


def test_everything_is_reached_by_keys_has_a_name_and_can_be_hit(
    adapters: AdapterList, row: AdapterRow, qtbot: QtBot, qapp: QApplication
) -> None:
    theme.apply(qapp, theme.Theme.LIGHT)
    assert unnamed_focusable(adapters) == []
    assert too_small(adapters) == []
    adapters.activateWindow()
    row.switch.setFocus()
    qtbot.waitUntil(row.switch.hasFocus)
    order = tab_order(adapters)
    parts = [row.switch, row.chooser, row.remove, row.slider.slider, row.slider.field, adapters.add]
    assert order == parts
