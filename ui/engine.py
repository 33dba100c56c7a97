"""The engine in a thread of its own: jobs wait their turn, their events arrive in the window's.

task = engine.submit(job, "Ink style")
task.came.connect(draw)         # events of `studio.events`
task.ended.connect(tidy_up)     # whatever way it ended; task.failed says why, if it failed
task.control.pause()

One job runs at a time. Which is next is decided in the window's thread alone; the engine's thread
gets one order after the other, and tells what comes of it through private signals.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Signal, Slot

from studio import quiet
from studio.events import Event, Failed, Started

if TYPE_CHECKING:  # pydantic: not while the window opens
    from studio.jobs import Job
    from studio.training.control import Control

_NICENESS = 5
"""How far the engine stands back on Linux, so that the window never waits for a core."""

_PATIENCE = 5.0
"""Seconds to wait for the window's thread: it may be about to end, or busy."""

log = logging.getLogger(__name__)


class AnyEngine(Protocol):
    """What runs jobs: `studio.engine.Engine` here, or `studio.remote.ChildEngine` elsewhere."""

    def run(self, job: Job, control: Control) -> Iterator[Event]:
        """The events of ``job``; bad input ends in `Failed`, our own faults are raised."""

    def free(self) -> None:
        """Gives back what is kept between jobs."""

    @property
    def loaded(self) -> str:
        """The name of the base model that is kept; "" if none is."""


def make_engine(separate: bool, collect: Callable[[], object]) -> AnyEngine:
    """The engine of this process, or one in a ``separate`` one; imports what it needs.

    ``collect`` collects garbage in a thread where that may be done.
    """
    if separate:
        from studio.remote import ChildEngine
        from ui import logs

        return ChildEngine(logs.folder() / "engine.log")
    from studio.engine import Engine

    return Engine(collect)


class Task(QObject):
    """A job on its way; lives in the window's thread, and so do its signals."""

    started = Signal()
    came = Signal(object)
    """An `Event`, at most ten a second of steps and phases."""
    ended = Signal()

    def __init__(self, job: Job, name: str, parent: QObject | None = None) -> None:
        from studio.training.control import Control

        super().__init__(parent)
        self.job = job
        self.name = name
        """What the artist calls it."""
        self.control = Control()
        self.state: Literal["queued", "running", "ended"] = "queued"
        self.failed: Failed | None = None
        self.run = ""
        """The folder of the run, once it is known."""

    def take(self, event: Event) -> None:
        """Passes an event on."""
        if isinstance(event, Failed):
            self.failed = event
        if isinstance(event, Started):
            self.run = event.run
        self.came.emit(event)

    def begin(self) -> None:
        """The engine starts on it."""
        self.state = "running"
        self.started.emit()

    def end(self) -> None:
        """The engine is done with it."""
        self.state = "ended"
        self.ended.emit()


@dataclass(frozen=True)
class _Order:
    """What the thread shall do: a job, or give back what is kept if ``job`` is None."""

    job: Job | None = None
    control: Control | None = None
    separate: bool = False


