"""Where cached tensors lie: in memory, or on disk as one safetensors file for each entry.

A file appears whole or not at all, and carries a digest of its data, so that whatever happens to it
(a power cut, a full disk, a curious artist) it is either right or noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Literal, Protocol

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from studio.data.problems import Problem
from studio.errors import StudioError
from studio.files import writing
from studio.models.safetensors_header import read_header

Mode = Literal["memory", "disk", "none"]

Values = dict[str, Tensor]
"""An entry: named tensors, float32 on the CPU."""

Shape = tuple[int, ...]

_DIGEST = "digest"


class Store(Protocol):
    """Entries by key."""

    def read(self, key: str) -> Values | None:
        """The entry under ``key``; None if there is none that can be trusted."""

    def shapes(self, key: str) -> dict[str, Shape] | None:
        """Those of the entry's tensors; None if there is none, or one of another length or kind.

        Its data is not read: `read` still may find it damaged.
        """

    def write(self, key: str, values: Values) -> None:
        """Keep ``values`` under ``key``."""


def open_store(mode: Mode, folder: Path | None, problems: list[Problem]) -> Store | None:
    """The store for ``data.cache``; None for "none". ``folder`` is needed on disk only.

    ``problems`` is where entries go that are found damaged.
    """
    if mode == "none":
        return None
    if mode == "memory":
        return MemoryStore()
    if folder is None:
        raise ValueError("a cache on disk needs a folder")
    return DiskStore(folder, problems)


def make_key(*parts: object) -> str:
    """The SHA-256 (hex) over the JSON of ``parts``: equal only if every part is equal."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class MemoryStore:
    """Entries in a dictionary, gone with the run."""

    def __init__(self) -> None:
        self._values: dict[str, Values] = {}

    def read(self, key: str) -> Values | None:
        """See `Store.read`."""
        return self._values.get(key)

    def shapes(self, key: str) -> dict[str, Shape] | None:
        """See `Store.shapes`."""
        values = self._values.get(key)
        return None if values is None else {name: tuple(v.shape) for name, v in values.items()}

    def write(self, key: str, values: Values) -> None:
        """See `Store.write`."""
        self._values[key] = values


class DiskStore:
    """Entries in ``folder``, one file each; the folder may be deleted at any time.

    ``problems`` collects those that were damaged.
    Writing raises ``disk.full`` or ``disk.unwritable``.
    """

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self._folder = folder
        self._problems = problems

    def read(self, key: str) -> Values | None:
        """See `Store.read`; a damaged file is noted."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._note(path, error.strerror or str(error))
            return None
        try:
            values = load(data)
            digest = values.pop(_DIGEST)
        except (SafetensorError, ValueError, KeyError) as error:
            self._note(path, f"{type(error).__name__}: {error}")
            return None
        if not torch.equal(digest, _digest(values)):
            self._note(path, "its data does not match its digest")
            return None
        return values

    def shapes(self, key: str) -> dict[str, Shape] | None:
        """See `Store.shapes`; a damaged file is noted."""
        path = self._path(key)
        if not path.exists():
            return None
        try:
            tensors = read_header(path).tensors
        except StudioError as error:
            self._note(path, error.params["reason"])
            return None
        if tensors.pop(_DIGEST, None) is None or {t.dtype for t in tensors.values()} != {"F32"}:
            self._note(path, "it is no entry of a cache")
            return None
        return {name: info.shape for name, info in tensors.items()}

    def write(self, key: str, values: Values) -> None:
        """See `Store.write`: to a temporary file first, which then takes its place."""
        path = self._path(key)
        data = save({**values, _DIGEST: _digest(values)})
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        with writing(
            path
        ):  # unlike write_atomically not flushed: the digest tells after a power cut
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_bytes(data)
                os.replace(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.safetensors"

    def _note(self, path: Path, reason: str) -> None:
        self._problems.append(Problem("cache.damaged", {"path": str(path), "reason": reason}))


def _digest(values: Values) -> Tensor:
    """The BLAKE2b of names and data, uint8 (32,)."""
    digest = hashlib.blake2b(digest_size=32)
    for name, value in sorted(values.items()):
        digest.update(name.encode())
        digest.update(value.contiguous().numpy().data)
    return torch.frombuffer(bytearray(digest.digest()), dtype=torch.uint8)
