"""The real engine on the starter model, in its thread and in its process: every way of stopping."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from studio.events import Failed, Finished, Paused, PictureDrawn, StepDone
from studio.jobs import LIVE, Cell, Draw, Train
from studio.remote import ChildEngine
from studio.runs import RunFolder, runs_in
from studio.sampling.recipe import Recipe
from tests.pictures import small_settings, write_pictures
from tests.studio.test_worker import orphan, wait_until_gone
from ui.engine import AnyEngine, EngineThread, Task, make_engine

pytestmark = pytest.mark.slow  # each loads the starter model

WAIT = 60_000

_INTERVAL = 0.1
"""Seconds between two steps that are told."""


def small(folder: Path, steps: int = 6, **sections: Any) -> Train:
    """Without previews, so that a step is all that happens between two commands."""
    images = folder / "images"
    if not images.exists():
        write_pictures(images)
    sections = {"schedule": {"steps": steps, "warmup": 0}, "preview": {"every": 0}} | sections
    return Train(settings=small_settings(images, folder / "runs", **sections))


def live(folder: Path, *loras: str) -> Draw:
    cell = Cell(prompt="a red apple", seed=1, strengths=tuple(1.0 for _ in loras))
    recipe = Recipe(width=64, height=64, steps=4)
    return Draw(loras=loras, cells=(cell,), recipe=recipe, draft_steps=2, folder=str(folder / "p"))


@pytest.fixture(params=["thread", "process"])
def engine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EngineThread]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))

    def make(separate: bool) -> AnyEngine:
        if separate:
            return ChildEngine(tmp_path / "engine.log")
        return make_engine(False, lambda: None)

    made = EngineThread(make)
    made.separate = request.param == "process"
    yield made
    made.close()


def submit(engine: EngineThread, job: Train | Draw) -> tuple[Task, list[Any]]:
    task = engine.submit(job, "Small")
    events: list[Any] = []
    task.came.connect(events.append)
    return task, events


def wait_for(qtbot: QtBot, events: list[Any], *kinds: type, count: int = 1) -> None:
    def there() -> bool:
        failed = [e for e in events if isinstance(e, Failed)]
        assert not failed or Failed in kinds, failed
        return len([e for e in events if isinstance(e, kinds)]) >= count

    qtbot.waitUntil(there, timeout=WAIT)


def ended(qtbot: QtBot, task: Task) -> None:
    qtbot.waitUntil(lambda: task.state == "ended", timeout=WAIT)


def steps_of(events: list[Any]) -> list[int]:
    return [event.step for event in events if isinstance(event, StepDone)]


def test_a_run_then_pictures_with_what_it_made(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task, events = submit(engine, small(tmp_path))
    ended(qtbot, task)
    assert task.failed is None
    assert steps_of(events)[-1] == 6
    assert engine.loaded == "starter"
    run = RunFolder(Path(task.run))
    assert run.finished
    drawing, events = submit(engine, live(tmp_path, str(run.path / "small.safetensors")))
    ended(qtbot, drawing)
    assert drawing.failed is None
    pictures = [event for event in events if isinstance(event, PictureDrawn)]
    assert [picture.draft for picture in pictures] == [True, False]
    assert all(Path(picture.path).is_file() for picture in pictures)
    engine.free()
    qtbot.waitUntil(lambda: engine.loaded == "", timeout=WAIT)


@pytest.mark.parametrize("how", ["keep", "discard"])
def test_stop_is_answered_within_one_step(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path, how: Any
) -> None:
    task, events = submit(engine, small(tmp_path, steps=500))
    wait_for(qtbot, events, StepDone, count=3)
    task.control.stop(how)
    told = next(event for event in reversed(events) if isinstance(event, StepDone))
    ended(qtbot, task)
    assert task.failed is None
    finished = events[-1]
    assert isinstance(finished, Finished)
    untold = round(_INTERVAL / told.seconds)
    assert finished.step <= told.step + untold + 2
    assert bool(finished.lora) == (how == "keep")
    assert RunFolder(Path(task.run)).checkpoint_steps() == ([finished.step] * (how == "keep"))


def test_pause_draw_and_go_on(qtbot: QtBot, engine: EngineThread, tmp_path: Path) -> None:
    task, events = submit(engine, small(tmp_path, steps=500))
    wait_for(qtbot, events, StepDone, count=2)
    task.control.pause()
    wait_for(qtbot, events, Paused)
    held = next(event.step for event in events if isinstance(event, Paused))
    task.control.draw_now(live(tmp_path, LIVE))
    wait_for(qtbot, events, PictureDrawn, count=2)
    assert max(steps_of(events)) == held
    task.control.resume()
    qtbot.waitUntil(lambda: max(steps_of(events)) > held, timeout=WAIT)
    task.control.stop("leave")
    ended(qtbot, task)
    assert task.failed is None


def test_bad_input_is_told_and_the_next_job_runs(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    task, _ = submit(engine, small(tmp_path))
    ended(qtbot, task)
    assert task.failed
    assert task.failed.code.startswith("dataset.")
    drawing, _ = submit(engine, live(tmp_path))
    ended(qtbot, drawing)
    assert drawing.failed is None


def test_closing_while_it_trains_leaves_a_run_to_resume(
    qtbot: QtBot, engine: EngineThread, tmp_path: Path
) -> None:
    task, events = submit(engine, small(tmp_path, steps=500))
    wait_for(qtbot, events, StepDone, count=2)
    engine.close()
    assert task.state == "ended"
    run = RunFolder(Path(task.run))
    (step,) = run.checkpoint_steps()
    again = small(tmp_path, steps=500).model_copy(update={"resume": str(run.path)})
    task, events = submit(engine, again)
    wait_for(qtbot, events, StepDone)
    assert steps_of(events)[0] == step + 1


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_killed_process_is_told_and_replaced(qtbot: QtBot, tmp_path: Path) -> None:
    made: list[ChildEngine] = []

    def make(separate: bool) -> AnyEngine:
        made.append(ChildEngine(tmp_path / "engine.log"))
        return made[-1]

    engine = EngineThread(make)
    job = small(tmp_path, steps=500, save={"every": 2})
    task, events = submit(engine, job)
    wait_for(qtbot, events, StepDone, count=4)
    process = made[0]._process
    assert process
    process.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    ended(qtbot, task)
    assert time.monotonic() - killed < 2
    assert task.failed
    assert (task.failed.code, task.failed.params["reason"]) == ("engine.died", "SIGKILL")
    saved = RunFolder(Path(task.run)).checkpoint_steps()[-1]
    task, events = submit(engine, job.model_copy(update={"resume": task.run}))
    wait_for(qtbot, events, StepDone)
    assert steps_of(events)[0] == saved + 1
    engine.close()
    assert task.failed is None


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_when_its_window_is_killed_a_run_is_saved_to_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))
    command = (sys.executable, "-m", "studio.worker")
    process = orphan(small(tmp_path, steps=500), tmp_path / "engine.log", command)
    wait_until_gone(process, 20)
    (run,) = runs_in(tmp_path / "runs")
    (step,) = run.checkpoint_steps()
    assert step >= 2
    last = json.loads(run.events_file.read_text().splitlines()[-1])
    assert (last["event"], last["step"], last["stopped"]) == ("Finished", step, True)
