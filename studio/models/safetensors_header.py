"""The header of a safetensors file, read and distrusted without torch.

`lora-studio inspect` and the window look into files with it, and it refuses what is truncated or
lies before anything is mapped. Format: https://github.com/huggingface/safetensors#format.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from studio.errors import StudioError

MAX_HEADER_BYTES = 100_000_000  # the limit of the safetensors library itself
MAX_NUMBERS = 2**59  # in a tensor; torch fails beyond, even if one of its sizes is 0
METADATA = "__metadata__"
DTYPE_BYTES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 1),
    **dict.fromkeys(("F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 8),
}
_STRUCT = {
    **{"F16": "<e", "BF16": "<f", "F32": "<f", "F64": "<d"},
    **{"I64": "<q", "I32": "<i", "I16": "<h", "I8": "<b", "U8": "<B"},
}


@dataclass(frozen=True)
class TensorInfo:
    """One tensor: safetensors dtype name, shape, and its bytes [begin, end) after the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """What stands before the tensors: metadata, tensors by key, where the data starts (bytes)."""

    metadata: dict[str, str]
    tensors: dict[str, TensorInfo]
    data_start: int


def read_header(path: Path) -> Header:
    """The checked header of ``path``.

    Raises ``safetensors.unreadable`` (the system refuses), ``safetensors.invalid`` (another kind of
    file, or a header that contradicts itself or the file's length) with a reason in English.
    """
    try:
        with path.open("rb") as file:
            return _parse(path, file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("safetensors.unreadable", path=str(path), reason=reason) from error


def _parse(path: Path, file: BinaryIO, size: int) -> Header:
    start = file.read(9)
    if len(start) < 9:
        raise _invalid(path, f"only {size} bytes long")
    (length,) = struct.unpack("<Q", start[:8])
    if start[8:9] != b"{" or length > MAX_HEADER_BYTES:
        raise _invalid(path, "it does not begin like one")
    if 8 + length > size:
        raise _invalid(path, f"cut off: the header alone has {length} bytes, the file {size}")
    try:
        table = json.loads(b"{" + file.read(length - 1), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _invalid(path, "its header is not valid JSON") from error
    metadata = table.pop(METADATA, {})
    if not _is_text_table(metadata):
        raise _invalid(path, "its metadata is not a table of texts")
    tensors = {key: _tensor(path, key, entry) for key, entry in table.items()}
    _require_cover(path, tensors, size - 8 - length)
    return Header(metadata, tensors, 8 + length)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands twice")
    return table


def _is_text_table(table: Any) -> bool:
    return isinstance(table, dict) and all(isinstance(value, str) for value in table.values())


def _tensor(path: Path, key: str, entry: Any) -> TensorInfo:
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _invalid(path, f"the entry of {key} is malformed")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not (_are_sizes(shape) and _are_sizes(offsets) and len(offsets) == 2):
        raise _invalid(path, f"shape or place of {key} is malformed")
    if not isinstance(dtype, str) or dtype not in DTYPE_BYTES:
        raise _invalid(path, f"the data type {dtype} of {key} is unknown")
    if math.prod(size or 1 for size in shape) >= MAX_NUMBERS:  # of an empty one, too
        raise _invalid(path, f"the shape of {key} is beyond all measure")
    if offsets[1] - offsets[0] != math.prod(shape) * DTYPE_BYTES[dtype]:
        raise _invalid(path, f"shape and length of {key} disagree")
    return TensorInfo(dtype, tuple(shape), offsets[0], offsets[1])


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)


def _require_cover(path: Path, tensors: dict[str, TensorInfo], data_bytes: int) -> None:
    """Tensors must follow one another without gap or overlap and fill the file exactly."""
    end = 0
    for info in sorted(tensors.values(), key=lambda info: (info.begin, info.end)):
        if info.begin != end:
            raise _invalid(path, "its tensors overlap or leave gaps")
        end = info.end
    if end > data_bytes:
        raise _invalid(path, f"cut off: {end - data_bytes} of {end} bytes of tensors are missing")
    if end < data_bytes:
        raise _invalid(path, f"{data_bytes - end} bytes belong to no tensor")


def _invalid(path: Path, reason: str) -> StudioError:
    return StudioError("safetensors.invalid", path=str(path), reason=reason)


def read_scalars(path: Path, header: Header, keys: Iterable[str]) -> dict[str, float]:
    """The numbers in one-element tensors; keys of any other tensor are left out."""
    numbers: dict[str, float] = {}
    with path.open("rb") as file:
        for key in keys:
            info = header.tensors[key]
            if math.prod(info.shape) == 1 and info.dtype in _STRUCT:
                file.seek(header.data_start + info.begin)
                numbers[key] = _number(info.dtype, file.read(info.end - info.begin))
    return numbers


def read_numbers(path: Path, header: Header, key: str) -> list[float]:
    """All numbers of one tensor of a few; ValueError for a type that Python cannot unpack."""
    info = header.tensors[key]
    if info.dtype not in _STRUCT:
        raise ValueError(info.dtype)
    with path.open("rb") as file:
        file.seek(header.data_start + info.begin)
        raw = file.read(info.end - info.begin)
    size = DTYPE_BYTES[info.dtype]
    return [_number(info.dtype, raw[at : at + size]) for at in range(0, len(raw), size)]


def _number(dtype: str, raw: bytes) -> float:
    if dtype == "BF16":  # the upper half of a float32
        raw = b"\0\0" + raw
    return float(struct.unpack(_STRUCT[dtype], raw)[0])


def data_sha256(path: Path, header: Header) -> str:
    """SHA-256 (hex) of all bytes after the header: the value of ``sshs_model_hash``."""
    digest = hashlib.sha256()
    for block in _blocks(path, header.data_start):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(1 << 20):
            yield block
