"""What the C library does with freed memory.

glibc gives large blocks back to the system at once, and the next step pays for every page again:
up to a fifth of a training step. It keeps small ones for itself, all the more after packing.
"""

from __future__ import annotations

import contextlib
import ctypes
import platform
from collections.abc import Iterator

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_APART = 2**17
_threshold = 2**25  # glibc goes as far by itself


def trim() -> None:
    """Gives freed memory back to the system, where that is known to work."""
    if _is_glibc():
        ctypes.CDLL(None).malloc_trim(0)


def keep() -> bool:
    """Keeps freed blocks of up to a gigabyte for the next step, until `trim`; True if it can.

    Holds for the whole process and cannot be taken back. Measured: 4 to 18 % less time per step,
    for some hundred MB more. Where addresses are limited (``ulimit -v``) it gives large blocks back
    at once instead: kept ones take up addresses, and then not even a thread can be started.
    """
    if not _is_glibc():
        return False
    global _threshold  # the C library's is the process's, too
    _threshold = _APART if _is_limited() else 2**30
    mallopt = ctypes.CDLL(None).mallopt
    if not mallopt(_MMAP_THRESHOLD, _threshold) or _threshold == _APART:
        return False
    return bool(mallopt(_TRIM_THRESHOLD, 2**31 - 1))


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """Large blocks from inside lie apart and go back as soon as they are freed, also after `keep`.

    For what is not needed in every step: blocks that are kept would not fit what steps ask for.
    Room that is free already is used first, and stays until `trim`.
    """
    if not _is_glibc():
        yield
        return
    mallopt = ctypes.CDLL(None).mallopt
    mallopt(_MMAP_THRESHOLD, _APART)
    try:
        yield
    finally:
        mallopt(_MMAP_THRESHOLD, _threshold)


def _is_limited() -> bool:
    import resource  # Windows has none

    limits = (resource.RLIMIT_AS, resource.RLIMIT_DATA)
    return any(resource.getrlimit(limit)[0] != resource.RLIM_INFINITY for limit in limits)


def _is_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"
