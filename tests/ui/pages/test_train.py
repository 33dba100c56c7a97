"""Train, for now: real settings, and the command that uses them."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.config import read_toml, validate
from studio.project import Project
from tests.ui.accessibility import unnamed_focusable
from ui.pages.train import TrainPage
from ui.widgets.toast import Notice


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Project:
    images = repository / "sample_images/style_ink"
    return Project.create(tmp_path / "my ink", "Ink style", [images], trigger="inkwash style")


@pytest.fixture
def page(qtbot: QtBot, project: Project) -> TrainPage:
    page = TrainPage(project)
    qtbot.addWidget(page)
    page.show()
    return page


def test_it_writes_settings_that_train_understands(
    qtbot: QtBot, page: TrainPage, project: Project
) -> None:
    assert not page.command.isVisible()
    qtbot.mouseClick(page.state.button, Qt.MouseButton.LeftButton)
    file = project.path / "run.toml"
    assert shlex.split(page.command.text()) == ["lora-studio", "train", str(file)]
    assert page.command.isVisible()
    settings = validate(read_toml(file))
    assert settings == project.run_settings()
    assert settings.dataset[0].trigger == "inkwash style"


def test_settings_that_were_edited_by_hand_are_kept(page: TrainPage, project: Project) -> None:
    file = project.path / "run.toml"
    file.write_text("# mine\n")
    page.state.activated.emit()
    page.state.activated.emit()
    assert file.read_text() == "# mine\n"
    assert str(project.path / "run-2.toml") in page.command.text()
    assert not (project.path / "run-3.toml").exists()


def test_the_command_can_be_copied(qtbot: QtBot, page: TrainPage) -> None:
    page.state.activated.emit()
    (copy,) = (b for b in page.findChildren(QPushButton) if b.text() == "Copy")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == page.command.text()


def test_what_is_wrong_is_told(qtbot: QtBot, page: TrainPage, project: Project) -> None:
    project.remove_folder(*project.images_folders())
    told: list[Notice] = []
    page.noticed.connect(told.append)
    page.state.activated.emit()
    assert "dataset" in told[0].text
    assert not page.command.isVisible()


def test_everything_has_a_name(page: TrainPage) -> None:
    assert not unnamed_focusable(page)
