"""What was changed for want of memory, in the words of the window and in the list of a run."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from studio.events import Phase, Started, StepDone, Warned
from studio.messages import RELIEVED, SENTENCES
from ui.messages import sentence
from ui.pages.train_run import RunView


def relieved(setting: str) -> Warned:
    values = {"setting": setting, "before": "off", "after": "on", "step": 2, "reason": "full"}
    return Warned("memory.relieved", values)


@pytest.mark.parametrize("setting", [*RELIEVED, "data.cache"])
def test_each_setting_has_its_own_words(setting: str) -> None:
    event = relieved(setting)
    words = RELIEVED.get(setting, SENTENCES[event.code])
    assert sentence(event.code, event.params) == words.format_map(event.params)


def test_the_running_view_lists_it_and_goes_on(qtbot: QtBot) -> None:
    view = RunView()
    qtbot.addWidget(view)
    started = Started("/run", 2, 100, 4, "starter", "cpu", "adamw", 1, 2)
    for event in (
        Phase("train"),
        *(StepDone(number, 100, 0, 0.5, 1e-4, 0.0, 1.0, 0.5) for number in (1, 2)),
        relieved("memory.gradient_checkpointing"),
        Phase("open_base"),
        started,
        StepDone(3, 100, 0, 0.5, 1e-4, 0.0, 1.0, 0.5),
    ):
        view.apply(event)
    qtbot.waitUntil(lambda: view.warnings.list.count() == 1)
    assert "goes on after step 2" in view.warnings.list.item(0).text()
    assert view.status.text().startswith("Step 3 of 100")
    assert view.state.steps.numbers == [1, 2, 3]
