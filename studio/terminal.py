"""A run's events on the command line: progress bars on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from studio.data.doctor import Report
from studio.events import (
    CheckpointSaved,
    Event,
    Finished,
    Noted,
    Paused,
    Phase,
    SampleSaved,
    Started,
    StepDone,
    Warned,
)
from studio.messages import PHASES, sentence
from studio.planning.fitting import Fit

Made = TypeVar("Made")

_PLAIN_INTERVAL = 5.0  # seconds between plain progress lines


class EventPrinter:
    """Shows events as they come; a context manager, so that bars are cleared at the end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bars = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[note]}"),
            console=console,
        )
        self.tasks: dict[str, TaskID] = {}
        self.recent: deque[float] = deque(maxlen=20)  # seconds of the latest steps
        self.told = 0.0
        self.phase = ("", 0.0, 0)  # name, when it began, units done then

    def __enter__(self) -> EventPrinter:
        if self.console.is_terminal:
            self.bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self._bar_end()
            self.bars.stop()

    def show(self, event: Event) -> None:
        """Prints or draws one event."""
        if isinstance(event, Phase):
            unit, note = (10**6, "MB") if event.name == "download" else (1, "")
            label, pace = PHASES[event.name], self._pace(event)
            self._progress(label, event.done, event.total, note, pace, unit)
        elif isinstance(event, Started):
            self.line(_started(event))
        elif isinstance(event, StepDone):
            self.recent.append(event.seconds)
            pace = sum(self.recent) / len(self.recent)
            note = f"loss {event.loss:.4f}  {1 / max(1e-9, pace):.1f} steps/s"
            self._progress(PHASES["train"], event.step, event.total, note, pace)
        elif isinstance(event, SampleSaved):
            self.line(f"  preview   {event.path}  ({event.prompt})")
        elif isinstance(event, CheckpointSaved):
            self.line(f"  saved     {event.path}")
        elif isinstance(event, Warned):
            self.line(f"  warning   {sentence(event.code, event.params)}")
        elif isinstance(event, Noted):
            self.line(f"  note      {sentence(event.code, event.params)}")
        elif isinstance(event, Finished) and event.report:
            self._finished(event)
        elif isinstance(event, Paused):
            self.line(f"  paused after step {event.step}")

    def _finished(self, event: Finished) -> None:
        report = event.report
        self.line(
            f"{report['steps']} steps in {report['seconds']:.0f} s "
            f"({report['seconds_per_step']:.2f} s a step), loss {report['loss_first']:.4f} to "
            f"{report['loss_last']:.4f}, at most {_size(report['peak_memory_bytes'])} of memory"
        )
        if report["grid"]:
            self.line(f"strength grid {Path(event.run) / report['grid']}")

    def line(self, text: str) -> None:
        """One line of its own, above any bars."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _pace(self, phase: Phase) -> float:
        """Seconds for each unit of the phase so far; 0 while none can be told."""
        now = time.monotonic()
        name, since, first = self.phase
        if name != phase.name:
            self.phase = (phase.name, now, phase.done)
            return 0.0
        return (now - since) / (phase.done - first) if phase.done > first else 0.0

    def _progress(
        self, label: str, done: int, total: int, note: str, pace: float, unit: int = 1
    ) -> None:
        """Draws a bar or, now and then, a plain line; ``pace`` is seconds for each of ``total``.

        What is shown is counted in ``unit``, such as a million bytes.
        """
        count = f"{done // unit}/{total // unit}" if total else ""
        if self.console.is_terminal:
            self._bar(label, done, total, note, count)
            return
        now = time.monotonic()
        if done in (0, 1, total) or now - self.told >= _PLAIN_INTERVAL:
            self.told = now
            left = int((total - done) * pace)
            eta = f"  {left // 60}:{left % 60:02d} left" if pace and done < total else ""
            self.line(f"{label} {count}  {note}{eta}".rstrip() if total else label)

    def _bar(self, label: str, done: int, total: int, note: str, count: str) -> None:
        if label not in self.tasks:
            self._bar_end()
            self.tasks[label] = self.bars.add_task(label, total=total or None, note="", count="")
        task = self.tasks[label]
        self.bars.update(task, completed=done, total=total or None, note=note, count=count)

    def _bar_end(self) -> None:
        """A phase of unknown length is done when the next one begins."""
        for task in self.bars.tasks:
            if task.total is None:
                self.bars.update(task.id, total=1, completed=1)


def _started(event: Started) -> str:
    share = event.trainable_parameters / event.total_parameters
    place = f", going on after step {event.step}" if event.step else ""
    return (
        f"{event.images} images, {event.total} steps on {event.base} (opened in "
        f"{event.open_seconds:.1f} s; {event.device}, {event.optimizer}); "
        f"{event.trainable_parameters:,} of {event.total_parameters:,} parameters learn "
        f"({share:.1%}){place}\nrun folder {event.run}"
    )


def following(work: Generator[tuple[int, int], None, Made], phase: str, console: Console) -> Made:
    """Runs ``work`` to its end, showing the (done, total) it yields; returns what it returns."""
    with EventPrinter(console) as printer:
        while True:
            try:
                printer.show(Phase(phase, *next(work)))
            except StopIteration as done:
                made: Made = done.value
                return made


def report_lines(report: Report) -> Iterator[str]:
    """The dataset doctor's report in words."""
    captioned = f"{report.captioned_images} with a caption"
    yield f"{report.images} images ({captioned}), {report.images_per_epoch} an epoch"
    for (width, height), count in report.buckets.items():
        yield f"  {width}x{height}: {count} image{'s' if count > 1 else ''}"
    if not report.problems:
        yield "No problems found."
    for problem in report.problems:
        yield f"  - {sentence(problem.code, problem.params)}"


def plan_lines(fit: Fit) -> Iterator[str]:
    """A plan in words, and whether it fits."""
    plan = fit.plan
    yield f"{plan.steps:,} steps, {plan.epochs:g} passes over {plan.images} images"
    learning, total = plan.trainable_parameters, plan.total_parameters
    yield f"{learning:,} of {total:,} parameters learn ({learning / total:.1%}), {plan.optimizer}"
    time = "known after the first steps"
    if plan.whole_seconds is not None:
        time = f"{_about(plan.whole_seconds)} ({plan.seconds_per_step:.2g} s a step)"
    yield f"time {time}, disk about {_size(plan.disk_bytes)}"
    yield f"memory about {_size(plan.memory_bytes)}{_fits(fit)}"
    parts = [f"{name} {_size(size)}" for name, size in plan.memory.items() if size >= 1e6]
    yield f"  while {_MOMENTS[plan.memory_phase]}: {', '.join(parts)}"
    for remedy in fit.changed:
        yield f"  {remedy.setting}={remedy.value}: then about {_size(remedy.need)}"


_MOMENTS = {
    "cache_latents": "images are encoded",
    "train": "training",
    "preview": "previews are drawn",
    "export": "the exported file is checked",
}


def _fits(fit: Fit) -> str:
    if fit.fits is None:
        return ""
    there = _size(fit.machine.memory)
    if fit.fits:
        return f" of {there}: it fits"
    helps = "change, one after the other:" if fit.changed else "no setting would save enough"
    return f" of {there}: it may not fit; {helps}"


def _about(seconds: float) -> str:
    minutes = seconds / 60
    return f"about {minutes:.0f} min" if minutes >= 2 else f"about {seconds:.0f} s"


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
