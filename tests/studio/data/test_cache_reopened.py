"""A cached set opened again: nothing is read that did not change, and nothing stale is used."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from studio.data import cache as cache_module
from studio.data import digests
from studio.data.buckets import make_buckets
from studio.data.cache import LatentCache, TextCache
from studio.data.dataset import Dataset, Placed, place
from studio.models.text import TextEmbedding

Write = Callable[..., Path]
ScanOne = Callable[..., Dataset]


def encode(pixels: Tensor) -> Tensor:
    mean = torch.nn.functional.avg_pool2d(pixels, 8)
    return torch.stack([mean, torch.ones_like(mean)], dim=1)


class Set:
    """Three images that are not younger than they seem, and a cache."""

    def __init__(self, tmp_path: Path, scan_one: ScanOne) -> None:
        self.folder, self.cache = tmp_path / "set", tmp_path / "cache"
        self._scan = scan_one

    def open(self, flip: bool = False) -> tuple[LatentCache, int, int]:
        """The cache, how many images were encoded, and how often progress was told."""
        count = 0

        def counted(pixels: Tensor) -> Tensor:
            nonlocal count
            count += 1
            return encode(pixels)

        cache = LatentCache("disk", self.cache, identity="vae", dtype=torch.float32)
        told = list(cache.build(self.placed(), counted, flip))
        assert told[-1] == (3, 3)
        return cache, count, len(told)

    def placed(self) -> list[Placed]:
        return place(self._scan(self.folder).items, make_buckets(64, 16))

    def latents(self) -> list[Path]:
        return sorted(self.cache.rglob("*.safetensors"))


@pytest.fixture
def images(
    tmp_path: Path, write_image: Write, scan_one: ScanOne, monkeypatch: pytest.MonkeyPatch
) -> Set:
    for name, width in zip("abc", (64, 66, 68), strict=True):  # with different content
        write_image(tmp_path / f"set/{name}.png", caption=name, size=(width, 80))
    real = time.time_ns
    later = lambda: real() + 10 * digests.RACY  # noqa: E731  # images seem old
    monkeypatch.setattr(digests.FileDigests.__init__, "__defaults__", (later,))
    return Set(tmp_path, scan_one)


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has reading an image, or a whole entry, fail from the call on."""

    def forbid() -> None:
        monkeypatch.setattr(cache_module, "read_bytes", None)
        monkeypatch.setattr("studio.data.store.load", None)

    return forbid


def test_nothing_is_read_again(images: Set, nothing_read: Callable[[], None]) -> None:
    first, encoded, told = images.open()
    assert (encoded, told) == (3, 3)
    print_of_first = first.fingerprint()
    nothing_read()

    again, encoded, told = images.open()

    assert (encoded, told) == (0, 1)  # a thousand events of nothing done would take a second
    assert again.fingerprint() == print_of_first
    assert [one.item.name for one in again.kept] == ["a.png", "b.png", "c.png"]
    assert again.warnings == []


def test_only_the_edited_image_is_encoded(images: Set) -> None:
    images.open()
    path = images.folder / "b.png"
    before = path.stat()
    Image.new("RGB", (66, 80), "white").save(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    cache, encoded, told = images.open()

    assert (encoded, told) == (1, 2)
    assert cache.get(images.placed()[1], False)[0].min() > 0.99


def test_a_moved_set_keeps_its_latents(images: Set) -> None:
    first, _, _ = images.open()
    wanted = [first.get(one, False) for one in images.placed()]
    images.folder = images.folder.rename(images.folder.with_name("moved"))

    cache, encoded, _ = images.open()

    assert encoded == 0
    for one, latent in zip(images.placed(), wanted, strict=True):
        assert torch.equal(cache.get(one, False), latent)


def test_missing_and_damaged_latents_are_encoded_again(images: Set) -> None:
    images.open()
    gone, cut, *_ = images.latents()
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-9])

    cache, encoded, _ = images.open()

    assert encoded == 2
    assert [problem.code for problem in cache.warnings] == ["cache.damaged"]
    assert images.open()[1] == 0


def test_a_flipped_bit_is_noticed_when_training_reads_it(images: Set) -> None:
    wanted = [images.open()[0].get(one, False) for one in images.placed()]
    for path in images.latents():
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    cache, encoded, _ = images.open()

    assert encoded == 0
    for one, latent in zip(images.placed(), wanted, strict=True):
        assert torch.equal(cache.get(one, False), latent)


def test_mirrored_views_are_missed_of_known_images(images: Set) -> None:
    images.open()

    assert images.open(flip=True)[1] == 3
    assert images.open(flip=True)[1] == 0


def test_the_cache_may_be_deleted(images: Set) -> None:
    images.open()
    shutil.rmtree(images.cache)

    assert images.open()[1] == 3


def test_a_damaged_list_is_told_once(images: Set) -> None:
    images.open()
    (images.cache / "images.index").write_bytes(b"nonsense")

    cache, encoded, _ = images.open()

    assert encoded == 0
    assert [problem.code for problem in cache.warnings] == ["cache.index_damaged"]
    assert images.open()[0].warnings == []


def test_a_list_that_cannot_be_written_is_told(images: Set) -> None:
    (images.cache / "images.index").mkdir(parents=True)  # root may write to any folder

    cache, encoded, _ = images.open()

    assert encoded == 3
    assert "cache.index_unwritable" in [problem.code for problem in cache.warnings]


def test_what_an_interrupted_start_learned_is_kept(images: Set) -> None:
    cache = LatentCache("disk", images.cache, identity="vae", dtype=torch.float32)
    building = cache.build(images.placed(), encode, False)
    next(building)
    building.close()

    assert (images.cache / "images.index").is_file()
    assert images.open()[1] <= 2


def test_memory_keeps_no_list(images: Set) -> None:
    cache = LatentCache("memory", images.cache, identity="vae", dtype=torch.float32)
    list(cache.build(images.placed(), encode, False))

    assert not images.cache.exists()


def test_texts_are_not_read_again(tmp_path: Path, nothing_read: Callable[[], None]) -> None:
    def embed(texts: list[str]) -> TextEmbedding:
        return TextEmbedding(torch.ones(len(texts), 7, 4))

    def texts() -> TextCache:
        told = {"clip_skip": 1, "chunks": 1, "dtype": torch.float32}
        return TextCache("disk", tmp_path, identity="clip", **told)

    list(texts().build(["a", "b"], embed))
    nothing_read()

    assert list(texts().build(["a", "b"], embed)) == [(2, 2)]
