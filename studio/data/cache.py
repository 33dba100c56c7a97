"""Latents and text embeddings, computed once and found again by everything that they depend on.

Entries are kept in float32, twice the size of half (128 KiB for a 512 px image of SD 1.x), so that
a resumed run reads exactly what the first one computed. For the same reason images are encoded one
by one: convolutions may round differently in batches of another size.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple
from pathlib import Path
from typing import NoReturn

import PIL
import torch
from torch import Tensor

from studio.data.buckets import CropBox
from studio.data.dataset import Item, Placed, decode_item
from studio.data.digests import FileDigests
from studio.data.images import read_bytes
from studio.data.pixels import image_to_tensor
from studio.data.problems import Problem
from studio.data.store import Mode, Shape, Values, make_key, open_store
from studio.errors import StudioError
from studio.models.text import TextEmbedding

FORMAT = 3
"""To be raised when the same key would mean another value: preparation of pixels, file layout."""

EncodeImages = Callable[[Tensor], Tensor]
EncodeTexts = Callable[[list[str]], TextEmbedding]

_DECODERS = min(4, os.cpu_count() or 1)


def latent_key(digest: str, box: CropBox, flipped: bool, identity: str, dtype: str) -> str:
    """The key of a latent: the image file's SHA-256, its crop, the mirror, and the VAE."""
    parts = (digest, astuple(box), flipped, identity, dtype)
    return make_key("latent", FORMAT, PIL.__version__, *parts)


def text_key(caption: str, *parts: object) -> str:
    """The key of a text embedding: the caption, and what else `TextCache` is told."""
    return make_key("text", FORMAT, caption, *parts)


