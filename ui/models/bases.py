"""What base models are, found out in the background: the header of a checkpoint takes 20 to 50 ms.

bases.look(references)          # `changed` follows if anything new was found out
bases.known("dreamshaper.safetensors")
bases.find(reference, take)     # anew, then calls take(BaseLocation or StudioError)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.models.family import BaseLocation, find_base
from ui.background import Background

Found = BaseLocation | StudioError
"""A base model, or why something is none that can be used."""

STARTER = "starter"

KINDS = {
    "starter": "Starter",
    "sd1": "Stable Diffusion 1.x",
    "sd2": "Stable Diffusion 2.x",
    "sdxl": "Stable Diffusion XL",
}
"""Names of the kinds of base models; they are the same in every language."""

SHORT = {"sd1": "SD 1.5", "sd2": "SD 2", "sdxl": "SDXL"}
"""How artists call them; of the starter there is only one."""


class Bases(QObject):
    """Knows the base models that it was asked to look at; `stop` it at the end.

    Paths go from ``root``, the project's folder.
    """

    changed = Signal()

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = root
        self._background = Background(self)
        self._known: dict[str, Found] = {}
        self._asked: set[str] = set()

    def known(self, reference: str) -> Found | None:
        """What ``reference`` is; None while nobody knows."""
        return self._known.get(reference)

    def look(self, references: Iterable[str], anew: bool = False) -> None:
        """Has those looked at that were not yet, or all ``anew``: files come and go."""
        wanted = [each for each in dict.fromkeys(references) if anew or each not in self._asked]
        if wanted:
            self._asked.update(wanted)
            self._background.run(lambda: self._look(wanted), self._take_all)

    def find(self, reference: str, take: Callable[[Found], object]) -> None:
        """Calls ``take`` with what ``reference`` is now."""
        self._asked.add(reference)

        def come(found: dict[str, Found]) -> None:
            self._take_all(found)
            take(found[reference])

        self._background.run(lambda: self._look([reference]), come)

    def stop(self) -> None:
        """Ends all work; nothing is told any more."""
        self._background.stop()

    def _look(self, references: list[str]) -> Iterator[dict[str, Found]]:
        """In the background."""
        yield {reference: self._what(reference) for reference in references}

    def _what(self, reference: str) -> Found:
        try:
            return find_base(reference, self._root)
        except StudioError as error:
            return error

    def _take_all(self, found: dict[str, Found]) -> None:
        if any(_differ(self._known.get(each), now) for each, now in found.items()):
            self._known |= found
            self.changed.emit()


def _differ(before: Found | None, now: Found) -> bool:
    if isinstance(before, StudioError) and isinstance(now, StudioError):
        return (before.code, before.params) != (now.code, now.params)
    return before != now
