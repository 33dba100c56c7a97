"""A sentence is told word by word, and its undo is the window's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.caption_text import CaptionText

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Harness(QWidget):
    """A window that gives every edit back, as a page does, and has shortcuts."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.other = CaptionText(), QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(self.other)
        self.told: list[str] = []
        self.done: list[str] = []
        self.text.edited.connect(self.take)
        for keys in ("Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "Ctrl+Down", "Ctrl+Up", "PgDown", "PgUp"):
            action = QAction(self, shortcut=keys)
            action.triggered.connect(lambda _=False, keys=keys: self.done.append(keys))
            self.addAction(action)

    def take(self, text: str) -> None:
        self.told.append(text)
        self.text.set_text(text)


@pytest.fixture
def page(qtbot: QtBot) -> Harness:
    page = Harness()
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    page.text.setFocus()
    return page


def cursor_at(text: CaptionText, position: int) -> None:
    cursor = text.textCursor()
    cursor.setPosition(position)
    text.setTextCursor(cursor)


def test_words_are_told_when_they_end_and_the_last_one_after_a_pause(
    page: Harness, qtbot: QtBot
) -> None:
    QTest.keyClicks(page.text, "a red fo")
    assert page.told == ["a", "a red"]
    assert page.text.toPlainText() == "a red fo"
    qtbot.waitUntil(lambda: page.told[-1] == "a red fo", timeout=2000)


def test_leaving_and_flush_tell_at_once_and_only_once(page: Harness) -> None:
    QTest.keyClicks(page.text, "fox")
    page.other.setFocus()
    page.text.flush()
    assert page.told == ["fox"]


def test_what_is_shown_is_not_told(page: Harness) -> None:
    page.text.set_text("a fox")
    page.text.flush()
    assert page.told == []


def test_undo_and_redo_go_to_the_window_after_what_was_typed_is_told(page: Harness) -> None:
    QTest.keyClicks(page.text, "fox")
    QTest.keyClick(page.text, Qt.Key.Key_Z, CTRL)
    assert (page.told, page.done) == (["fox"], ["Ctrl+Z"])
    QTest.keyClick(page.text, Qt.Key.Key_Z, CTRL | SHIFT)
    QTest.keyClick(page.text, Qt.Key.Key_Y, CTRL)
    assert page.done == ["Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"]


def test_going_to_another_image_tells_first(page: Harness) -> None:
    QTest.keyClicks(page.text, "fox")
    QTest.keyClick(page.text, Qt.Key.Key_Down, CTRL)
    assert (page.told, page.done) == (["fox"], ["Ctrl+Down"])
    for key in (Qt.Key.Key_Up,):
        QTest.keyClick(page.text, key, CTRL)
    QTest.keyClick(page.text, Qt.Key.Key_PageDown)
    QTest.keyClick(page.text, Qt.Key.Key_PageUp)
    assert page.done[1:] == ["Ctrl+Up", "PgDown", "PgUp"]


def test_the_cursor_goes_where_an_undo_changed_the_text(page: Harness) -> None:
    page.text.set_text("a big fox in the snow")
    page.text.set_text("a fox in the snow")
    assert page.text.textCursor().position() == 2
    page.text.set_text("a red fox in the snow")
    assert page.text.textCursor().position() == len("a red ")


def test_the_cursor_stays_where_text_is_inserted_in_the_middle(page: Harness) -> None:
    page.text.set_text("a fox in the snow")
    cursor_at(page.text, 2)
    QTest.keyClicks(page.text, "red ")
    assert page.text.toPlainText() == "a red fox in the snow"
    assert page.text.textCursor().position() == 6


def test_for_another_image_the_cursor_goes_to_the_end(page: Harness) -> None:
    page.text.set_text("a fox in the snow")
    page.text.set_text("a dog in the snow", to_end=True)
    assert page.text.textCursor().position() == 17


def test_a_space_that_is_being_typed_stays(page: Harness) -> None:
    QTest.keyClicks(page.text, "a fox ")
    assert page.told == ["a", "a fox"]
    assert page.text.toPlainText() == "a fox "


def test_composing_with_an_input_method_tells_only_what_is_committed(page: Harness) -> None:
    QApplication.sendEvent(page.text, QInputMethodEvent("ni hao", []))
    page.text.flush()
    assert page.told == []
    commit = QInputMethodEvent()
    commit.setCommitString("你好")
    QApplication.sendEvent(page.text, commit)
    page.text.flush()
    assert page.told == ["你好"]


def test_what_is_not_read_is_marked_in_each_line(page: Harness) -> None:
    page.text.set_text("𝄞 one two\nthree\nfour five")
    page.text.set_cuts([6, 5, 4])
    marked = [mark.cursor.selectedText() for mark in page.text.extraSelections()]
    assert marked == ["two", " five"]
    page.text.set_cuts([])
    assert page.text.extraSelections() == []


def test_a_read_only_text_tells_nothing(page: Harness) -> None:
    page.text.setReadOnly(True)
    QTest.keyClicks(page.text, "fox ")
    page.text.flush()
    assert page.told == []


def test_tab_leaves_the_text(page: Harness) -> None:
    QTest.keyClick(page.text, Qt.Key.Key_Tab)
    assert page.other.hasFocus()


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text(st.sampled_from("ab 𝄞狐\n"), max_size=12), min_size=2, max_size=5),
)
def test_any_text_after_any_other_is_shown_as_it_is(texts: list[str]) -> None:
    assert QApplication.instance() is not None
    text = CaptionText()
    for wanted in texts:
        text.set_text(wanted)
        assert text.toPlainText().strip() == wanted.strip()
        text.moveCursor(QTextCursor.MoveOperation.Start)
    text.deleteLater()
