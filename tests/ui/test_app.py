"""Starting the app: quickly, without torch, once per user, in the theme that is preferred."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.errors import StudioError
from studio.project import Project
from tests.benchmarks.startup import start_once
from tests.test_layers import HEAVY
from ui import theme
from ui.app import check_screen, follow_theme
from ui.preferences import Preferences
from ui.theme import Theme

FIRST = """
import sys
from PySide6.QtCore import QTimer
from ui import app
from ui.main_window import MainWindow

MainWindow.open_project = lambda window, path: (print("opens", path, flush=True), window.close())
QTimer.singleShot(0, lambda: print("shown", flush=True))
sys.exit(app.main())
"""
BROKEN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui import app
from ui.dialogs.crash import CrashDialog

def fail(preferences):
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, tell))
    raise RuntimeError("no window today")

def tell():
    (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog))
    print(dialog.report())
    dialog.accept()

app.MainWindow = fail
sys.exit(app.main())
"""
QUITTING = """
import sys
from pathlib import Path
from studio.events import StepDone
from tests.studio.scripted_engine import ScriptedEngine, training
from ui import app
from ui.dialogs import closing
from ui.engine import EngineThread
from ui.main_window import MainWindow

def make(preferences):
    window = MainWindow(preferences, EngineThread(lambda separate: ScriptedEngine()))
    task = window.engine.submit(training(Path(sys.argv[1]), steps=100_000), "Ink")
    task.came.connect(lambda event: isinstance(event, StepDone) and window.close())
    return window

app.MainWindow = make
closing.ask_while_working = lambda *_: closing.Answer.QUIT
sys.exit(app.main())
"""


@pytest.fixture
def sample(repository: Path, tmp_path: Path) -> Path:
    return Project.create(tmp_path / "p", "Ink", [repository / "sample_images/style_ink"]).path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kinds = ("CONFIG", "CACHE", "STATE", "DATA")
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in kinds}
    return {**os.environ, **folders, "LOCALAPPDATA": str(tmp_path)}


def test_the_window_with_a_project_loads_no_torch(sample: Path, tmp_path: Path) -> None:
    start = start_once(tmp_path / "own", sample)
    loaded = {name.partition(".")[0] for name in start.modules}
    assert "ui.workspace" in start.modules
    assert not loaded & HEAVY


def test_home_loads_neither_models_of_settings_nor_image_libraries(tmp_path: Path) -> None:
    loaded = {name.partition(".")[0] for name in start_once(tmp_path).modules}
    assert not loaded & {"pydantic", "numpy", "PIL", "lark", "tokenizers"}


@pytest.fixture
def first(repository: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", FIRST],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=repository,
        env=environment,
    )
    guard = threading.Timer(30, process.kill)
    guard.start()
    assert process.stdout is not None
    assert process.stdout.readline() == "shown\n"
    yield process
    process.kill()
    process.communicate()
    guard.cancel()


def test_a_second_start_opens_its_project_in_the_first_window(
    repository: Path, tmp_path: Path, environment: dict[str, str], first: subprocess.Popen[str]
) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "studio", "app", str(tmp_path / "my style")],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env=environment,
        timeout=30,
    )
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    out, errors = first.communicate()
    assert (out, errors) == (f"opens {tmp_path / 'my style'}\n", "")
    assert first.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window(first: subprocess.Popen[str], number: signal.Signals) -> None:
    first.send_signal(number)
    assert first.communicate() == ("", "")
    assert first.returncode == 0


def test_a_start_that_fails_is_told_in_a_dialog(
    repository: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env=environment,
        timeout=30,
    )
    assert done.returncode == 1, done.stderr
    assert "RuntimeError: no window today" in done.stdout


def test_quitting_waits_for_the_engine(
    repository: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUITTING, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env=environment,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.glob("discard-*"))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have a screen always")
@pytest.mark.parametrize("words", [["-m", "ui"], ["-m", "studio"], ["-m", "studio", "app", "x"]])
def test_without_a_screen_it_is_one_sentence(
    repository: Path, environment: dict[str, str], words: list[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env=environment,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("lora-studio: There is no screen")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_each_kind_of_screen_will_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(StudioError, match=r"app\.no_screen"):
        check_screen()
    monkeypatch.setenv(name, "x")
    check_screen()


@pytest.fixture
def app(qapp: QApplication, preferences: Preferences) -> Iterator[QApplication]:
    follow_theme(qapp, preferences)
    yield qapp
    qapp.styleHints().colorSchemeChanged.disconnect()
    theme.apply(qapp, Theme.LIGHT)


def test_another_theme_shows_at_once(app: QApplication, preferences: Preferences) -> None:
    preferences.theme = Theme.DARK
    assert theme.colors() is theme.DARK
    preferences.theme = Theme.LIGHT
    assert theme.colors() is theme.LIGHT


def test_the_desktop_changes_the_theme_only_if_it_is_followed(
    app: QApplication, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    dark = False
    monkeypatch.setattr(
        theme, "_is_dark", lambda wanted: dark if wanted is Theme.SYSTEM else wanted is Theme.DARK
    )

    def desktop() -> None:
        scheme = Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light
        app.styleHints().colorSchemeChanged.emit(scheme)

    preferences.theme = Theme.SYSTEM
    dark = True
    desktop()
    assert theme.colors() is theme.DARK
    preferences.theme = Theme.LIGHT
    desktop()
    assert theme.colors() is theme.LIGHT
