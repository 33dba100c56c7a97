from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.icon_button import IconButton
from ui.widgets.prompt_list import MOST, PromptList


@pytest.fixture
def prompts(qtbot: QtBot) -> PromptList:
    prompts = PromptList()
    prompts.set_prompts(["a cat", "a dog"], 7)
    qtbot.addWidget(prompts)
    prompts.resize(600, 200)
    with qtbot.waitActive(prompts):
        prompts.show()
        prompts.activateWindow()
    return prompts


def test_typing_tells_and_empty_rows_do_not_count(qtbot: QtBot, prompts: PromptList) -> None:
    told: list[list[str]] = []
    prompts.changed.connect(lambda: told.append(prompts.prompts()))
    qtbot.mouseClick(prompts.add_button, Qt.MouseButton.LeftButton)
    assert not told
    assert prompts.rows[2].field.hasFocus()
    qtbot.keyClicks(prompts.rows[2].field, "fox")
    assert told[-1] == ["a cat", "a dog", "fox"]


def test_a_row_that_is_typed_into_stays_when_its_prompts_are_shown(
    qtbot: QtBot, prompts: PromptList
) -> None:
    row = prompts.rows[0]
    qtbot.keyClicks(row.field, "x ")
    prompts.set_prompts(prompts.prompts(), 7)
    assert prompts.rows[0] is row
    assert row.field.text() == "x a cat"
    prompts.set_prompts(["new"], 7)
    assert prompts.prompts() == ["new"]


def test_rows_have_seeds_that_count_up(prompts: PromptList) -> None:
    texts = [label.text() for label in prompts.findChildren(QLabel)]
    assert "seed 7" in texts
    assert "seed 8" in texts
    prompts.seed.setValue(20)
    assert "seed 21" in [label.text() for label in prompts.findChildren(QLabel)]


def test_a_row_can_be_removed_but_one_is_always_there(qtbot: QtBot, prompts: PromptList) -> None:
    for _ in range(2):
        button = prompts.rows[0].findChild(IconButton)
        assert button
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert prompts.prompts() == []
    assert len(prompts.rows) == 1


def test_there_is_a_limit(prompts: PromptList) -> None:
    prompts.set_prompts([str(number) for number in range(MOST)], 1)
    assert not prompts.add_button.isEnabled()


def test_it_can_be_used_by_everybody(prompts: PromptList) -> None:
    assert not unnamed_focusable(prompts)
