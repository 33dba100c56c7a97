"""The run that `screenshots.py` shows: trained once, then put back to earlier states of itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from screenshot_window import wait, wait_until

from studio.events import (
    CheckpointSaved,
    Event,
    Failed,
    Finished,
    Phase,
    SampleSaved,
    StepDone,
    event_from_json,
)
from studio.jobs import Train
from studio.project import Project
from studio.runs import RunFolder, runs_in
from ui.engine import EngineThread

STEPS, EVERY = 60, 10
PROMPTS = (
    "inkwash style, a red duck in the snow",
    "inkwash style, a yellow robot in the city at night",
    "inkwash style, a blue car on the beach",
)
DRAWING_STEPS = 12
"""Denoising steps of previews; the starter is good with few."""

NO_MEMORY = {
    "batch_size": 4,
    "resolution": 128,
    "reason": "CUDA out of memory. Tried to allocate 1.25 GiB",
}


def train(project: Project) -> None:
    """Trains a run of ``project`` with the engine of the window, in a minute or so."""
    settings = project.run_settings(
        {
            "schedule": {"steps": STEPS, "warmup": 3},
            "preview": {"every": EVERY, "prompts": PROMPTS, "steps": DRAWING_STEPS},
            "save": {"every": EVERY, "keep": 0},
        }
    )
    events: list[Event] = []
    engine = EngineThread()
    try:
        task = engine.submit(Train(settings=settings), settings.run.name)
        task.came.connect(events.append)
        wait_until(lambda: task.state == "ended")
    finally:
        engine.close()
    assert isinstance(events[-1], Finished), events[-1]


def put(trained: Path, project: Path, state: str) -> None:
    """Makes the runs of ``project`` those of the project ``trained``, in one of `STATES`."""
    shutil.rmtree(project / "runs", ignore_errors=True)
    if state == "none":
        return
    shutil.copytree(trained / "runs", project / "runs")
    (run,) = runs_in(project / "runs")
    for file in (run.settings_file, run.events_file):  # they tell where they lie
        file.write_text(file.read_text("utf-8").replace(str(trained), str(project)), "utf-8")
    STATES[state](run)


def interrupt(run: RunFolder) -> None:
    """It ends some steps after a checkpoint, with no word."""
    _cut(run, lambda event: isinstance(event, StepDone) and event.step == 4 * EVERY + 4)


def to_resume(run: RunFolder) -> None:
    """As it was at a checkpoint: to go on from there."""
    _cut(run, lambda event: isinstance(event, CheckpointSaved) and event.step == 3 * EVERY)


def fail(run: RunFolder) -> None:
    """The dry step found too little memory."""
    _cut(run, lambda event: isinstance(event, Phase) and event.name == "dry_step")
    run.record(Failed("train.out_of_memory", NO_MEMORY))


def _cut(run: RunFolder, is_last: Callable[[Event], bool]) -> None:
    """Drops all events after the one that ``is_last``, and what came with them."""
    lines = run.events_file.read_text("utf-8").splitlines(keepends=True)
    events = [event_from_json(line) for line in lines]
    end = next(number for number, event in enumerate(events, 1) if is_last(event))
    run.events_file.write_text("".join(lines[:end]), "utf-8")
    kept = {run.path / event.path for event in events[:end] if isinstance(event, SampleSaved)}
    kept |= {run.path / event.path for event in events[:end] if isinstance(event, CheckpointSaved)}
    for path in [*run.samples.iterdir(), *run.checkpoints.iterdir()]:
        if path not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    run.report_file.unlink()
    for path in [*run.path.glob("*.safetensors"), *run.path.glob("*.png")]:
        path.unlink()


def stop(engine: EngineThread) -> None:
    """Ends the run that goes on or holds; it can go on later."""
    for task in engine.tasks:
        engine.cancel(task)
    wait_until(lambda: not engine.tasks)
    wait(0)


STATES: dict[str, Callable[[RunFolder], object]] = {
    "finished": lambda run: None,
    "interrupted": interrupt,
    "to_resume": to_resume,
    "failed": fail,
}
"""And "none"."""
