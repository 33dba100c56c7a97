from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import torch

from studio.data.problems import Problem
from studio.data.store import DiskStore, MemoryStore, Store, make_key, open_store
from studio.errors import StudioError

KEY = make_key("a")
VALUES = {"a": torch.arange(24, dtype=torch.float32).view(2, 3, 2, 2), "b": torch.ones(3)}


@pytest.mark.parametrize("mode", ["memory", "disk"])
def test_gives_back_what_was_written(tmp_path: Path, mode: str) -> None:
    problems: list[Problem] = []
    store = open_store(mode, tmp_path, problems)  # type: ignore[arg-type]
    assert store is not None
    assert store.read(KEY) is None

    store.write(KEY, VALUES)

    values = store.read(KEY)
    assert values is not None
    assert values.keys() == VALUES.keys()
    assert all(torch.equal(values[name], VALUES[name]) for name in VALUES)
    assert store.read(make_key("b")) is None
    assert problems == []


def test_modes() -> None:
    assert open_store("none", None, []) is None
    assert isinstance(open_store("memory", None, []), MemoryStore)
    with pytest.raises(ValueError, match="folder"):
        open_store("disk", None, [])


def test_keys_differ_in_every_part() -> None:
    keys = {make_key(*parts) for parts in [("a", 1), ("a", "1"), ("a1",), ("a", 1, None), (1, "a")]}

    assert len(keys) == 5


def entry(folder: Path) -> Path:
    (path,) = folder.rglob("*.safetensors")
    return path


def flip_last_bit(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    "damage", [lambda d: b"", lambda d: d[:-5], flip_last_bit, lambda d: b"\0" * len(d)]
)
def test_damage_is_noticed_and_named(tmp_path: Path, damage: object) -> None:
    problems: list[Problem] = []
    store: Store = DiskStore(tmp_path, problems)
    store.write(KEY, VALUES)
    path = entry(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]

    assert store.read(KEY) is None
    assert [problem.code for problem in problems] == ["cache.damaged"]
    assert problems[0].params["path"] == str(path)

    store.write(KEY, VALUES)
    assert store.read(KEY) is not None


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk.full"), (errno.EROFS, "disk.unwritable")]
)
def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(StudioError) as caught:
        DiskStore(tmp_path, []).write(KEY, VALUES)

    assert caught.value.code == code
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
