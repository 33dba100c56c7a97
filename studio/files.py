"""Writing files so that they are whole or absent, and so that a full disk is told as one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studio.errors import StudioError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an OSError inside into ``disk.full`` or ``disk.unwritable``, naming ``path``."""
    try:
        yield
    except OSError as error:
        code = "disk.full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "disk.unwritable"
        raise StudioError(code, path=str(path), reason=error.strerror or str(error)) from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A neighbour of ``path`` to write to; flushed to the disk and renamed if all went well.

    Its own path is its ``name``. For what is too large to be held in memory.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Writes ``data`` to a neighbour of ``path``, flushes it to the disk and renames it."""
    with replacing(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Makes renames inside ``folder`` survive a power cut (a no-op where the system has none)."""
    if os.name == "nt":  # Windows cannot open a directory for fsync
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
