"""What a run tells of itself: its needs, its speed, and at the end the figures of all of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import torch

from studio.config import Settings
from studio.data.dataset import Dataset
from studio.events import DryStepDone, Event, SampleSaved, Started, StepDone
from studio.files import write_atomically
from studio.models.checkpoint import BaseModel
from studio.models.packed import packed_bytes
from studio.planning.duration import learn
from studio.planning.fitting import tried
from studio.planning.machine import imagined
from studio.planning.sized import Sized
from studio.runs import RunFolder
from studio.training.optimizer import Held


def write_report(
    run: RunFolder, *, stopped: bool, lora: str, grid: str, state: Held | None = None
) -> dict[str, Any]:
    """Writes ``report.json`` and returns its content; ``seconds`` is the steps' time alone.

    Folded from the run's events, so that a resumed run counts as one.
    ``loss_first`` and ``loss_last`` are means over the first and last tenth of the steps: a single
    step's loss tells little but its timestep. ``state`` is what the optimizer keeps.
    """
    steps: dict[int, StepDone] = {}
    samples: dict[str, SampleSaved] = {}
    started: Started | None = None
    for event in run.events():
        if isinstance(event, StepDone):
            steps[event.step] = event  # steps repeated after a crash count once
        elif isinstance(event, SampleSaved):
            samples[event.path] = event
        elif isinstance(event, Started):
            started = event
    assert started is not None
    ordered = [steps[number] for number in sorted(steps)]
    losses = [event.loss for event in ordered]
    seconds = sum(event.seconds for event in ordered)
    tenth = max(1, len(losses) // 10)
    report = {
        "steps": len(ordered),
        "stopped": stopped,
        "seconds": round(seconds, 3),
        "seconds_per_step": round(seconds / max(1, len(ordered)), 5),
        "peak_memory_bytes": peak_memory(),
        "loss_first": _mean(losses[:tenth]),
        "loss_last": _mean(losses[-tenth:]),
        "base": started.base,
        "device": started.device,
        "open_seconds": round(started.open_seconds, 3),
        "optimizer": started.optimizer,
        "optimizer_state_bytes": state.bytes if state else None,
        "optimizer_low_bits": round(state.low_bits, 4) if state else None,
        "images": started.images,
        "trainable_parameters": started.trainable_parameters,
        "total_parameters": started.total_parameters,
        "lora": lora,
        "samples": list(samples),
        "grid": grid,
    }
    write_atomically(run.report_file, (json.dumps(report, indent=2) + "\n").encode())
    return report


def told_need(
    settings: Settings, base: BaseModel, dataset: Dataset, dry: DryStepDone
) -> Iterator[Event]:
    """``dry``, one of the largest steps, with what was expected and is there."""
    machine, packed = imagined(base.device.type), packed_bytes(base.unet)
    yield from tried(settings, base.location, dataset, machine, dry, packed)


def learn_speed(
    settings: Settings, base: BaseModel, dataset: Dataset, seconds: float
) -> Iterator[Event]:
    """Keeps how long an optimizer step took, for the plans of later runs."""
    kind = base.device.type
    images = settings.data.batch_size * settings.schedule.gradient_accumulation
    run = Sized.of(settings, base.location, dataset, kind)
    yield from learn(run, seconds, images, imagined(kind).name)


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def peak_memory() -> int:
    """Most memory used so far, in bytes: the GPU's where one trains, else the process's."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)  # bytes on macOS, KiB on Linux
