"""The engine as a process: lines in, lines out, and what it does once it is alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from studio.jobs import Job
from tests.studio.scripted_engine import drawing, training

PARENT = """
import sys
from pathlib import Path
from studio import jobs, remote
from studio.training.control import Control
remote.COMMAND = tuple(sys.argv[3:])
engine = remote.ChildEngine(Path(sys.argv[1]))
for event in engine.run(jobs.job_from_json(sys.argv[2]), Control()):
    print(engine._process.pid, event.to_json(), flush=True)
"""
"""The window of the three-process tests: tells the id of its child and the events."""

SCRIPTED = ("-m", "tests.studio.scripted_engine")
posix = pytest.mark.skipif(os.name == "nt", reason="has no such signals")


@pytest.fixture(autouse=True)
def found_from_anywhere(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))


class Child:
    """A worker with the scripted engine."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [sys.executable, *SCRIPTED], stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )

    def send(self, order: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def start(self, job: Job) -> None:
        self.send({"job": job.model_dump(mode="json")})

    def read_to(self, kind: str, step: int = 0) -> list[dict[str, Any]]:
        """The lines up to an event of this kind ("ended" for the end of a job)."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(json.loads(line))
            if kind in (lines[-1].get("event"), *lines[-1]) and lines[-1].get("step", 0) >= step:
                return lines
        raise AssertionError(f"no {kind} in {lines}")


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child()
    yield made
    made.process.kill()
    made.process.wait()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        assert stream
        with suppress(BrokenPipeError):  # what was still to be sent
            stream.close()


def test_a_job_s_events_come_as_lines_and_nothing_else_does(child: Child, tmp_path: Path) -> None:
    child.start(training(tmp_path))
    lines = child.read_to("ended")
    kinds = [line.get("event") for line in lines]
    assert kinds == ["Phase", "Started", *["StepDone"] * 5, "Finished", None]
    assert lines[-1] == {"ended": True, "loaded": "scripted"}
    _, errors = child.process.communicate()
    assert "this goes to the log" in errors


def test_commands_reach_the_running_job_alone(child: Child, tmp_path: Path) -> None:
    child.start(training(tmp_path, steps=10_000))
    child.read_to("StepDone")
    child.send({"command": json.dumps(["pause", None])})
    child.read_to("Paused")
    child.send({"command": json.dumps(["draw_now", drawing(tmp_path).model_dump(mode="json")])})
    child.read_to("PictureDrawn")
    child.send({"command": json.dumps(["stop", "keep"])})
    child.read_to("ended")
    assert len(list(tmp_path.glob("keep-*"))) == 1
    child.send({"command": json.dumps(["stop", "discard"])})  # too late
    child.start(training(tmp_path))
    child.read_to("Finished", step=5)


def test_it_gives_back_what_it_keeps(child: Child, tmp_path: Path) -> None:
    child.send({"free": True})
    child.start(drawing(tmp_path))
    assert child.read_to("ended")[-1]["loaded"] == "scripted"
    child.send({"free": True})
    child.start(training(tmp_path, "fails"))
    assert child.read_to("ended")[-1]["loaded"] == "scripted"


@pytest.mark.parametrize("pause", [False, True])
def test_without_input_it_ends_the_step_saves_and_leaves(
    child: Child, tmp_path: Path, pause: bool
) -> None:
    child.start(training(tmp_path, steps=10_000))
    child.read_to("StepDone")
    if pause:
        child.send({"command": json.dumps(["pause", None])})
        child.read_to("Paused")
    assert child.process.stdin
    child.process.stdin.close()
    assert child.read_to("Finished")[-1]["stopped"]
    assert child.process.wait(5) == 0
    assert len(list(tmp_path.glob("leave-*"))) == 1


def test_without_a_reader_it_ends_the_step_saves_and_leaves(child: Child, tmp_path: Path) -> None:
    child.start(training(tmp_path, steps=10_000))
    child.read_to("StepDone")
    assert child.process.stdout
    child.process.stdout.close()
    assert child.process.wait(5) == 0
    assert len(list(tmp_path.glob("leave-*"))) == 1


@posix
def test_signals_for_the_window_do_not_end_it(child: Child, tmp_path: Path) -> None:
    child.start(training(tmp_path, steps=10_000))
    child.read_to("StepDone")
    child.process.send_signal(signal.SIGINT)
    child.read_to("StepDone", step=10)
    child.process.send_signal(signal.SIGTERM)
    child.read_to("Finished")
    assert child.process.wait(5) == 0
    assert len(list(tmp_path.glob("leave-*"))) == 1


def orphan(job: Job, log: Path, command: tuple[str, ...]) -> int:
    """Kills the parent of a worker after the second step; returns the id of the worker."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(log), job.model_dump_json(), *command],
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        line = next(line for line in parent.stdout if '"StepDone"' in line and '"step": 2' in line)
        parent.kill()
    return int(line.split()[0])


def wait_until_gone(process: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while is_alive(process):
        assert time.monotonic() < end, "it lives on"
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    """Whether it runs; one that ended is a zombie where nobody fetches its exit code."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_when_its_window_is_killed_it_ends_the_step_saves_and_leaves(tmp_path: Path) -> None:
    job = training(tmp_path, steps=10_000)
    process = orphan(job, tmp_path / "engine.log", (sys.executable, *SCRIPTED))
    wait_until_gone(process, 5)
    assert len(list(tmp_path.glob("leave-*"))) == 1
