"""Pictures during a run, drawn with the live adapter: strength changes in place, no reload."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence

import torch
from PIL import Image

from studio.config import Settings
from studio.events import Event, Phase, SampleSaved
from studio.models.adapter import Adapter
from studio.runs import RunFolder
from studio.sampling.generate import Recipe, generate, parse_size, png_parameters, save_png
from studio.sampling.grid import STRENGTHS, strength_grid
from studio.training.control import SampleRequest


class Previews:
    """Draws into a run's ``samples``. The adapter is left at strength 1, in training mode."""

    def __init__(self, settings: Settings, run: RunFolder, adapter: Adapter) -> None:
        preview, resolution = settings.preview, settings.data.resolution
        width, height = parse_size(preview.size) if preview.size else (resolution, resolution)
        self.recipe = Recipe(
            width,
            height,
            preview.steps,
            preview.guidance,
            negative_prompt=preview.negative_prompt,
        )
        self.settings = settings
        self.run = run
        self.adapter = adapter

    def draw_all(self, step: int, strengths: Sequence[float]) -> Iterator[Event]:
        """The preview prompts at each strength; seeds count up from the first prompt's."""
        for number, prompt in enumerate(self.settings.preview.prompts):
            seed = self.settings.preview.seed + number
            for strength in strengths:
                yield self._save(step, f"p{number + 1}", prompt, seed, strength)

    def draw_request(self, step: int, request: SampleRequest) -> Iterator[Event]:
        """The picture that somebody asked for while the run was going on."""
        for strength in request.strengths:
            yield self._save(step, f"asked{request.seed}", request.prompt, request.seed, strength)

    def draw_grid(self) -> Generator[Event, None, str]:
        """A labelled sheet, prompts by strengths; returns its path in the run folder, "" if off."""
        prompts, first_seed = self.settings.preview.prompts, self.settings.preview.seed
        if not (self.settings.preview.every and prompts):
            return ""

        def cell(row: int, strength: float) -> Image.Image:
            return self.draw(prompts[row], first_seed + row, strength)

        drawing = strength_grid(cell, prompts, STRENGTHS)
        while True:
            try:
                yield Phase("draw_grid", *next(drawing))
            except StopIteration as done:
                save_png(self.run.path / "grid.png", done.value)
                return "grid.png"

    def draw(self, prompt: str, seed: int, strength: float) -> Image.Image:
        """One picture with the adapter as it is now."""
        with self._resting(strength):
            return generate(self.adapter.base, [prompt], [seed], self.recipe)[0]

    @contextlib.contextmanager
    def _resting(self, strength: float) -> Iterator[None]:
        self.adapter.set_strength(strength)
        self.adapter.set_training(False)
        try:
            with torch.no_grad():
                yield
        finally:
            self.adapter.set_strength(1.0)
            self.adapter.set_training(True)

    def _save(self, step: int, label: str, prompt: str, seed: int, strength: float) -> SampleSaved:
        image = self.draw(prompt, seed, strength)
        loras = [(self.settings.run.name, strength)]
        model = self.adapter.base.location.name
        path = self.run.samples / f"step-{step:06d}_{label}_s{strength:.2f}.png"
        save_png(path, image, png_parameters(prompt, seed, self.recipe, model, loras))
        return SampleSaved(step, path.relative_to(self.run.path).as_posix(), prompt, seed, strength)
