"""Errors that nothing caught are told once, in one dialog, and the app goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.errors import StudioError
from ui import crashes as module
from ui.crashes import Crashes
from ui.dialogs.crash import CrashDialog


@pytest.fixture
def crashes(qapp: QApplication) -> Iterator[Crashes]:
    with Crashes() as made:
        yield made
    for dialog in dialogs():
        dialog.reject()


def dialogs() -> list[CrashDialog]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, CrashDialog) and widget.isVisible()
    ]


def dialog_of(qtbot: QtBot) -> CrashDialog:
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    return dialogs()[0]


def press(dialog: CrashDialog, text: str) -> None:
    (button,) = (b for b in dialog.findChildren(QPushButton) if b.text() == text)
    button.click()


def fail(text: str = "nobody thought of this") -> None:
    raise RuntimeError(text)


@pytest.mark.usefixtures("crashes")
def test_an_error_in_a_slot_is_told_with_versions_and_traceback(qtbot: QtBot) -> None:
    QTimer.singleShot(0, fail)
    dialog = dialog_of(qtbot)
    report = dialog.report()
    assert "RuntimeError: nobody thought of this" in report
    assert "in fail" in report
    for name in ("LoRA Studio 0", "Python 3", "PySide6 6"):
        assert name in report
    press(dialog, "Copy report")
    assert QGuiApplication.clipboard().text() == report
    assert dialog.isVisible()
    press(dialog, "Keep working")
    assert not dialogs()


@pytest.mark.usefixtures("crashes")
def test_an_error_in_another_thread_is_told(qtbot: QtBot) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    assert "nobody thought" in dialog_of(qtbot).report()
    thread.join()


class Broken(QWidget):
    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        fail("cannot paint")


@pytest.mark.usefixtures("crashes")
def test_an_error_in_every_paint_event_is_one_dialog_that_counts(qtbot: QtBot) -> None:
    widget = Broken()
    qtbot.addWidget(widget)
    widget.show()
    dialog = dialog_of(qtbot)
    first = widget.painted
    for _ in range(5):
        widget.update()
        qtbot.wait(5)
    qtbot.waitUntil(lambda: f"Happened {widget.painted} times" in dialog.report())
    assert widget.painted >= first + 5
    assert len(dialogs()) == 1
    assert dialog.report().count("cannot paint") == 1 + dialog.report().count(
        'fail("cannot paint")'
    )


def test_what_was_told_is_quiet_for_a_while_then_told_again(
    qtbot: QtBot, crashes: Crashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again() -> None:
        QTimer.singleShot(0, fail)
        qtbot.wait(20)

    again()
    press(dialog_of(qtbot), "Keep working")
    again()
    assert not dialogs()
    monkeypatch.setattr(module, "QUIET", 0.0)
    again()
    assert len(dialogs()) == 1


@pytest.mark.usefixtures("crashes")
def test_different_errors_share_a_dialog(qtbot: QtBot) -> None:
    QTimer.singleShot(0, fail)
    QTimer.singleShot(0, lambda: fail("something else"))
    dialog = dialog_of(qtbot)
    qtbot.waitUntil(lambda: "something else" in dialog.report())
    assert "nobody thought of this" in dialog.report()


@pytest.mark.usefixtures("crashes")
def test_an_error_of_the_engine_is_told_in_its_sentence(qtbot: QtBot) -> None:
    def full() -> None:
        raise StudioError("disk.full", path="/x")

    QTimer.singleShot(0, full)
    assert "no space left on the disk of /x" in dialog_of(qtbot)._sentence.text()


@pytest.mark.usefixtures("crashes")
def test_an_error_inside_the_dialog_opens_no_other(
    qtbot: QtBot,
    crashes: Crashes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(CrashDialog, "report", fail)
    QTimer.singleShot(0, fail)
    qtbot.wait(50)
    assert caplog.text.count("nothing caught this") == 2
    assert len(dialogs()) <= 1


@pytest.mark.usefixtures("crashes")
def test_the_home_folder_is_shortened(qtbot: QtBot) -> None:
    QTimer.singleShot(0, lambda: fail(str(Path.home() / "secret" / "name")))
    report = dialog_of(qtbot).report()
    assert str(Path.home()) not in report
    assert str(Path("~") / "secret") in report


def test_afterwards_errors_are_left_to_python() -> None:
    with Crashes():
        assert sys.excepthook is not sys.__excepthook__
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__
    assert sys.unraisablehook is sys.__unraisablehook__
