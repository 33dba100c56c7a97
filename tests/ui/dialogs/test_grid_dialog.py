"""What a grid shall compare: what is chosen, what is wrong, how long it takes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.dialogs.grid import GridDialog, first_choice, read_strengths


@pytest.fixture
def dialog(qtbot: QtBot) -> GridDialog:
    checkpoints = [(f"step {step}", f"/{step}") for step in (800, 600, 400)]
    dialog = GridDialog(checkpoints, ["/800", "/600"], "a fox", 3.0)
    qtbot.addWidget(dialog)
    return dialog


def test_it_counts_pictures_and_time(dialog: GridDialog) -> None:
    assert (dialog.plan.count, dialog.plan.strengths) == (8, (0.0, 0.5, 0.8, 1.0))
    assert dialog.summary.text().endswith("about 25 s")
    dialog.list.item(2).setCheckState(Qt.CheckState.Checked)
    dialog.prompts.setPlainText("a fox\n\n a cat ")
    assert dialog.plan.prompts == ("a fox", "a cat")
    assert dialog.plan.count == 24
    assert not unnamed_focusable(dialog)


@pytest.mark.parametrize(
    ("strengths", "prompt", "said"),
    [
        ("half", "a fox", "numbers"),
        ("1", " ", "prompt"),
        (" ".join(str(n / 20) for n in range(150)), "a fox", "too many"),
    ],
)
def test_it_says_what_is_wrong(dialog: GridDialog, strengths: str, prompt: str, said: str) -> None:
    dialog.strengths.setText(strengths)
    dialog.prompts.setPlainText(prompt)
    assert said in dialog.summary.text()
    assert not dialog.draw.isEnabled()


def test_one_checkpoint_at_least(dialog: GridDialog) -> None:
    for row in range(3):
        dialog.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.draw.isEnabled()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0, 0.5,1", [0.0, 0.5, 1.0]),
        ("−1 0,5 2", [-1.0, 0.0, 5.0, 2.0]),
        ("0.5，1；1", [0.5, 1.0]),
        ("11", None),
        ("nan", None),
        ("x", None),
        ("", []),
    ],
)
def test_strengths_are_read_as_artists_write_them(text: str, numbers: list[float] | None) -> None:
    assert read_strengths(text) == numbers


def test_the_newest_few_are_chosen_and_the_present_one() -> None:
    assert first_choice(["5", "4", "3", "2", "1"], "1") == ["5", "4", "3", "2", "1"]
