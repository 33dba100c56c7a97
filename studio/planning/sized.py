"""A run as its estimates see it: base model, largest batch, device; without torch."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from studio.config import Settings
from studio.data.buckets import Size, make_buckets
from studio.data.dataset import Dataset, place
from studio.data.tokens import LIMIT
from studio.models.family import BaseLocation
from studio.models.measure import Shapes, measure
from studio.models.targets import matching
from studio.sampling.recipe import parse_size

BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}


@dataclass(frozen=True)
class Sized:
    """``layers`` and ``counts`` are those of `measure`, ``buckets`` images of an epoch by size."""

    settings: Settings
    base: BaseLocation
    device: str
    layers: dict[str, Shapes]
    counts: dict[str, int]
    buckets: dict[Size, int]
    images: int

    @classmethod
    def of(cls, settings: Settings, base: BaseLocation, dataset: Dataset, device: str) -> Sized:
        """Reads headers only; raises what `measure` and `Network.trained` raise."""
        layers, counts = measure(base)
        settings.network.trained(base.components)
        buckets: Counter[Size] = Counter()
        for one in place(
            dataset.items, make_buckets(settings.data.resolution, settings.data.bucket_step)
        ):
            buckets[one.box.bucket] += one.item.repeats
        return cls(settings, base, device, layers, counts, dict(buckets), len(dataset.items))

    @property
    def dtype(self) -> str:
        """What ``base.dtype`` means here."""
        automatic = "bf16" if self.device == "cuda" else "fp32"
        return automatic if self.settings.base.dtype == "auto" else self.settings.base.dtype

    @property
    def precision(self) -> str:
        """How layers, norms and adapters compute: a key of `activations.TYPES`."""
        wanted = self.settings.memory.mixed_precision
        if wanted in ("bf16", "fp16") or (wanted == "auto" and self.device == "cuda"):
            return "autocast"
        return "fp32" if self.dtype == "fp32" else "half"

    @property
    def trained(self) -> tuple[str, ...]:
        """The components with an adapter."""
        return self.settings.network.trained(self.base.components)

    @property
    def idle(self) -> tuple[str, ...]:
        """What steps do not use: as `studio.training.offload.idle_parts` has it."""
        data = self.settings.data
        if data.cache == "none":
            return ()
        if self.trained != ("unet",) or data.shuffle_tags:
            return ("vae",)
        return tuple(part for part in self.counts if part != "unet")

    def adapted(self, part: str) -> list[str]:
        """The layers of a component that carry matrices."""
        return matching(self.layers[part], self.settings.network.target, part)

    @cached_property
    def trainable(self) -> int:
        """Entries of A (rank, in, k, k) and B (out, rank) over all adapted layers."""
        per_rank = 0
        for part in self.trained:
            for path in self.adapted(part):
                shape = self.layers[part][path]
                per_rank += math.prod(shape[1:]) + shape[0]
        return per_rank * self.settings.network.rank

    @property
    def tokens(self) -> int:
        """Of a caption, start and end of each chunk included."""
        return (LIMIT + 2) * (self.settings.data.max_token_length // LIMIT)

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps of one pass over all images, at least one."""
        data, schedule = self.settings.data, self.settings.schedule
        batches = sum(math.ceil(count / data.batch_size) for count in self.buckets.values())
        return max(1, batches // schedule.gradient_accumulation)

    @property
    def steps(self) -> int:
        """Optimizer steps of the run."""
        schedule = self.settings.schedule
        if schedule.epochs:
            return schedule.epochs * self.steps_per_epoch
        return schedule.steps or 1000

    @property
    def largest(self) -> tuple[Size, int]:
        """Width and height of the bucket with the largest batch, and images computed at once."""
        batch, square = self.settings.data.batch_size, 2 * (self.settings.data.resolution,)
        filled = {size: min(batch, count) for size, count in self.buckets.items()} or {
            square: batch
        }
        at_once = self.settings.memory.images_at_once or batch
        found = max(filled, key=lambda size: size[0] * size[1] * min(filled[size], at_once))
        return found, min(filled[found], at_once)

    @property
    def preview_size(self) -> Size:
        """Width and height of previews."""
        preview, side = self.settings.preview, self.settings.data.resolution
        return parse_size(preview.size) if preview.size else (side, side)

    @cached_property
    def vae_channels(self) -> int:
        """Of the VAE's largest map."""
        return int(self.base.config("vae")["block_out_channels"][0])

    def latent(self, size: Size) -> tuple[int, int]:
        """Height and width of the latent of a picture."""
        factor = 2 ** (len(self.base.config("vae")["block_out_channels"]) - 1)
        return size[1] // factor, size[0] // factor
