"""Checkpoints written tensor by tensor: a model of 7 GB takes the memory of its largest layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from studio.errors import StudioError
from studio.export.write import container_header, tensor_bytes
from studio.files import replacing
from studio.models.weights import DTYPES, map_tensors

_NAMES = {dtype: name for name, dtype in DTYPES.items()}


class Entry(NamedTuple):
    """A tensor to be written: how it is stored, and what makes it (any float dtype)."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    make: Callable[[], Tensor]


def write_tensors(
    path: Path,
    entries: Mapping[str, Entry],
    metadata: Mapping[str, str],
    check: Callable[[Path], object] = lambda path: None,
) -> Generator[tuple[int, int], None, None]:
    """Writes a safetensors file; ``path`` changes whole or not. Yields (done, total).

    The file is read again and compared with what was meant, and ``check`` sees it, before it takes
    its place. Raises ``lora.overflow`` for values that a tensor's dtype cannot hold,
    ``export.self_check_failed``, ``disk.full``, ``disk.unwritable``.
    """
    ordered = dict(sorted(entries.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])))
    stored_as = {
        key: (_NAMES[entry.dtype], entry.shape, math.prod(entry.shape) * entry.dtype.itemsize)
        for key, entry in ordered.items()
    }
    total = 2 * len(ordered)
    with replacing(path) as file:
        file.write(container_header(stored_as, metadata))
        for done, (key, entry) in enumerate(ordered.items()):
            yield done, total
            file.write(tensor_bytes(_cast(key, entry)))
        file.flush()
        for done, _ in enumerate(_compared(Path(file.name), ordered)):
            yield len(ordered) + done, total
        check(Path(file.name))
    yield total, total


def _cast(key: str, entry: Entry) -> Tensor:
    made = entry.make()
    stored = made.to(entry.dtype).reshape(entry.shape)
    # Infinity that was none before; broken weights of the base model are copied as they are.
    if made.dtype != stored.dtype and bool((stored.isinf() & ~made.isinf()).any()):
        name = str(entry.dtype).removeprefix("torch.")
        raise StudioError("lora.overflow", key=key, dtype=name)
    return stored


def _compared(path: Path, entries: Mapping[str, Entry]) -> Iterator[None]:
    """Reads each tensor as other programs would; its bytes must be those that were meant."""
    tensors = map_tensors(path)
    for key, entry in entries.items():
        if tensor_bytes(tensors[key]) != tensor_bytes(_cast(key, entry)):
            raise StudioError("export.self_check_failed", check="weights", detail=key)
        yield
