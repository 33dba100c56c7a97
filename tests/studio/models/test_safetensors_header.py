"""Headers read as the library writes them, and hostile files refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from studio.errors import StudioError
from studio.messages import sentence
from studio.models.safetensors_header import TensorInfo, data_sha256, read_header, read_scalars


def raw(path: Path, header: Any, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def entry(begin: int, end: int, shape: list[Any] | None = None, dtype: Any = "F32") -> Any:
    shape = [(end - begin) // 4] if shape is None else shape
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_reads_what_the_library_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    tensors = {"w": torch.ones(2, 3, dtype=torch.bfloat16), "n": torch.tensor(7)}
    save_file(tensors, path, metadata={"k": "ü"})
    header = read_header(path)
    assert header.metadata == {"k": "ü"}
    assert {k: (t.dtype, t.shape) for k, t in header.tensors.items()} == {
        "w": ("BF16", (2, 3)),
        "n": ("I64", ()),
    }
    content = path.read_bytes()
    assert data_sha256(path, header) == hashlib.sha256(content[header.data_start :]).hexdigest()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("value", [0.0, 1.0, -2.5, 16.0, 0.0078125])
def test_reads_numbers_without_torch(tmp_path: Path, dtype: torch.dtype, value: float) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"x.alpha": torch.tensor(value, dtype=dtype), "y": torch.zeros(2)}, path)
    assert read_scalars(path, read_header(path), ["x.alpha", "y"]) == {"x.alpha": value}


def test_reads_integers(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"a": torch.tensor([4]), "b": torch.tensor(-3, dtype=torch.int8)}, path)
    assert read_scalars(path, read_header(path), ["a", "b"]) == {"a": 4.0, "b": -3.0}


HOSTILE: dict[str, tuple[Any, bytes]] = {
    "hole": ({"a": entry(0, 4), "b": entry(8, 12)}, bytes(12)),
    "overlap": ({"a": entry(0, 8), "b": entry(4, 12)}, bytes(12)),
    "data cut off": ({"a": entry(0, 400)}, bytes(100)),
    "data left over": ({"a": entry(0, 4)}, bytes(9)),
    "shape lies": ({"a": entry(0, 4, [2])}, bytes(4)),
    "huge and empty": ({"a": entry(0, 0, [2**62, 2**62, 0])}, b""),
    "negative size": ({"a": entry(0, 4, [-1])}, bytes(4)),
    "negative place": ({"a": entry(-4, 0)}, bytes(4)),
    "true as size": ({"a": entry(0, 4, [True])}, bytes(4)),
    "unknown type": ({"a": entry(0, 4, [1], "F7")}, bytes(4)),
    "type is a list": ({"a": entry(0, 4, [1], [])}, bytes(4)),
    "entry is a text": ({"a": "x"}, b""),
    "metadata of numbers": ({"__metadata__": {"a": 1}}, b""),
    "key twice": (b'{"a":{},"a":{}}', b""),
    "no JSON": (b"{nothing}", b""),
    "not UTF-8": (b'{"\xff":1}', b""),
    "a list": (b"[]", b""),
    "bottomless": (b'{"a":' + b"[" * 100_000, b""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_lying_headers_are_refused(tmp_path: Path, case: str) -> None:
    path = raw(tmp_path / "a.safetensors", *HOSTILE[case])
    with pytest.raises(StudioError) as caught:
        read_header(path)
    assert caught.value.code == "safetensors.invalid"
    assert str(path) in sentence(caught.value.code, caught.value.params)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    for content in (b"", b"\0" * 8, b"PK\x03\x04" + b"x" * 100, struct.pack("<Q", 2**62) + b"{}"):
        path.write_bytes(content)
        with pytest.raises(StudioError) as caught:
            read_header(path)
        assert caught.value.code == "safetensors.invalid"


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"a": torch.ones(3), "b": torch.ones(2, 2)}, path)
    content = path.read_bytes()
    read_header(path)
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(StudioError) as caught:
            read_header(path)
        assert caught.value.code == "safetensors.invalid"


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(StudioError) as caught:
            read_header(path)
        assert caught.value.code == "safetensors.unreadable"


def test_an_empty_file_of_the_library_is_fine(tmp_path: Path) -> None:
    path = raw(tmp_path / "a.safetensors", {"a": entry(0, 0, [0, 3])})
    assert read_header(path).tensors == {"a": TensorInfo("F32", (0, 3), 0, 0)}