class LatentCache:
    """Posterior mean and standard deviation of each image's latent, float32 (2, C, H/f, W/f).

    ``identity`` names the VAE's weights and ``dtype`` the precision it runs in. After `build`:

    Attributes:
        kept: what can be trained on, in the order given.
        dropped: one problem for each image that cannot be decoded.
        warnings: damaged entries that were computed again, odd images that were used, and what
            was wrong with the list of known images. It grows when training meets more of them.
    """

    def __init__(
        self, mode: Mode, folder: Path | None, *, identity: str, dtype: torch.dtype
    ) -> None:
        self.kept: list[Placed] = []
        self.dropped: list[Problem] = []
        self.warnings: list[Problem] = []
        self._store = open_store(mode, folder, self.warnings)
        self._identity = identity
        self._dtype = str(dtype)
        self._known = FileDigests(folder / "images.index") if mode == "disk" and folder else None
        self._digests: dict[Item, str] = {}
        self._encode: EncodeImages = _not_built

    def build(
        self, placed: Sequence[Placed], encode: EncodeImages, flip: bool
    ) -> Iterator[tuple[int, int]]:
        """Compute what is missing, and yield (done, total) images after each read and at the end.

        ``encode`` maps pixels (1, 3, H, W) in [-1, 1], float32 on the CPU, to mean and standard
        deviation (1, 2, C, h, w); it is kept for entries that go missing later. Images are decoded
        even where nothing is cached, so that an unreadable one is known before training. Known
        images with sound entries are not read: 0.2 s for a thousand. Their entries' data is only
        verified when training reads it.
        Raises ``dataset.no_readable_image``, ``latent.not_finite``, ``disk.full`` and
        ``disk.unwritable``.
        """
        self.kept, self.dropped = [], []
        self.warnings.clear()
        self._encode = encode
        views = (False, True) if flip else (False,)

        def prepare(one: Placed) -> _Prepared:
            return self._prepare(one, views)

        try:
            for done, (one, future) in enumerate(_ahead(prepare, placed), start=1):
                try:
                    prepared = future.result()
                except StudioError as error:
                    self.dropped.append(Problem.of(error))
                else:
                    self._finish(one, prepared)
                    if not prepared.read and done < len(placed):
                        continue  # to tell a thousand times of no work would be most of the work
                yield done, len(placed)
        finally:
            if self._known is not None:
                self._known.save()
                self.warnings += self._known.problems
        if not self.kept:
            folders = sorted({str(one.item.path.parent) for one in placed})
            raise StudioError("dataset.no_readable_image", path=", ".join(folders))

    def fingerprint(self) -> str:
        """SHA-256 over everything kept: image contents, crop boxes, captions, repeats, triggers."""
        facts = [
            (
                self._digests[one.item],
                astuple(one.box),
                one.item.captions,
                one.item.repeats,
                one.item.trigger,
                one.item.regularization,
            )
            for one in self.kept
        ]
        return make_key("dataset", facts)

    def get(self, placed: Placed, flipped: bool) -> Tensor:
        """The latent of an image, float32 (2, C, h, w) on the CPU.

        Computed where it is not kept; then raises ``image.unreadable``, and ``image.changed`` if
        the file is not the one that `build` saw, since a run must not drift from its record.
        """
        digest = self._digests[placed.item]
        if self._store is not None:
            value = self._read(placed, digest, flipped)
            if value is not None:
                return value
        data = read_bytes(placed.item.path)
        if _sha256(data) != digest:
            raise StudioError("image.changed", path=str(placed.item.path))
        pixels = image_to_tensor(decode_item(placed.item, data)[0], placed.box)
        return self._compute(placed, digest, flipped, pixels)

    def _prepare(self, one: Placed, views: tuple[bool, ...]) -> _Prepared:
        """In a worker thread: hash the file, see what is cached, decode if anything is not."""
        path = one.item.path
        known = self._known.known(path) if self._known else None
        missing = self._missing(one, known, views) if known else views
        if known and not missing:
            return _Prepared(known, read=False)
        if self._known:
            data, digest = self._known.note(path, read_bytes)
        else:
            data = read_bytes(path)
            digest = _sha256(data)
        if digest != known:
            missing = self._missing(one, digest, views)
        if self._store is not None and not missing:
            return _Prepared(digest)
        image, problems = decode_item(one.item, data)
        if self._store is None:
            return _Prepared(digest, problems=problems)
        return _Prepared(digest, missing, image_to_tensor(image, one.box), problems)

    def _missing(self, one: Placed, digest: str, views: tuple[bool, ...]) -> tuple[bool, ...]:
        """Those of ``views`` that are not in the store."""
        if self._store is None:
            return views
        keys = {view: self._key(digest, one.box, view) for view in views}
        shapes = {view: self._store.shapes(key) for view, key in keys.items()}
        return tuple(v for v, found in shapes.items() if not _fits(found, one.box))

    def _finish(self, one: Placed, prepared: _Prepared) -> None:
        self.warnings += prepared.problems
        if prepared.pixels is not None:
            for flipped in prepared.missing:
                self._compute(one, prepared.digest, flipped, prepared.pixels)
        self._digests[one.item] = prepared.digest
        self.kept.append(one)

    def _key(self, digest: str, box: CropBox, flipped: bool) -> str:
        return latent_key(digest, box, flipped, self._identity, self._dtype)

    def _read(self, one: Placed, digest: str, flipped: bool) -> Tensor | None:
        assert self._store is not None
        values = self._store.read(self._key(digest, one.box, flipped))
        if values is None or not _fits(_shapes(values), one.box):
            return None
        return values["latent"]

    def _compute(self, one: Placed, digest: str, flipped: bool, pixels: Tensor) -> Tensor:
        """Encode one view of an image and keep it."""
        view = pixels.flip(-1) if flipped else pixels
        value = self._encode(view[None])[0].detach().to("cpu", torch.float32).contiguous()
        if not torch.isfinite(value).all():
            raise StudioError("latent.not_finite", path=str(one.item.path), dtype=self._dtype)
        if self._store is not None:
            self._store.write(self._key(digest, one.box, flipped), {"latent": value})
        return value


