"""Fills a `Collection` beside the event loop: lists folders, reads files, counts tokens.

What is found arrives a hundred images at a time, so that the window shows names at once and never
waits for the rest.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.data.collection import (
    Caption,
    Collection,
    Details,
    ImageFile,
    read_details,
)
from studio.data.scanning import Batch, list_images
from studio.data.tokens import TokenCounter
from studio.errors import StudioError
from ui.background import Background

_CHUNK = 100
"""Images read, or captions counted, between two visits of the event loop."""

_AT_ONCE = 200
"""So many images are read on the spot if they are needed before their turn."""

_COLLECTION = gc.get_threshold()
_NEVER = 10**9


class Reader(QObject):
    """Reads into ``collection``, by the tokenizer of the base model ``base``."""

    added = Signal(object)
    """list[ImageFile]: new ones, of which nothing is read yet."""
    listed = Signal(bool)
    """A listing is through; whether images came or went since `listed` was told last."""
    changed = Signal(object)
    """list[ImageFile]: something about these is different now."""
    differing = Signal(object)
    """list[Change]: captions that are other in their files, by `Collection.apply_details`."""
    progressed = Signal(int, int)
    """Images read, and images in all; equal when nothing is left to read."""
    finished = Signal()
    """Everything that was listed has been read."""
    counter_ready = Signal()
    failed = Signal(object)
    """StudioError: there is no ``counter``, because the base model is damaged."""

    def __init__(self, collection: Collection, base: str, parent: QObject) -> None:
        super().__init__(parent)
        self.counter: TokenCounter | None = None
        self.background = Background(self)
        self._collection = collection
        self._listing = False
        self._unread = 0
        self.set_base(base)

    @property
    def complete(self) -> bool:
        """Whether all images and captions have been read."""
        return not self._listing and self._unread == 0

    def set_base(self, base: str) -> None:
        """Counts tokens by the tokenizer of another base model, all of them anew."""
        self.background.run(lambda: _load_counter(base), self._take_counter)

    def list_first(self, folders: Sequence[Path]) -> None:
        """Lists the images below ``folders``, showing the first ones at once, and reads them."""
        self._listing = True
        # All that is read would be looked at again and again, 50 ms at a time for 20,000 images.
        gc.set_threshold(*gc.get_threshold()[:2], _NEVER)
        self.background.run(lambda: list_images(folders), self._take_batch, self._all_listed)

    def list_again(self, folders: Sequence[Path]) -> None:
        """Lists them anew and reads what came or changed."""
        self._listing = True
        self.background.run(lambda: iter([list(list_images(folders))]), self._take_listing)

    def stop(self) -> None:
        """Ends all work; nothing is told any more."""
        self.background.stop()
        gc.unfreeze()
        gc.set_threshold(*_COLLECTION)

    def read_now(self, images: Iterable[ImageFile]) -> bool:
        """Reads captions that are needed before their turn; False if they are too many for that."""
        unknown = list(islice((i for i in images if not i.caption.known), _AT_ONCE + 1))
        if len(unknown) > _AT_ONCE:
            return False
        if unknown:
            self._take_details([read_details(image) for image in unknown])
        return True

    def count_tokens(self, captions: Iterable[Caption]) -> None:
        """Counts tokens of captions that lack them: of one at once, of more in the background."""
        texts = [(c, c.text) for c in captions if c.known and c.tokens is None]
        counter = self.counter
        if counter is None:
            return
        if len(texts) == 1:
            self._take_tokens(next(_counted(counter, texts)))
        elif texts:
            self.background.run(lambda: _counted(counter, texts), self._take_tokens)

    def _take_counter(self, counter: TokenCounter | StudioError) -> None:
        if isinstance(counter, StudioError):
            self.failed.emit(counter)
            return
        if counter is self.counter:
            return
        self.counter = counter
        self.counter_ready.emit()
        captions = {image.caption for image in self._collection.images}
        for caption in captions:
            caption.tokens = None
        if self.complete:  # else they are counted once all are read
            self.count_tokens(captions)

    def _take_batch(self, batch: Batch) -> None:
        first = not self._collection.images
        self.added.emit(self._collection.add(batch))
        if first:
            self.listed.emit(True)

    def _all_listed(self) -> None:
        self._listing = False
        self.listed.emit(True)
        self._read(self._collection.images)

    def _take_listing(self, batches: list[Batch]) -> None:
        self._listing = False
        difference = self._collection.merge(batches)
        self.added.emit(difference.added)
        self.changed.emit(difference.changed)
        self.listed.emit(bool(difference.added or difference.removed))
        self._read(difference.unread)

    def _read(self, images: Sequence[ImageFile]) -> None:
        images = list(images)
        self._unread += len(images)

        def read() -> Iterator[list[Details]]:
            for start in range(0, len(images), _CHUNK):
                yield [read_details(image) for image in images[start : start + _CHUNK]]

        self.background.run(read, self._take_chunk, self._all_read)

    def _take_chunk(self, details: list[Details]) -> None:
        self._unread -= len(details)
        self._take_details(details)
        total = len(self._collection.images)
        self.progressed.emit(total - self._unread, total)

    def _take_details(self, details: list[Details]) -> None:
        if differing := self._collection.apply_details(details):
            self.differing.emit(differing)
        self.changed.emit([found.image for found in details])

    def _all_read(self) -> None:
        self.count_tokens({image.caption for image in self._collection.images})
        if self.complete:
            gc.freeze()
            gc.set_threshold(*_COLLECTION)
            self.finished.emit()

    def _take_tokens(self, counted: list[tuple[Caption, str, int]]) -> None:
        current = [(caption, tokens) for caption, text, tokens in counted if caption.text == text]
        for caption, tokens in current:
            caption.tokens = tokens
        self.changed.emit([image for caption, _ in current for image in caption.images])


def _load_counter(base: str) -> Iterator[TokenCounter | StudioError]:
    try:
        yield TokenCounter.for_base(base)
    except StudioError as error:
        yield error


def _counted(
    counter: TokenCounter, texts: list[tuple[Caption, str]]
) -> Iterator[list[tuple[Caption, str, int]]]:
    """The tokens of the longest line of each text, some at a time."""
    for start in range(0, len(texts), _CHUNK):
        yield [
            (caption, text, max(map(counter.count, text.split("\n"))))
            for caption, text in texts[start : start + _CHUNK]
        ]
