"""The engine in a process of its own, seen from here: `studio.worker` is the other end.

A crash of a graphics driver ends that process alone; the next job gets a new one.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from studio.errors import StudioError
from studio.events import Event, Failed, event_from_json
from studio.files import writing
from studio.jobs import Job
from studio.training.control import Control

COMMAND = (sys.executable, "-m", "studio.worker")

_LOG_BYTES = 1_000_000
"""A log larger than this begins anew with the next process."""

_PATIENCE = 20.0
"""Seconds that the process gets to end by itself once it has nothing to do."""


class ChildEngine:
    """Runs jobs as `studio.engine.Engine` does; what the process prints goes to ``log``."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._loaded = ""
        self._begun = 0  # bytes of the log when the process began

    @property
    def loaded(self) -> str:
        """The name of the base model that is kept; "" if none is."""
        return self._loaded

    def run(self, job: Job, control: Control) -> Iterator[Event]:
        """Has ``job`` done; if the process ends before the job, the last event tells so."""
        if self._process and self._process.poll() is not None:  # it died while it had nothing to do
            self.free()
        try:
            process = self._process = self._process or self._start()
        except StudioError as error:
            yield Failed(error.code, error.params)
            return
        assert process.stdin
        assert process.stdout
        orders = process.stdin
        _send(orders, f'{{"job": {job.model_dump_json()}}}')
        control.forward(lambda line: _send(orders, json.dumps({"command": line})))
        try:
            for line in process.stdout:
                if not line.endswith("\n"):  # it died within a word
                    break
                if line.startswith('{"ended"'):
                    self._loaded = json.loads(line)["loaded"]
                    return
                yield event_from_json(line)
            yield Failed("engine.died", {"reason": self._reason(process), "log": str(self._log)})
        finally:
            control.forward(lambda line: None)

    def free(self) -> None:
        """Ends the process, which gives back all it holds, of the graphics card too."""
        process, self._process, self._loaded = self._process, None, ""
        if process is None:
            return
        assert process.stdin
        assert process.stdout
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _start(self) -> subprocess.Popen[str]:
        with writing(self._log):
            self._log.parent.mkdir(parents=True, exist_ok=True)
            large = self._log.exists() and self._log.stat().st_size > _LOG_BYTES
            log = self._log.open("wb" if large else "ab")
            self._begun = log.tell()
        with log:
            return subprocess.Popen(
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
                process_group=0,  # Ctrl-C in a terminal is for the window
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    def _reason(self, process: subprocess.Popen[str]) -> str:
        """Why the process ended, in a word or a line; it is let go of."""
        self.free()
        code = process.returncode
        if code < 0:
            return signal.Signals(-code).name
        said = self._log.read_bytes()[self._begun :].decode(errors="replace")
        lines = said.strip().splitlines()
        return lines[-1] if lines else f"exit code {code}"


def _send(orders: IO[str], line: str) -> None:
    """A process that is gone is noticed by the end of its output."""
    with suppress(OSError):
        orders.write(line + "\n")
        orders.flush()
