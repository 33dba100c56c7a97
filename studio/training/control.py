"""Commands to a running job: set from any thread, polled by the job between steps.

A command is also a line of JSON: `Control.forward` tells each one to where the job runs in another
process, and `Control.obey` carries it out there.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.jobs import Draw

_PLAIN = ("pause", "resume", "save_now", "preview_now")
"""Commands without an argument."""

Stop = Literal["", "keep", "leave", "discard"]


@dataclass
class Control:
    """Pause, resume, stop, save, preview, draw. Every method may be called from any thread."""

    _lock: threading.Condition = field(default_factory=threading.Condition)
    _paused: bool = False
    _stop: Stop = ""
    _save: bool = False
    _preview: bool = False
    _drawings: deque[Draw] = field(default_factory=deque)
    _given_up: set[str] = field(default_factory=set)  # folders of drawings
    _forward: Callable[[str], object] | None = None

    def pause(self) -> None:
        """Hold after the current step; the model stays loaded."""
        with self._telling("pause"):
            self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._telling("resume"):
            self._paused = False

    def stop(self, how: Literal["keep", "leave", "discard"] = "keep") -> None:
        """End after the current step.

        "keep" saves and exports the adapter, "leave" saves only, to be resumed later, and "discard"
        saves nothing more. Other jobs end with what they have, in whatever way they are stopped.
        """
        with self._telling("stop", how):
            self._stop = how

    def save_now(self) -> None:
        """Write a checkpoint after the current step."""
        with self._telling("save_now"):
            self._save = True

    def preview_now(self) -> None:
        """Draw the preview prompts after the current step; served while paused, too."""
        with self._telling("preview_now"):
            self._preview = True

    def draw_now(self, drawing: Draw) -> None:
        """Draw after the current step; served while paused, too.

        One with drafts gives way to the next one as soon as that is asked for.
        """
        with self._telling("draw_now", drawing.model_dump(mode="json")):
            self._drawings.append(drawing)

    def stop_drawing(self, folder: str) -> None:
        """Give up the drawing into ``folder`` that was asked for with `draw_now`, begun or not."""
        with self._telling("stop_drawing", folder):
            self._drawings = deque(d for d in self._drawings if d.folder != folder)
            self._given_up.add(folder)

    def is_given_up(self, drawing: Draw) -> bool:
        """Whether `stop_drawing` told so of the drawing taken last."""
        return drawing.folder in self._given_up

    @property
    def stopping(self) -> bool:
        """Whether the job has been asked to end."""
        return bool(self._stop)

    @property
    def how(self) -> Stop:
        """In which way it has been asked to end; "" if it has not."""
        return self._stop

    @property
    def paused(self) -> bool:
        """Whether the session has been asked to hold."""
        return self._paused

    @property
    def drawing_waits(self) -> bool:
        """Whether a drawing was asked for and not yet taken."""
        return bool(self._drawings)

    def take_save(self) -> bool:
        """Whether a checkpoint was asked for since the last call."""
        with self._lock:
            wanted, self._save = self._save, False
            return wanted

    def take_preview(self) -> bool:
        """Whether previews were asked for since the last call."""
        with self._lock:
            wanted, self._preview = self._preview, False
            return wanted

    def take_drawing(self) -> Draw | None:
        """The oldest drawing asked for and not yet taken."""
        with self._lock:
            self._given_up.clear()
            return self._drawings.popleft() if self._drawings else None

    def wait(self) -> None:
        """Sleep while paused and nothing is asked for."""
        with self._lock:
            self._lock.wait_for(
                lambda: (
                    not self._paused or self._stop or self._save or self._preview or self._drawings
                )
            )

    def forward(self, tell: Callable[[str], object]) -> None:
        """Calls ``tell`` with each command as a line of JSON, those still to be obeyed first."""
        with self._lock:
            if self._paused:
                tell(_line("pause"))
            if self._save:
                tell(_line("save_now"))
            if self._preview:
                tell(_line("preview_now"))
            for drawing in self._drawings:
                tell(_line("draw_now", drawing.model_dump(mode="json")))
            if self._stop:
                tell(_line("stop", self._stop))
            self._forward = tell

    def obey(self, line: str) -> None:
        """Carries out a command that `forward` told elsewhere."""
        name, argument = json.loads(line)
        if name == "draw_now":
            self.draw_now(Draw.model_validate(argument))
        elif name == "stop":
            self.stop(argument)
        elif name == "stop_drawing":
            self.stop_drawing(argument)
        elif name in _PLAIN:
            getattr(self, name)()
        else:
            raise ValueError(name)

    @contextmanager
    def _telling(self, name: str, argument: Any = None) -> Iterator[None]:
        with self._lock:
            yield
            if self._forward:
                self._forward(_line(name, argument))
            self._lock.notify_all()


def _line(name: str, argument: Any = None) -> str:
    return json.dumps([name, argument])
