"""The pictures of previews at the size of cells: decoded in a thread, kept while there is room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.errors import StudioError
from ui.bounded import Bounded, size_of
from ui.widgets.image_loader import ImageLoader

_EDGES = (160, 320, 640)
"""Longer sides that pictures are decoded to: the least that is enough for the cells."""

_BUDGET = 96 * 1024 * 1024


class SamplePictures(QObject):
    """Say `want` for what is in sight; `get` never waits."""

    ready = Signal(object)
    """The path of a picture that `get` has now, or that cannot be read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loaders = {edge: self._loader(edge) for edge in _EDGES}
        self._kept: Bounded[Path, QPixmap] = Bounded(_BUDGET, size_of)
        self._edge_of: dict[Path, int] = {}
        self._errors: dict[Path, StudioError] = {}

    def get(self, path: Path) -> QPixmap | None:
        """The picture, perhaps smaller or larger than it was wanted; None if it is to come."""
        return self._kept.get(path)

    def error(self, path: Path) -> StudioError | None:
        """Why there is no picture."""
        return self._errors.get(path)

    def want(self, paths: Sequence[Path], edge: int) -> None:
        """What is shown with ``edge`` device pixels, the most urgent first; replaces the wishes."""
        wanted_edge = next((made for made in _EDGES if made >= edge), _EDGES[-1])
        lacking = [path for path in paths if self._lacks(path, wanted_edge)]
        for made, loader in self._loaders.items():
            loader.want(lacking if made == wanted_edge else [])

    def forget(self, path: Path) -> None:
        """The file was written anew."""
        self._edge_of.pop(path, None)
        self._errors.pop(path, None)
        for loader in self._loaders.values():
            loader.forget()

    def _lacks(self, path: Path, edge: int) -> bool:
        if path in self._errors:
            return False
        return self._kept.get(path) is None or self._edge_of.get(path, 0) < edge

    def _loader(self, edge: int) -> ImageLoader:
        loader = ImageLoader(edge, 1, self)
        loader.loaded.connect(lambda path, image: self._take(path, image, edge))
        loader.failed.connect(self._fail)
        return loader

    def _take(self, path: Path, image: QImage, edge: int) -> None:
        self._kept.put(path, QPixmap.fromImage(image))
        self._edge_of[path] = edge
        self.ready.emit(path)

    def _fail(self, path: Path, error: StudioError) -> None:
        self._errors[path] = error
        self.ready.emit(path)
