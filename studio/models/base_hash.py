"""The hashes of base models by which other programs tell them apart: those in a LoRA's metadata.

They are kohya's ``ss_new_sd_model_hash`` (SHA-256 of the file) and ``ss_sd_model_hash``, the short
one that A1111 showed before: sd-scripts, ``train_util.calculate_sha256`` and ``model_hash``. The
VAE's are made alike.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from studio.errors import StudioError

_OLD_START, _OLD_LENGTH = 0x100000, 0x10000  # bytes


def hashes(path: Path) -> tuple[str, str]:
    """SHA-256 (hex) of a model file, and its old short hash (8 digits); "" twice for a folder.

    Takes a second per GB, once as long as the program runs and the file stays the same. Raises
    ``safetensors.unreadable``.
    """
    if path.is_dir():
        return "", ""
    try:
        stat = path.stat()
        return _hashes(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("safetensors.unreadable", path=str(path), reason=reason) from error


@lru_cache(maxsize=16)
def _hashes(path: Path, size: int, changed: int) -> tuple[str, str]:
    with path.open("rb") as file:
        whole = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(_OLD_START)
        return whole, hashlib.sha256(file.read(_OLD_LENGTH)).hexdigest()[:8]
