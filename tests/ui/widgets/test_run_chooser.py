from __future__ import annotations

from datetime import datetime

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.run_chooser import NEW, RunChooser, RunEntry

RUNS = (
    RunEntry("task 1", "Ink v3", "running"),
    RunEntry("/runs/2", "Ink v2", "interrupted", datetime(2026, 11, 20, 14, 2)),
    RunEntry("/runs/1", "Ink v1", "finished", datetime(2026, 11, 19, 9, 30)),
)


@pytest.fixture
def chooser(qtbot: QtBot) -> RunChooser:
    chooser = RunChooser()
    qtbot.addWidget(chooser)
    chooser.set_runs(RUNS)
    return chooser


def test_the_next_run_comes_first_then_the_others_with_their_states(chooser: RunChooser) -> None:
    texts = [chooser.list.itemText(place) for place in range(chooser.list.count())]
    assert texts[:2] == ["New run", "Ink v3 · training"]
    assert texts[2].startswith("Ink v2 · stopped unexpectedly · ")
    assert texts[3].startswith("Ink v1 · finished · ")


def test_choosing_tells_the_key(qtbot: QtBot, chooser: RunChooser) -> None:
    with qtbot.waitSignal(chooser.chosen) as blocker:
        chooser.list.activated.emit(0)
    assert blocker.args == [NEW]


def test_what_is_chosen_stays_when_runs_come(chooser: RunChooser) -> None:
    chooser.choose("/runs/2")
    chooser.set_runs(RUNS[1:])
    assert chooser.list.currentData() == "/runs/2"
    chooser.set_runs(())
    assert chooser.list.currentData() == NEW
    assert not unnamed_focusable(chooser)