class EngineThread(QThread):
    """The queue and the thread; the thread starts with the first job. `close` before letting go."""

    changed = Signal()
    """Tasks, their states, or what is loaded are others now."""

    _came = Signal(object)  # an event of the running task
    _collection_wanted = Signal()
    _rested = Signal(bool, str)  # whether it ended the running task; which base model is loaded

    def __init__(
        self,
        make: Callable[[bool], AnyEngine] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks: list[Task] = []
        """The running one first, then the waiting."""
        self.loaded = ""
        """The name of the base model that is kept in memory; "" if none is."""
        self.separate = False
        """Whether the next job runs in a process of its own."""
        self._make = make or partial(make_engine, collect=self._collect_there)
        self._collected = threading.Event()
        self._closing = False
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._came.connect(self._take)
        self._collection_wanted.connect(self._collect)
        self._rested.connect(self._rest)

    @property
    def training(self) -> Task | None:
        """The run that goes on, or else the first that waits."""
        return next((task for task in self.tasks if task.job.kind == "train"), None)

    def submit(self, job: Job, name: str) -> Task:
        """Has ``job`` done in its turn; the task returned has begun already if none is before."""
        task = Task(job, name)
        self.tasks.append(task)
        self._begin_next()
        self.changed.emit()
        return task

    def cancel(self, task: Task) -> None:
        """Takes a waiting task out; asks a running one to stop and keep what it saved."""
        if task.state == "queued":
            if not task.control.stopping:  # else it would look as if it had come to its end
                task.control.stop("leave")
            self.tasks.remove(task)
            task.end()
            self.changed.emit()
        elif task.state == "running":
            task.control.stop("leave")

    def free(self) -> None:
        """Gives the base model back, after the running job."""
        if self.isRunning():
            self._send(_Order())

    def close(self) -> None:
        """Drops what waits, stops what runs as was asked or to be resumed, and ends the thread.

        An export is awaited: it takes seconds, and half of one is nothing.
        """
        for task in self.tasks[1:]:
            self.cancel(task)
        for task in self.tasks:
            if not task.control.stopping and task.job.kind != "export":
                task.control.stop("leave")
        self._closing = True
        self._collected.set()
        if self.isRunning():
            self._orders.put(None)
            self.wait()
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    def run(self) -> None:
        """In the thread: one order after the other."""
        _stand_back()
        worker = _Holder(self._make)
        for order in iter(self._orders.get, None):
            if order.job is None:
                worker.free()
            else:
                for event in worker.events(order):
                    self._came.emit(event)
            self._rested.emit(order.job is not None, worker.loaded)
        worker.free()

    def _send(self, order: _Order) -> None:
        self._orders.put(order)
        if not self.isRunning():
            self.start(QThread.Priority.LowPriority)

    def _begin_next(self) -> None:
        if self.tasks and self.tasks[0].state == "queued":
            task = self.tasks[0]
            task.begin()
            self._send(_Order(task.job, task.control, self.separate))

    def _collect_there(self) -> None:
        """In the thread: has garbage collected in the window's, where Qt objects may end."""
        self._collected.clear()
        if not self._closing:
            self._collection_wanted.emit()
            self._collected.wait(_PATIENCE)

    @Slot()
    def _collect(self) -> None:
        gc.collect()
        self._collected.set()

    @Slot(object)
    def _take(self, event: Event) -> None:
        self.tasks[0].take(event)

    @Slot(bool, str)
    def _rest(self, ended: bool, loaded: str) -> None:
        self.loaded = loaded
        if ended:
            self.tasks.pop(0).end()
            self._begin_next()
        self.changed.emit()


class _Holder:
    """In the thread: the engine, made anew when it shall run elsewhere."""

    def __init__(self, make: Callable[[bool], AnyEngine]) -> None:
        self._make = make
        self._engine: AnyEngine | None = None
        self._separate = False

    @property
    def loaded(self) -> str:
        """The base model that is kept."""
        return self._engine.loaded if self._engine else ""

    def events(self, order: _Order) -> Iterator[Event]:
        """What happens; our own faults end it as `Failed`, too, and the next job can come."""
        assert order.job
        assert order.control
        if order.control.stopping:
            return
        try:
            yield from self._engine_for(order.separate).run(order.job, order.control)
        except Exception as error:
            log.exception("the engine failed on its own account")
            yield Failed("internal", {"reason": repr(error)})

    def free(self) -> None:
        """Gives back what the engine keeps."""
        try:
            if self._engine:
                self._engine.free()
        except Exception:
            log.exception("the engine could not be freed")

    def _engine_for(self, separate: bool) -> AnyEngine:
        if self._engine is None or separate != self._separate:
            self.free()
            self._engine = None
            self._separate = separate
            self._engine = self._make(separate)
        return self._engine


def _stand_back() -> None:
    """Before anything heavy is imported: the threads it starts inherit the priority."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
    quiet.prepare()
