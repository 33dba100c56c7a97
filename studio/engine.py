"""The engine: runs one job after another and keeps the base model in between.

    for event in Engine().run(job, control):
        ...

The window's thread iterates it (`ui.engine`), or a process of its own does (`studio.worker`).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from studio.config import Base
from studio.errors import StudioError
from studio.events import Downloaded, Event, Failed, Phase, StepDone
from studio.jobs import Download, Draw, Job, Train
from studio.models.adapter import strip
from studio.models.checkpoint import BaseModel, open_base
from studio.models.heap import trim
from studio.models.hub import download, local_copy
from studio.runs import RunFolder
from studio.sampling.draw import Loras, draw
from studio.training.control import Control
from studio.training.exporting import export_events
from studio.training.memory import is_out_of_memory, reason
from studio.training.session import train

_INTERVAL = 0.1
"""Seconds between two events of steps or phases: more would hold up who shows them."""


class Engine:
    """Runs jobs, one at a time.

    ``collect`` collects garbage; beside a window, Python's own must not run in the engine's thread.
    """

    def __init__(self, collect: Callable[[], object] = gc.collect) -> None:
        self._collect_garbage = collect
        self._settings: Base | None = None
        self._base: BaseModel | None = None
        self._loras: Loras | None = None

    @property
    def loaded(self) -> str:
        """Name of the base model that is kept; "" if there is none."""
        return self._base.location.name if self._base else ""

    def run(self, job: Job, control: Control) -> Iterator[Event]:
        """What happens during ``job``; bad input ends in `Failed`, our own faults are raised.

        Steps and phases are told at most ten times a second, the last one always.
        """
        return throttled(self._run(job, control), _INTERVAL)

    def free(self) -> None:
        """Gives the base model back, and the memory it took."""
        self._settings = self._base = self._loras = None
        gc.unfreeze()
        self._collect()
        trim()

    def _run(self, job: Job, control: Control) -> Iterator[Event]:
        try:
            if isinstance(job, Draw):
                yield from self._draw(job, control)
            elif isinstance(job, Train):
                resume = RunFolder(Path(job.resume)) if job.resume else False
                yield from train(
                    job.settings,
                    control,
                    resume=resume,
                    open_base=self.open,
                    collect=self._collect_garbage,
                )
            elif isinstance(job, Download):
                yield from _download(job, control)
            else:
                yield from export_events(job, control, open_base=self.open)
        except StudioError as error:
            yield Failed(error.code, error.params)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            yield Failed("engine.out_of_memory", {"reason": reason(error)})
        finally:
            if not isinstance(job, Draw):  # which leaves nothing behind, and wants to be quick
                self._collect()

    def open(self, settings: Base, device: torch.device | None = None) -> BaseModel:
        """The base model of ``settings``, clean of adapters; at once if it was the last one."""
        there = self._base if settings == self._settings else None
        if there is None or (device and device.type != there.device.type):
            if self._base:
                self.free()  # two base models at once may not fit
            there = self._base = open_base(settings, device)
            self._settings = settings
            # Libraries and base model are half a million objects; a collection that walks them
            # holds the window up for 0.4 s, so they are left out of it from now on.
            gc.freeze()
        self._loras = None
        strip(there)
        return there

    def _draw(self, job: Draw, control: Control) -> Iterator[Event]:
        if self._loras is None or job.base != self._settings:
            yield Phase("open_base")
            self._loras = Loras(self.open(job.base))
        yield from draw(self._loras, job, lambda: not control.stopping)

    def _collect(self) -> None:
        """Frees what a job left behind; cycles hold on to optimizers and gradients."""
        self._collect_garbage()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _download(job: Download, control: Control) -> Iterator[Event]:
    """Stopped, it ends without `Downloaded`; what came is gone on with the next time."""
    for done, total in download(job.model, job.mirror):
        yield Phase("download", done, total)
        if control.stopping:
            return
    yield Downloaded(job.model, str(local_copy(job.model)))


def throttled(events: Iterator[Event], interval: float) -> Iterator[Event]:
    """``events``, with steps and phases at least ``interval`` seconds apart.

    One that is held back comes before the next event of another kind, or at the end.
    """
    held: Event | None = None
    told: dict[str, float] = {}
    for event in events:
        kind = _throttled_kind(event)
        if held and _throttled_kind(held) != kind:
            yield held
        held = None
        now = time.monotonic()
        if kind and now - told.get(kind, -interval) < interval:
            held = event
            continue
        told[kind] = now
        yield event
    if held:
        yield held


def _throttled_kind(event: Event) -> str:
    """Events of one kind supersede each other; "" for what is always told."""
    if isinstance(event, Phase):
        return event.name
    return "step" if isinstance(event, StepDone) else ""
