"""Home: recent projects as cards, and ways to begin."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from studio.project import Project
from tests.ui.accessibility import unnamed_focusable
from ui.pages.home import HomePage
from ui.preferences import Preferences
from ui.projects import OPENED
from ui.theme import Theme


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    folder = repository / "sample_images/style_ink"
    return Project.create(tmp_path / "my ink", "Ink style", [folder]).path


def make(qtbot: QtBot, preferences: Preferences, *recent: Path) -> HomePage:
    for path in reversed(recent):
        preferences.add_recent(path)
    page = HomePage(preferences)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    return page


def test_without_projects_it_offers_two_ways_to_begin(
    qtbot: QtBot, preferences: Preferences
) -> None:
    page = make(qtbot, preferences)
    assert not page._recent.isVisible()
    buttons = {button.text(): button for button in page.findChildren(QPushButton)}
    for text, signal in (
        ("Choose a folder of images…", page.choose_wanted),
        ("Try the sample project", page.sample_wanted),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(buttons[text], Qt.MouseButton.LeftButton)


def test_a_card_shows_name_folder_time_and_first_image(
    qtbot: QtBot, preferences: Preferences, project: Path
) -> None:
    preferences.remember(OPENED, {str(project): "2026-03-12T09:30"})
    page = make(qtbot, preferences, project)
    card = page.cards[project]
    qtbot.waitUntil(lambda: card._cover is not None)
    assert card.text() == "Ink style"
    assert "style_ink" in card.accessibleDescription()
    assert "Opened" in card.accessibleDescription()
    assert card._cover is not None
    assert card._cover.width() >= card.cover_size().width()
    with qtbot.waitSignal(page.open_wanted) as blocker:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert blocker.args == [project]
    with qtbot.waitSignal(page.open_wanted):
        qtbot.keyClick(card, Qt.Key.Key_Space)


def test_a_project_that_is_gone_can_be_located_or_removed(
    qtbot: QtBot, preferences: Preferences, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    page = make(qtbot, preferences, gone)
    card = page.cards[gone]
    qtbot.waitUntil(lambda: card.accessibleDescription() == "Folder not found")
    locate, remove = card.findChildren(QPushButton)
    for press in (card, locate):
        with qtbot.waitSignal(page.locate_wanted) as blocker:
            qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
        assert blocker.args == [gone]
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert preferences.recent_projects == []
    assert page.cards == {}


def test_a_project_without_images_has_a_card_too(
    qtbot: QtBot, preferences: Preferences, tmp_path: Path
) -> None:
    path = Project.create(tmp_path / "empty", "Nothing yet").path
    page = make(qtbot, preferences, path)
    card = page.cards[path]
    qtbot.waitUntil(lambda: card.text() == "Nothing yet")
    assert not card.grab().isNull()


def test_newly_opened_projects_appear(
    qtbot: QtBot, preferences: Preferences, project: Path
) -> None:
    page = make(qtbot, preferences)
    preferences.add_recent(project)
    qtbot.waitUntil(lambda: page.cards[project].text() == "Ink style")


def test_theme_and_language_are_set_at_once(qtbot: QtBot, preferences: Preferences) -> None:
    page = make(qtbot, preferences)
    language, theme = page.findChildren(QComboBox)
    theme.setFocus()
    theme.setCurrentIndex(theme.findText("Dark"))
    theme.activated.emit(theme.currentIndex())
    assert preferences.theme is Theme.DARK
    language.setCurrentIndex(language.findText("简体中文"))
    language.activated.emit(language.currentIndex())
    assert preferences.language == "zh_CN"
    preferences.theme = Theme.LIGHT
    assert theme.currentText() == "Light"


def test_everything_has_a_name(qtbot: QtBot, preferences: Preferences, project: Path) -> None:
    assert not unnamed_focusable(make(qtbot, preferences, project))
