"""The list of suggestions, by itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ui.widgets.tag_completer import SuggestionModel
from ui.widgets.tag_field import TagField


@dataclass
class Suggested:
    tag: str
    alias: str = ""
    count: int = 1
    category: str = ""


def test_the_model_shows_alias_and_tag(qtmodeltester: ModelTester) -> None:
    model = SuggestionModel()
    qtmodeltester.check(model)
    model.show("h", [Suggested("hat"), Suggested("dog", "犬", 12000, "general")])
    qtmodeltester.check(model)
    assert [model.index(row).data() for row in range(2)] == ["hat", "犬 → dog"]
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert spoken == ["hat, 1 in the dataset", "dog, 12000, general"]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 300)
    QVBoxLayout(window).addWidget(TagField())
    window.show()
    window.activateWindow()
    return window


@pytest.fixture
def field(window: QWidget) -> TagField:
    field = window.findChild(TagField)
    assert isinstance(field, TagField)
    field.setFocus()
    return field


def test_up_and_down_go_round_by_way_of_what_was_typed(field: TagField, qtbot: QtBot) -> None:
    field.suggestions.set_provider(lambda typed, limit: [Suggested("a1"), Suggested("a2")])
    QTest.keyClicks(field, "a")
    qtbot.waitUntil(lambda: field.suggestions.is_open)
    chosen = []
    for _ in range(4):
        QTest.keyClick(field, Qt.Key.Key_Down)
        chosen.append(field.suggestions.current())
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert [*chosen, field.suggestions.current()] == ["a1", "a2", "", "a1", ""]


def test_fast_typing_asks_once(field: TagField, qtbot: QtBot) -> None:
    asked: list[str] = []

    def provide(typed: str, limit: int) -> list[Suggested]:
        asked.append(typed)
        return [Suggested("long coat")]

    field.suggestions.set_provider(provide)
    QTest.keyClicks(field, "long")
    qtbot.waitUntil(lambda: field.suggestions.is_open)
    assert asked == ["long"]


def test_the_list_closes_without_a_match_and_with_the_focus(field: TagField, qtbot: QtBot) -> None:
    field.suggestions.set_provider(lambda typed, limit: [Suggested("hat")] * (typed == "h"))
    QTest.keyClicks(field, "h")
    qtbot.waitUntil(lambda: field.suggestions.is_open)
    QTest.keyClicks(field, "x")
    qtbot.waitUntil(lambda: not field.suggestions.is_open)
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: field.suggestions.is_open)
    field.clearFocus()
    assert not field.suggestions.is_open
