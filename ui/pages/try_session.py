"""What the Try page asks of the engine, and what comes back: pictures kept, live and cached."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.events import Failed
from studio.files import writing
from studio.jobs import Draw
from studio.project import Project
from ui.bounded import Bounded
from ui.engine import EngineThread, Task
from ui.pages.drawing import Drawing
from ui.pages.wish import Picture, Wish, draw_job
from ui.widgets.image_loader import ImageLoader

DRAFT_STEPS = 6
"""Denoising steps of what is shown while a slider moves."""

_SOON = 60  # milliseconds between two live pictures asked for
_MEMORY = 256 * 2**20  # bytes of pictures kept
_LARGEST = 4096  # pixels of a side
_FRACTION = 3  # a draft is drawn only where it takes less than a third of all steps


@dataclass(frozen=True)
class _Asked:
    """Wishes that differ in prompt, seed and strengths only, drawn in one go."""

    wishes: tuple[Wish, ...]
    keep: bool = False
    drafts: bool = False


class TrySession(QObject):
    """Has the engine draw, one live picture at a time, and remembers what came."""

    drawn = Signal(object, object)
    """A `Wish` and its `Picture`."""
    kept = Signal(object)
    """Path of a picture that was saved in the project."""
    progressed = Signal(str, int, int)
    failed = Signal(object)
    """A `Failed` or a `Warned`."""
    changed = Signal()
    """Something began, waits or ended."""

    def __init__(self, engine: EngineThread, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self.pictures = project.path / "pictures"
        """Folder of what is kept."""
        self.drafts = project.cache / "drafts"
        """Folder of all else."""
        self.run: Task | None = None
        """The paused run that draws instead of the engine; see `set_run`."""
        self.pace = 0.0
        """Seconds per denoising step and pixel of the last full picture; 0: not known."""
        self.kept_wishes: dict[Path, Wish] = {}
        """What the pictures show that were kept since the start."""
        self._engine = engine
        self._numbers = count(1)
        self._cache: Bounded[Wish, Picture] = Bounded(_MEMORY, lambda p: p.image.sizeInBytes())
        self._loading: dict[Path, tuple[Wish, bool, bool]] = {}
        self._loader = ImageLoader(_LARGEST, 1, self)
        self._loader.loaded.connect(self._loaded)
        self._loader.failed.connect(self._not_loaded)
        self._drawings: dict[Drawing, _Asked] = {}
        self._live: Drawing | None = None
        self._wanted: Wish | None = None
        self._hurry = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._draw_live)
        self.destroyed.connect(partial(_cancel, engine, self._drawings))

    # -- what there is

    def found(self, wish: Wish) -> Picture | None:
        """The picture of ``wish``, if it is still in memory."""
        return self._cache.get(wish.key)

    def know(self, wish: Wish, picture: Picture) -> None:
        """Keeps a picture that somebody else had drawn."""
        self._cache.put(wish.key, picture)

    @property
    def busy(self) -> bool:
        """Whether anything is being drawn, or waits for that."""
        return bool(self._drawings) or self._soon.isActive()

    @property
    def waits(self) -> bool:
        """Whether all of it waits for other tasks."""
        return bool(self._drawings) and all(drawing.waits for drawing in self._drawings)

    # -- what is asked

    def generate(self, wishes: Sequence[Wish]) -> None:
        """Draws pictures to keep; they differ in prompt, seed and strengths only."""
        self._stop_live()
        self._ask(_Asked(tuple(wishes), keep=True))

    def live(self, wish: Wish, settled: bool = False) -> Picture | None:
        """Draws ``wish`` quickly, then well; returns what is known of it already.

        While sliders move, what was begun may still show its draft; once they ``settled``, it
        makes room at once.
        """
        found = self.found(wish)
        if found and not found.draft:
            self._wanted = None
            if settled:
                self._stop_live()
            return found
        if self._live and self._drawings[self._live].wishes[0].key == wish.key:
            self._wanted = None
            return found
        self._wanted, self._hurry = wish, self._hurry or settled
        if not self._soon.isActive():
            self._soon.start()
        return found

    def want_without(self, wish: Wish) -> None:
        """Draws ``wish`` without adapters, unless that is known or on its way.

        A live picture is let finish: a run would give it up for this one.
        """
        if self._live:
            return
        plain = wish.without
        on_its_way = (other for asked in self._drawings.values() for other in asked.wishes)
        if not self.found(plain) and plain.key not in {other.key for other in on_its_way}:
            self._ask(_Asked((plain,)))

    def cancel(self) -> None:
        """Gives up everything."""
        self._stop_live()
        for drawing in list(self._drawings):
            self._drop(drawing)

    def set_run(self, run: Task | None) -> None:
        """Has the paused ``run`` draw, or the engine again; what waits goes there too."""
        if run is self.run:
            return
        self.run = run
        for drawing, asked in list(self._drawings.items()):
            if drawing.waits:
                self._drop(drawing)
                self._ask(asked)

    def drawing(self, job: Draw, name: str) -> Drawing:
        """``job`` to be drawn by whoever draws now; the caller listens to it and begins it."""
        return Drawing(self._engine, job, name, self.run, self)

    def folder(self) -> Path:
        """A folder of its own for pictures that are not kept."""
        return self.drafts / f"{os.getpid()}-{next(self._numbers)}"

    # -- live

    def _draw_live(self) -> None:
        wish = self._wanted
        if wish is None:
            self.changed.emit()  # nothing is waited for any more
            return
        if self._live:
            if not (self._hurry or self._live.drafts or self._live.waits):
                return  # its draft is nearly there; `_take` comes back
            self._drop(self._live)
        self._wanted, self._hurry = None, False
        self._live = self._ask(_Asked((wish,), drafts=True))

    def _stop_live(self) -> None:
        self._soon.stop()
        self._wanted, self._hurry = None, False
        if self._live:
            self._drop(self._live)

    # -- drawings

    def _ask(self, asked: _Asked) -> Drawing:
        folder = self.pictures if asked.keep and not self.run else self.folder()
        steps = asked.wishes[0].recipe.steps
        drafts = DRAFT_STEPS if asked.drafts and steps >= _FRACTION * DRAFT_STEPS else 0
        drawing = self.drawing(draw_job(asked.wishes, folder, drafts), self._name(asked))
        drawing.progressed.connect(self.progressed)
        drawing.warned.connect(self.failed)
        drawing.drawn.connect(partial(self._take, drawing))
        drawing.ended.connect(partial(self._end, drawing))
        self._drawings[drawing] = asked
        drawing.begin()
        self.changed.emit()
        return drawing

    def _name(self, asked: _Asked) -> str:
        if asked.keep:
            return self.tr("%n picture(s)", "", len(asked.wishes))
        return self.tr("Live picture")

    def _drop(self, drawing: Drawing) -> None:
        self._forget(drawing)
        drawing.give_up()
        self.changed.emit()

    def _forget(self, drawing: Drawing) -> None:
        del self._drawings[drawing]
        if drawing is self._live:
            self._live = None

    def _take(self, drawing: Drawing, cell: int, path: Path, draft: bool) -> None:
        asked = self._drawings[drawing]
        wish = asked.wishes[cell]
        if not draft:
            recipe = wish.recipe
            self.pace = drawing.seconds[-1] / (recipe.steps * recipe.width * recipe.height)
        try:
            path = self._keep(path) if asked.keep else path
        except StudioError as error:
            self.failed.emit(Failed(error.code, error.params))
        self._loading[path] = (wish, draft, asked.keep)
        self._loader.want(list(self._loading))
        if self._wanted and not self._soon.isActive():
            self._draw_live()

    def _end(self, drawing: Drawing, failed: Failed | None) -> None:
        self._forget(drawing)
        if failed:
            self.failed.emit(failed)
        if self._wanted and not self._soon.isActive():
            self._draw_live()
        self.changed.emit()

    def _keep(self, path: Path) -> Path:
        """Moves a picture that a run drew to those of the project."""
        if path.parent == self.pictures:
            return path
        with writing(self.pictures / path.name):
            self.pictures.mkdir(parents=True, exist_ok=True)
            return path.rename(self.pictures / path.name)

    def _loaded(self, path: Path, image: QImage) -> None:
        if entry := self._loading.pop(path, None):
            wish, draft, keep = entry
            picture = Picture(image, path, draft)
            if keep:
                self.kept_wishes[path] = wish
                self.kept.emit(path)
            known = self.found(wish)
            if not (draft and known and not known.draft):
                self._cache.put(wish.key, picture)
                self.drawn.emit(wish, picture)

    def _not_loaded(self, path: Path, error: StudioError) -> None:
        if self._loading.pop(path, None):
            self.failed.emit(Failed(error.code, error.params))


def _cancel(engine: EngineThread, drawings: Iterable[Drawing]) -> None:
    """The page is gone, and nobody waits for these any more."""
    for drawing in drawings:
        if drawing.task and not drawing.run:
            engine.cancel(drawing.task)
