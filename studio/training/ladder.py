"""A run that runs out of memory goes on with settings that need less, from the step it had come to.

    ladder = Ladder(settings, run, dataset, processes)
    while not ladder.ended:
        yield from ladder.attempt(Session(ladder.settings, ...))

Which setting changes when is in `studio.training.relief`. Nothing is lost: the state of the last
whole step is saved, and the next session takes it up as a resumed run would.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import torch

from studio.config import Base, Settings
from studio.data.dataset import Dataset
from studio.events import Event, Failed, Noted, Phase, PictureDrawn, Warned
from studio.models.adapter import strip
from studio.models.checkpoint import BaseModel, best_device, open_base
from studio.runs import RunFolder
from studio.training.memory import give_back, is_out_of_memory, let_go, reason
from studio.training.processes import Processes
from studio.training.relief import Plight, Relief, fullest_bucket, next_relief, relieved

if TYPE_CHECKING:
    from studio.training.session import Session

_AFTER_TRAINING = ("export", "draw_grid")
"""Phases in which other settings of training help no more."""


class Ladder:
    """Runs sessions one after the other until one comes to its end.

    ``settings`` are those of the next one; ``collect`` is as in `give_back`. What a session has
    told before, of images for example, the next one does not tell again.
    """

    def __init__(
        self,
        settings: Settings,
        run: RunFolder,
        dataset: Dataset,
        processes: Processes,
        collect: Callable[[], object] = gc.collect,
    ) -> None:
        self.settings = relieved(settings, run.events())
        self.ended = False
        self._first = settings
        self._run = run
        self._dataset = dataset
        self._processes = processes
        self._collect = collect
        self._told: set[str] = set()
        self._phase = ""
        self._packed = False
        self._resumed_from: int | None = None

    def attempt(self, session: Session) -> Iterator[Event]:
        """What happens in ``session``; nobody else may hold it, or its memory is not given back.

        Raises what it raises, also for want of memory where nothing can be changed.
        """
        session.resumed_from = self._resumed_from
        why = yield from self._until_full(session)
        if not why:
            self.ended = True
            return
        yield from self._save(session)
        self._resumed_from = session.resumed_from
        relief = self._next(session)
        del session
        give_back(self._collect)
        if relief:
            yield self._relieve(relief, why)
            return
        self.ended = True
        exporting = self._phase in _AFTER_TRAINING
        params = {"reason": why}
        yield self._record(
            Failed("engine.out_of_memory", params) if exporting else no_memory(self.settings, why)
        )

    def _until_full(self, session: Session) -> Generator[Event, None, str]:
        """Returns what the allocator said when memory ran out; "" if it never did."""
        try:
            for event in session.events():
                if not self._is_told(event):
                    yield self._record(event)
        except Exception as error:
            if not (self.settings.memory.adapt and is_out_of_memory(error)):
                raise
            if (count := self._processes.count) > 1:
                yield self._record(Warned("memory.not_adapted", {"processes": count}))
                raise
            let_go(error)
            return reason(error)
        return ""

    def _is_told(self, event: Event) -> bool:
        """Whether an earlier session has told the same; notes it and the phase."""
        if isinstance(event, Phase):
            self._phase = event.name
        if not isinstance(event, Warned | Noted):
            return False
        line = event.to_json()
        told = line in self._told
        self._told.add(line)
        self._packed |= event.code == "speed.packed"
        return told

    def _save(self, session: Session) -> Iterator[Event]:
        """Saves the state of the last step, if it is whole and not saved yet."""
        if session.whole and session.step and session.step not in self._run.checkpoint_steps():
            for parameter in session.parameters:
                parameter.grad = None
            yield self._record(session.save_checkpoint())

    def _next(self, session: Session) -> Relief | None:
        if self._phase in _AFTER_TRAINING:
            return None
        stepping = session.total > 0
        plight = Plight(
            device=best_device().type,
            stepping=stepping,
            packed=self._packed or not stepping,
            fullest=fullest_bucket(self.settings, self._dataset),
        )
        return next_relief(self.settings, self._first, plight)

    def _relieve(self, relief: Relief, why: str) -> Warned:
        if not relief.same_result:  # how the frozen layers run fastest has to be found out again
            self._run.speed_file.unlink(missing_ok=True)
        step = max(self._run.checkpoint_steps(), default=0)
        told = {"setting": relief.setting, "before": relief.before, "after": relief.after}
        event = Warned("memory.relieved", {**told, "step": step, "reason": why})
        self._run.record(event)
        self.settings = relieved(self._first, self._run.events())
        return event

    def _record(self, event: Event) -> Event:
        of_the_run = not isinstance(event, PictureDrawn)
        if of_the_run and self._processes.is_main:
            self._run.record(event)
        return event


class KeptBase:
    """Opens base models, and keeps the last one for sessions that want the same again."""

    def __init__(self) -> None:
        self._settings: Base | None = None
        self._base: BaseModel | None = None

    def open(self, settings: Base, device: torch.device) -> BaseModel:
        """As `open_base`, clean of adapters; the earlier one is let go of first."""
        if self._base is not None and settings != self._settings:
            self._base = None
            give_back()
        if self._base is None:
            self._base, self._settings = open_base(settings, device), settings
        strip(self._base)
        return self._base


def no_memory(settings: Settings, why: str) -> Failed:
    """The end of a run for which there is not enough memory, as the allocator said."""
    data = settings.data
    size = {"resolution": data.resolution, "batch_size": data.batch_size}
    return Failed("train.out_of_memory", {**size, "reason": why})
