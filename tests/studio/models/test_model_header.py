"""Which format a model file has, told by its first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from studio.errors import StudioError
from studio.messages import sentence
from studio.models.model_header import read_model_header


def refused(path: Path, code: str) -> str:
    with pytest.raises(StudioError) as caught:
        read_model_header(path)
    assert caught.value.code == code
    return sentence(caught.value.code, caught.value.params)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    weights = {"w": torch.ones(2, 3)}
    torch.save(weights, tmp_path / "a.safetensors")
    save_file(weights, tmp_path / "a.ckpt")
    pickled = read_model_header(tmp_path / "a.safetensors")
    plain = read_model_header(tmp_path / "a.ckpt")
    assert (pickled.data_start, plain.data_start > 0) == (0, True)
    for header in (pickled, plain):
        assert (header.tensors["w"].dtype, header.tensors["w"].shape) == ("F32", (2, 3))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "it is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7\n", "Git LFS"),
        (b"GGUF\x03\0\0\0", "GGUF"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "web page"),
        (b'{"error": "not found"}', "text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "of another kind"),
        (b"abc", "of another kind"),
    ],
)
def test_what_else_is_found_under_the_name_of_a_model(
    tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    told = refused(path, "model.unknown_format")
    assert word in told
    assert str(path) in told


def test_damaged_files_are_told_by_their_format(tmp_path: Path) -> None:
    path = tmp_path / "model"
    save_file({"w": torch.ones(9)}, path)
    path.write_bytes(path.read_bytes()[:-1])
    assert "cut off" in refused(path, "safetensors.invalid")
    torch.save({"w": torch.ones(9)}, path)
    path.write_bytes(path.read_bytes()[:-1])
    refused(path, "pickle.invalid")
    path.write_bytes(b"\x80\x02}q\0.")
    assert "older than 1.6" in refused(path, "pickle.invalid")
    refused(tmp_path / "none", "safetensors.unreadable")
