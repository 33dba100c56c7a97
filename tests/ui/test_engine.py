"""The engine's thread: one job after the other, answered within a step, here or in a process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from studio import remote
from studio.events import (
    CheckpointSaved,
    Exported,
    Failed,
    Finished,
    Paused,
    PictureDrawn,
    StepDone,
)
from studio.jobs import Export
from studio.remote import ChildEngine
from tests.studio.scripted_engine import SECONDS, ScriptedEngine, drawing, training
from tests.ui.fake_engine import FakeEngine
from ui.engine import EngineThread, Task

LONG = 10_000
"""Steps of a run that does not end by itself."""


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    """The engine of other processes is scripted, too."""
    monkeypatch.setattr(remote, "COMMAND", (sys.executable, "-m", "tests.studio.scripted_engine"))
    monkeypatch.setenv("PYTHONPATH", str(repository))


@pytest.fixture
def make(tmp_path: Path) -> Callable[[bool], Any]:
    def make(separate: bool) -> Any:
        return ChildEngine(tmp_path / "logs" / "engine.log") if separate else ScriptedEngine()

    return make


@pytest.fixture(params=["thread", "process"])
def engine(request: pytest.FixtureRequest, make: Callable[[bool], Any]) -> Iterator[EngineThread]:
    made = EngineThread(make)
    made.separate = request.param == "process"
    yield made
    made.close()


def events_of(task: Task) -> list[Any]:
    came: list[Any] = []
    task.came.connect(came.append)
    return came


def ended(qtbot: QtBot, task: Task) -> None:
    qtbot.waitUntil(lambda: task.state == "ended", timeout=10_000)


def reached(qtbot: QtBot, task: Task, step: int = 2) -> list[Any]:
    """Waits for a step; returns the list that gets the events from now on."""
    events = events_of(task)
    qtbot.waitUntil(
        lambda: any(isinstance(e, StepDone) and e.step >= step for e in events), timeout=10_000
    )
    return events


def last_step(events: list[Any]) -> int:
    return max(event.step for event in events if isinstance(event, StepDone))


def test_events_arrive_in_the_window_s_thread(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task = engine.submit(training(tmp_path), "Ink style")
    threads: list[Any] = []
    task.came.connect(lambda _: threads.append(threading.current_thread()))
    task.ended.connect(lambda: threads.append(QThread.currentThread()))
    events = events_of(task)
    ended(qtbot, task)
    steps = [event.step for event in events if isinstance(event, StepDone)]
    assert steps == [1, 2, 3, 4, 5]
    assert isinstance(events[-1], Finished)
    assert set(threads) == {threading.main_thread(), engine.thread()}
    assert (task.failed, task.run) == (None, str(tmp_path))
    assert engine.loaded == "scripted"


def test_the_thread_starts_with_the_first_job(engine: EngineThread, tmp_path: Path) -> None:
    assert not engine.isRunning()
    engine.submit(drawing(tmp_path), "Draw")
    assert engine.isRunning()


def test_jobs_wait_their_turn(qtbot: QtBot, engine: EngineThread, tmp_path: Path) -> None:
    order: list[str] = []
    tasks = []
    for name in ("first", "second", "third"):
        task = engine.submit(drawing(tmp_path), name)
        task.started.connect(lambda name=name: order.append(f"{name} started"))
        task.ended.connect(lambda name=name: order.append(f"{name} ended"))
        tasks.append(task)
    assert [task.state for task in tasks] == ["running", "queued", "queued"]
    assert engine.tasks == tasks
    ended(qtbot, tasks[-1])
    assert order == [
        "first ended",
        "second started",
        "second ended",
        "third started",
        "third ended",
    ]
    assert engine.tasks == []


def test_a_waiting_job_is_cancelled_at_once(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    running = engine.submit(training(tmp_path, steps=LONG), "Ink style")
    waiting = engine.submit(drawing(tmp_path), "Draw")
    events = events_of(waiting)
    with qtbot.waitSignals([waiting.ended, engine.changed], timeout=100):
        engine.cancel(waiting)
    assert waiting.state == "ended"
    assert events == []
    assert engine.tasks == [running]
    assert engine.training is running
    engine.cancel(waiting)


@pytest.mark.parametrize("how", ["keep", "leave", "discard"])
def test_stop_is_answered_within_a_step(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path, how: Any
) -> None:
    task = engine.submit(training(tmp_path, steps=LONG), "Ink style")
    events = reached(qtbot, task)
    task.control.stop(how)
    asked = time.monotonic()
    ended(qtbot, task)
    assert time.monotonic() - asked < 10 * SECONDS + 0.2
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert (tmp_path / f"{how}-{finished.step}").exists()
    assert last_step(events) == finished.step


def test_a_pause_holds_draws_saves_and_goes_on(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task = engine.submit(training(tmp_path, steps=LONG), "Ink style")
    events = reached(qtbot, task)
    with qtbot.waitSignal(task.came, check_params_cb=lambda event: isinstance(event, Paused)):
        task.control.pause()
    held = last_step(events)
    qtbot.wait(round(5000 * SECONDS))
    assert last_step(events) == held
    task.control.draw_now(drawing(tmp_path, count=2))
    qtbot.waitUntil(lambda: len([e for e in events if isinstance(e, PictureDrawn)]) == 2)
    assert last_step(events) == held
    task.control.save_now()
    task.control.resume()
    qtbot.waitUntil(lambda: last_step(events) > held)
    qtbot.waitUntil(lambda: any(isinstance(e, CheckpointSaved) for e in events))


def test_a_failure_is_told_and_the_next_job_runs(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task = engine.submit(training(tmp_path, "fails"), "Ink style")
    after = engine.submit(drawing(tmp_path), "Draw")
    ended(qtbot, task)
    assert task.failed
    assert task.failed.code == "train.not_finite"
    ended(qtbot, after)
    assert after.failed is None


def test_our_own_fault_is_told_and_the_next_job_runs(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    task = engine.submit(training(tmp_path, "faulty"), "Ink style")
    after = engine.submit(drawing(tmp_path), "Draw")
    ended(qtbot, task)
    assert task.failed == Failed("internal", {"reason": "ZeroDivisionError('ours')"})
    log = tmp_path / "logs" / "engine.log"
    assert "Traceback" in (log.read_text() if engine.separate else caplog.text)
    ended(qtbot, after)
    assert after.failed is None


def test_what_is_loaded_is_given_back(qtbot: QtBot, engine: EngineThread, tmp_path: Path) -> None:
    engine.free()
    assert not engine.isRunning(), "there is nothing to give back"
    ended(qtbot, engine.submit(training(tmp_path), "Ink style"))
    assert engine.loaded == "scripted"
    engine.free()
    qtbot.waitUntil(lambda: engine.loaded == "")
    task = engine.submit(training(tmp_path), "Ink style")
    engine.free()
    ended(qtbot, task)
    qtbot.waitUntil(lambda: engine.loaded == "")


def test_closing_while_it_trains_saves_and_drops_what_waits(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task = engine.submit(training(tmp_path, steps=LONG), "Ink style")
    waiting = engine.submit(drawing(tmp_path), "Draw")
    reached(qtbot, task)
    engine.close()
    assert (task.state, waiting.state) == ("ended", "ended")
    assert len(list(tmp_path.glob("leave-*"))) == 1
    assert not engine.isRunning()
    assert engine.tasks == []


def test_closing_keeps_to_how_it_was_stopped(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task = engine.submit(training(tmp_path, steps=LONG), "Ink style")
    reached(qtbot, task)
    task.control.pause()
    task.control.stop("discard")
    engine.close()
    assert len(list(tmp_path.glob("discard-*"))) == 1


def test_closing_awaits_an_export(engine: EngineThread, tmp_path: Path) -> None:
    task = engine.submit(Export(run=str(tmp_path), path="a.safetensors"), "Export")
    events = events_of(task)
    engine.close()
    assert isinstance(events[-1], Exported)


def test_it_works_again_after_it_was_closed(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    engine.close()
    ended(qtbot, engine.submit(drawing(tmp_path), "Draw"))
    engine.close()
    ended(qtbot, engine.submit(drawing(tmp_path), "Draw"))


def test_one_that_was_stopped_before_its_turn_never_runs(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    first = engine.submit(training(tmp_path), "Ink style")
    second = engine.submit(training(tmp_path), "Ink style")
    events = events_of(second)
    second.control.stop("discard")
    ended(qtbot, second)
    assert first.state == "ended"
    assert events == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param(
            "killed", "SIGKILL", marks=pytest.mark.skipif(os.name == "nt", reason="no such signal")
        ),
        ("exits", "the driver is upset"),
    ],
)
def test_a_process_that_dies_is_told_and_the_next_job_gets_another(
    qtbot: QtBot, make: Callable[[bool], Any], tmp_path: Path, name: str, reason: str
) -> None:
    engine = EngineThread(make)
    engine.separate = True
    task = engine.submit(training(tmp_path, name, LONG), "Ink style")
    after = engine.submit(drawing(tmp_path), "Draw")
    reached(qtbot, task)
    died = time.monotonic()
    ended(qtbot, task)
    assert time.monotonic() - died < 2
    assert task.failed
    assert task.failed.code == "engine.died"
    assert task.failed.params["reason"] == reason
    ended(qtbot, after)
    assert after.failed is None
    engine.close()


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_process_that_died_at_rest_is_replaced_unnoticed(
    qtbot: QtBot, make: Callable[[bool], Any], tmp_path: Path
) -> None:
    made: list[ChildEngine] = []
    engine = EngineThread(lambda separate: made.append(make(separate)) or made[0])
    engine.separate = True
    ended(qtbot, engine.submit(drawing(tmp_path), "Draw"))
    process = made[0]._process
    assert process
    process.send_signal(signal.SIGKILL)
    process.wait()
    task = engine.submit(drawing(tmp_path), "Draw")
    ended(qtbot, task)
    assert task.failed is None
    engine.close()


def test_where_it_runs_changes_with_the_next_job(
    qtbot: QtBot, make: Callable[[bool], Any], tmp_path: Path
) -> None:
    made: list[Any] = []
    engine = EngineThread(lambda separate: made.append(make(separate)) or made[-1])
    for separate in (False, False, True, True, False):
        engine.separate = separate
        ended(qtbot, engine.submit(training(tmp_path), "Ink style"))
    assert [type(one) for one in made] == [ScriptedEngine, ChildEngine, ScriptedEngine]
    assert made[0].loaded == ""
    assert made[1]._process is None
    engine.close()


def test_a_log_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    engine = EngineThread(lambda _: ChildEngine(tmp_path / "file" / "engine.log"))
    task = engine.submit(drawing(tmp_path), "Draw")
    ended(qtbot, task)
    assert task.failed
    assert task.failed.code == "disk.unwritable"
    engine.close()


def test_an_engine_that_cannot_be_made_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    def fail(separate: bool) -> Any:
        raise ImportError("no torch today")

    engine = EngineThread(fail)
    task = engine.submit(drawing(tmp_path), "Draw")
    ended(qtbot, task)
    assert task.failed == Failed("internal", {"reason": "ImportError('no torch today')"})
    engine.close()


@pytest.mark.skipif(sys.platform != "linux", reason="niceness of threads")
def test_the_engine_stands_back_behind_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    niceness: list[int] = []

    def make(separate: bool) -> Any:
        niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return ScriptedEngine()

    engine = EngineThread(make)
    ended(qtbot, engine.submit(drawing(tmp_path), "Draw"))
    engine.close()
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert niceness == [own + 5]


def test_the_fake_engine_keeps_the_same_queue(tmp_path: Path) -> None:
    engine = FakeEngine()
    first = engine.submit(training(tmp_path), "Ink style")
    second = engine.submit(drawing(tmp_path), "Draw")
    events = events_of(first)
    engine.tell(first, StepDone(1, 5, 1, 0.5, 1e-4, 0.0, 1.0, 0.1))
    engine.fail(first, "train.not_finite", step=2, images="a.png")
    assert len(events) == 2
    assert first.failed
    assert (first.state, second.state) == ("ended", "running")
    engine.close()
    assert second.state == "ended"
