"""The rail: words while there is room, and the same size in every theme."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import accessible_name, unnamed_focusable
from ui import theme
from ui.widgets.rail import NARROW, WIDE, Rail, RailButton


@pytest.fixture
def rail(qtbot: QtBot) -> Rail:
    rail = Rail()
    qtbot.addWidget(rail)
    for icon in ("home", "images", "train", "try", "export"):
        rail.add(QAction(icon, rail, checkable=True), icon, icon.title())
    for icon in ("settings", "help"):
        rail.add_below(QAction(icon, rail), icon, icon.title())
    rail.resize(WIDE, 600)
    rail.show()
    return rail


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, theme.Theme.LIGHT)
    yield
    theme.apply(qapp, theme.Theme.LIGHT)
    qapp.setStyleSheet("")


def heights(rail: Rail) -> set[int]:
    return {button.height() for button in rail.findChildren(RailButton)}


@pytest.mark.usefixtures("themes")
def test_another_theme_changes_no_size(qapp: QApplication, rail: Rail) -> None:
    before = heights(rail)
    theme.apply(qapp, theme.Theme.DARK)
    qapp.processEvents()
    assert heights(rail) == before == {58}


def test_without_room_the_icons_stand_alone(qapp: QApplication, rail: Rail) -> None:
    assert rail.width() == WIDE
    rail.resize(WIDE, 250)
    qapp.processEvents()
    assert rail.width() == NARROW
    assert min(heights(rail)) >= theme.TARGET
    assert all(rail.rect().contains(b.geometry()) for b in rail.findChildren(RailButton))
    rail.resize(NARROW, 600)
    qapp.processEvents()
    assert rail.width() == WIDE


def test_buttons_stand_in_reading_order_and_have_names(rail: Rail) -> None:
    buttons = sorted(rail.findChildren(RailButton), key=lambda button: button.y())
    names = ["Home", "Images", "Train", "Try", "Export", "Settings", "Help"]
    assert [accessible_name(button) for button in buttons] == names
    assert not unnamed_focusable(rail)
