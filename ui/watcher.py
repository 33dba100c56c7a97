"""Notices that another program changed something in the image folders."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_FOLDERS = 200
"""So many folders are watched at most: systems limit it, and coming back looks too."""

_SETTLE = 700
"""Milliseconds of quiet after which to look; programs write in bursts."""

_OURS = 1.5
"""Seconds after our own writing in which a change of a folder is taken to be it."""


class Watcher(QObject):
    """Calls ``look`` when a folder changes or the app comes to the front; ``busy``: not now.

    Folders tell of files that come, go or are replaced; text changed in place shows when the artist
    comes back to the window.
    """

    def __init__(
        self, look: Callable[[], object], busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._busy = busy
        self._wrote = 0.0
        self._files = QFileSystemWatcher(self)
        self._files.directoryChanged.connect(self._folder_changed)
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE)
        self._timer.timeout.connect(self._settled)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._state_changed)

    def watch(self, folders: Sequence[Path]) -> None:
        """Watches ``folders``, given with all that are below them."""
        wanted = {str(folder) for folder in folders[:_FOLDERS] if folder.is_dir()}
        watched = set(self._files.directories())
        if gone := watched - wanted:
            self._files.removePaths(list(gone))
        if new := wanted - watched:
            self._files.addPaths(list(new))

    def we_wrote(self) -> None:
        """Our own writing changes folders as well."""
        self._wrote = time.monotonic()

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()
        self._files.blockSignals(True)
        self.watch([])

    def _folder_changed(self) -> None:
        if not self._busy() and time.monotonic() - self._wrote > _OURS:
            self._timer.start()

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._timer.start(0)

    def _settled(self) -> None:
        self._timer.setInterval(_SETTLE)
        if self._busy():
            self._timer.start()
        else:
            self._look()
