"""Pictures asked for as a job: cell by cell, drafts first, given up between two denoising steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PIL import Image

from studio.events import Event, Phase, PictureDrawn, SheetSaved, Warned
from studio.inspect.words import LEFT_OUT
from studio.jobs import LIVE, Cell, Draw
from studio.models.adapter import Adapter, activate, load, remove
from studio.models.checkpoint import BaseModel
from studio.runs import adapter_name
from studio.sampling.generate import denoise, png_parameters, save_png
from studio.sampling.grid import label_grid
from studio.sampling.recipe import Recipe

_KEPT = 8
"""So many LoRA files stay in the base model; each costs memory, but no time while it is off."""


class Loras:
    """LoRA files inside one base model, read once however often they are drawn with.

    ``live`` is the adapter in training, if there is one; it stays when the others are removed.
    """

    def __init__(self, base: BaseModel, live: Adapter | None = None, live_name: str = "") -> None:
        self.base = base
        self._live = live
        self._live_name = live_name
        self._loaded: dict[tuple[str, int], Adapter] = {}
        self._number = 0
        self._disturbed = False  # whether others may act than the live adapter

    def take(self, files: Sequence[str]) -> Generator[Event, None, list[Adapter]]:
        """The adapters of ``files``, read where they are not loaded; raises as `load`."""
        adapters = []
        for file in files:
            if file == LIVE and self._live:
                adapters.append(self._live)
                continue
            key = (file, Path(file).stat().st_mtime_ns if Path(file).exists() else 0)
            if key not in self._loaded:
                self._disturbed = True
                self._number += 1
                adapter, left = load(self.base, Path(file), f"file_{self._number}")
                if left:
                    first, reason = next(iter(left.items()))
                    words = LEFT_OUT[reason]
                    params = {"path": file, "count": len(left), "key": first, "reason": words}
                    yield Warned("lora.partly_used", params)
                self._loaded[key] = adapter
            self._loaded[key] = self._loaded.pop(key)  # the last used ones are at the end
            adapters.append(self._loaded[key])
        for key in list(self._loaded)[: -max(_KEPT, len(files))]:
            remove(self._loaded.pop(key))
        return adapters

    def act(self, adapters: Sequence[Adapter], strengths: Sequence[float]) -> None:
        """Lets ``adapters`` act at these strengths; one at 0 costs nothing."""
        self._disturbed = True
        acting = [pair for pair in zip(adapters, strengths, strict=True) if pair[1]]
        activate(self.base, [adapter.name for adapter, _ in acting])
        for adapter, strength in acting:
            adapter.set_strength(strength)

    def name(self, file: str) -> str:
        """What the parameters of a picture call an adapter."""
        return self._live_name if file == LIVE else adapter_name(Path(file))

    def clear(self) -> None:
        """Removes all files from the base model; the live adapter acts again as in training."""
        for adapter in self._loaded.values():
            remove(adapter)
        self._loaded.clear()
        if self._live and self._disturbed:  # asked after each step: 40 ms in SDXL
            activate(self.base, [self._live.name])
            self._live.set_strength(1.0)
        self._disturbed = False


def draw(loras: Loras, job: Draw, going_on: Callable[[], bool]) -> Iterator[Event]:
    """All pictures of the job; ends early, between two denoising steps, when not ``going_on``.

    A phase counts the denoising steps. Raises what `Loras.take` and `denoise` raise.
    """
    passes = [replace(job.recipe, steps=job.draft_steps)] if job.draft_steps else []
    passes.append(job.recipe)
    total = sum(recipe.steps for recipe in passes) * len(job.cells)
    adapters = yield from loras.take(job.loras)
    done = 0
    cells: list[Image.Image] = []
    for recipe in passes:
        draft = recipe is not job.recipe
        for number, cell in enumerate(job.cells):
            began = time.perf_counter()
            loras.act(adapters, cell.strengths)
            image = yield from _denoise(loras.base, cell, recipe, done, total, going_on)
            if image is None:
                return
            done += recipe.steps
            path = _free_name(Path(job.folder), cell.seed, draft)
            names = zip(map(loras.name, job.loras), cell.strengths, strict=True)
            acting = [(name, strength) for name, strength in names if strength]
            model = loras.base.location.name
            save_png(path, image, png_parameters(cell.prompt, cell.seed, recipe, model, acting))
            yield PictureDrawn(number, str(path), draft, time.perf_counter() - began)
            if job.sheet and not draft:
                cells.append(image)
    if job.sheet:
        columns = len(job.sheet.columns)
        rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
        sheet = label_grid(rows, job.sheet.rows, job.sheet.columns)
        save_png(Path(job.sheet.path), sheet)
        yield SheetSaved(job.sheet.path)


def _denoise(
    base: BaseModel,
    cell: Cell,
    recipe: Recipe,
    done: int,
    total: int,
    going_on: Callable[[], bool],
) -> Generator[Event, None, Image.Image | None]:
    """One picture; None if it was given up."""
    steps = denoise(base, [cell.prompt], [cell.seed], recipe)
    while going_on():
        try:
            next(steps)
        except StopIteration as finished:
            images: list[Image.Image] = finished.value
            return images[0]
        done += 1
        yield Phase("draw", done, total)
    return None


def _free_name(folder: Path, seed: int, draft: bool) -> Path:
    """A file named after the time and the seed, which no other has yet."""
    kind = "_draft" if draft else ""
    while True:
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S-%f")[:-3]
        path = folder / f"{stamp}_seed{seed}{kind}.png"
        if not path.exists():
            return path
