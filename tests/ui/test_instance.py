"""One window per user, and one window per project: with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from studio.errors import StudioError
from ui import instance as module
from ui.instance import Instance, ProjectLock

Start = Callable[..., "subprocess.Popen[str]"]

FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.instance import Instance
instance = Instance()
if not instance.is_first:
    instance.hand_over(Path(sys.argv[1]) if sys.argv[1:] else None)
    sys.exit(0)
app = QCoreApplication([])
instance.asked.connect(lambda path: print("asked", path, flush=True))
instance.listen()
print("first", flush=True)
app.exec()
"""
HOLDER = """
import sys, time
from pathlib import Path
from ui.instance import ProjectLock
lock = ProjectLock(Path(sys.argv[1]))
print("locked", flush=True)
time.sleep(60)
"""


@pytest.fixture
def start(repository: Path, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=repository,
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def test_a_second_start_hands_its_project_over_and_ends(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "我的 project"
    first = start(FIRST)
    assert line_of(first) == "first"
    second = start(FIRST, str(project))
    assert second.wait(20) == 0
    assert line_of(first) == f"asked {project}"
    assert start(FIRST).wait(20) == 0
    assert line_of(first) == "asked None"


def test_of_many_at_once_one_is_first(start: Start) -> None:
    processes = [start(FIRST, str(number)) for number in range(4)]
    ended: list[subprocess.Popen[str]] = []
    end = time.monotonic() + 30
    while len(ended) < 3 and time.monotonic() < end:
        ended = [process for process in processes if process.poll() is not None]
        time.sleep(0.02)
    assert [process.returncode for process in ended] == [0, 0, 0]
    (first,) = set(processes) - set(ended)
    assert line_of(first) == "first"
    assert all(line_of(first).startswith("asked ") for _ in ended)


def test_after_a_crash_the_next_start_is_first(start: Start) -> None:
    crashed = start(FIRST)
    assert line_of(crashed) == "first"
    crashed.kill()
    crashed.wait()
    following = start(FIRST)
    assert line_of(following) == "first"
    assert start(FIRST, "/p").wait(20) == 0
    assert line_of(following) == f"asked {Path('/p').resolve()}"


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
def test_a_first_that_hangs_is_told(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start(FIRST)
    assert line_of(first) == "first"
    first.send_signal(signal.SIGSTOP)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    with pytest.raises(StudioError, match=r"app\.not_answering"):
        Instance().hand_over(None)


def test_a_later_start_arrives_in_the_window(
    qtbot: QtBot, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    instance = Instance()
    instance.listen()
    with qtbot.waitSignal(instance.asked, timeout=20000) as asked:
        start(FIRST, str(tmp_path / "p"))
    assert asked.args == [tmp_path / "p"]
    instance.close()
    assert Instance().is_first


# --- projects


def test_a_project_is_open_once(start: Start, tmp_path: Path) -> None:
    holder = start(HOLDER, str(tmp_path))
    assert line_of(holder) == "locked"
    with pytest.raises(StudioError) as refused:
        ProjectLock(tmp_path)
    assert refused.value.code == "project.in_use"
    assert refused.value.params["process"] == holder.pid
    assert refused.value.params["path"] == str(tmp_path)


def test_the_lock_of_a_process_that_died_counts_no_more(start: Start, tmp_path: Path) -> None:
    holder = start(HOLDER, str(tmp_path))
    assert line_of(holder) == "locked"
    holder.kill()
    holder.wait()
    ProjectLock(tmp_path).release()


def test_a_lock_of_another_machine_counts(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "open.lock").write_text("123\npython3\nstudio-pc\n\n\n")
    with pytest.raises(StudioError) as refused:
        ProjectLock(tmp_path)
    assert (refused.value.params["host"], refused.value.params["process"]) == ("studio-pc", 123)


def test_a_released_project_can_be_opened_again(tmp_path: Path) -> None:
    ProjectLock(tmp_path).release()
    lock = ProjectLock(tmp_path)
    lock.release()
    assert not list((tmp_path / "cache").iterdir())


def test_a_project_in_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StudioError, match=r"disk\.unwritable"):
        ProjectLock(tmp_path / "gone")
    monkeypatch.setattr(QLockFile, "tryLock", lambda *_: False)  # as root may write everywhere
    monkeypatch.setattr(QLockFile, "error", lambda _: QLockFile.LockError.PermissionError)
    with pytest.raises(StudioError, match=r"disk\.unwritable"):
        ProjectLock(tmp_path)
