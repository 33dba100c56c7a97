"""What is known of a run, folded from its events: while it trains, or from its ``events.jsonl``.

state = RunState.read(run)      # or RunState(), for a run that begins
state.apply(event)
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from studio.events import (
    CheckpointSaved,
    DryStepDone,
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    SampleSaved,
    Started,
    StepDone,
    Warned,
)
from studio.runs import RunFolder

Status = Literal["preparing", "running", "paused", "failed", "finished", "stopped", "interrupted"]

ENDED: tuple[Status, ...] = ("failed", "finished", "stopped", "interrupted")
"""The engine is not at work on such a run."""

_ORDER = (
    *("read_images", "open_base", "cache_latents", "cache_texts"),
    *("quicken", "dry_step", "train", "export", "draw_grid"),
)
"""Phases of a run; an earlier one after a later one means that it was resumed after a crash."""

_RECENT = 50
"""The speed is a mean over the durations of so many steps."""

_SPEED_AFTER, _LEFT_AFTER = 10, 30
"""Steps of this session before its speed, and the time left, are told."""


@dataclass(frozen=True)
class Sample:
    """A preview; ``path`` is absolute."""

    step: int
    prompt: str
    seed: int
    strength: float
    path: Path


@dataclass
class Steps:
    """Columns of the same length, ordered by step: for the chart."""

    numbers: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    unet_lr: list[float] = field(default_factory=list)

    def put(self, step: int, loss: float, unet_lr: float) -> None:
        """Adds a step, or replaces it: a resumed run repeats those after its last checkpoint."""
        numbers = self.numbers
        if not numbers or step > numbers[-1]:
            numbers.append(step)
            self.losses.append(loss)
            self.unet_lr.append(unet_lr)
            return
        place = bisect_left(numbers, step)
        if numbers[place] != step:
            numbers.insert(place, step)
            self.losses.insert(place, loss)
            self.unet_lr.insert(place, unet_lr)
        self.losses[place], self.unet_lr[place] = loss, unet_lr


class RunState:
    """Where a run stands. ``folder`` is its run folder, by default what `Started` says.

    Of the checkpoints only the newest ``keep`` are still there; 0 for all.
    """

    def __init__(self, folder: Path | None = None, keep: int = 0) -> None:
        self.folder = folder
        self.keep = keep
        self.status: Status = "preparing"
        self.phase: Phase | None = None
        self.phases_done: list[str] = []
        self.step = self.total = self.images = 0
        self.base = self.device = self.optimizer = ""
        self.steps = Steps()
        self.text_encoder_lr = self.text_encoder_lr_2 = 0.0
        self.samples: list[Sample] = []
        self.checkpoints: list[int] = []
        self.warnings: list[Warned] = []
        self.failed: Failed | None = None
        self.finished: Finished | None = None
        self.dry: DryStepDone | None = None
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._began_at = 0  # the step that this session began after
        self._warned: set[str] = set()
        self._kept: set[int] = set()  # checkpoints that the artist asked for
        self._places: dict[Path, int] = {}  # of samples in their list

    @classmethod
    def read(cls, run: RunFolder) -> RunState:
        """What the run's folder tells; "interrupted" if its last session has no end."""
        state = cls(run.path)
        for event in run.events():
            state.apply(event)
        state.checkpoints = run.checkpoint_steps()
        if state.status not in ENDED:
            state.status = "interrupted"
        return state

    @property
    def steps_per_second(self) -> float | None:
        """Mean over the last steps, previews left out; None before 10 steps."""
        spent = sum(self._recent)
        if self.step - self._began_at < _SPEED_AFTER or spent <= 0:
            return None
        return len(self._recent) / spent

    @property
    def seconds_left(self) -> float | None:
        """Of the steps still to do, previews left out; None before 30 steps."""
        speed = self.steps_per_second
        if self.step - self._began_at < _LEFT_AFTER or speed is None:
            return None
        return (self.total - self.step) / speed

    @property
    def peak_memory_bytes(self) -> int | None:
        """Most memory used, as far as it was told."""
        report = self.finished.report if self.finished else {}
        known = [self.dry.peak_memory_bytes] if self.dry else []
        known += [report["peak_memory_bytes"]] if "peak_memory_bytes" in report else []
        return max(known, default=None)

    def apply(self, event: Event) -> None:
        """Takes in what happened next; other jobs' events change nothing."""
        if isinstance(event, StepDone):
            self._step_done(event)
        elif isinstance(event, Phase):
            self._enter(event)
        elif isinstance(event, Started):
            self._start(event)
        elif isinstance(event, SampleSaved):
            self._add_sample(event)
        elif isinstance(event, CheckpointSaved):
            self._add_checkpoint(event)
        elif isinstance(event, DryStepDone):
            self.dry = event
        elif isinstance(event, Warned):
            self._warn(event)
        elif isinstance(event, Paused):
            self.status, self.step = "paused", event.step
        elif isinstance(event, Failed):
            self.status, self.failed = "failed", event
        elif isinstance(event, Finished):
            self._finish(event)

    def _step_done(self, event: StepDone) -> None:
        if self.phase is None or self.phase.name != "train":
            self._enter(Phase("train"))
        self.steps.put(event.step, event.loss, event.unet_lr)
        self.text_encoder_lr = event.text_encoder_lr
        self.text_encoder_lr_2 = event.text_encoder_lr_2
        self._recent.append(event.seconds)
        self.step, self.total, self.status = event.step, event.total, "running"

    def _enter(self, phase: Phase) -> None:
        if phase.name == "draw":  # pictures that somebody asked for between two steps
            return
        earlier = self.phase and _ORDER.index(phase.name) < _ORDER.index(self.phase.name)
        if self.status in ENDED or earlier:
            self._begin_again()
        if self.phase and self.phase.name != phase.name:
            self.phases_done.append(self.phase.name)
        self.phase = phase

    def _begin_again(self) -> None:
        """A resumed run goes through its phases once more."""
        self.status, self.failed, self.finished = "preparing", None, None
        self.phase = None
        self.phases_done.clear()

    def _start(self, event: Started) -> None:
        if self.status in ENDED:
            self._begin_again()
        self.folder = self.folder or Path(event.run)
        self.status = "running"
        self.step = self._began_at = event.step
        self.total, self.images = event.total, event.images
        self.base, self.device, self.optimizer = event.base, event.device, event.optimizer
        self._recent.clear()

    def _add_sample(self, event: SampleSaved) -> None:
        path = (self.folder or Path()) / event.path
        sample = Sample(event.step, event.prompt, event.seed, event.strength, path)
        if path in self._places:
            self.samples[self._places[path]] = sample
        else:
            self._places[path] = len(self.samples)
            self.samples.append(sample)

    def _add_checkpoint(self, event: CheckpointSaved) -> None:
        if event.kept:
            self._kept.add(event.step)
        passing = sorted({*self.checkpoints, event.step} - self._kept)
        self.checkpoints = sorted({*passing[-self.keep :], *self._kept})

    def _warn(self, event: Warned) -> None:
        line = event.to_json()
        if line not in self._warned:  # a resumed run says it again
            self._warned.add(line)
            self.warnings.append(event)

    def _finish(self, event: Finished) -> None:
        self.step, self.finished = event.step, event
        self.status = "finished" if event.lora or not event.stopped else "stopped"
