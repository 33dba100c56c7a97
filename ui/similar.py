"""Looks at every image in full: which are near-duplicates, and which cannot be decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from studio.data.collection import ImageFile
from studio.data.duplicates import difference_hash, groups
from studio.data.images import load_image
from studio.data.problems import Problem
from studio.data.scanning import Stamp
from studio.errors import StudioError
from ui.background import Background


class Seen(NamedTuple):
    """What looking at an image found; one that cannot be decoded has a problem."""

    image: ImageFile
    stamp: Stamp
    hash: int | None
    problem: Problem | None


class SimilarSearch(QObject):
    """One search at a time, in a thread of its own; what was seen once is not decoded again."""

    progressed = Signal(int, int)
    """Images looked at, and images in all; equal at the end, whatever that was."""
    changed = Signal(object)
    """list[ImageFile] whose group or problem is another now; at the end of a search."""
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._seen: dict[ImageFile, Seen] = {}
        self._total = self._done = 0
        self._cancelled = False

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._done < self._total

    def start(self, images: Sequence[ImageFile]) -> None:
        """Looks at those of ``images`` that are new or changed, then compares all."""
        fresh = [i for i in images if i not in self._seen or self._seen[i].stamp != i.stamp]
        self._total, self._done = len(fresh), 0
        self._cancelled = False
        self._background.run(lambda: self._look(fresh), self._take, lambda: self._end(images))

    def cancel(self) -> None:
        """Gives up after the image in work; what was seen is kept."""
        self._cancelled = True

    def stop(self) -> None:
        """Ends all work; nothing is told any more."""
        self.cancel()
        self._background.stop()

    def _look(self, images: Sequence[ImageFile]) -> Iterator[Seen]:
        for image in images:
            if self._cancelled:
                return
            yield look_at(image)

    def _take(self, seen: Seen) -> None:
        self._done += 1
        self._seen[seen.image] = seen
        self.progressed.emit(self._done, self._total)

    def _end(self, images: Sequence[ImageFile]) -> None:
        self._done = self._total
        self.progressed.emit(self._done, self._total)
        if self._cancelled:
            return
        present = [self._seen[image] for image in images if image.row >= 0]
        numbers = dict.fromkeys((seen.image for seen in present), 0)
        for number, group in enumerate(groups([seen.hash for seen in present]), 1):
            numbers |= {present[place].image: number for place in group}
        different = [i for i, number in numbers.items() if i.similar != number]
        for image, number in numbers.items():
            image.similar = number
        broken = [
            s for s in present if s.problem and s.stamp == s.image.stamp and not s.image.problem
        ]
        for seen in broken:
            seen.image.problem = seen.problem
        self.changed.emit(different + [seen.image for seen in broken])
        self.finished.emit()


def look_at(image: ImageFile) -> Seen:
    """Decodes ``image`` in full, as training does."""
    stamp = image.stamp
    try:
        return Seen(image, stamp, difference_hash(load_image(image.path)), None)
    except StudioError as error:
        return Seen(image, stamp, None, Problem.of(error))
