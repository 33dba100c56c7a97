from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from studio.data import cache as cache_module
from studio.data.buckets import Crop, make_buckets
from studio.data.cache import LatentCache, TextCache, latent_key, text_key
from studio.data.dataset import Dataset, Placed, place
from studio.data.store import Mode
from studio.errors import StudioError
from studio.models.text import TextEmbedding

Write = Callable[..., Path]
ScanOne = Callable[..., Dataset]
Truncate = Callable[[Path], None]
Make = Callable[[], list[Placed]]


class Vae:
    """Mean: the image 8 times smaller; deviation 1. Counts the images it is given."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, pixels: Tensor) -> Tensor:
        assert pixels.dtype == torch.float32
        assert pixels.shape[1] == 3
        self.count += len(pixels)
        mean = torch.nn.functional.avg_pool2d(pixels, 8)
        return torch.stack([mean, torch.ones_like(mean)], dim=1)


@pytest.fixture
def make_placed(tmp_path: Path, write_image: Write, scan_one: ScanOne) -> Make:
    """Three images in two buckets, freshly scanned at each call."""
    write_image(tmp_path / "set/a.png", caption="a", size=(128, 128))
    write_image(tmp_path / "set/b.png", caption="b", size=(300, 200))
    write_image(tmp_path / "set/c.png", caption="c", size=(140, 128))
    return lambda: place(scan_one(tmp_path / "set").items, make_buckets(128, 16))


def make_cache(tmp_path: Path, mode: Mode = "disk", vae: str = "vae-1") -> LatentCache:
    return LatentCache(mode, tmp_path / "cache", identity=vae, dtype=torch.float32)


def computed(cache: LatentCache, placed: list[Placed], flip: bool = False) -> int:
    vae = Vae()
    for _ in cache.build(placed, vae, flip):
        pass
    return vae.count


@pytest.mark.parametrize("mode", ["memory", "disk", "none"])
def test_all_modes_give_the_same_latents(tmp_path: Path, make_placed: Make, mode: Mode) -> None:
    placed = make_placed()
    cache = make_cache(tmp_path, mode)

    assert list(cache.build(placed, Vae(), flip=True)) == [(1, 3), (2, 3), (3, 3)]

    assert cache.kept == placed
    latent, mirrored = cache.get(placed[0], False), cache.get(placed[0], True)
    assert latent.shape == (2, 3, 16, 16)
    assert latent.dtype == torch.float32
    assert latent[0, 0, 0, 0] > latent[0, 0, 0, -1]  # red is on the left ...
    assert torch.allclose(mirrored, latent.flip(-1), atol=1e-6)  # ... and on the right
    assert cache.get(placed[1], False).shape == (2, 3, 12, 20)


def test_disk_entries_are_used_again_bit_for_bit(tmp_path: Path, make_placed: Make) -> None:
    placed = make_placed()
    first = make_cache(tmp_path)
    assert computed(first, placed) == 3
    second = make_cache(tmp_path)

    assert computed(second, make_placed()) == 0
    for one in placed:
        assert torch.equal(first.get(one, False), second.get(one, False))


def test_a_cached_image_is_not_decoded_again(
    tmp_path: Path, make_placed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = make_placed()
    computed(make_cache(tmp_path), placed)
    monkeypatch.setattr(cache_module, "decode_item", None)

    assert computed(make_cache(tmp_path), placed) == 0


def test_only_what_is_missing_is_computed(
    tmp_path: Path, make_placed: Make, write_image: Write
) -> None:
    computed(make_cache(tmp_path), make_placed())

    assert computed(make_cache(tmp_path), make_placed(), flip=True) == 3  # the mirrored halves
    write_image(tmp_path / "set/d.png", caption="d", size=(100, 128))
    assert computed(make_cache(tmp_path), make_placed(), flip=True) == 2


def test_an_edited_image_is_noticed_even_with_its_old_date(
    tmp_path: Path, make_placed: Make
) -> None:
    placed = make_placed()
    computed(make_cache(tmp_path), placed)
    path = placed[0].item.path
    before = path.stat()
    Image.new("RGB", (128, 128), "white").save(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    cache = make_cache(tmp_path)

    assert computed(cache, make_placed()) == 1
    assert cache.get(placed[0], False)[0].min() > 0.99


def test_other_settings_are_other_entries(tmp_path: Path, make_placed: Make) -> None:
    placed = make_placed()
    computed(make_cache(tmp_path), placed)

    assert computed(make_cache(tmp_path, vae="vae-2"), placed) == 3
    items = [one.item for one in placed]
    assert computed(make_cache(tmp_path), place(items, make_buckets(64, 16))) == 3
    half = LatentCache("disk", tmp_path / "cache", identity="vae-1", dtype=torch.float16)
    assert computed(half, placed) == 3


def test_keys_differ_in_every_part(make_placed: Make) -> None:
    a, b, _ = (one.box for one in make_placed())
    keys = {
        latent_key("d", a, False, "vae", "fp32"),
        latent_key("e", a, False, "vae", "fp32"),
        latent_key("d", b, False, "vae", "fp32"),
        latent_key("d", a, True, "vae", "fp32"),
        latent_key("d", a, False, "vae2", "fp32"),
        latent_key("d", a, False, "vae", "fp16"),
        text_key("d", "vae", 1, "fp32"),
        text_key("c", "vae", 1, "fp32"),
        text_key("d", "te", 1, "fp32"),
        text_key("d", "vae", 2, "fp32"),
        text_key("d", "vae", 1, "fp16"),
    }

    assert len(keys) == 11


def test_two_crops_of_an_image_are_two_entries(tmp_path: Path, make_placed: Make) -> None:
    items = [placed.item for placed in make_placed()]
    chosen = [replace(item, crop=Crop(0.25, 0.5, 1.5)) for item in items]
    first, second = (place(crops, make_buckets(128, 16)) for crops in (items, chosen))
    cache, other = make_cache(tmp_path), make_cache(tmp_path)

    assert computed(cache, first) == 3
    assert computed(other, second) == 3
    assert computed(make_cache(tmp_path), second) == 0
    assert cache.fingerprint() != other.fingerprint()
    for one, two in zip(first, second, strict=True):
        assert not torch.equal(cache.get(one, False), other.get(two, False))


@pytest.mark.parametrize("mode", ["memory", "disk", "none"])
def test_truncated_images_are_dropped_and_named(
    tmp_path: Path, make_placed: Make, truncate: Truncate, mode: Mode
) -> None:
    placed = make_placed()
    truncate(placed[1].item.path)
    placed = make_placed()  # the scan, which reads headers, does not see it
    assert len(placed) == 3
    cache = make_cache(tmp_path, mode)

    assert list(cache.build(placed, Vae(), flip=False))[-1] == (3, 3)

    assert [one.item.name for one in cache.kept] == ["a.png", "c.png"]
    assert [problem.code for problem in cache.dropped] == ["image.unreadable"]
    assert cache.dropped[0].params["path"] == str(placed[1].item.path)


def test_no_image_left_is_an_error(tmp_path: Path, make_placed: Make, truncate: Truncate) -> None:
    for one in make_placed():
        truncate(one.item.path)

    with pytest.raises(StudioError, match=r"dataset\.no_readable_image"):
        computed(make_cache(tmp_path), make_placed())


def test_damaged_entries_are_computed_again_with_a_warning(
    tmp_path: Path, make_placed: Make
) -> None:
    placed = make_placed()
    computed(make_cache(tmp_path), placed)
    path = next((tmp_path / "cache").rglob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:-7])
    cache = make_cache(tmp_path)

    assert computed(cache, placed) == 1
    assert [problem.code for problem in cache.warnings] == ["cache.damaged"]
    assert computed(make_cache(tmp_path), placed) == 0


def test_the_cache_may_be_deleted_while_it_is_used(tmp_path: Path, make_placed: Make) -> None:
    placed = make_placed()
    cache = make_cache(tmp_path)
    computed(cache, placed)
    before = cache.get(placed[0], False)
    shutil.rmtree(tmp_path / "cache")

    assert torch.equal(cache.get(placed[0], False), before)


@pytest.mark.parametrize("mode", ["disk", "none"])
def test_an_image_edited_during_the_run_stops_it(
    tmp_path: Path, make_placed: Make, mode: Mode
) -> None:
    placed = make_placed()
    cache = make_cache(tmp_path, mode)
    computed(cache, placed)
    Image.new("RGB", (128, 128), "white").save(placed[0].item.path)

    if mode == "disk":
        cache.get(placed[0], False)  # what build saw is still there
        shutil.rmtree(tmp_path / "cache")
    with pytest.raises(StudioError, match=r"image\.changed"):
        cache.get(placed[0], False)


def test_a_vae_that_overflows_is_an_error_that_names_the_image(
    tmp_path: Path, make_placed: Make
) -> None:
    placed = make_placed()

    with pytest.raises(StudioError) as caught:
        list(make_cache(tmp_path).build(placed, lambda p: Vae()(p) * torch.inf, flip=False))

    assert caught.value.code == "latent.not_finite"
    assert caught.value.params["path"] == str(placed[0].item.path)


def test_an_unusable_colour_profile_is_passed_on(tmp_path: Path, make_placed: Make) -> None:
    image = Image.new("RGB", (128, 128))
    image.save(tmp_path / "set/a.png", icc_profile=b"nonsense" * 30)
    cache = make_cache(tmp_path, "memory")
    computed(cache, make_placed())

    assert [problem.code for problem in cache.warnings] == ["image.bad_profile"]


class Clip:
    """Embeds a text as its length; remembers the batches it is given."""

    def __init__(self, pooled: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.pooled = pooled

    def __call__(self, texts: list[str]) -> TextEmbedding:
        self.batches.append(texts)
        lengths = torch.tensor([float(len(text)) for text in texts])
        states = lengths[:, None, None].expand(-1, 7, 4)
        return TextEmbedding(states, -lengths[:, None] if self.pooled else None)


def make_texts(
    tmp_path: Path, mode: Mode = "disk", clip_skip: int = 1, chunks: int = 1
) -> TextCache:
    folder, told = tmp_path / "texts", {"clip_skip": clip_skip, "chunks": chunks}
    return TextCache(mode, folder, identity="clip", dtype=torch.float32, **told)


def test_texts_are_computed_once_in_batches(tmp_path: Path) -> None:
    clip = Clip()
    cache = make_texts(tmp_path)

    progress = list(cache.build(["a", "bb", "a", "", "ccc"], clip, batch_size=3))

    assert clip.batches == [["a", "bb", ""], ["ccc"]]
    assert progress == [(0, 4), (3, 4), (4, 4)]
    states, pooled = cache.get(["ccc", "bb"])
    assert torch.equal(states, torch.tensor([3.0, 2.0])[:, None, None].expand(2, 7, 4))
    assert pooled is None
    assert list(make_texts(tmp_path).build(["a", "ccc"], clip)) == [(2, 2)]
    assert len(clip.batches) == 2


def test_an_edited_caption_or_another_layer_is_computed(tmp_path: Path) -> None:
    clip = Clip()
    list(make_texts(tmp_path).build(["a"], clip))
    list(make_texts(tmp_path).build(["a "], clip))
    list(make_texts(tmp_path, clip_skip=2).build(["a"], clip))
    list(make_texts(tmp_path, chunks=2).build(["a"], clip))

    assert clip.batches == [["a"], ["a "], ["a"], ["a"]]


@pytest.mark.parametrize("mode", ["memory", "disk", "none"])
def test_texts_that_were_not_built_are_computed(tmp_path: Path, mode: Mode) -> None:
    cache = make_texts(tmp_path, mode)
    list(cache.build([""], Clip()))

    assert torch.equal(cache.get(["shuffled"]).states, torch.full((1, 7, 4), 8.0))


@pytest.mark.parametrize("mode", ["memory", "disk", "none"])
def test_what_the_whole_text_means_is_kept_beside_its_tokens(tmp_path: Path, mode: Mode) -> None:
    cache = make_texts(tmp_path, mode)
    list(cache.build(["a", "bb"], Clip(pooled=True), batch_size=2))

    states, pooled = cache.get(["bb", "a", "new"])
    assert states.shape == (3, 7, 4)
    assert pooled is not None
    assert torch.equal(pooled, torch.tensor([[-2.0], [-1.0], [-3.0]]))


def test_damaged_texts_are_computed_again_with_a_warning(tmp_path: Path) -> None:
    list(make_texts(tmp_path).build(["a"], Clip()))
    path = next((tmp_path / "texts").rglob("*.safetensors"))
    path.write_bytes(b"")
    cache = make_texts(tmp_path)
    list(cache.build(["a"], Clip()))

    assert [problem.code for problem in cache.warnings] == ["cache.damaged"]
    assert torch.equal(cache.get(["a"]).states, torch.full((1, 7, 4), 1.0))
