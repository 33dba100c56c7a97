"""The preferences dialog: what is set counts at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import accessible_name, unnamed_focusable
from ui.dialogs.preferences import HINTS, PreferencesDialog
from ui.preferences import Preferences


def make(qtbot: QtBot, preferences: Preferences, project_open: bool = True) -> PreferencesDialog:
    dialog = PreferencesDialog(preferences, project_open)
    qtbot.addWidget(dialog)
    return dialog


def button(dialog: PreferencesDialog, name: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if accessible_name(b) == name)


def test_folders_are_chosen(
    qtbot: QtBot, preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make(qtbot, preferences)
    chosen = str(tmp_path / "elsewhere")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen)
    button(dialog, "Choose the folder of new projects").click()
    assert preferences.projects_folder == Path(chosen)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    button(dialog, "Choose the folder of new projects").click()
    assert preferences.projects_folder == Path(chosen)


def test_a_tag_list_is_chosen_and_cleared(
    qtbot: QtBot, preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make(qtbot, preferences)
    clear = button(dialog, "Use no tag list")
    assert not clear.isEnabled()
    file = tmp_path / "danbooru.csv"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    button(dialog, "Choose a tag list").click()
    assert preferences.tag_list == file
    clear.click()
    assert preferences.tag_list is None
    assert not clear.isEnabled()


def test_hints_come_back(qtbot: QtBot, preferences: Preferences) -> None:
    preferences.remember(HINTS, ["language"])
    button(make(qtbot, preferences), "Show all hints again").click()
    assert preferences.remembered(HINTS, ["x"]) == []


def test_thumbnails_are_cleared_only_where_there_are_some(
    qtbot: QtBot, preferences: Preferences
) -> None:
    name = "Clear the thumbnails of this project"
    dialog = make(qtbot, preferences)
    with qtbot.waitSignal(dialog.thumbnails_cleared):
        button(dialog, name).click()
    without = make(qtbot, preferences, project_open=False)
    assert name not in map(accessible_name, without.findChildren(QPushButton))


def test_the_engine_can_run_in_a_process_of_its_own(qtbot: QtBot, preferences: Preferences) -> None:
    box = make(qtbot, preferences).findChild(QCheckBox)
    assert not box.isChecked()
    box.click()
    assert preferences.separate_engine
    assert make(qtbot, preferences).findChild(QCheckBox).isChecked()


def test_everything_has_a_name(qtbot: QtBot, preferences: Preferences) -> None:
    assert not unnamed_focusable(make(qtbot, preferences))
