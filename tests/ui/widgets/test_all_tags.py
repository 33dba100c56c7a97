"""The list of all tags: filter, add, rename, remove and merge by keyboard and mouse."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.all_tags import AllTags

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
COUNTS = Counter({"inkstyle": 42, "1girl": 30, "hat": 11, "black & white": 9, "rain": 2})


@pytest.fixture
def tags(qtbot: QtBot) -> AllTags:
    tags = AllTags()
    qtbot.addWidget(tags)
    tags.resize(340, 300)
    tags.set_counts(COUNTS)
    tags.show()
    tags.activateWindow()
    tags.list.setFocus()
    return tags


def choose(tags: AllTags, tag: str) -> None:
    tags.list.setCurrentIndex(tags.model.find(tag))


def place(tags: AllTags, tag: str) -> QPoint:
    return tags.list.visualRect(tags.model.find(tag)).center()


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifiers)


def says(tags: QWidget, text: str) -> bool:
    return any(text in label.text() for label in tags.findChildren(QLabel) if label.isVisible())


def field(tags: AllTags) -> QLineEdit:
    found = tags.list.viewport().findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def test_a_click_and_space_filter(tags: AllTags, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tags.filter_requested) as wanted:
        qtbot.mouseClick(tags.list.viewport(), LEFT, pos=place(tags, "hat"))
    assert wanted.args == ["hat"]
    press(Key.Key_Down)
    with qtbot.waitSignal(tags.filter_requested) as wanted:
        press(Key.Key_Space)
    assert wanted.args == ["black & white"]


def test_ctrl_click_and_enter_add(tags: AllTags, qtbot: QtBot) -> None:
    with (
        qtbot.waitSignal(tags.add_requested) as wanted,
        qtbot.assertNotEmitted(tags.filter_requested),
    ):
        qtbot.mouseClick(tags.list.viewport(), LEFT, CTRL, pos=place(tags, "hat"))
    assert wanted.args == [["hat"]]
    choose(tags, "rain")
    with qtbot.waitSignal(tags.add_requested) as wanted:
        press(Key.Key_Return)
    assert wanted.args == [["rain"]]


def test_delete_removes_all_that_are_chosen_also_with_a_shortcut_of_the_window(
    tags: AllTags, qtbot: QtBot
) -> None:
    trash = QAction(tags, shortcut="Del")
    tags.addAction(trash)
    choose(tags, "1girl")
    press(Key.Key_Down, SHIFT)
    with qtbot.waitSignal(tags.remove_requested) as wanted, qtbot.assertNotEmitted(trash.triggered):
        press(Key.Key_Delete)
    assert wanted.args == [["1girl", "hat"]]


def test_f2_renames_everywhere_and_says_how_often(tags: AllTags, qtbot: QtBot) -> None:
    choose(tags, "hat")
    press(Key.Key_F2)
    assert says(field(tags), "in 11")
    QTest.keyClicks(field(tags), "straw hat")
    with qtbot.waitSignal(tags.rename_requested) as wanted:
        press(Key.Key_Return)
    assert wanted.args == ["hat", "straw hat"]


def test_a_name_that_is_taken_merges_and_says_so(tags: AllTags, qtbot: QtBot) -> None:
    choose(tags, "hat")
    press(Key.Key_F2)
    QTest.keyClicks(field(tags), "1girl")
    assert says(field(tags), "merges with 30")
    assert "30" in field(tags).accessibleDescription()


def test_a_double_click_renames_and_takes_back_what_its_first_click_filtered(
    tags: AllTags, qtbot: QtBot
) -> None:
    filtered: list[str] = []
    tags.filter_requested.connect(filtered.append)
    where, viewport = place(tags, "hat"), tags.list.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=where)
    qtbot.mouseDClick(viewport, LEFT, pos=where)
    qtbot.mouseRelease(viewport, LEFT, pos=where)
    assert field(tags).text() == "hat"
    assert filtered == ["hat", "hat"]


def test_counts_that_come_during_a_rename_wait(tags: AllTags, qtbot: QtBot) -> None:
    choose(tags, "hat")
    press(Key.Key_F2)
    QTest.keyClicks(field(tags), "cap")
    tags.set_counts(COUNTS | {"boots": 50})
    assert field(tags).text() == "cap"
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: tags.model.find("boots").row() == 0)


def test_the_same_tags_stay_chosen_when_counts_change(tags: AllTags) -> None:
    choose(tags, "1girl")
    press(Key.Key_Down, SHIFT)
    tags.set_counts(COUNTS | {"hat": 99, "boots": 1})
    assert tags.list.tags() == ["hat", "1girl"]
    assert tags.model.tag(tags.list.currentIndex()) == "hat"


def test_the_search_narrows_the_list_and_down_goes_into_it(tags: AllTags) -> None:
    tags.search.setFocus()
    QTest.keyClicks(tags.search, "i")
    assert tags.model.rowCount() == 4
    press(Key.Key_Down)
    assert tags.list.hasFocus()
    assert tags.list.currentIndex().row() == 0
    tags.search.setText("zebra")
    assert says(tags, "No tag contains “zebra”.")
    assert not tags.list.isVisible()


def test_without_tags_it_says_what_comes_here(tags: AllTags) -> None:
    tags.set_counts({})
    assert says(tags, "appear here")


def test_the_button_sorts_by_name(tags: AllTags) -> None:
    tags._sort.click()
    assert tags.model.tag(tags.model.index(0)) == "1girl"
    tags._sort.click()
    assert tags.model.tag(tags.model.index(0)) == "inkstyle"


def test_the_menu_offers_the_same(tags: AllTags, qtbot: QtBot) -> None:
    choose(tags, "hat")
    texts = [action.text().partition("\t")[0] for action in tags.menu().actions() if action.text()]
    assert texts == [
        "Show images with this tag",
        "Rename everywhere…",
        "Add to selected images",
        "Remove everywhere",
    ]
    press(Key.Key_Down, SHIFT)
    merge = tags.menu().actions()[0].menu()
    assert merge is not None
    assert [action.text() for action in merge.actions()] == ["hat", "black && white"]  # type: ignore[attr-defined]
    with qtbot.waitSignal(tags.merge_requested) as wanted:
        merge.actions()[1].trigger()  # type: ignore[attr-defined]
    assert wanted.args == [["hat", "black & white"], "black & white"]


def test_ticks_of_the_selected_images_are_drawn(tags: AllTags) -> None:
    before = tags.list.grab().toImage()
    tags.set_selected({"hat": 3, "rain": 1}, 3)
    assert tags.list.grab().toImage() != before
