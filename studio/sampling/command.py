"""Pictures with adapters from files: what ``lora-studio sample`` and ``lora-studio grid`` do."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

from PIL import Image

from studio.config import Base
from studio.data.problems import Problem
from studio.errors import StudioError
from studio.inspect.words import LEFT_OUT
from studio.models.adapter import Adapter, activate, load
from studio.models.checkpoint import BaseModel, open_base
from studio.models.family import find_base
from studio.presets import preset
from studio.sampling.generate import generate, png_parameters, save_png
from studio.sampling.grid import strength_grid
from studio.sampling.recipe import Recipe, parse_size

Lora = tuple[Path, float]


def parse_lora(word: str) -> Lora:
    """``FILE`` or ``FILE:STRENGTH``; raises ``lora.not_found``."""
    file, colon, number = word.rpartition(":")
    try:
        path, strength = (Path(file), float(number)) if colon else (Path(word), 1.0)
    except ValueError:  # the colon belongs to the path, as in C:\lora.safetensors
        path, strength = Path(word), 1.0
    if not path.is_file():
        raise StudioError("lora.not_found", path=str(path))
    return path, strength


def make_recipe(
    base: str, size: str, steps: int, guidance: float | None, negative: str, sampler: str
) -> Recipe:
    """A recipe whose unset parts come from the base model's preset."""
    defaults = preset(find_base(base).family)
    width, height = parse_size(size) if size else 2 * (defaults["data"]["resolution"],)
    if guidance is None:
        guidance = float(defaults.get("preview", {}).get("guidance", 7.0))
    return Recipe(width, height, steps, guidance, sampler, negative)


def parse_strengths(text: str) -> list[float]:
    """Strengths of a text such as 0,0.5,1; raises ``sample.no_strengths``."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise StudioError("sample.no_strengths", text=text) from error


def open_with(
    base: str, loras: Sequence[Lora], warn: Callable[[Problem], None]
) -> tuple[BaseModel, list[Adapter]]:
    """The base model with the adapters of ``loras`` active together at their strengths.

    ``warn`` is told what was assumed, and of each file that could be used in part only.
    """
    model = open_base(Base(model=base))
    for problem in model.problems:
        warn(problem)
    adapters = []
    for number, (path, _) in enumerate(loras):
        adapter, left = load(model, path, f"lora_{number}")
        adapters.append(adapter)
        if left:
            key, reason = next(iter(left.items()))
            words = LEFT_OUT[reason]
            params = {"path": str(path), "count": len(left), "key": key, "reason": words}
            warn(Problem("lora.partly_used", params))
    activate(model, [adapter.name for adapter in adapters])
    for adapter, (_, strength) in zip(adapters, loras, strict=True):
        adapter.set_strength(strength)
    return model, adapters


def draw_samples(
    base: str,
    loras: Sequence[Lora],
    prompts: Sequence[str],
    seed: int,
    recipe: Recipe,
    folder: Path,
    warn: Callable[[Problem], None],
) -> Iterator[Path]:
    """One PNG per prompt in ``folder``, seeds counting up; nothing is overwritten."""
    model, _ = open_with(base, loras, warn)
    tags = [(path.stem, strength) for path, strength in loras]
    number = 0
    for place, prompt in enumerate(prompts):
        image = generate(model, [prompt], [seed + place], recipe)[0]
        while (path := folder / f"{number:04d}_seed{seed + place}.png").exists():
            number += 1
        info = png_parameters(prompt, seed + place, recipe, model.location.name, tags)
        save_png(path, image, info)
        yield path
        number += 1


def draw_grid(
    base: str,
    loras: Sequence[Path],
    prompts: Sequence[str],
    strengths: Sequence[float],
    seed: int,
    recipe: Recipe,
    warn: Callable[[Problem], None],
) -> Generator[tuple[int, int], None, Image.Image]:
    """Rows: prompts, for each LoRA file by itself; columns: strengths. Yields (done, total)."""
    model, adapters = open_with(base, [(path, 1.0) for path in loras], warn)
    rows = [(adapter, path, prompt) for adapter, path in zip(adapters, loras, strict=True)
            for prompt in prompts]  # fmt: skip
    several = len(loras) > 1
    labels = [f"{prompt}  [{path.stem}]" if several else prompt for _, path, prompt in rows]

    def draw(row: int, strength: float) -> Image.Image:
        adapter, _, prompt = rows[row]
        for other in adapters:
            other.set_strength(strength if other is adapter else 0.0)
        return generate(model, [prompt], [seed + row % len(prompts)], recipe)[0]

    return (yield from strength_grid(draw, labels, strengths))
