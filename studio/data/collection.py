"""The images and captions of a project in memory, as the window shows and edits them.

One thread owns a `Collection`. Reading files is for others: `scanning.list_images` and
`read_details` make plain values, which the owner takes in by `add`, `merge` and `apply_details`.
Nothing is written here; `captions.save_caption` does it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.data.captions import TextFormat, clean, decode_text, encode_text
from studio.data.image_file import Caption, Change, Details, ImageFile, read_details
from studio.data.problems import Problem
from studio.data.scanning import Batch, Found, natural_key

__all__ = [
    "Caption",
    "Change",
    "Collection",
    "Details",
    "Difference",
    "ImageFile",
    "read_details",
]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new listing brought: images, other content of images, other captions.

    ``removed`` images have row -1.
    """

    added: list[ImageFile] = field(default_factory=list)
    removed: list[ImageFile] = field(default_factory=list)
    changed: list[ImageFile] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)

    @property
    def unread(self) -> list[ImageFile]:
        """The images whose details have to be read."""
        of_captions = [caption.images[0] for caption in self.captions]
        return list(dict.fromkeys([*self.added, *self.changed, *of_captions]))


class Collection:
    """All images, folder by folder in natural order, and how many of them have each tag.

    ``problems`` are those of the folders; those of single files stand with them.
    """

    def __init__(self) -> None:
        self.images: list[ImageFile] = []
        self.tag_counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        # Those that went away stay here: what comes back is the same object, as undoing needs it.
        self._images: dict[Path, dict[str, ImageFile]] = {}
        self._captions: dict[str, Caption] = {}

    def add(self, batch: Batch) -> list[ImageFile]:
        """Appends images that a first listing found; returns them, to have their details read."""
        difference = Difference()
        self.images += self._take_in(batch, difference)
        self._number(len(self.images) - len(batch.found))
        self.problems += batch.problems
        return difference.added

    def merge(self, batches: Iterable[Batch]) -> Difference:
        """Takes in a new listing of all folders; images that are still there stay the same objects.

        Those below a folder that is away or cannot be read stay too, and the problem says so.
        Captions keep what they hold until their details are applied.
        """
        difference = Difference()
        listed: dict[Path, list[ImageFile]] = {}
        self.problems = []
        for batch in batches:
            listed.setdefault(batch.folder, []).extend(self._take_in(batch, difference))
            self.problems += batch.problems
        here = {image for images in listed.values() for image in images}
        missing = [image for image in self.images if image not in here]
        self._keep_or_remove(missing, listed, difference)
        self.images = [image for images in listed.values() for image in images]
        self._number(0)
        return difference

    def apply_details(self, details: Iterable[Details]) -> list[Change]:
        """Takes in what was read; returns how the files of known captions differ from them.

        Those changes are not made here. Either the file waits for an edit to be saved, or another
        program wrote it: then ``apply`` makes the change, if that is wanted. What an edit or a
        newer listing overtook meanwhile is left out.
        """
        outside = []
        for found in details:
            image, caption = found.image, found.image.caption
            if image.stamp == found.stamp:
                image.size, image.problem = found.size, found.problem
            if found.unread:
                caption.problem = found.unread
                caption.stamp = None  # so that the next listing has it read again
            elif not caption.known:
                caption.known = True
                self._put(caption, found.data)
            elif found.data != caption.data:
                if found.before == caption.data:
                    outside.append(Change(caption, caption.data, found.data))
            elif caption.problem:
                self._put(caption, found.data)
        return outside

    def change(self, caption: Caption, text: str) -> Change | None:
        """What setting the text would do; None: nothing, or the caption cannot be decoded.

        An empty text empties the file, and makes no new one. Before its details were applied, a
        caption cannot be changed (ValueError).
        """
        text = clean(text)
        if caption.problem or (text == caption.text and caption.known):
            return None
        if not caption.known:
            raise ValueError(f"{caption.path} was not read yet")
        format = TextFormat() if caption.data is None else decode_text(caption.data)[1]
        return Change(caption, caption.data, encode_text(text, format))

    def apply(self, changes: Sequence[Change], backwards: bool = False) -> None:
        """Makes ``changes`` in memory, or takes them back, the last one first."""
        for change in reversed(changes) if backwards else changes:
            self._put(change.caption, change.before if backwards else change.after)

    def images_of(self, caption: Caption) -> list[ImageFile]:
        """The images that share ``caption``."""
        return list(caption.images)

    def _take_in(self, batch: Batch, difference: Difference) -> list[ImageFile]:
        """The images of ``batch``, known ones as the same objects."""
        home = os.path.realpath(batch.folder)
        known = self._images.setdefault(batch.folder, {})
        images = []
        for found in batch.found:
            image = known.get(found.name)
            if image is None:
                image = known[found.name] = self._new(batch.folder, home, found)
            if image.row < 0:
                difference.added.append(image)
                image.caption.images.append(image)
                self._count(set(image.caption.tags), 1)
            if image.stamp != found.stamp:
                image.stamp, image.size, image.problem = found.stamp, None, None
                if image.row >= 0:
                    difference.changed.append(image)
            caption = image.caption
            if caption.stamp != found.caption_stamp or caption.name != found.caption:
                caption.stamp, caption.name = found.caption_stamp, found.caption
                difference.captions.append(caption)
            images.append(image)
        return images

    def _new(self, folder: Path, home: str, found: Found) -> ImageFile:
        stem = os.path.join(home, os.path.splitext(found.name)[0])
        caption = self._captions.get(stem)
        if caption is None:
            caption = self._captions[stem] = Caption(folder, found.caption)
            caption.stamp = found.caption_stamp
        return ImageFile(folder, found.name, caption, found.stamp)

    def _keep_or_remove(
        self,
        missing: Iterable[ImageFile],
        listed: dict[Path, list[ImageFile]],
        difference: Difference,
    ) -> None:
        codes = ("dataset.no_folder", "dataset.unreadable_folder")
        away = [Path(p.params["path"]) for p in self.problems if p.code in codes]
        grown = set()
        for image in missing:
            if image.folder in listed and any(image.path.is_relative_to(path) for path in away):
                listed[image.folder].append(image)
                grown.add(image.folder)
                continue
            image.row = -1
            self._count(set(image.caption.tags), -1)
            image.caption.images.remove(image)
            difference.removed.append(image)
        for folder in grown:
            listed[folder].sort(key=lambda image: natural_key(image.name))

    def _number(self, first: int) -> None:
        for row in range(first, len(self.images)):
            self.images[row].row = row

    def _put(self, caption: Caption, data: bytes | None) -> None:
        before = set(caption.tags)
        caption.put(data)
        after = set(caption.tags)
        self._count(before - after, -len(caption.images))
        self._count(after - before, len(caption.images))

    def _count(self, tags: Iterable[str], images: int) -> None:
        counts = self.tag_counts
        for tag in tags:
            counts[tag] += images
            if not counts[tag]:
                del counts[tag]
