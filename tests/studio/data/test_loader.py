from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor

from studio.config import Data
from studio.data.buckets import CropBox, assign, crop_box, make_buckets
from studio.data.dataset import Item, Placed
from studio.data.loader import Batch, Loader
from studio.data.problems import Problem

BUCKETS = make_buckets(128, 16)


class Latents:
    """A latent of the crop box's size that tells its image and whether it is mirrored."""

    warnings: list[Problem] = []  # noqa: RUF012

    def fingerprint(self) -> str:
        return ""

    def get(self, placed: Placed, flipped: bool) -> Tensor:
        width, height = placed.box.bucket
        value = float(placed.item.name) + (0.5 if flipped else 0)
        return torch.full((2, 4, height // 8, width // 8), value)


def item(
    number: int,
    size: tuple[int, int] = (128, 128),
    *,
    captions: tuple[str, ...] = ("a, b, c, d, e",),
    repeats: int = 1,
    trigger: str = "",
    regularization: bool = False,
) -> Item:
    path = Path(f"{number}.png")
    return Item(path, str(number), size, captions, repeats, trigger, regularization)


ITEMS = [item(number, (128, 128) if number % 3 else (300, 200)) for number in range(10)]


def make(items: list[Item] = ITEMS, seed: int = 1, **settings: object) -> Loader:
    placed = [Placed(one, crop_box(one.size, assign(one.size, BUCKETS))) for one in items]
    data = Data.model_validate({"batch_size": 3, "caption_dropout": 0.0} | settings)
    return Loader(placed, data, seed=seed, latents=Latents(), prior_loss_weight=0.25)


def same(a: Batch, b: Batch) -> bool:
    return (
        torch.equal(a.latents, b.latents)
        and torch.equal(a.loss_weights, b.loss_weights)
        and (a.captions, a.placed, a.flipped, a.entries)
        == (b.captions, b.placed, b.flipped, b.entries)
    )


def seen(loader: Loader, epoch: int = 0) -> list[str]:
    first = epoch * loader.batches_per_epoch
    numbers = range(first, first + loader.batches_per_epoch)
    return [one.name for number in numbers for one in loader.batch(number).items]


def test_sizes_are_those_of_each_images_own_crop() -> None:
    box = CropBox((400, 200), 75, 60, (96, 128))
    placed = [
        Placed(item(number, size), box) for number, size in ((1, (800, 400)), (2, (400, 200)))
    ]
    data = Data(batch_size=2, flip=True)
    loader = Loader(placed, data, seed=1, latents=Latents(), prior_loss_weight=1.0)
    batches = [loader.batch(number) for number in range(20)]
    told = {
        (one.name, flipped): row.tolist()
        for batch in batches
        for one, flipped, row in zip(batch.items, batch.flipped, batch.sizes, strict=True)
    }
    assert told["1", False] == [400, 800, 60, 75, 128, 96]
    assert told["1", True] == [400, 800, 60, 229, 128, 96]
    assert told["2", False] == [200, 400, 60, 75, 128, 96]
    assert batches[0].sizes.dtype == torch.float32


EVERYTHING = {"shuffle_tags": True, "flip": True, "caption_dropout": 0.3}


def test_a_batch_does_not_depend_on_what_was_asked_before() -> None:
    in_order, at_once = make(**EVERYTHING), make(**EVERYTHING)
    batches = [in_order.batch(number) for number in range(20)]

    for number in (17, 7, 0, 19, 7):
        assert same(batches[number], at_once.batch(number))


def test_the_seed_changes_everything() -> None:
    one, other = make(seed=1, **EVERYTHING), make(seed=2, **EVERYTHING)

    assert any(not same(one.batch(number), other.batch(number)) for number in range(3))
    assert seen(one) != seen(other)


def test_an_epoch_shows_each_image_as_often_as_it_repeats() -> None:
    loader = make([item(0, repeats=5), item(1), item(2, (300, 200), repeats=2)])

    for epoch in range(3):
        assert Counter(seen(loader, epoch)) == {"0": 5, "1": 1, "2": 2}
    assert loader.batches_per_epoch == 3  # 6 squares in 2 batches, 2 wide ones in 1


def test_epochs_differ_in_order_but_not_in_length() -> None:
    loader = make()

    assert len({tuple(seen(loader, epoch)) for epoch in range(5)}) == 5
    assert [loader.epoch_of(n * loader.batches_per_epoch - 1) for n in (1, 2)] == [0, 1]
    assert loader.epoch_of(loader.batches_per_epoch) == 1


def test_buckets_are_mixed_over_an_epoch() -> None:
    """One bucket after the other would pull the adapter to and fro between kinds of pictures."""
    loader = make(batch_size=1)
    first_wide = {
        next(
            number
            for number in range(loader.batches_per_epoch)
            if loader.batch(epoch * loader.batches_per_epoch + number).items[0].size == (300, 200)
        )
        for epoch in range(12)
    }

    assert len(first_wide) > 2


def test_batches_have_one_bucket_and_the_right_latents() -> None:
    loader = make(flip=True)

    for number in range(loader.batches_per_epoch):
        batch = loader.batch(number)
        assert len({one.box.bucket for one in batch.placed}) == 1
        width, height = batch.placed[0].box.bucket
        assert batch.latents.shape == (len(batch.items), 2, 4, height // 8, width // 8)
        values = [float(i.name) + f / 2 for i, f in zip(batch.items, batch.flipped, strict=True)]
        assert batch.latents[:, 0, 0, 0, 0].tolist() == values
        assert [loader.placed[position] for position, _ in batch.entries] == batch.placed


def rate(loader: Loader, batches: int = 800) -> tuple[float, float]:
    """Shares of mirrored images and of dropped captions."""
    all_batches = [loader.batch(number) for number in range(batches)]
    flipped = [flag for batch in all_batches for flag in batch.flipped]
    captions = [caption for batch in all_batches for caption in batch.captions]
    return sum(flipped) / len(flipped), captions.count("") / len(captions)


def test_flip_and_dropout_come_as_often_as_set() -> None:
    flipped, dropped = rate(make(flip=True, caption_dropout=0.2))

    assert flipped == pytest.approx(0.5, abs=0.05)
    assert dropped == pytest.approx(0.2, abs=0.04)
    assert rate(make(), 50) == (0, 0)
    assert rate(make(caption_dropout=1.0), 50) == (0, 1)


def test_one_setting_does_not_disturb_the_draws_of_another() -> None:
    plain, flipping = make(shuffle_tags=True), make(shuffle_tags=True, flip=True)

    for number in range(8):
        assert plain.batch(number).captions == flipping.batch(number).captions


def test_captions_are_drawn_anew_for_each_epoch() -> None:
    loader = make([item(0, captions=("a", "b"), trigger="ohwx")])

    drawn = Counter(loader.batch(number).captions[0] for number in range(200))

    assert drawn.keys() == {"ohwx, a", "ohwx, b"}
    assert min(drawn.values()) > 60


def test_tags_are_shuffled_anew_for_each_epoch_and_repeat() -> None:
    loader = make([item(0, repeats=6)], shuffle_tags=True, batch_size=6)

    captions = [loader.batch(number).captions for number in range(2)]

    assert len(set(captions[0])) > 2
    assert captions[0] != captions[1]
    assert all(caption.startswith("a, ") for batch in captions for caption in batch)


def test_regularization_images_are_weighted() -> None:
    loader = make([item(0, regularization=True), item(1)])
    batch = loader.batch(0)
    by_name = dict(zip((i.name for i in batch.items), batch.loss_weights.tolist(), strict=True))

    assert by_name == {"0": 0.25, "1": 1.0}
    assert batch.loss_weights.dtype == torch.float32


def test_known_captions_are_all_that_training_asks_for() -> None:
    items = [
        item(0, captions=("x", "y")),
        item(1, captions=(), trigger="t"),
        item(2, captions=("x",)),
    ]
    loader = make(items, caption_dropout=0.5)

    asked = {caption for number in range(60) for caption in loader.batch(number).captions}

    assert loader.known_captions() == ["", "x", "y", "t"]
    assert asked == set(loader.known_captions())
    assert make(items, shuffle_tags=True).known_captions() == []


def test_nothing_to_load_is_an_error() -> None:
    with pytest.raises(ValueError, match="no images"):
        make([])


def test_shares_of_a_batch_put_together_are_the_batch() -> None:
    loader = make(flip=True, shuffle_tags=True, caption_dropout=0.3)
    number = next(n for n in range(loader.batches_per_epoch) if loader.size(n) == 3)
    whole = loader.batch(number)
    parts = [loader.batch(number, places) for places in (range(2), range(2, 3))]
    assert [part.places for part in (whole, *parts)] == [range(3), range(2), range(2, 3)]
    assert {part.number for part in (whole, *parts)} == {number}
    for name in ("latents", "sizes", "loss_weights"):
        joined = torch.cat([getattr(part, name) for part in parts])
        assert torch.equal(joined, getattr(whole, name))
    for name in ("captions", "placed", "flipped", "entries"):
        first, last = (getattr(part, name) for part in parts)
        assert first + last == getattr(whole, name)
