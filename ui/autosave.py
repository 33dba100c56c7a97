"""Writes captions to their files beside the event loop: at once, in order, and never over others'.

The window edits in memory; `Autosave.put` notes which files are behind, and one thread writes them.
Edits that follow while it writes are written together in the next turn. A file that holds something
else than we know of was changed by another program: it is left alone and told by `failed`.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from studio.data.captions import save_caption
from studio.data.collection import Caption
from studio.errors import StudioError

_FLUSHED = 20
"""Up to so many captions are flushed to the disk; of 10,000 it would take a minute."""


class Autosave(QObject):
    """Keeps the files of captions equal to their `Caption.data`."""

    saving = Signal()
    saved = Signal()
    """Nothing is left to write."""
    failed = Signal(object)
    """Captions that could not be written; the reasons stand in `unsaved`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.unsaved: dict[Caption, StudioError] = {}
        self._on_disk: dict[Caption, bytes | None] = {}  # of what was edited
        self._pending: dict[Caption, None] = {}
        self._turn: _Turn | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    @property
    def busy(self) -> bool:
        """Whether something is still to be written, other than what failed."""
        return bool(self._pending or self._turn)

    def put(self, edited: Mapping[Caption, bytes | None]) -> None:
        """Has the files of ``edited`` captions written; the values are what they were before."""
        for caption, before in edited.items():
            known = self._on_disk.setdefault(caption, before)
            self.unsaved.pop(caption, None)
            if caption.data != known or self.is_writing(caption):
                self._pending[caption] = None
        self._next_turn()

    def found(self, caption: Caption, data: bytes | None) -> None:
        """Takes note that another program made the file hold ``data``."""
        self._on_disk[caption] = data

    def known(self, caption: Caption) -> bytes | None:
        """What the file of an edited caption holds, as far as we know."""
        return self._on_disk[caption]

    def hand_over(self, caption: Caption) -> None:
        """Takes note that an unsaved caption was written elsewhere."""
        del self.unsaved[caption]

    def retry(self) -> None:
        """Tries again to write what failed."""
        self._pending |= dict.fromkeys(self.unsaved)
        self.unsaved.clear()
        self._next_turn()

    def is_writing(self, caption: Caption) -> bool:
        """Whether the file of ``caption`` is being written, or about to be."""
        return caption in self._pending or (self._turn is not None and caption in self._turn.wanted)

    def flush(self) -> bool:
        """Writes everything now, waiting for it; whether nothing is left unsaved."""
        while self.busy:
            self._next_turn()
            self._pool.waitForDone()
            self._finish_turn()
        return not self.unsaved

    def _next_turn(self) -> None:
        if self._turn is not None:
            return
        if not self._pending:
            if not self.unsaved:
                self.saved.emit()
            return
        self._turn = _Turn({c: (self._on_disk[c], c.data) for c in self._pending})
        self._pending = {}
        self._turn.signals.done.connect(self._finish_turn, Qt.ConnectionType.QueuedConnection)
        self.saving.emit()
        self._pool.start(self._turn)

    @Slot()
    def _finish_turn(self) -> None:
        turn = self._turn
        if turn is None or not turn.ended:  # `flush` was here before the signal
            return
        self._turn = None
        if turn.broken:
            raise turn.broken
        for caption, (_, data) in turn.wanted.items():
            if caption not in turn.errors:
                self._on_disk[caption] = data
        self.unsaved |= turn.errors
        if turn.errors:
            self.failed.emit(list(turn.errors))
        self._next_turn()


class _Signals(QObject):
    done = Signal()


class _Turn(QRunnable):
    """Writes (what is known to be there, what shall be); ``broken`` is our own fault."""

    def __init__(self, wanted: Mapping[Caption, tuple[bytes | None, bytes | None]]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.signals = _Signals()
        self.wanted = wanted
        self.errors: dict[Caption, StudioError] = {}
        self.broken: Exception | None = None
        self.ended = False

    def run(self) -> None:
        try:
            for caption, (known, data) in self.wanted.items():
                self._write(caption, known, data)
        except Exception as error:  # noqa: BLE001  raised by `Autosave`, where it is seen
            self.broken = error
        self.ended = True
        self.signals.done.emit()

    def _write(self, caption: Caption, known: bytes | None, data: bytes | None) -> None:
        try:
            save_caption(caption.path, data, known, flush=len(self.wanted) <= _FLUSHED)
        except StudioError as error:
            self.errors[caption] = error
