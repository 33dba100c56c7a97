"""Batches by number: ``batch(7)`` is the same whether or not ``batch(6)`` was ever asked for.

The order of an epoch, the caption drawn, its dropout, the shuffle of its tags and the mirror are
each derived from (seed, epoch, item, repeat), so a resumed run needs no loader state.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from studio.config import Data
from studio.data.buckets import Size
from studio.data.captions import compose, draw
from studio.data.dataset import Item, Placed
from studio.data.problems import Problem
from studio.seeds import derive

Entry = tuple[int, int]
"""Position of an item in the loader's list, and which of its repeats."""


class Latents(Protocol):
    """What the loader needs of `studio.data.cache.LatentCache`."""

    warnings: list[Problem]

    def get(self, placed: Placed, flipped: bool) -> Tensor:
        """Mean and standard deviation of an image's latent, float32 (2, C, h, w)."""

    def fingerprint(self) -> str:
        """Changes whenever an image, its crop box or its captions do."""


@dataclass(frozen=True)
class Batch:
    """B images of one bucket, as one forward pass sees them: a whole batch, or a share of one.

    Attributes:
        number: of the batch, from 0 on through all epochs.
        places: of these images in the whole batch; with its number, what noise derives from.
        latents: posterior mean and standard deviation, float32 (B, 2, C, h, w) on the CPU.
        captions: as composed for this step; "" where dropped out.
        placed: items and crop boxes.
        flipped: which are mirrored.
        sizes: float32 (B, 6), what SDXL is told of each crop: see `CropBox.conditioning`.
        loss_weights: float32 (B,); ``prior_loss_weight`` for regularization images, else 1.
        entries: (position, repeat) of each, to derive further random numbers from.
    """

    number: int
    places: range
    latents: Tensor
    captions: list[str]
    placed: list[Placed]
    flipped: list[bool]
    sizes: Tensor
    loss_weights: Tensor
    entries: list[Entry]

    @property
    def items(self) -> list[Item]:
        """The images, to name them in messages."""
        return [one.item for one in self.placed]


class Loader:
    """Random access to the batches of a run, numbered from 0 on through all epochs.

    Attributes:
        placed: the images of the run, each once, with their crop boxes.
        warnings: grows when a latent is found damaged, and computed again.
        batches_per_epoch: the same for every epoch.
    """

    def __init__(
        self,
        placed: Sequence[Placed],
        data: Data,
        *,
        seed: int,
        latents: Latents,
        prior_loss_weight: float = 1.0,
    ) -> None:
        if not placed:
            raise ValueError("no images to load")
        self.placed = list(placed)
        self._data = data
        self._seed = seed
        self._latents = latents
        self.fingerprint = latents.fingerprint()
        self.warnings = latents.warnings
        self._prior_loss_weight = prior_loss_weight
        self._plans: dict[int, list[list[Entry]]] = {}
        self.batches_per_epoch = len(self._plan(0))

    def epoch_of(self, index: int) -> int:
        """The epoch, from 0 on, that batch ``index`` belongs to."""
        return index // self.batches_per_epoch

    def size(self, index: int) -> int:
        """How many images batch ``index`` has."""
        epoch, position = divmod(index, self.batches_per_epoch)
        return len(self._plan(epoch)[position])

    def batch(self, index: int, places: range | None = None) -> Batch:
        """Batch ``index``, from 0 on, or its images at ``places``.

        Raises what `LatentCache.get` raises.
        """
        epoch, position = divmod(index, self.batches_per_epoch)
        places = range(self.size(index)) if places is None else places
        entries = self._plan(epoch)[position][places.start : places.stop]
        placed = [self.placed[item] for item, _ in entries]
        flipped = [self._flip(epoch, entry) for entry in entries]
        both = list(zip(placed, flipped, strict=True))
        latents = [self._latents.get(one, flip) for one, flip in both]
        return Batch(
            number=index,
            places=places,
            latents=torch.stack(latents),
            captions=[self._caption(epoch, entry) for entry in entries],
            placed=placed,
            flipped=flipped,
            sizes=torch.tensor([_size(one, flip) for one, flip in both], dtype=torch.float32),
            loss_weights=torch.tensor([self._loss_weight(one.item) for one in placed]),
            entries=list(entries),
        )

    def largest_batch(self) -> int:
        """The number of a batch of the first epoch than which none has more pixels."""
        return max(range(self.batches_per_epoch), key=self.pixels)

    def pixels(self, index: int) -> int:
        """Pixels of all images of batch ``index``."""
        width, height = self.bucket(index)
        return self.size(index) * width * height

    def bucket(self, index: int) -> Size:
        """Width and height of the images of batch ``index``."""
        epoch, position = divmod(index, self.batches_per_epoch)
        return self.placed[self._plan(epoch)[position][0][0]].box.bucket

    def known_captions(self) -> list[str]:
        """Every caption that training can ask for, in order; shuffled ones are left out."""
        captions = [""] if self._data.caption_dropout else []
        if not self._data.shuffle_tags:
            captions += self.sample_captions()
        return list(dict.fromkeys(captions))

    def sample_captions(self) -> list[str]:
        """Each caption of each image, in one of the orders that its tags may come in."""
        return [
            self._compose(text, one.item, random.Random(0))
            for one in self.placed
            for text in one.item.captions or ("",)
        ]

    def _plan(self, epoch: int) -> list[list[Entry]]:
        """The batches of an epoch; the two newest epochs are kept, since steps come in order."""
        if epoch not in self._plans:
            self._plans = {known: plan for known, plan in self._plans.items() if known == epoch - 1}
            self._plans[epoch] = plan_epoch(
                self.placed, self._data.batch_size, derive(self._seed, "order", epoch)
            )
        return self._plans[epoch]

    def _rng(self, purpose: str, epoch: int, entry: Entry) -> random.Random:
        return random.Random(derive(self._seed, purpose, epoch, *entry))

    def _flip(self, epoch: int, entry: Entry) -> bool:
        return self._data.flip and self._rng("flip", epoch, entry).random() < 0.5

    def _caption(self, epoch: int, entry: Entry) -> str:
        if self._rng("dropout", epoch, entry).random() < self._data.caption_dropout:
            return ""
        item = self.placed[entry[0]].item
        caption = draw(item.captions, self._rng("caption", epoch, entry))
        return self._compose(caption, item, self._rng("tags", epoch, entry))

    def _compose(self, caption: str, item: Item, rng: random.Random) -> str:
        return compose(
            caption,
            trigger=item.trigger,
            keep_tokens=self._data.keep_tokens,
            shuffle_tags=self._data.shuffle_tags,
            rng=rng,
        )

    def _loss_weight(self, item: Item) -> float:
        return self._prior_loss_weight if item.regularization else 1.0


def _size(one: Placed, flipped: bool) -> tuple[int, ...]:
    return one.box.conditioning(one.item.size, flipped)


def plan_epoch(placed: Sequence[Placed], batch_size: int, seed: int) -> list[list[Entry]]:
    """Every item as often as it repeats, shuffled, in batches of one bucket each, batches shuffled.

    The last batch of a bucket may be smaller, so the number of batches is the same in each epoch.
    """
    rng = random.Random(seed)
    entries = [(i, repeat) for i, one in enumerate(placed) for repeat in range(one.item.repeats)]
    rng.shuffle(entries)
    by_bucket: defaultdict[Size, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_bucket[placed[entry[0]].box.bucket].append(entry)
    batches = [
        bucket[start : start + batch_size]
        for _, bucket in sorted(by_bucket.items())
        for start in range(0, len(bucket), batch_size)
    ]
    rng.shuffle(batches)
    return batches
