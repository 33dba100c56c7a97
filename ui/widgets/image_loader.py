"""Decodes images away from the GUI thread, one at a time, by the function that training uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from studio.errors import StudioError


class ImageLoader(QObject):
    """Decodes what `want` asks for, first come first; keeps the last ``keep`` images."""

    loaded = Signal(object, QImage)
    """A path, and its image with no side longer than ``edge`` pixels."""
    failed = Signal(object, object)
    """A path, and the `StudioError` that says why it has no image."""

    def __init__(self, edge: int, keep: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self._keep = keep
        self._wanted: list[Path] = []
        self._results: dict[Path, QImage | StudioError] = {}
        self._current: Path | None = None

    def want(self, paths: Sequence[Path]) -> None:
        """Replaces the wishes; what is known already is told before this returns."""
        known = [path for path in paths if path in self._results]
        self._wanted = [p for p in paths if p not in self._results and p != self._current]
        for path in known:
            self._results[path] = self._results.pop(path)  # the newest are kept
            self._tell(path)
        self._next()

    def forget(self) -> None:
        """Drops what was decoded, because files may have changed."""
        self._results.clear()

    def _next(self) -> None:
        if self._wanted and self._current is None:
            self._current = self._wanted.pop(0)
            job = _Decode(self._current, self._edge)
            job.signals.done.connect(self._take)
            QThreadPool.globalInstance().start(job, 1)  # before thumbnails: someone waits for it

    @Slot(object, object)
    def _take(self, path: Path, result: QImage | StudioError) -> None:
        self._current = None
        self._results[path] = result
        for old in list(self._results)[: -self._keep]:
            del self._results[old]
        self._tell(path)
        self._next()

    def _tell(self, path: Path) -> None:
        result = self._results[path]
        if isinstance(result, StudioError):
            self.failed.emit(path, result)
        else:
            self.loaded.emit(path, result)


class _Signals(QObject):
    done = Signal(object, object)


class _Decode(QRunnable):
    def __init__(self, path: Path, edge: int) -> None:
        super().__init__()
        self.signals = _Signals()
        self._path = path
        self._edge = edge

    def run(self) -> None:
        try:
            result: QImage | StudioError = _decode(self._path, self._edge)
        except StudioError as error:
            result = error
        self.signals.done.emit(self._path, result)


def _decode(path: Path, edge: int) -> QImage:
    from studio.data.images import load_image  # Pillow: not while the window opens

    image = load_image(path)
    image.thumbnail((edge, edge), reducing_gap=2.0)
    width, height = image.size
    data = image.tobytes()
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
