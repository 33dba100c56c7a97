"""The exported file: container, hashes, and what happens when it cannot be written."""

from __future__ import annotations

import errno
import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from safetensors.torch import save as library_save
from torch import nn

from studio.export.collect import collect
from studio.export.verify import compare_renders
from studio.export.write import kohya_tensors, save

Components = dict[str, nn.Module]
Adapt = Callable[..., Components]
NAME = "lora_0"


def test_hashes_are_right_by_independent_recomputation(tmp_path: Path, adapt: Adapt) -> None:
    """The big tensor makes the file longer than 1 MiB, where the legacy hash begins."""
    modules = collect(adapt(), NAME)
    tensors = kohya_tensors(modules, "sd1", "fp32")
    tensors["z.lora_down.weight"] = torch.arange(400_000, dtype=torch.float32)
    metadata = {"ss_steps": "3", "ss_output_name": "x", "modelspec.title": "x"}
    path = tmp_path / "a.safetensors"
    save(path, tensors, metadata)
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    with safe_open(path, framework="pt") as file:
        stored = file.metadata()
    assert stored["sshs_model_hash"] == hashlib.sha256(content[8 + length :]).hexdigest()
    only = {key: value for key, value in metadata.items() if key.startswith("ss_")}
    legacy = library_save(tensors, only)[0x100000 : 0x100000 + 0x10000]
    assert len(legacy) == 0x10000
    assert stored["sshs_legacy_hash"] == hashlib.sha256(legacy).hexdigest()[:8]
    assert {key: stored[key] for key in metadata} == metadata


def test_legacy_hash_of_a_small_file_is_that_of_nothing(
    tools: Any, tmp_path: Path, adapt: Adapt
) -> None:
    path = tools.export(tmp_path / "a.safetensors", adapt())
    with safe_open(path, framework="pt") as file:
        assert file.metadata()["sshs_legacy_hash"] == "e3b0c442"


def test_the_container_is_the_librarys_and_reproducible(tmp_path: Path, adapt: Adapt) -> None:
    tensors = kohya_tensors(collect(adapt(), NAME), "sd1", "bf16")
    save(tmp_path / "a.safetensors", tensors, {"ss_x": '日本 "quoted"'})
    save(tmp_path / "b.safetensors", dict(reversed(tensors.items())), {"ss_x": '日本 "quoted"'})
    content = (tmp_path / "a.safetensors").read_bytes()
    assert content == (tmp_path / "b.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    by_library = library_save(tensors)
    (library_length,) = struct.unpack("<Q", by_library[:8])
    assert content[8 + length :] == by_library[8 + library_length :]
    assert length % 8 == 0
    read = load_file(tmp_path / "a.safetensors")
    assert all(torch.equal(read[key], tensor) for key, tensor in tensors.items())


def test_a_failed_check_keeps_the_old_file(tools: Any, tmp_path: Path, adapt: Adapt) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"old")

    def fails(candidate: Path) -> Any:
        assert candidate.read_bytes() != b"old"
        return compare_renders(torch.zeros(2), torch.ones(2))

    tools.refused("export.self_check_failed", lambda: tools.export(path, adapt(), render=fails))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk.full"), (errno.EACCES, "disk.unwritable")]
)
def test_disk_errors_are_told(
    tools: Any,
    tmp_path: Path,
    adapt: Adapt,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    code: str,
) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"old")

    def fsync(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    tools.refused(code, lambda: tools.export(path, adapt()))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_told(tools: Any, tmp_path: Path, adapt: Adapt) -> None:
    (tmp_path / "f").write_text("")
    tools.refused(
        "disk.unwritable", lambda: tools.export(tmp_path / "f" / "a.safetensors", adapt())
    )
