"""What gives memory back when it runs out: a run's settings, changed one at a time. Without torch.

Those come first that cost only time, then those that change the result a little; a smaller
resolution comes last. What was changed stands in the run's events, and nowhere else: its settings
file stays as it was, and a run that is resumed finds the changes there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from studio.config import Settings, merge, override, validate
from studio.data.buckets import Size, make_buckets
from studio.data.dataset import Dataset, place
from studio.errors import StudioError
from studio.events import Event, Started, Warned

CODE = "memory.relieved"

_FEWER_BITS = {"none": "int8", "int8": "nf4", "fp8": "nf4"}
_SAME_RESULT = (
    *("memory.gradient_checkpointing", "data.cache"),
    *("memory.offload", "memory.offload_activations"),
)
_LEAST_PIXELS = 256
"""Real base models draw nothing of use below that; the starter does."""


@dataclass(frozen=True)
class Relief:
    """One setting changed, with its values as ``--set`` takes them."""

    setting: str
    before: str | int
    after: str | int

    @property
    def same_result(self) -> bool:
        """Whether the run goes on bit for bit as it would have, on a CPU."""
        return self.setting in _SAME_RESULT

    def applied(self, settings: Settings) -> Settings:
        """``settings`` with this change; raises ``config.invalid`` if they do not allow it."""
        change = override([f"{self.setting}={self.after}"])
        return validate(merge(settings.model_dump(), change))


@dataclass(frozen=True)
class Plight:
    """Where memory ran out.

    Attributes:
        device: "cpu", "cuda" ...
        stepping: whether it came to a step; else the base model was opened, or images encoded.
        packed: whether frozen layers were packed, or may have been.
        fullest: images of the fullest bucket, see `fullest_bucket`; no batch has more.
    """

    device: str
    stepping: bool
    packed: bool
    fullest: int


def next_relief(settings: Settings, first: Settings, plight: Plight) -> Relief | None:
    """What to change next, the least harmful first; None if nothing is left.

    ``first`` are the settings that the run began with; the resolution goes down to half of theirs.
    Each relief moves its setting one way only, so there is an end.
    """
    for relief in _ladder(settings, first, plight):
        try:
            relief.applied(settings)
        except StudioError:  # rules between settings may forbid it: then the next one is tried
            continue
        return relief
    return None


def relieved(settings: Settings, events: Iterable[Event]) -> Settings:
    """``settings`` with all that the run's ``events`` tell to have been changed.

    Once its steps were counted there are as many, even if they were set as epochs.
    """
    first, total = settings, 0
    for event in events:
        if isinstance(event, Started):
            total = event.total
        elif isinstance(event, Warned) and event.code == CODE:
            before, after = event.params["before"], event.params["after"]
            settings = Relief(event.params["setting"], before, after).applied(settings)
    if settings == first or not total:
        return settings
    schedule = {"schedule": {"steps": total, "epochs": None}}
    return validate(merge(settings.model_dump(), schedule))


def resized_after(events: Iterable[Event]) -> int:
    """The step after which the resolution became smaller, the last time; -1 if it never did."""
    steps = [
        event.params["step"]
        for event in events
        if isinstance(event, Warned)
        and event.code == CODE
        and event.params["setting"] == "data.resolution"
    ]
    return int(steps[-1]) if steps else -1


def fullest_bucket(settings: Settings, dataset: Dataset) -> int:
    """Images of the bucket that has the most in an epoch."""
    images: Counter[Size] = Counter()
    for one in place(
        dataset.items, make_buckets(settings.data.resolution, settings.data.bucket_step)
    ):
        images[one.box.bucket] += one.item.repeats
    return max(images.values())


def _ladder(settings: Settings, first: Settings, plight: Plight) -> Iterator[Relief]:
    memory, data, quantize = settings.memory, settings.data, settings.base.quantize
    if plight.device == "cpu" and plight.packed and memory.pack_weights != "off":
        yield Relief("memory.pack_weights", memory.pack_weights, "off")
    if plight.stepping and not memory.gradient_checkpointing:
        yield Relief("memory.gradient_checkpointing", "off", "on")
    if plight.stepping and data.cache == "none" and not _trains_text(settings):
        yield Relief("data.cache", "none", "disk")
    if plight.device == "cuda" and not memory.offload:
        yield Relief("memory.offload", "off", "on")
    at_once = min(memory.images_at_once or data.batch_size, data.batch_size, plight.fullest)
    if plight.stepping and at_once > 1:
        yield Relief("memory.images_at_once", at_once, at_once // 2)
    if plight.stepping and plight.device == "cuda" and not memory.offload_activations:
        yield Relief("memory.offload_activations", "off", "on")
    fewer = _FEWER_BITS.get(quantize)
    if fewer == "int8" or (fewer and plight.device != "mps"):  # which computes with int8 alone
        yield Relief("base.quantize", quantize, fewer)
    smaller = _smaller(settings, first)
    if smaller < data.resolution:
        yield Relief("data.resolution", data.resolution, smaller)


def _trains_text(settings: Settings) -> bool:
    return len(settings.network.trained(("unet", "text_encoder", "text_encoder_2"))) > 1


def _smaller(settings: Settings, first: Settings) -> int:
    """About three quarters of the resolution, in pixels; not below half of what it was at first."""
    step, now = settings.data.bucket_step, settings.data.resolution
    least = first.data.resolution / 2
    if settings.base.model != "starter":
        least = max(least, _LEAST_PIXELS)
    return max(now * 3 // 4 // step, math.ceil(least / step)) * step
