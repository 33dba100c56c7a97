"""An engine without a thread: tests say themselves what happens to a job.

engine = FakeEngine()
task = page.start()                   # submits; begun at once if none is before
engine.tell(task, StepDone(...))      # arrives at once
engine.finish(task)                   # ends it; the next one begins
engine.replay(task, RunFolder(path))  # a recorded run, to its end
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio.events import Event, Failed, Finished
from studio.runs import RunFolder
from ui.engine import EngineThread, Task


class FakeEngine(EngineThread):
    """`ui.engine.EngineThread` whose jobs do nothing; ``freed`` counts the calls of `free`."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = 0
        self.closed = False

    def tell(self, task: Task, *events: Event) -> None:
        """The engine tells of ``events`` of the running ``task``."""
        assert task is self.tasks[0], "only the first task runs"
        for event in events:
            self._take(event)

    def finish(self, task: Task, *events: Event, loaded: str = "starter") -> None:
        """Ends the running ``task``, after ``events``."""
        self.tell(task, *events)
        self._rest(True, loaded)

    def fail(self, task: Task, code: str, **params: Any) -> None:
        """Ends the running ``task`` with an error."""
        self.finish(task, Failed(code, params))

    def replay(self, task: Task, events: Iterable[Event] | RunFolder) -> None:
        """Tells the events; ends the task if the last one does so."""
        for event in events.events() if isinstance(events, RunFolder) else events:
            self.tell(task, event)
            if isinstance(event, Failed | Finished):
                self.finish(task)

    def free(self) -> None:
        """Notes that it was asked."""
        self.freed += 1
        if not self.tasks:
            self._rest(False, "")

    def close(self) -> None:
        """Ends all tasks."""
        self.closed = True
        super().close()
        while self.tasks:
            self._rest(True, "")

    def _send(self, order: object) -> None:
        """Nothing: no thread."""
