"""What is remembered of image files, and that nothing else than what they hold is ever told."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.data.digests import RACY, FileDigests
from studio.data.images import read_bytes

LATER = 10 * RACY


def after_a_while() -> int:
    """The time by a clock that is far enough ahead: files seem old."""
    return time.time_ns() + LATER


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "set/a.png"
    path.parent.mkdir()
    path.write_bytes(b"one")
    return path


def noted(index: Path, path: Path, now: Callable[[], int] = after_a_while) -> FileDigests:
    """A saved list that has seen ``path``."""
    digests = FileDigests(index, now)
    assert digests.note(path, read_bytes) == (path.read_bytes(), sha256(path.read_bytes()))
    digests.save()
    assert digests.problems == []
    return FileDigests(index)


def test_a_file_that_stays_is_known_to_the_next_start(tmp_path: Path, image: Path) -> None:
    index = tmp_path / "cache/images.index"

    assert FileDigests(index).known(image) is None
    assert noted(index, image).known(image) == sha256(b"one")
    assert [path.name for path in index.parent.iterdir()] == ["images.index"]


def test_a_relative_path_is_the_same_file(
    tmp_path: Path, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = noted(tmp_path / "index", image)
    monkeypatch.chdir(tmp_path)

    assert digests.known(Path("set/a.png")) == sha256(b"one")


def test_an_edited_file_is_not_known_even_with_its_size_and_date(
    tmp_path: Path, image: Path
) -> None:
    before = image.stat()
    digests = noted(tmp_path / "index", image)
    image.write_bytes(b"two")
    os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert image.stat().st_size == before.st_size

    assert digests.known(image) is None


def test_another_file_in_its_place_is_not_known(tmp_path: Path, image: Path) -> None:
    digests = noted(tmp_path / "index", image)
    other = tmp_path / "b.png"
    other.write_bytes(b"two")
    before = image.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(image)

    assert digests.known(image) is None


def test_a_file_that_is_gone_or_moved_is_not_known(tmp_path: Path, image: Path) -> None:
    digests = noted(tmp_path / "index", image)
    image.parent.rename(tmp_path / "moved")

    assert digests.known(image) is None
    assert digests.known(tmp_path / "moved/a.png") is None


def test_a_file_just_written_is_not_relied_on(tmp_path: Path, image: Path) -> None:
    """It could be written again within the same tick of its file system's clock."""
    index = tmp_path / "index"

    assert noted(index, image, time.time_ns).known(image) is None
    assert not index.exists()
    assert noted(index, image, lambda: image.stat().st_mtime_ns - LATER).known(image) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-5],
        lambda data: data.replace(b"a.png", b"b.png"),
        lambda data: b"\0" * len(data),
        lambda data: b"{}",
    ],
)
def test_a_damaged_list_is_told_and_made_anew(
    tmp_path: Path, image: Path, damage: Callable[[bytes], bytes]
) -> None:
    index = tmp_path / "index"
    noted(index, image)
    index.write_bytes(damage(index.read_bytes()))
    digests = FileDigests(index, after_a_while)

    assert digests.known(image) is None
    assert [problem.code for problem in digests.problems] == ["cache.index_damaged"]
    assert digests.problems[0].params["path"] == str(index)
    digests.note(image, read_bytes)
    digests.save()
    assert FileDigests(index).known(image) == sha256(b"one")


def test_a_list_that_cannot_be_written_is_told(tmp_path: Path, image: Path) -> None:
    index = tmp_path / "file/index"
    index.parent.write_bytes(b"")  # a folder cannot be there; root may write to any other
    digests = FileDigests(index, after_a_while)
    assert [problem.code for problem in digests.problems] == ["cache.index_damaged"]
    digests.note(image, read_bytes)
    digests.save()

    assert digests.problems[-1].code == "cache.index_unwritable"
    assert digests.problems[-1].params.keys() == {"path", "reason"}


def test_files_that_are_gone_leave_the_list(tmp_path: Path, image: Path) -> None:
    index = tmp_path / "index"
    other = tmp_path / "b.png"
    shutil.copy(image, other)
    noted(index, image)
    image.unlink()
    noted(index, other)

    assert b"a.png" not in index.read_bytes()
    assert b"b.png" in index.read_bytes()
