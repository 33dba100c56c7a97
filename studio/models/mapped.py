"""Files mapped into memory, whose pages go back to the system once their numbers were copied.

Pages that were read count as a process's memory until the file is let go of, which for a base model
is when its last part is cast: up to twice what the run needs.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
import weakref
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

_MADV_DONTNEED = 4  # Linux; elsewhere it does something else, or nothing
_mapped: weakref.WeakSet[torch.UntypedStorage] = weakref.WeakSet()


def map_file(path: Path) -> torch.UntypedStorage:
    """The bytes of a file, read when they are used; changes never reach the file."""
    size = path.stat().st_size
    storage: Any = torch.UntypedStorage.from_file(str(path), shared=False, nbytes=size)
    _mapped.add(storage)
    return storage  # type: ignore[no-any-return]


def is_mapped(tensor: Tensor) -> bool:
    """Whether it is a view of a mapped file."""
    return tensor.device.type == "cpu" and tensor.untyped_storage() in _mapped


def fitted(stored: Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
    """``stored`` on ``device`` in ``dtype``: as it is if that fits, else a copy of its numbers.

    Of what is copied no page of a file stays in memory.
    """
    tensor = stored.to(device, dtype)
    if tensor is not stored:
        give_back(stored)
    return tensor


def give_back(tensor: Tensor) -> None:
    """Gives the pages under a mapped tensor back; they come again from the file when it is read.

    Nobody may ever have written to it, or that is lost. Its first and last page may hold numbers of
    its neighbours and stay. Does nothing for other tensors, and elsewhere than on Linux.
    """
    if sys.platform != "linux" or not is_mapped(tensor) or not tensor.is_contiguous():
        return
    page = mmap.PAGESIZE
    begin = -(-tensor.data_ptr() // page) * page
    end = (tensor.data_ptr() + tensor.nbytes) // page * page
    if end > begin:
        # It may be refused, for memory that is locked: then the pages stay, and nothing is wrong.
        ctypes.CDLL(None).madvise(
            ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED
        )
