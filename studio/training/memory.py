"""What running out of memory looks like, and how what was in use is given back."""

from __future__ import annotations

import errno
import gc
import traceback
from collections.abc import Callable, Iterator

import torch

from studio.models.heap import trim

_WORDS = (
    *("out of memory", "can't allocate memory", "failed to allocate", "cannot allocate memory"),
    *("alloc_failed", "bad_alloc", "could not create a primitive", "could not create a memory"),
    "can't start new thread",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` tells that the GPU's or the machine's memory is used up.

    Every allocator says it in its own way.
    """
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    # CPU and MPS allocators, cuBLAS, cuDNN and oneDNN raise plain RuntimeErrors.
    return isinstance(error, RuntimeError) and any(w in str(error).lower() for w in _WORDS)


def reason(error: BaseException) -> str:
    """The first line of what the allocator says, or the kind of error."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def let_go(error: BaseException) -> None:
    """Empties the frames that ``error`` came through: they hold a whole step's activations."""
    for each in _chain(error):
        traceback.clear_frames(each.__traceback__)


def give_back(collect: Callable[[], object] = gc.collect) -> None:
    """Frees what nobody holds any more, graphs and modules in cycles too.

    ``collect`` collects garbage where that may not be done in this thread.
    """
    collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
    trim()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
