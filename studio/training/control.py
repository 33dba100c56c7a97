"""Commands to a running session: set from any thread, polled by the session between steps."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SampleRequest:
    """A picture wanted now, in the middle of a run, at these adapter strengths."""

    prompt: str
    seed: int = 1
    strengths: tuple[float, ...] = (1.0,)


@dataclass
class Control:
    """Pause, resume, stop, save now, sample now. Every method may be called from any thread."""

    _lock: threading.Condition = field(default_factory=threading.Condition)
    _paused: bool = False
    _stop: str = ""  # "", "keep" (save and export) or "leave" (save only, to resume later)
    _save: bool = False
    _samples: deque[SampleRequest] = field(default_factory=deque)

    def pause(self) -> None:
        """Hold after the current step; the model stays loaded."""
        with self._lock:
            self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._lock:
            self._paused = False
            self._lock.notify_all()

    def stop(self, *, export: bool = True) -> None:
        """End after the current step, saved; ``export`` also writes the adapter file and report."""
        with self._lock:
            self._stop = "keep" if export else "leave"
            self._lock.notify_all()

    def save_now(self) -> None:
        """Write a checkpoint after the current step."""
        with self._lock:
            self._save = True
            self._lock.notify_all()

    def sample_now(self, request: SampleRequest) -> None:
        """Draw a preview after the current step; served while paused, too."""
        with self._lock:
            self._samples.append(request)
            self._lock.notify_all()

    @property
    def stopping(self) -> bool:
        """Whether the session has been asked to end."""
        return bool(self._stop)

    @property
    def keeps(self) -> bool:
        """Whether a stopped session still exports its adapter."""
        return self._stop == "keep"

    @property
    def paused(self) -> bool:
        """Whether the session has been asked to hold."""
        return self._paused

    def take_save(self) -> bool:
        """Whether a checkpoint was asked for since the last call."""
        with self._lock:
            wanted, self._save = self._save, False
            return wanted

    def take_sample(self) -> SampleRequest | None:
        """The oldest picture asked for and not yet taken."""
        with self._lock:
            return self._samples.popleft() if self._samples else None

    def wait(self) -> None:
        """Sleep while paused and nothing is asked for."""
        with self._lock:
            self._lock.wait_for(
                lambda: not self._paused or self._stop or self._save or self._samples
            )
