from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.dialogs.recipe import RecipeDialog

LEFT = [("ss_scale_weight_norms", "1.0", "There is nothing like it here.")]


def test_it_lists_what_was_taken_and_what_was_left(qtbot: QtBot) -> None:
    dialog = RecipeDialog("ink.safetensors", ["By kohya."], [("Rank", "16")], LEFT)
    qtbot.addWidget(dialog)
    dialog.show()
    rank = dialog.taken.topLevelItem(0)
    left = dialog.left.topLevelItem(0)
    assert rank
    assert left
    assert [rank.text(0), rank.text(1)] == ["Rank", "16"]
    assert left.text(2) == "There is nothing like it here."
    assert "By kohya." in [label.text() for label in dialog.findChildren(QLabel)]
    assert not unnamed_focusable(dialog)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)


def test_a_file_that_tells_nothing_cannot_be_applied(qtbot: QtBot) -> None:
    dialog = RecipeDialog("ink.safetensors", [], [], [])
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.apply.isEnabled()
    assert not dialog.left.isVisible()
