"""Starts the window: one per user, in their language and theme, with a log and a last resort."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSocketNotifier, Qt
from PySide6.QtGui import QGuiApplication, QImageReader
from PySide6.QtWidgets import QApplication

from studio.errors import StudioError
from studio.messages import sentence
from ui import language, theme
from ui.crashes import Crashes
from ui.garbage import Garbage
from ui.icon import app_icon
from ui.instance import Instance
from ui.logs import logging_to_file
from ui.main_window import MainWindow
from ui.preferences import NAME, Preferences


def main(project: Path | None = None) -> int:
    """Opens the app on ``project`` (a folder with project.toml) and returns the exit code."""
    try:
        check_screen()
        instance = Instance()
        if not instance.is_first:
            instance.hand_over(project)
            return 0
    except StudioError as error:
        sys.stderr.write(f"lora-studio: {sentence(error.code, error.params)}\n")
        return 2
    with logging_to_file():
        app = make_app()
        with Crashes() as crashes:
            try:
                with started(app, instance, project):
                    return app.exec()
            except Exception as error:  # noqa: BLE001  # the dialog tells it, then all ends
                crashes.take(error)
                app.exec()
                return 1


def check_screen() -> None:
    """StudioError ``app.no_screen`` where Qt would end the process for want of one."""
    known = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(map(os.environ.get, known)):
        raise StudioError("app.no_screen")


@contextmanager
def started(app: QApplication, instance: Instance, project: Path | None) -> Iterator[None]:
    """Shows the window; it is gone afterwards."""
    preferences = Preferences()
    garbage = Garbage(app)
    language.install(app, preferences.language)
    follow_theme(app, preferences)
    window = MainWindow(preferences)
    instance.asked.connect(lambda asked: come_forward(window, asked))
    instance.listen()
    try:
        with quitting_on_signals(app):
            window.show()
            if project is not None:
                window.open_project(project.resolve())
            yield
    finally:
        instance.close()
        window.engine.close()
        preferences.save()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        garbage.stop()


def make_app() -> QApplication:
    """The QApplication, before anything of ours is set on it."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setOrganizationName(NAME)
    app.setApplicationName(NAME)
    app.setDesktopFileName("lora-studio")
    app.setWindowIcon(app_icon())
    QImageReader.setAllocationLimit(0)  # large scans are fine
    return app


def follow_theme(app: QApplication, preferences: Preferences) -> None:
    """Shows the theme that is preferred, and its changes: in the preferences or of the desktop."""

    def apply(name: str = "theme") -> None:
        if name == "theme":
            theme.apply(app, preferences.theme)

    def follow() -> None:
        if preferences.theme is theme.Theme.SYSTEM:
            apply()

    apply()
    preferences.changed.connect(apply)
    app.styleHints().colorSchemeChanged.connect(follow)


def come_forward(window: MainWindow, project: Path | None) -> None:
    """Shows ``window`` above others and opens ``project``, for a second start of the app."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    if project is not None:
        window.open_project(project)


@contextmanager
def quitting_on_signals(app: QApplication) -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM close the window as its close button does."""
    ours, pythons = socket.socketpair()
    with ours, pythons:
        pythons.setblocking(False)
        # Python runs handlers between its own instructions only, and Qt's loop waits in C.
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda: ours.recv(64))
        signal.set_wakeup_fd(pythons.fileno())
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, lambda *_: app.quit()) for number in numbers]
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            notifier.setEnabled(False)
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)
