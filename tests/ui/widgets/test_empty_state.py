"""Empty states: one thing to do, and words for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.empty_state import EmptyState

TEXT = "Here you will draw with it, with a slider for its strength. " * 3


def make(qtbot: QtBot) -> EmptyState:
    state = EmptyState("try", "Train an adapter first", TEXT, "Go to Train")
    qtbot.addWidget(state)
    return state


def test_it_has_one_primary_button(qtbot: QtBot) -> None:
    state = make(qtbot)
    state.add_link("Learn more")
    primary = [b for b in state.findChildren(QPushButton) if b.property("primary")]
    assert primary == [state.button]
    with qtbot.waitSignal(state.activated):
        qtbot.mouseClick(state.button, Qt.MouseButton.LeftButton)


def test_the_focus_goes_to_the_button(qtbot: QtBot) -> None:
    state = make(qtbot)
    state.show()
    state.setFocus()
    assert state.focusWidget() is state.button


def test_words_are_whole_at_any_width(qtbot: QtBot) -> None:
    state = make(qtbot)
    state.show()
    for width in (320, 560, 1200):
        state.resize(width, 600)
        for label in (state.heading, state.text):
            assert label.height() >= label.heightForWidth(label.width()), width
        assert abs(state.button.parentWidget().geometry().center().x() - width // 2) <= 1


def test_everything_in_it_has_a_name(qtbot: QtBot) -> None:
    state = make(qtbot)
    assert not unnamed_focusable(state)
    assert state.accessibleName() == "Train an adapter first"
