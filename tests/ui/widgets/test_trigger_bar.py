"""The trigger word, and whether all captions have it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.widgets.trigger_bar import TriggerBar


@pytest.fixture
def bar(qtbot: QtBot) -> TriggerBar:
    bar = TriggerBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def test_without_a_trigger_word_it_says_what_one_is(bar: TriggerBar) -> None:
    assert "made-up word" in bar.text()
    assert not bar.button.isVisible()


def test_enter_tells_the_word_once(bar: TriggerBar, qtbot: QtBot) -> None:
    told: list[str] = []
    bar.trigger_changed.connect(told.append)
    QTest.keyClicks(bar.field, " inkstyle ")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    bar.field.editingFinished.emit()
    assert told == ["inkstyle"]
    assert bar.field.text() == "inkstyle"


def test_it_says_in_how_many_captions_the_word_is_missing(bar: TriggerBar, qtbot: QtBot) -> None:
    bar.set_trigger("inkstyle")
    bar.set_missing(0, 42)
    assert bar.text() == "in all captions"
    assert not bar.button.isVisible()
    bar.set_missing(5, 42)
    assert "missing in 5" in bar.text()
    with qtbot.waitSignal(bar.add_trigger):
        bar.button.click()


def test_without_images_it_says_nothing(bar: TriggerBar) -> None:
    bar.set_trigger("inkstyle")
    bar.set_missing(0, 0)
    assert bar.text() == ""


def test_a_word_that_is_being_typed_stays(bar: TriggerBar) -> None:
    QTest.keyClicks(bar.field, "ink")
    bar.set_trigger("other")
    assert bar.field.text() == "ink"


def test_it_is_one_tag_so_it_has_no_comma(bar: TriggerBar) -> None:
    QTest.keyClicks(bar.field, "ink,style")
    bar.field.insert("，")
    assert bar.field.text() == "inkstyle"


def test_the_field_has_a_label_with_a_key(bar: TriggerBar, qtbot: QtBot) -> None:
    bar.activateWindow()
    bar.button.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(bar.field.hasFocus)
