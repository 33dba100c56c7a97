"""Thumbnails for a view: made in threads of their own, the newest wanted first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QThread, QThreadPool, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.data.collection import ImageFile
from studio.errors import StudioError
from ui.bounded import Bounded, size_of
from ui.models.thumbnail_files import ThumbnailFolder, content_key, read_thumbnail

__all__ = ["Thumbnails", "read_thumbnail"]

EDGES = (256, 512)
"""Longer sides in pixels of what is made and kept; views scale it down."""

WAITING = 512
"""So many requests wait at most; the oldest are dropped."""

UNWRITTEN = 32
"""So many thumbnails wait in a thread to be written to disk: 60 ms when the project is closed."""

COALESCE = 20
"""Milliseconds over which new thumbnails are told as one."""


class _Kept(NamedTuple):
    pixmap: QPixmap
    edge: int
    stamp: tuple[int, int]


class Thumbnails(QObject):
    """Thumbnails of image files, by `get`; `stop` before it is let go of.

    All methods are for the GUI thread. ``budget`` is in bytes of pixels in memory. What becomes of
    a file is remembered until its ``stamp`` changes.
    """

    ready = Signal(object)
    """list[ImageFile]: `get` or `error` has something new for these."""

    failed = Signal(object, object)
    """ImageFile, StudioError: the image cannot be decoded; once for each state of its file."""

    cache_failed = Signal(object)
    """StudioError: the cache folder cannot be written; once, then it is done without."""

    _made = Signal(object, object, int, object)  # from the threads
    _idle = Signal()

    def __init__(
        self, cache_folder: Path, parent: QObject | None = None, budget: int = 128 * 1024 * 1024
    ) -> None:
        super().__init__(parent)
        self._folder = ThumbnailFolder(cache_folder / "thumbnails")
        self._writes = True
        self._kept: Bounded[ImageFile, _Kept] = Bounded(budget, lambda kept: size_of(kept.pixmap))
        self._errors: dict[ImageFile, tuple[tuple[int, int], StudioError]] = {}
        self._waiting: OrderedDict[ImageFile, int] = OrderedDict()  # taken from its end
        self._in_work: dict[ImageFile, int] = {}
        self._fresh: list[ImageFile] = []
        self._stopped = False
        self._trimmed = False
        self._running = 0
        self._threads = max(1, QThread.idealThreadCount() - 1)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(self._threads + 1)  # one more, for trimming the cache
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._timer = QTimer(self, singleShot=True, interval=COALESCE)
        self._timer.timeout.connect(self._tell)
        self._made.connect(self._take)
        self._idle.connect(self._ended)

    def get(self, image: ImageFile, edge: int) -> QPixmap | None:
        """What there is to show ``image`` with ``edge`` device pixels on its longer side.

        None, or a smaller or older thumbnail, if the right one is still to be made.
        """
        kept = self._kept.get(image)
        if self._lacks(image, edge):
            self._request(image, _class_of(edge))
        return None if kept is None else kept.pixmap

    @property
    def busy(self) -> bool:
        """Whether something is still to be made; for any thread."""
        return bool(self._waiting or self._in_work)

    def error(self, image: ImageFile) -> StudioError | None:
        """Why ``image`` cannot be decoded, as far as that was tried."""
        stamp, error = self._errors.get(image, (None, None))
        return error if stamp == image.stamp else None

    def expect(self, images: Iterable[ImageFile], edge: int) -> None:
        """Says what will be shown, the most urgent first; all that was waiting else is dropped."""
        lacking = [image for image in images if self._lacks(image, edge)]
        self._waiting.clear()
        for image in reversed(lacking):
            self._request(image, _class_of(edge))

    def stop(self) -> None:
        """Drops all requests, waits for those in work (one image per thread) and forgets all."""
        self._stopped = True
        self._waiting.clear()
        self._pool.waitForDone()
        self._timer.stop()
        self._kept.clear()
        self._errors.clear()
        self._fresh.clear()

    def _lacks(self, image: ImageFile, edge: int) -> bool:
        kept = self._kept.get(image)
        if kept and kept.stamp == image.stamp and kept.edge >= min(edge, EDGES[-1]):
            return False
        return self.error(image) is None and self._in_work.get(image, 0) < min(edge, EDGES[-1])

    def _request(self, image: ImageFile, edge: int) -> None:
        if self._stopped:
            return
        self._waiting[image] = edge
        self._waiting.move_to_end(image)
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        if self._running < self._threads:
            self._running += 1
            self._pool.start(self._work)

    def _work(self) -> None:
        """Runs in a thread until nothing waits; only pops and signals touch what is shared.

        The disk is written to when nothing waits, or it would take the time of what is in sight.
        """
        try:
            unwritten: list[tuple[str, QImage]] = []
            while not self._stopped and (request := self._next()):
                image, edge = request
                self._in_work[image] = edge
                stamp = image.stamp
                self._made.emit(image, stamp, edge, self._make(image.path, edge, unwritten))
                if len(unwritten) == UNWRITTEN:
                    self._write(unwritten)
            self._write(unwritten)
        finally:
            self._idle.emit()

    def _next(self) -> tuple[ImageFile, int] | None:
        try:
            return self._waiting.popitem()
        except KeyError:  # the GUI thread may empty it at any time
            return None

    def _make(
        self, path: Path, edge: int, unwritten: list[tuple[str, QImage]]
    ) -> QImage | StudioError:
        try:
            key = content_key(path, edge)
            kept = self._folder.read(key)
            if kept is not None:
                return kept
            made = read_thumbnail(path, edge)
        except StudioError as error:
            return error
        unwritten.append((key, made))
        return made

    def _write(self, unwritten: list[tuple[str, QImage]]) -> None:
        while unwritten and self._writes:
            try:
                self._folder.write(*unwritten.pop())
            except StudioError as error:
                self._writes = False
                self.cache_failed.emit(error)
        unwritten.clear()

    def _take(
        self, image: ImageFile, stamp: tuple[int, int], edge: int, made: QImage | StudioError
    ) -> None:
        self._in_work.pop(image, None)
        if self._stopped:
            return
        if isinstance(made, StudioError):
            self._errors[image] = (stamp, made)
            self.failed.emit(image, made)
        else:
            self._errors.pop(image, None)
            self._kept.put(image, _Kept(QPixmap.fromImage(made), edge, stamp))
        self._fresh.append(image)
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        fresh, self._fresh = self._fresh, []
        self.ready.emit(fresh)

    def _ended(self) -> None:
        self._running -= 1
        if self._waiting and not self._stopped:
            self._running += 1
            self._pool.start(self._work)
        elif not self._trimmed:
            self._trimmed = True
            self._pool.start(self._trim)

    def _trim(self) -> None:
        try:
            self._folder.trim(lambda: self._stopped)
        except StudioError as error:
            self.cache_failed.emit(error)


def _class_of(edge: int) -> int:
    return next((made for made in EDGES if made >= edge), EDGES[-1])
