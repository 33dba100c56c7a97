"""What running out of memory looks like: every allocator says it in its own way."""

from __future__ import annotations

import torch

_WORDS = ("out of memory", "can't allocate memory", "failed to allocate", "cannot allocate memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` tells that the GPU's or the machine's memory is used up."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    # CPU and MPS allocators raise plain RuntimeErrors.
    return isinstance(error, RuntimeError) and any(w in str(error).lower() for w in _WORDS)


def reason(error: BaseException) -> str:
    """The first line of what the allocator says, or the kind of error."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
