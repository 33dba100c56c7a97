"""The engine as a process of its own: ``python -m studio.worker``, lines of JSON in and out.

In come ``{"job": ...}``, commands to the running job as ``{"command": "..."}`` (what `Control.obey`
takes), and ``{"free": true}``; out go events, and after each job ``{"ended": true, "loaded": ...}``
with the name of the base model that is kept. `studio.remote` is the other end. When that is gone
(the input ends, or the output breaks), the running job ends after its step, saved to be resumed.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from studio import quiet
from studio.events import Failed
from studio.jobs import Job, job_from_json
from studio.training.control import Control

if TYPE_CHECKING:
    from studio.engine import Engine

_NICENESS = 5
"""How far the engine stands back, so that the window never waits for a core."""

log = logging.getLogger(__name__)


def main(make: Callable[[], Engine] | None = None) -> None:
    """Serves until the input ends, with the engine that ``make`` makes; tests have their own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which decides
    events = _own_stdout()
    faulthandler.enable()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # threads inherit it, so before torch starts any
    quiet.prepare()
    # Not sys.stdin: Python could not end while a thread waits for that.
    Worker(os.fdopen(os.dup(sys.stdin.fileno()), "rb"), events).serve(make or _make_engine)


def _make_engine() -> Engine:
    with quiet.importing():
        from studio.engine import Engine

    return Engine()


def _own_stdout() -> IO[str]:
    """The real standard output for us alone; whatever else is printed goes to standard error."""
    sys.stdout.flush()
    ours = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return ours


@dataclass(frozen=True)
class _Order:
    """Do ``job``, or give the base model back if it is None."""

    job: Job | None
    control: Control


class Worker:
    """Reads orders in a thread, and works them off in the one that calls `serve`."""

    def __init__(self, orders: IO[bytes], events: IO[str]) -> None:
        self._orders = orders
        self._events = events
        self._waiting: SimpleQueue[_Order | None] = SimpleQueue()  # None: leave
        self._engine: Engine | None = None
        self._control = Control()
        self._leaving = False
        self._unheard = False

    def serve(self, make: Callable[[], Engine]) -> None:
        """Does what it is told until the input ends."""
        signal.signal(signal.SIGTERM, lambda *_: self._leave())
        threading.Thread(target=self._read, daemon=True).start()
        for order in iter(self._waiting.get, None):
            if order.job:
                self._run(make, order.job, order.control)
            elif self._engine:
                self._engine.free()

    def _run(self, make: Callable[[], Engine], job: Job, control: Control) -> None:
        try:
            self._engine = self._engine or make()
            for event in self._engine.run(job, control):
                self._tell(event.to_json())
        except Exception as error:
            log.exception("the engine failed on its own account")
            self._tell(Failed("internal", {"reason": repr(error)}).to_json())
        loaded = self._engine.loaded if self._engine else ""
        self._tell(json.dumps({"ended": True, "loaded": loaded}))

    def _read(self) -> None:
        """In its thread: takes orders as they come. The newest job is the one commands are for."""
        for line in self._orders:
            order: dict[str, Any] = json.loads(line)
            if "job" in order:
                self._control = Control()
                if self._leaving:
                    self._control.stop("leave")
                job = job_from_json(json.dumps(order["job"]))
                self._waiting.put(_Order(job, self._control))
            elif "command" in order:
                self._control.obey(order["command"])
            else:
                self._waiting.put(_Order(None, self._control))
        self._leave()

    def _tell(self, line: str) -> None:
        if self._unheard:
            return
        try:
            self._events.write(line + "\n")
            self._events.flush()
        except OSError:  # the window is gone; what is being trained is not lost for that
            self._unheard = True
            self._leave()

    def _leave(self) -> None:
        """Nobody is there any more: ends what runs, saved, and then all."""
        self._leaving = True
        self._control.stop("leave")
        self._waiting.put(None)


if __name__ == "__main__":
    main()
