"""A picture that is wished for, one that came, and the job that leads from the one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtGui import QImage

from studio.config import Base
from studio.jobs import LIVE, Cell, Draw, Sheet
from studio.sampling.recipe import Recipe


@dataclass(frozen=True)
class Wish:
    """All that a picture depends on. ``adapters`` are files and strengths.

    ``state`` says how far the adapter in training is, where that is among them.
    """

    base: Base
    adapters: tuple[tuple[str, float], ...]
    prompt: str
    seed: int
    recipe: Recipe
    state: str = ""

    @property
    def key(self) -> Wish:
        """The same for wishes that give the same picture."""
        acting = tuple(pair for pair in self.adapters if pair[1])
        live = any(path == LIVE for path, _ in acting)
        return replace(self, adapters=acting, state=self.state if live else "")

    @property
    def without(self) -> Wish:
        """The same without the adapters."""
        return replace(self, adapters=tuple((path, 0.0) for path, _ in self.adapters))


@dataclass(frozen=True)
class Picture:
    """A picture that was drawn; a ``draft`` with a few steps only."""

    image: QImage
    path: Path
    draft: bool = False


def draw_job(
    wishes: Sequence[Wish], folder: Path, draft_steps: int = 0, sheet: Sheet | None = None
) -> Draw:
    """The job that draws ``wishes`` of the same base, adapters and recipe into ``folder``."""
    first = wishes[0]
    return Draw(
        base=first.base,
        loras=tuple(path for path, _ in first.adapters),
        cells=tuple(
            Cell(prompt=wish.prompt, seed=wish.seed, strengths=tuple(s for _, s in wish.adapters))
            for wish in wishes
        ),
        recipe=first.recipe,
        draft_steps=draft_steps,
        folder=str(folder),
        sheet=sheet,
    )
