"""What every test of the window gets: its own preferences, and a check that it leaves nothing.

What still runs or exists after a test would disturb the tests after it, and in the app it would
keep running behind a closed page.
"""

from __future__ import annotations

import gc
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QProcess, QThread, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui.preferences import Preferences

PATIENCE = 2.0  # seconds that threads get to end


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """Preferences of this test alone."""
    made = Preferences(tmp_path / "preferences.ini")
    made.projects_folder = tmp_path / "projects"
    made.last_folder = tmp_path
    return made


@pytest.fixture(autouse=True)
def garbage_in_this_thread() -> Iterator[None]:
    """Garbage is collected between tests, here: a thread that did so could destroy Qt objects."""
    gc.disable()
    yield
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            break


@pytest.fixture(autouse=True)
def plain_look() -> Iterator[None]:
    """Takes off the style sheet that a test put on the app: it changes sizes and fonts."""
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that leaves a thread, a job, an active timer, a process or a window."""
    started = record_starts(monkeypatch)
    threads = set(threading.enumerate())
    windows = set(all_windows())
    yield
    left = leftovers(started, threads, windows)
    if left:
        pytest.fail("left behind:\n" + "\n".join(left))


def record_starts(monkeypatch: pytest.MonkeyPatch) -> WeakKeyDictionary[Any, str]:
    """Fills with what is started from Python, and where."""
    places: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    def note(kind: Any) -> None:
        original = kind.start

        def start(self: Any, *args: Any, **kwargs: Any) -> Any:
            places[self] = "".join(traceback.format_stack(limit=4)[:-1])
            return original(self, *args, **kwargs)

        monkeypatch.setattr(kind, "start", start)

    for kind in (QThread, QProcess, QThreadPool, QTimer):
        note(kind)
    return places


def leftovers(
    started: WeakKeyDictionary[Any, str], threads: set[threading.Thread], windows: set[QWidget]
) -> list[str]:
    """What is still there, in words."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if set(all_windows()) - windows:
        gc.collect()
    return [
        *(f"{thing!r}, started at\n{place}" for thing, place in started.items() if runs(thing)),
        *(str(thread) for thread in set(threading.enumerate()) - threads if lives(thread)),
        *(repr(window) for window in set(all_windows()) - windows),
    ]


def runs(thing: QThread | QProcess | QThreadPool | QTimer) -> bool:
    """Whether it is at work; threads get some time to end."""
    try:
        if isinstance(thing, QTimer):
            return thing.isActive()
        if isinstance(thing, QProcess):
            return thing.state() is not QProcess.ProcessState.NotRunning
        patience = round(PATIENCE * 1000)
        if isinstance(thing, QThreadPool):
            return not thing.waitForDone(patience)
        return not thing.wait(patience)
    except RuntimeError:  # Qt has deleted it
        return False


def lives(thread: threading.Thread) -> bool:
    """Whether a Python thread goes on; those that Qt started end unnoticed by Python."""
    if isinstance(thread, threading._DummyThread):
        return False
    end = time.monotonic() + PATIENCE
    while thread.is_alive() and time.monotonic() < end:
        time.sleep(0.01)
    return thread.is_alive()


def all_windows() -> list[QWidget]:
    """Widgets without a parent."""
    if not isinstance(QApplication.instance(), QApplication):
        return []
    return [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
