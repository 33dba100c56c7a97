"""The sheet of shortcuts: all of them, quickly, and searchable."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.dialogs.shortcuts import ShortcutsDialog
from ui.shortcuts import SHORTCUTS


def make(qtbot: QtBot) -> ShortcutsDialog:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    return dialog


def test_it_shows_every_shortcut(qtbot: QtBot) -> None:
    expected = [shortcut.text.rstrip("…") for shortcut in SHORTCUTS.values()]
    assert sorted(make(qtbot).shown()) == sorted(expected)


def test_it_opens_in_a_tenth_of_a_second(qtbot: QtBot) -> None:
    def opening() -> float:
        begun = time.perf_counter()
        dialog = make(qtbot)
        dialog.show()
        dialog.grab()
        return time.perf_counter() - begun

    assert min(opening() for _ in range(3)) < 0.1


def test_it_is_searched_by_what_and_by_key(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    dialog.search.setText("full SCREEN")
    assert dialog.shown() == ["Full screen"]
    dialog.search.setText("f11")
    assert dialog.shown() == ["Full screen"]
    dialog.search.setText("nothing like this")
    assert dialog.shown() == []
    assert not dialog._nothing.isHidden()
    dialog.search.clear()
    assert len(dialog.shown()) == len(SHORTCUTS)


def test_everything_has_a_name(qtbot: QtBot) -> None:
    assert not unnamed_focusable(make(qtbot))
