"""Hashes of model files as kohya and A1111 compute them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.models.base_hash import hashes


def test_both_hashes(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    content = os.urandom(0x100000) + os.urandom(0x10000) + b"behind it"
    path.write_bytes(content)
    middle = content[0x100000:0x110000]
    assert hashes(path) == (
        hashlib.sha256(content).hexdigest(),
        hashlib.sha256(middle).hexdigest()[:8],
    )


def test_a_short_file_has_the_hash_of_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vae.pt"
    path.write_bytes(b"short")
    assert hashes(path)[1] == "e3b0c442"


def test_a_folder_has_none_and_a_missing_file_is_told(tmp_path: Path) -> None:
    assert hashes(tmp_path) == ("", "")
    with pytest.raises(StudioError) as caught:
        hashes(tmp_path / "none")
    assert caught.value.code == "safetensors.unreadable"


def test_a_file_is_read_again_only_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"one")
    first = hashes(path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: pytest.fail("it is read again"))
        assert hashes(path) == first
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert hashes(path) != first
