"""What is in a checkpoint that torch.save wrote (.ckpt, .pt, .bin), without running any of it.

Such a file is an uncompressed zip: ``<name>/data.pkl`` describes the tensors, ``<name>/data/<key>``
has the bytes of each storage. Format: `torch.serialization` (PyTorch 1.6 and later) and the zip
specification, section 4.3.7, for the local headers.
"""

from __future__ import annotations

import errno
import math
import os
import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from studio.errors import StudioError
from studio.models.pickle_machine import StoredTensor, invalid, read_pickle
from studio.models.safetensors_header import DTYPE_BYTES, MAX_NUMBERS, Header, TensorInfo

MAX_PICKLE_BYTES = 32_000_000  # 1 MB in a checkpoint of SDXL
_SIGNATURE = b"PK\x03\x04"
_LOCAL = struct.Struct("<4s22xHH")  # signature, length of the name, length of the extra field
_WEIGHTS = "state_dict"


def read_pickle_header(path: Path) -> Header:
    """The tensors of ``path``, with places counted from the file's begin; no metadata.

    Of a training checkpoint, those under ``state_dict``. Raises ``safetensors.unreadable``
    (the system refuses), ``pickle.invalid`` (not whole, or not of this format) or ``pickle.unsafe``
    (it asks for what weights do not need).
    """
    try:
        with path.open("rb") as file:
            _require_zip(path, file)
            with zipfile.ZipFile(file) as archive:
                return _read(path, file, archive)
    except OSError as error:
        if error.errno == errno.EINVAL:  # the zip's tables point to before its begin
            raise invalid(path, "cut off, or damaged") from error
        reason = error.strerror or str(error)
        raise StudioError("safetensors.unreadable", path=str(path), reason=reason) from error
    except _DAMAGE as error:
        raise invalid(path, "cut off, or damaged") from error


_DAMAGE = (
    *(zipfile.BadZipFile, EOFError, ValueError, OverflowError, NotImplementedError, struct.error),
)


def _require_zip(path: Path, file: BinaryIO) -> None:
    start = file.read(4)
    if start[:1] == b"\x80":
        raise invalid(path, "written by a PyTorch older than 1.6")
    if start != _SIGNATURE:
        raise invalid(path, "it does not begin like one")


def _read(path: Path, file: BinaryIO, archive: zipfile.ZipFile) -> Header:
    entries = {entry.filename: entry for entry in archive.infolist()}
    roots = [name.removesuffix("data.pkl") for name in entries if name.endswith("/data.pkl")]
    if len(roots) != 1 or len(entries) != len(archive.infolist()):
        raise invalid(path, "a zip file of something else")
    root = roots[0]
    order = entries.get(f"{root}byteorder")
    if order and _content(path, archive, order) != b"little":
        raise invalid(path, "written on a machine of the other byte order")
    described = read_pickle(path, _content(path, archive, entries[f"{root}data.pkl"]))
    tensors: dict[str, TensorInfo] = {}
    places: dict[str, range] = {}
    for key, tensor in _weights(path, described).items():
        _require_plain(path, key, tensor)
        if tensor.storage not in places:
            entry = entries.get(f"{root}data/{tensor.storage}")
            if entry is None:
                raise invalid(path, f"the bytes of {key} are missing")
            places[tensor.storage] = _place(path, file, entry)
        tensors[key] = _info(path, key, tensor, places[tensor.storage])
    return Header({}, tensors, 0)


def _content(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    _require_stored(path, entry)
    if entry.file_size > MAX_PICKLE_BYTES:
        raise invalid(path, "its list of weights is too long to be one")
    return archive.read(entry)


def _require_stored(path: Path, entry: zipfile.ZipInfo) -> None:
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise invalid(path, "it was compressed or encrypted afterwards")


def _weights(path: Path, described: Any) -> dict[str, StoredTensor]:
    table = described
    if isinstance(table, dict) and isinstance(table.get(_WEIGHTS), dict):
        table = table[_WEIGHTS]
    if not isinstance(table, dict):
        raise invalid(path, "it holds no table of weights")
    tensors = {key: t for key, t in table.items() if isinstance(t, StoredTensor)}
    if not tensors or not all(isinstance(key, str) for key in tensors):
        raise invalid(path, "it holds no table of weights")
    return tensors


def _require_plain(path: Path, key: str, tensor: StoredTensor) -> None:
    """Refuses what safetensors could not say: other types, rows that are not one after another."""
    if not tensor.dtype:
        raise invalid(path, f"the data type of {key} is unknown")
    expected = 1
    for size, stride in zip(reversed(tensor.shape), reversed(tensor.strides), strict=True):
        if size > 1 and stride != expected:
            raise invalid(path, f"the numbers of {key} are not stored in their order")
        expected *= size or 1
    if expected >= MAX_NUMBERS:
        raise invalid(path, f"the shape of {key} is beyond all measure")


def _place(path: Path, file: BinaryIO, entry: zipfile.ZipInfo) -> range:
    """Where the bytes of an entry lie: after its local header, whose length varies."""
    _require_stored(path, entry)
    file.seek(entry.header_offset)
    signature, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    begin = entry.header_offset + _LOCAL.size + name + extra
    if signature != _SIGNATURE or begin + entry.file_size > file.seek(0, os.SEEK_END):
        raise invalid(path, f"the bytes of {entry.filename} are not where they should be")
    return range(begin, begin + entry.file_size)


def _info(path: Path, key: str, tensor: StoredTensor, place: range) -> TensorInfo:
    begin = place.start + tensor.offset * DTYPE_BYTES[tensor.dtype]
    end = begin + math.prod(tensor.shape) * DTYPE_BYTES[tensor.dtype]
    if end > place.stop:
        raise invalid(path, f"{key} is larger than what is stored of it")
    return TensorInfo(tensor.dtype, tensor.shape, begin, end)