class TextCache:
    """Text embeddings by caption, float32; for runs whose text encoders stay frozen.

    ``identity`` names the encoders' weights, ``clip_skip`` the layer that is read, ``chunks`` the
    length in chunks, ``dtype`` the precision they run in. ``warnings`` lists damaged entries that
    were computed again, in `build` or later.
    """

    def __init__(
        self,
        mode: Mode,
        folder: Path | None,
        *,
        identity: str,
        clip_skip: int,
        chunks: int,
        dtype: torch.dtype,
    ) -> None:
        self.warnings: list[Problem] = []
        self._store = open_store(mode, folder, self.warnings)
        self._parts = (identity, clip_skip, chunks, str(dtype))
        self._encode: EncodeTexts = _not_built

    def build(
        self, captions: Iterable[str], encode: EncodeTexts, batch_size: int = 1
    ) -> Iterator[tuple[int, int]]:
        """Compute what is missing, and yield (done, total) captions after each batch.

        ``encode`` maps captions to their embedding; it is kept for captions asked for later.
        Batches of more than one are faster, but then a run killed here may resume with other
        roundings.
        """
        self._encode = encode
        unique = list(dict.fromkeys(captions))
        if self._store is None:
            return
        missing = [text for text in unique if self._store.shapes(self._key(text)) is None]
        done = len(unique) - len(missing)
        yield done, len(unique)
        for start in range(0, len(missing), batch_size):
            batch = missing[start : start + batch_size]
            values = self._compute(batch)
            for place, text in enumerate(batch):
                one = {name: value[place : place + 1].clone() for name, value in values.items()}
                self._store.write(self._key(text), one)
            yield done + start + len(batch), len(unique)

    def get(self, captions: Sequence[str]) -> TextEmbedding:
        """The embedding of captions, float32 on the CPU; computed where it was not built."""
        entries = [self._values(caption) for caption in captions]
        return TextEmbedding(
            **{name: torch.cat([entry[name] for entry in entries]) for name in entries[0]}
        )

    def _values(self, caption: str) -> Values:
        values = None if self._store is None else self._store.read(self._key(caption))
        return values or self._compute([caption])

    def _key(self, caption: str) -> str:
        return text_key(caption, *self._parts)

    def _compute(self, captions: list[str]) -> Values:
        """Of each part of the embedding that this family has."""
        embedding = self._encode(captions)._asdict()
        return {
            name: part.detach().to("cpu", torch.float32).contiguous()
            for name, part in embedding.items()
            if part is not None
        }


class _Prepared:
    """What a worker thread found out about one image; no pixels if nothing is to be computed."""

    def __init__(
        self,
        digest: str,
        missing: tuple[bool, ...] = (),
        pixels: Tensor | None = None,
        problems: Sequence[Problem] = (),
        read: bool = True,
    ) -> None:
        self.digest = digest
        self.missing = missing
        self.pixels = pixels
        self.problems = problems
        self.read = read


def _ahead(
    work: Callable[[Placed], _Prepared], placed: Iterable[Placed]
) -> Iterator[tuple[Placed, Future[_Prepared]]]:
    """Each item with its result, in order, a few computed ahead in threads.

    Pillow decodes outside the interpreter lock, so photographs are ready when the VAE is.
    """
    with ThreadPoolExecutor(_DECODERS, thread_name_prefix="decode") as pool:
        waiting: deque[tuple[Placed, Future[_Prepared]]] = deque()
        for one in placed:
            waiting.append((one, pool.submit(work, one)))
            if len(waiting) > 2 * _DECODERS:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()


def _fits(shapes: Mapping[str, Shape] | None, box: CropBox) -> bool:
    """Whether an entry of such tensors can be the latent of a crop of ``box``'s size."""
    shape = (shapes or {}).get("latent", ())
    if len(shape) != 4 or shape[0] != 2:
        return False
    (width, height), (rows, columns) = box.bucket, shape[2:]
    return rows > 0 and columns > 0 and width * rows == height * columns


def _shapes(values: Values) -> dict[str, Shape]:
    return {name: tuple(value.shape) for name, value in values.items()}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _not_built(_: object) -> NoReturn:
    raise RuntimeError("build the cache before use")
