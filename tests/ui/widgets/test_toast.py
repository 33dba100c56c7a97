"""Toasts: they come, say something, and go; at most three at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QCursor, QEnterEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.icon_button import IconButton
from ui.widgets.toast import MOST, Notice, Toast, Toasts


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    QCursor.setPos(0, 0)  # another test may have left it where the toasts come
    host.show()
    return host


@pytest.fixture
def toasts(host: QWidget) -> Iterator[Toasts]:
    toasts = Toasts(host)
    yield toasts
    for toast in toasts.shown:
        toast.timer.stop()


def button(toast: Toast) -> QPushButton:
    (found,) = toast.findChildren(QPushButton)
    return found


def test_a_toast_lies_at_the_right_above_the_page_s_buttons_and_stays_there(
    host: QWidget, toasts: Toasts
) -> None:
    toast = toasts.show(Notice("Replaced in 37 captions"))
    for size in ((900, 700), (640, 360)):
        host.resize(*size)
        assert host.rect().contains(toast.geometry())
        assert toast.geometry().right() > host.width() - 24
        assert host.height() - 84 < toast.geometry().bottom() < host.height() - 60


def test_a_long_text_is_shown_whole(toasts: Toasts) -> None:
    short = toasts.show(Notice("Saved"))
    long = toasts.show(Notice("The file cannot be written (permission denied); " * 4))
    assert long.height() > short.height()
    assert long.height() >= long.heightForWidth(long.width())


def test_the_newest_is_lowest_and_the_oldest_leaves(toasts: Toasts) -> None:
    shown = [toasts.show(Notice(str(number))) for number in range(MOST + 2)]
    assert toasts.shown == shown[2:]
    tops = [toast.y() for toast in toasts.shown]
    assert tops == sorted(tops)


def test_what_can_be_acted_on_outlasts_what_only_tells(toasts: Toasts) -> None:
    toasts.show(Notice("Moved", action="Undo"))
    for number in range(MOST):
        toasts.show(Notice(str(number)))
    assert [toast.notice.text for toast in toasts.shown] == ["Moved", "1", "2"]


def test_a_small_window_is_not_covered(host: QWidget, toasts: Toasts) -> None:
    for number in range(MOST):
        toasts.show(Notice(str(number)))
    host.resize(640, 240)
    assert [toast.notice.text for toast in toasts.shown] == ["2"]


def test_the_same_text_is_not_stacked(toasts: Toasts) -> None:
    toasts.show(Notice("Not saved", "error"))
    toasts.show(Notice("Not saved", "error"))
    assert len(toasts.shown) == 1


def test_its_button_acts_once_and_closes_it(qtbot: QtBot, toasts: Toasts) -> None:
    acted: list[str] = []
    toast = toasts.show(Notice("Moved to the trash", action="Undo", act=lambda: acted.append("x")))
    qtbot.mouseClick(button(toast), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not toasts.shown)
    assert acted == ["x"]


def test_a_second_press_while_it_fades_does_nothing(toasts: Toasts) -> None:
    acted: list[str] = []
    toast = toasts.show(Notice("Moved to the trash", action="Undo", act=lambda: acted.append("x")))
    button(toast).click()
    button(toast).click()
    assert acted == ["x"]


def test_it_goes_by_itself_when_its_time_is_over(qtbot: QtBot, toasts: Toasts) -> None:
    toast = toasts.show(Notice("Saved"))
    assert toast.timer.interval() == 6000
    assert toasts.show(Notice("Moved", action="Undo")).timer.interval() == 20_000
    toasts.shown[-1].fade_out()
    toast.timer.start(10)
    qtbot.waitUntil(lambda: not toasts.shown)


def test_it_stays_while_it_has_the_focus(qtbot: QtBot, host: QWidget, toasts: Toasts) -> None:
    field = QLineEdit(host)
    field.show()
    toast = toasts.show(Notice("Moved", action="Undo"))
    qtbot.waitUntil(host.isActiveWindow)
    button(toast).setFocus()
    assert not toast.timer.isActive()
    toast.findChildren(IconButton)[0].setFocus()
    assert not toast.timer.isActive()
    field.setFocus()
    assert toast.timer.isActive()


def test_it_stays_while_the_mouse_is_over_it(toasts: Toasts) -> None:
    toast = toasts.show(Notice("Moved"))
    QApplication.sendEvent(toast, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert not toast.timer.isActive()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast.timer.isActive()


def test_it_does_not_take_the_focus(qtbot: QtBot, host: QWidget, toasts: Toasts) -> None:
    field = QLineEdit(host)
    field.show()
    field.setFocus()
    toasts.show(Notice("Moved", action="Undo"))
    assert QApplication.focusWidget() is field


def test_everything_in_it_has_a_name(toasts: Toasts) -> None:
    toast = toasts.show(Notice("Moved", action="Undo"))
    assert toast.accessibleName() == "Moved"
    assert not unnamed_focusable(toast)
