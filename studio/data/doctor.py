"""The dataset doctor: what training would see, and every problem, before anything is trained.

It goes the way that training goes (scan, decode, bucket, crop box, caption) by the same functions,
so that its report and the run agree.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from studio.data.buckets import Size, make_buckets, upscaled
from studio.data.captions import compose, has_word
from studio.data.dataset import Dataset, Item, Placed, decode_item, place
from studio.data.images import read_bytes
from studio.data.problems import Problem
from studio.data.tokens import LIMIT
from studio.errors import StudioError

LOST_AREA = 0.25
"""Share of an image outside its crop box from which on the doctor mentions it."""


@dataclass(frozen=True)
class Report:
    """What training would see: ``buckets`` counts images (not repeats) by training size."""

    images: int
    images_per_epoch: int
    regularization_images: int
    captioned_images: int
    captions: int
    buckets: dict[Size, int]
    problems: tuple[Problem, ...]

    def to_json(self) -> str:
        """The report as indented JSON; buckets as a list of width, height, images."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """The report in plain values."""
        return {
            "images": self.images,
            "images_per_epoch": self.images_per_epoch,
            "regularization_images": self.regularization_images,
            "captioned_images": self.captioned_images,
            "captions": self.captions,
            "buckets": [
                {"width": width, "height": height, "images": count}
                for (width, height), count in self.buckets.items()
            ],
            "problems": [{"code": p.code, **p.params} for p in self.problems],
        }


def check(
    dataset: Dataset,
    resolution: int,
    bucket_step: int,
    *,
    count_tokens: Callable[[str], int] | None = None,
    token_limit: int = LIMIT,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Decode and examine every image of ``dataset``; ``progress`` is told (done, total) images.

    ``count_tokens`` gives the tokens of a caption without start and end, of which ``token_limit``
    are read; None leaves lengths unchecked. Raises ``dataset.no_readable_image`` if nothing is left
    to train on.
    """
    problems = list(dataset.problems)
    items = _readable_items(dataset.items, problems, progress)
    placed = place(items, make_buckets(resolution, bucket_step))
    problems += [problem for one in placed for problem in _size_problems(one)]
    problems += _trigger_problems(items)
    if count_tokens is not None:
        problems += _length_problems(items, count_tokens, token_limit)
    return Report(
        images=len(items),
        images_per_epoch=sum(item.repeats for item in items),
        regularization_images=sum(item.regularization for item in items),
        captioned_images=sum(bool(item.captions) for item in items),
        captions=sum(len(item.captions) for item in items),
        buckets=dict(sorted(Counter(one.box.bucket for one in placed).items())),
        problems=tuple(problems),
    )


def _readable_items(
    items: tuple[Item, ...],
    problems: list[Problem],
    progress: Callable[[int, int], None] | None,
) -> list[Item]:
    """The items that decode to the end; notes the others, and files of equal content."""
    readable: list[Item] = []
    first_with: dict[bytes, Item] = {}
    for done, item in enumerate(items, start=1):
        try:
            digest = _examine(item, problems)
        except StudioError as error:
            problems.append(Problem.of(error))
        else:
            readable.append(item)
            first = first_with.setdefault(digest, item)
            if first is not item:
                params = {"path": str(item.path), "same_as": str(first.path)}
                problems.append(Problem("image.duplicate", params))
        if progress is not None:
            progress(done, len(items))
    if not readable:
        folders = sorted({str(item.path.parent) for item in items})
        raise StudioError("dataset.no_readable_image", path=", ".join(folders))
    return readable


def _examine(item: Item, problems: list[Problem]) -> bytes:
    """The digest of an image's file, once it has been decoded; raises as `decode_item`."""
    data = read_bytes(item.path)
    problems += decode_item(item, data)[1]
    return hashlib.sha256(data).digest()


def _size_problems(placed: Placed) -> Iterator[Problem]:
    path, box = str(placed.item.path), placed.box
    if upscaled(placed.item.size, box):
        width, height = placed.item.size
        params = {"path": path, "width": width, "height": height}
        bucket = {"bucket_width": box.bucket[0], "bucket_height": box.bucket[1]}
        yield Problem("image.upscaled", params | bucket)
    if placed.item.crop is None and box.kept < 1 - LOST_AREA:  # a chosen crop box is meant so
        yield Problem("image.cropped", {"path": path, "lost_percent": round(100 * (1 - box.kept))})


def _trigger_problems(items: Iterable[Item]) -> Iterator[Problem]:
    """One problem for each trigger word that some captions lack: training puts it in front."""
    lacking: Counter[str] = Counter()
    for item in items:
        if trigger := item.trigger.strip():
            lacking[trigger] += sum(not has_word(text, trigger) for text in item.captions)
    for trigger, count in lacking.items():
        if count:
            yield Problem("caption.trigger_added", {"trigger": trigger, "captions": count})


def _length_problems(
    items: Iterable[Item], count_tokens: Callable[[str], int], limit: int
) -> Iterator[Problem]:
    for item in items:
        for caption in item.captions:
            rng = random.Random(0)
            text = compose(
                caption, trigger=item.trigger, keep_tokens=0, shuffle_tags=False, rng=rng
            )
            if (tokens := count_tokens(text)) > limit:
                params = {"path": str(item.path), "tokens": tokens, "limit": limit}
                yield Problem("caption.too_long", params)
