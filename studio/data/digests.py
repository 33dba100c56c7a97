"""The digests of image files, remembered between runs, so that opening a set reads no pixels.

As git does with its index: a file whose size, dates and number on the disk are the ones that were
noted is taken to hold what it held. What looks different in any of them is read and hashed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from studio.data.problems import Problem
from studio.errors import StudioError
from studio.files import write_atomically

Stamp = tuple[int, int, int, int]
"""Size, change of the content and of the entry (ns; creation on Windows), number on the disk."""

RACY = 2_000_000_000
"""Nanoseconds. A file younger than this when it is hashed is not noted: it could change once more
without a change of its dates, which some file systems keep to two seconds."""


class FileDigests:
    """SHA-256 (hex) by path, kept in the file at ``index``, which may be deleted at any time.

    Any thread may ask. ``problems`` tell of an index that is damaged or cannot be written.
    """

    def __init__(self, index: Path, now: Callable[[], int] = time.time_ns) -> None:
        self.problems: list[Problem] = []
        self._index = index
        self._now = now
        self._noted = self._load()
        self._news: dict[str, tuple[Stamp, str]] = {}

    def known(self, path: Path) -> str | None:
        """The digest of a file that did not change since it was noted, else None."""
        found = self._noted.get(os.path.abspath(path))
        return found[1] if found and found[0] == _stamp(path) else None

    def note(self, path: Path, read: Callable[[Path], bytes]) -> tuple[bytes, str]:
        """The content that ``read`` gives, and its digest, to be known from now on."""
        now, stamp = self._now(), _stamp(path)
        data = read(path)
        digest = hashlib.sha256(data).hexdigest()
        if stamp and now - max(stamp[1:3]) > RACY:
            self._news[os.path.abspath(path)] = (stamp, digest)
        return data, digest

    def save(self) -> None:
        """Writes the index, if there are news; files that are gone are left out."""
        if not self._news:
            return
        self._noted = {path: value for path, value in self._noted.items() if os.path.exists(path)}
        self._noted |= self._news
        self._news = {}
        text = json.dumps({path: [*stamp, digest] for path, (stamp, digest) in self._noted.items()})
        try:
            write_atomically(self._index, _sealed(text.encode()))
        except StudioError as error:
            self._tell("cache.index_unwritable", error.params["reason"])

    def _load(self) -> dict[str, tuple[Stamp, str]]:
        try:
            data = self._index.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._tell("cache.index_damaged", error.strerror or str(error))
            return {}
        text = data[data.find(b"\n") + 1 :]
        if data != _sealed(text):
            self._tell("cache.index_damaged", "its data does not match its digest")
            return {}
        return {path: ((a, b, c, d), e) for path, (a, b, c, d, e) in json.loads(text).items()}

    def _tell(self, code: str, reason: str) -> None:
        self.problems.append(Problem(code, {"path": str(self._index), "reason": reason}))


def _stamp(path: Path) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _sealed(text: bytes) -> bytes:
    """``text`` behind a line with its digest, by which damage is noticed."""
    return hashlib.blake2b(text, digest_size=32).hexdigest().encode() + b"\n" + text
