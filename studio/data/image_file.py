"""An image and its caption in memory, and what reading their files yields.

`read_details` may run in any thread: it makes plain values, which the owner of the objects takes in
by `studio.data.collection.Collection.apply_details`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from studio.data.captions import decode_text, has_word, split_tags
from studio.data.images import read_size
from studio.data.problems import Problem
from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.data.buckets import Crop, Size
    from studio.data.scanning import Stamp


class Caption:
    """A caption file, or where one would be; images that differ in their ending only share it.

    ``data`` is what the file holds once all edits are saved (None: no file), ``known`` is False
    until it was read. A `Collection` changes it; ``tokens`` (CLIP tokens of the longest line, None:
    not counted) are for the window to set.
    """

    __slots__ = (
        *("folder", "name", "stamp", "known", "data", "text", "problem", "tokens", "images"),
        *("_tags", "_words", "_asked", "_has"),
    )

    data: bytes | None
    text: str
    problem: Problem | None
    tokens: int | None
    _tags: tuple[str, ...] | None
    _words: str | None
    _asked: str | None
    _has: bool

    def __init__(self, folder: Path, name: str, data: bytes | None = None) -> None:
        self.folder = folder
        self.name = name
        self.stamp: Stamp | None = None
        self.known = data is not None
        self.images: list[ImageFile] = []
        self.put(data)

    @property
    def path(self) -> Path:
        """The file, existing or where a new one goes."""
        return self.folder / self.name

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all lines."""
        if self._tags is None:
            self._tags = tuple(map(sys.intern, split_tags(self.text.replace("\n", ","))))
        return self._tags

    @property
    def words(self) -> str:
        """The text without regard to case."""
        if self._words is None:
            folded = self.text.casefold()
            self._words = self.text if folded == self.text else folded  # saves the memory of one
        return self._words

    def has(self, word: str) -> bool:
        """`captions.has_word`, remembered for the word last asked for."""
        if self._asked != word:
            self._asked = word
            self._has = has_word(self.text, word)
        return self._has

    def put(self, data: bytes | None) -> None:
        """Makes ``data`` what the caption is; its problem is that it cannot be decoded."""
        self.data, self.text, self.problem = data, "", None
        self.tokens = self._tags = self._words = self._asked = None
        try:
            self.text = decode_text(data)[0] if data else ""
        except StudioError as error:
            self.problem = Problem(error.code, error.params | {"path": str(self.path)})


class ImageFile:
    """An image: ``name`` is its posix path below ``folder``, ``row`` its place in the collection.

    ``size`` is upright (None: not read, or unreadable), ``similar`` the number of its group of
    near-duplicates (0: none), ``crop`` set by hand (None: automatic).
    """

    __slots__ = (
        *("folder", "name", "stamp", "size", "caption", "problem", "similar", "crop", "row"),
    )

    def __init__(
        self, folder: Path, name: str, caption: Caption, stamp: Stamp = (0, 0), row: int = -1
    ) -> None:
        self.folder = folder
        self.name = name
        self.stamp = stamp
        self.size: Size | None = None
        self.caption = caption
        self.problem: Problem | None = None
        self.similar = 0
        self.crop: Crop | None = None
        self.row = row

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.name


@dataclass(frozen=True, slots=True)
class Change:
    """One caption file before and after; None: no file."""

    caption: Caption
    before: bytes | None
    after: bytes | None


class Details(NamedTuple):
    """What `read_details` found; ``stamp`` and ``before`` tell what it may be out of date with.

    ``unread`` is why the caption file could not be read, None if it could or there is none.
    """

    image: ImageFile
    stamp: Stamp
    before: bytes | None
    size: Size | None
    problem: Problem | None
    data: bytes | None
    unread: Problem | None


def read_details(image: ImageFile) -> Details:
    """Reads the image's header and its caption, and changes nothing."""
    stamp, before = image.stamp, image.caption.data
    size, problem = None, None
    try:
        size = read_size(image.path)
    except StudioError as error:
        problem = Problem.of(error)
    return Details(image, stamp, before, size, problem, *read_bytes(image.caption.path))


def read_bytes(path: Path) -> tuple[bytes | None, Problem | None]:
    """What a caption file holds (None: there is none), and why it cannot be read."""
    try:
        return path.read_bytes(), None
    except FileNotFoundError:
        return None, None
    except OSError as error:
        params = {"path": str(path), "reason": error.strerror or str(error)}
        return None, Problem("caption.undecodable", params)
