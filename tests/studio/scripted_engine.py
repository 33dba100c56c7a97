"""An engine that trains nothing, a step in a hundredth of a second; a run's name says how it ends.

``python -m tests.studio.scripted_engine`` is `studio.worker` with it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from studio import worker
from studio.config import Settings
from studio.events import (
    CheckpointSaved,
    Event,
    Exported,
    Failed,
    Finished,
    Paused,
    Phase,
    PictureDrawn,
    Started,
    StepDone,
)
from studio.jobs import Cell, Draw, Job, Train
from studio.sampling.recipe import Recipe
from studio.training.control import Control

SECONDS = 0.01


class ScriptedEngine:
    """Has the interface of `studio.engine.Engine`."""

    def __init__(self) -> None:
        self.loaded = ""

    def run(self, job: Job, control: Control) -> Iterator[Event]:
        yield Phase("open_base")
        self.loaded = "scripted"
        if isinstance(job, Train):
            yield from self.train(job.settings, control)
        elif isinstance(job, Draw):
            yield from self.draw(job)
        else:
            time.sleep(10 * SECONDS)
            if not control.stopping:
                yield Exported(job.path, 1)

    def free(self) -> None:
        self.loaded = ""

    def train(self, settings: Settings, control: Control) -> Iterator[Event]:
        name, total = settings.run.name, settings.schedule.steps or 0
        run = Path(settings.run.output)
        yield Started(str(run), 0, total, 4, "scripted", "cpu", "adamw", 1, 2)
        for step in range(1, total + 1):
            time.sleep(SECONDS)
            yield StepDone(step, total, 1, 0.5, 1e-4, 0.0, 1.0, SECONDS)
            if step == 3:
                yield from self.misbehave(name)
            if control.take_save():
                yield CheckpointSaved(step, f"step-{step}")
            yield from self.hold(control, step)
            if control.stopping:
                (run / f"{control.how}-{step}").touch()
                yield Finished(str(run), step, stopped=True, lora="")
                return
        yield Finished(str(run), total, stopped=False, lora="a.safetensors")

    def hold(self, control: Control, step: int) -> Iterator[Event]:
        told = False
        while True:
            while drawing := control.take_drawing():
                yield from self.draw(drawing)
            if control.stopping or not control.paused:
                return
            if not told:
                yield Paused(step)
                told = True
            control.wait()

    def draw(self, job: Draw) -> Iterator[Event]:
        for number in range(len(job.cells)):
            yield PictureDrawn(number, f"{job.folder}/{number}.png", False, SECONDS)

    def misbehave(self, name: str) -> Iterator[Event]:
        sys.stdout.write("this goes to the log, not among the events\n")
        if name == "fails":
            yield Failed("train.not_finite", {"step": 3, "images": "a.png"})
        elif name == "faulty":
            raise ZeroDivisionError("ours")
        elif name == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif name == "exits":
            os.write(2, b"the driver is upset\n")
            os._exit(3)


def training(folder: Path, name: str = "plain", steps: int = 5) -> Train:
    settings = {
        "run": {"name": name, "output": str(folder)},
        "dataset": [{"path": str(folder)}],
        "schedule": {"steps": steps},
    }
    return Train(settings=Settings.model_validate(settings))


def drawing(folder: Path, count: int = 1) -> Draw:
    cells = tuple(Cell(prompt="a hill", seed=seed) for seed in range(count))
    recipe = Recipe(width=64, height=64)
    return Draw(cells=cells, recipe=recipe, folder=str(folder))


if __name__ == "__main__":
    worker.main(ScriptedEngine)
