"""The job bar: there while something works, and then only."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.job_bar import Job, JobBar

FINDING = Job("similar", "Finding similar images", 5000, 20000)


@pytest.fixture
def bar(qtbot: QtBot) -> JobBar:
    bar = JobBar()
    qtbot.addWidget(bar)
    bar.resize(1000, 40)
    return bar


def test_it_appears_only_for_what_takes_long(qtbot: QtBot, bar: JobBar) -> None:
    assert bar.isHidden()
    bar.set_jobs([FINDING])
    bar.set_jobs([])
    qtbot.wait(450)
    assert bar.isHidden()
    bar.set_jobs([FINDING])
    qtbot.waitUntil(bar.isVisible)
    bar.set_jobs([])
    assert bar.isHidden()


def test_it_says_what_and_how_far(bar: JobBar) -> None:
    bar.set_jobs([FINDING])
    assert bar.title.accessibleName() == "Finding similar images"
    assert bar.progress.value() == 25
    assert bar.progress.maximum() == 100
    assert "25" in bar.left.text()


def test_without_a_total_it_only_moves(bar: JobBar) -> None:
    bar.set_jobs([replace(FINDING, done=0, total=0)])
    assert bar.progress.maximum() == 0
    assert bar.left.text() == ""


def test_the_time_left_appears_once_the_pace_is_known(
    bar: JobBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    bar.set_jobs([replace(FINDING, done=1000)])
    now = 101.0
    bar.set_jobs([replace(FINDING, done=2000)])
    assert bar.left.text() == "10 %"
    now = 110.0  # 4000 in 10 seconds, 15000 to do
    bar.set_jobs([replace(FINDING, done=5000)])
    assert "38 second" in bar.left.text()
    now = 700.0
    bar.set_jobs([replace(FINDING, done=5000)])
    assert "minute" in bar.left.text()


def test_a_download_is_told_in_bytes(bar: JobBar, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    loading = Job("engine-1", "Download a/b", in_bytes=True)
    bar.set_jobs([loading])
    now = 130.0  # 2 GB were there from the last time
    bar.set_jobs([replace(loading, done=2_000_000_000, total=6_000_000_000)])
    assert bar.left.text() == "2.0 GB of 6.0 GB"
    now = 140.0
    bar.set_jobs([replace(loading, done=2_500_000_000, total=6_000_000_000)])
    assert bar.left.text() == "2.5 GB of 6.0 GB · 50.0 MB/s · 1 minute(s) left"


def test_jobs_that_wait_are_counted(qtbot: QtBot, bar: JobBar) -> None:
    bar.set_jobs([FINDING, replace(FINDING, id="b"), replace(FINDING, id="c")])
    qtbot.waitUntil(bar.isVisible)
    assert "2" in bar.queued.text()
    assert bar.queued.isVisible()
    bar.set_jobs([FINDING])
    assert not bar.queued.isVisible()


def test_it_offers_what_the_job_can(qtbot: QtBot, bar: JobBar) -> None:
    training = replace(FINDING, id="run", can_cancel=False, can_pause=True, can_stop=True)
    bar.set_jobs([training])
    qtbot.waitUntil(bar.isVisible)
    shown = (bar.pause, bar.go_on, bar.stop, bar.cancel)
    assert [button.isVisible() for button in shown] == [True, False, True, False]
    bar.set_jobs([replace(training, paused=True)])
    assert [button.isVisible() for button in shown] == [False, True, True, False]
    assert bar.left.text() == "paused"


def test_buttons_tell_the_id_of_the_job(qtbot: QtBot, bar: JobBar) -> None:
    bar.set_jobs([replace(FINDING, can_pause=True, can_stop=True)])
    for button, signal, told in (
        (bar.title, bar.activated, ["similar"]),
        (bar.cancel, bar.cancelled, ["similar"]),
        (bar.stop, bar.stopped, ["similar"]),
        (bar.pause, bar.paused, ["similar", True]),
        (bar.go_on, bar.paused, ["similar", False]),
    ):
        with qtbot.waitSignal(signal) as blocker:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert blocker.args == told


def test_a_narrow_bar_keeps_its_buttons(qtbot: QtBot, bar: JobBar) -> None:
    bar.set_jobs([replace(FINDING, text="Finding similar images " * 5, can_stop=True)])
    qtbot.waitUntil(bar.isVisible)
    bar.resize(480, 40)
    assert bar.width() == 480
    assert bar.rect().contains(bar.cancel.geometry())
    assert not bar.left.isVisible()


def test_everything_in_it_has_a_name(bar: JobBar) -> None:
    bar.set_jobs([FINDING])
    assert not unnamed_focusable(bar)
