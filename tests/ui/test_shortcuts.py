"""The table of shortcuts: no key twice, nothing in it that the window does not use."""

from __future__ import annotations

import ast
from itertools import combinations
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import ui
from ui.shortcuts import EVERYWHERE, SHORTCUTS, Shortcut, action, groups, tooltip


def meet(one: Shortcut, other: Shortcut) -> bool:
    """Whether both can be live at once; keys of a widget come before those of its page."""
    groups = {one.group, other.group}
    return one.in_widget == other.in_widget and (len(groups) == 1 or EVERYWHERE in groups)


def test_no_two_shortcuts_share_a_key() -> None:
    twice = [
        (one.id, other.id)
        for one, other in combinations(SHORTCUTS.values(), 2)
        if meet(one, other) and set(one.sequences) & set(other.sequences)
    ]
    assert not twice


def test_every_key_is_one_that_qt_knows() -> None:
    for shortcut in SHORTCUTS.values():
        for sequence in shortcut.sequences:
            assert sequence.count() == 1, shortcut.id
            assert sequence[0].key() is not Qt.Key.Key_unknown, shortcut.id


def test_every_shortcut_is_used_by_the_window() -> None:
    sources = (path.read_text(encoding="utf-8") for path in Path(ui.__file__).parent.rglob("*.py"))
    literals = {
        node.value
        for source in sources
        if "shortcuts.action(" in source or "import action" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    wanted = {shortcut.id for shortcut in SHORTCUTS.values() if not shortcut.in_widget}
    assert not wanted - literals


def test_an_action_has_text_keys_and_tooltip_and_calls_its_slot(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    calls: list[tuple[object, ...]] = []
    made = action("redo", parent, lambda *args: calls.append(args))
    assert (made.text(), made.toolTip()) == ("Redo", "Redo (Ctrl+Shift+Z)")
    with qtbot.waitActive(parent):
        parent.show()
        parent.activateWindow()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(parent, Qt.Key.Key_Z, control | shift)
    qtbot.keyClick(parent, Qt.Key.Key_Y, control)
    assert calls == [(), ()]


def test_the_sheet_has_each_shortcut_once_by_group() -> None:
    rows = [shortcut.id for group in groups().values() for shortcut in group]
    assert sorted(rows) == sorted(SHORTCUTS)
    assert list(groups()) == ["Everywhere", "Images", "Train", "Try", "Export"]


def test_a_tooltip_may_say_more_than_the_menu() -> None:
    assert tooltip("project.new") == "New project (Ctrl+N)"
    assert tooltip("undo", "Undo “rename tag”") == "Undo “rename tag” (Ctrl+Z)"
