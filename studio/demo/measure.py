"""What the demo's two adapters learned, told by the probe on what no training picture shows."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

from PIL import Image

from studio.data.problems import Problem
from studio.demo.probe import classify
from studio.errors import StudioError
from studio.sampling.command import make_recipe, open_with
from studio.sampling.generate import generate

COUNT = 60
BATCH = 10
FIRST_SEED = 1000  # the previews' seeds are far below

HELD_OUT_SUBJECTS = ("duck", "octopus", "robot", "car", "balloon", "flower", "mushroom", "apple")
HELD_OUT_PLACES = ("city", "desert")
STYLE_SUBJECTS = ("cat", "fish", "butterfly", "house", "boat", "rocket", "tree", "cup")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
PLACES = {
    "hill": "on a hill",
    "beach": "on the beach",
    "forest": "in the forest",
    "city": "in the city",
    "desert": "in the desert",
    "snow": "in the snow",
    "room": "in a room",
    "underwater": "underwater",
}
TIMES = {"day": "", "sunset": " at sunset", "night": " at night"}

# Measure -> the least share that counts as success; for "style without", the most.
TARGETS = {
    "style": 0.80,
    "style without the adapter": 0.05,
    "subject": 0.80,
    "colour": 0.85,
    "character": 0.85,
    "place": 0.90,
    "other subjects": 0.80,
}

Scene = dict[str, str]
Shares = dict[str, float]
Question = tuple[Path, float, list[str]]  # LoRA file, strength, prompts
Made = TypeVar("Made")
Progress = Generator[tuple[int, int], None, Made]


def measure_demo(style: Path, character: Path) -> Progress[Shares]:
    """Draws 60 pictures for each of four questions; yields (done, total), returns the shares."""
    drawn = yield from _drawn(_questions(style, character))
    ink_on, ink_off, creature, others = (classify(images) for images in drawn)
    held_out, there, elsewhere = _held_out(), _there(), _elsewhere()
    return {
        "style": _share(ink_on["style"], ["ink"] * COUNT),
        "style without the adapter": _share(ink_off["style"], ["ink"] * COUNT),
        "subject": _share(ink_on["subject"], [scene["subject"] for scene in held_out]),
        "colour": _share(ink_on["colour"], [scene["colour"] for scene in held_out]),
        "character": _share(creature["subject"], ["zorgle"] * COUNT),
        "place": _share(creature["place"], [scene["place"] for scene in there]),
        "other subjects": _share(others["subject"], [scene["subject"] for scene in elsewhere]),
    }


def table(shares: Shares) -> Iterator[str]:
    """The shares beside their targets, in words."""
    for name, share in shares.items():
        most = "without" in name
        good = share <= TARGETS[name] if most else share >= TARGETS[name]
        sign = "at most" if most else "at least"
        yield f"{name:<28} {share:6.1%}  ({sign} {TARGETS[name]:.0%}: {'yes' if good else 'NO'})"


def _questions(style: Path, character: Path) -> list[Question]:
    ink = [f"inkwash style, {describe(scene)}" for scene in _held_out()]
    return [
        (style, 1.0, ink),
        (style, 0.0, ink),
        (character, 1.0, [f"a zorgle {_where(scene)}" for scene in _there()]),
        (character, 1.0, [describe(scene) for scene in _elsewhere()]),
    ]


def _drawn(questions: list[Question]) -> Progress[list[list[Image.Image]]]:
    """All pictures of each question, drawn in batches."""
    drawn: list[list[Image.Image]] = []
    recipe = make_recipe("starter", "", 20, None, "", "DPM++ 2M")
    for number, (lora, strength, prompts) in enumerate(questions):
        base, _ = open_with("starter", [(lora, strength)], _refuse)
        images: list[Image.Image] = []
        while len(images) < COUNT:
            part = prompts[len(images) : len(images) + BATCH]
            seeds = [FIRST_SEED + len(images) + place for place in range(len(part))]
            images += generate(base, part, seeds, recipe)
            yield number * COUNT + len(images), len(questions) * COUNT
        drawn.append(images)
    return drawn


def _held_out() -> list[Scene]:
    return _scenes(HELD_OUT_SUBJECTS, tuple(PLACES))


def _there() -> list[Scene]:
    return _scenes(("zorgle",), HELD_OUT_PLACES)


def _elsewhere() -> list[Scene]:
    return _scenes(HELD_OUT_SUBJECTS + STYLE_SUBJECTS, tuple(PLACES))


def describe(scene: Scene) -> str:
    """A prompt such as "an orange duck in the snow at night"."""
    article = "an" if scene["colour"][0] in "aeiou" else "a"
    return f"{article} {scene['colour']} {scene['subject']} {_where(scene)}"


def _where(scene: Scene) -> str:
    return PLACES[scene["place"]] + TIMES[scene["time"]]


def _scenes(subjects: tuple[str, ...], places: tuple[str, ...]) -> list[Scene]:
    """Subjects in turn, the rest drawn at random, the same on every machine."""
    rng = random.Random(7)
    return [
        {
            "subject": subjects[number % len(subjects)],
            "colour": rng.choice(COLOURS),
            "place": places[rng.randrange(len(places))],
            "time": rng.choice(tuple(TIMES)),
        }
        for number in range(COUNT)
    ]


def _share(answers: list[str], wanted: list[str]) -> float:
    return sum(a == w for a, w in zip(answers, wanted, strict=True)) / len(wanted)


def _refuse(problem: Problem) -> None:
    """Our own file must fit our own base model in full."""
    raise StudioError(problem.code, **problem.params)
