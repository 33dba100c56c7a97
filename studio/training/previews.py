"""Pictures during a run, drawn with the live adapter: strength changes in place, no reload."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence

from PIL import Image

from studio.config import Settings
from studio.errors import StudioError
from studio.events import Event, Phase, SampleSaved, Warned
from studio.jobs import Draw
from studio.models.adapter import Adapter
from studio.runs import RunFolder
from studio.sampling.draw import Loras, draw
from studio.sampling.generate import denoise, finish, png_parameters, save_png
from studio.sampling.grid import STRENGTHS, label_grid
from studio.sampling.recipe import Recipe, parse_size
from studio.training.control import Control
from studio.training.memory import is_out_of_memory, reason


class Previews:
    """Draws into a run's ``samples``. The adapter is left at strength 1, in training mode.

    A picture that is half done is given up when the run shall stop.
    """

    def __init__(
        self, settings: Settings, run: RunFolder, adapter: Adapter, control: Control
    ) -> None:
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
        self.control = control
        self.loras = Loras(adapter.base, adapter, settings.run.name)

    def draw_all(self, step: int, strengths: Sequence[float]) -> Iterator[Event]:
        """The preview prompts at each strength; seeds count up from the first prompt's.

        Where memory runs out, they are left out with a warning, if ``memory.adapt`` is on.
        """
        yield from self._as_far_as_memory_goes(
            self._draw_all(step, strengths), self.settings.memory.adapt
        )

    def _draw_all(self, step: int, strengths: Sequence[float]) -> Iterator[Event]:
        for number, prompt in enumerate(self.settings.preview.prompts):
            seed = self.settings.preview.seed + number
            for strength in strengths:
                if image := self.draw(prompt, seed, strength, self._goes_on):
                    yield self._save(step, number, prompt, seed, strength, image)

    def draw_asked(self, drawing: Draw) -> Iterator[Event]:
        """What somebody wants to see while the run goes on, with the adapter as it is now.

        What goes wrong is a warning: the run has nothing to do with it.
        """

        def going_on() -> bool:
            hurry = bool(drawing.draft_steps) and self.control.drawing_waits
            return not (self.control.stopping or self.control.is_given_up(drawing) or hurry)

        try:
            with self._resting():
                yield from self._as_far_as_memory_goes(draw(self.loras, drawing, going_on))
        except StudioError as error:
            yield Warned(error.code, error.params)

    def put_away(self) -> None:
        """Takes what other adapters were drawn with out of the base model again."""
        self.loras.clear()

    def draw_grid(self) -> Generator[Event, None, str]:
        """A labelled sheet, prompts by strengths; returns its path in the run folder.

        "" if previews are off, if the run shall stop before the sheet is full, or if memory runs
        out, as in `draw_all`.
        """
        made: list[str] = []
        yield from self._as_far_as_memory_goes(self._draw_grid(made), self.settings.memory.adapt)
        return "".join(made)

    def _draw_grid(self, made: list[str]) -> Iterator[Event]:
        prompts, first_seed = self.settings.preview.prompts, self.settings.preview.seed
        if not (self.settings.preview.every and prompts):
            return

        total = len(prompts) * len(STRENGTHS)
        rows: list[list[Image.Image]] = []
        for number, prompt in enumerate(prompts):
            rows.append([])
            for strength in STRENGTHS:
                image = self.draw(prompt, first_seed + number, strength, self._goes_on)
                if image is None:
                    return
                rows[number].append(image)
                yield Phase("draw_grid", number * len(STRENGTHS) + len(rows[number]), total)
        labels = [f"strength {strength:g}" for strength in STRENGTHS]
        save_png(self.run.path / "grid.png", label_grid(rows, prompts, labels))
        made.append("grid.png")

    def draw(
        self, prompt: str, seed: int, strength: float, going_on: Callable[[], bool]
    ) -> Image.Image | None:
        """One picture with the adapter as it is now; None if it was given up."""
        with self._resting():
            self.adapter.set_strength(strength)
            images = finish(denoise(self.adapter.base, [prompt], [seed], self.recipe), going_on)
        return images[0] if images else None

    @staticmethod
    def _as_far_as_memory_goes(pictures: Iterator[Event], spared: bool = True) -> Iterator[Event]:
        """``pictures``; if memory runs out they end with a warning, for the run goes on.

        Not ``spared``, the error is raised. They end so too if what they need of the base model is
        gone.
        """
        try:
            yield from pictures
            return
        except StudioError as error:
            if error.code != "base.gone":
                raise
            yield Warned(error.code, error.params)
            return
        except (RuntimeError, MemoryError) as error:
            if not (spared and is_out_of_memory(error)):
                raise
            why = reason(error)
        yield Warned("engine.out_of_memory", {"reason": why})  # the error held the picture

    def _goes_on(self) -> bool:
        return not self.control.stopping

    @contextlib.contextmanager
    def _resting(self) -> Iterator[None]:
        self.adapter.set_training(False)
        try:
            yield
        finally:
            self.adapter.set_strength(1.0)
            self.adapter.set_training(True)

    def _save(
        self, step: int, number: int, prompt: str, seed: int, strength: float, image: Image.Image
    ) -> SampleSaved:
        loras = [(self.settings.run.name, strength)]
        model = self.adapter.base.location.name
        path = self.run.samples / f"step-{step:06d}_p{number + 1}_s{strength:.2f}.png"
        save_png(path, image, png_parameters(prompt, seed, self.recipe, model, loras))
        return SampleSaved(step, path.relative_to(self.run.path).as_posix(), prompt, seed, strength)
