"""The settings form of a draft: both ways, errors a moment after typing, quick enough."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from studio.project import Project
from tests.ui.accessibility import unnamed_focusable
from ui.models.draft import RunDraft
from ui.pages.draft_form import DraftForm


@pytest.fixture
def draft(qapp: QApplication, tmp_path: Path) -> Iterator[RunDraft]:
    (tmp_path / "images").mkdir()
    project = Project.create(tmp_path / "p", "Ink", [tmp_path / "images"], trigger="inkwash")
    made = RunDraft(project)
    yield made
    made.save()


@pytest.fixture
def connected(qtbot: QtBot, draft: RunDraft) -> Iterator[DraftForm]:
    made = DraftForm(draft)
    qtbot.addWidget(made.form)
    made.form.resize(900, 700)
    made.form.show()
    yield made
    made._timer.stop()


def line(connected: DraftForm, key: str) -> QLineEdit:
    field = connected.form.rows[key].editor.field
    assert isinstance(field, QLineEdit)
    return field


def test_the_form_changes_the_draft_and_follows_it(
    connected: DraftForm, draft: RunDraft, qtbot: QtBot
) -> None:
    field = line(connected, "optimizer.unet_lr")
    field.clear()
    qtbot.keyClicks(field, "5e-4")
    assert draft.value("optimizer", "unet_lr") == 5e-4
    draft.set("optimizer", "unet_lr", 1e-5)
    assert field.text() == "1e-5"
    connected.form.reset_wanted.emit("optimizer.unet_lr")
    assert not draft.is_changed("optimizer", "unet_lr")


def test_an_error_is_said_after_a_pause_and_gone_at_once(
    connected: DraftForm, draft: RunDraft, qtbot: QtBot
) -> None:
    field = line(connected, "optimizer.unet_lr")
    state = connected.form.rows["optimizer.unet_lr"]

    def error() -> str:
        assert state.state is not None
        return state.state.error

    field.clear()
    qtbot.keyClicks(field, "5e")
    assert error() == ""
    qtbot.waitUntil(lambda: error() != "", timeout=1000)
    qtbot.keyClicks(field, "x")
    assert error() != ""  # it does not flicker
    field.setText("5e-4")
    field.textEdited.emit("5e-4")
    assert error() == ""


def test_errors_can_be_asked_for(connected: DraftForm, draft: RunDraft) -> None:
    draft.set("network", "dropout", 2.0)
    connected.show_errors()
    state = connected.form.rows["network.dropout"].state
    assert state is not None
    assert state.error == "It must be less than 1."


def test_ctrl_f_searches(connected: DraftForm, qtbot: QtBot) -> None:
    with qtbot.waitActive(connected.form):
        connected.form.activateWindow()
    connected.form.rows["network.rank"].focus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(connected.form.rows["network.rank"].editor.field, Qt.Key.Key_F, control)
    assert connected.form.search.hasFocus()


def test_everything_that_takes_the_focus_has_a_name(connected: DraftForm) -> None:
    assert unnamed_focusable(connected.form) == []


def test_typing_does_not_lag(connected: DraftForm, draft: RunDraft) -> None:
    began = time.perf_counter()
    for rank in range(4, 14):
        draft.set("network", "rank", rank)
        QApplication.processEvents()
    assert (time.perf_counter() - began) / 10 < 0.05
