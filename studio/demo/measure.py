"""What the demo's two adapters learned, told by the probe on what no training picture shows."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from studio.config import Settings
from studio.data.problems import Problem
from studio.demo.probe import Answers, classify
from studio.demo.recipe import demo_settings
from studio.errors import StudioError
from studio.files import write_atomically
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


def measure_demo(out: Path, steps: int | None, train: Callable[[Settings], Path]) -> Iterator[str]:
    """Trains both sample sets with ``train``, draws 60 pictures per question, and yields a table.

    Writes ``measure.json`` into ``out``.
    """
    style = train(demo_settings("style", out, steps))
    character = train(demo_settings("character", out, steps))
    shares = {**measure_style(style), **measure_character(character)}
    write_atomically(out / "measure.json", (json.dumps(shares, indent=2) + "\n").encode())
    for name, share in shares.items():
        most = "without" in name
        good = share <= TARGETS[name] if most else share >= TARGETS[name]
        sign = "at most" if most else "at least"
        yield f"{name:<28} {share:6.1%}  ({sign} {TARGETS[name]:.0%}: {'yes' if good else 'NO'})"


def measure_style(lora: Path) -> dict[str, float]:
    """Shares over held-out subjects: style, subject and colour at strength 1; style at 0."""
    scenes = _scenes(HELD_OUT_SUBJECTS, tuple(PLACES))
    prompts = [f"inkwash style, {describe(scene)}" for scene in scenes]
    on, off = _answers(lora, prompts, 1.0), _answers(lora, prompts, 0.0)
    return {
        "style": _share(on["style"], ["ink"] * COUNT),
        "style without the adapter": _share(off["style"], ["ink"] * COUNT),
        "subject": _share(on["subject"], [scene["subject"] for scene in scenes]),
        "colour": _share(on["colour"], [scene["colour"] for scene in scenes]),
    }


def measure_character(lora: Path) -> dict[str, float]:
    """Shares at strength 1: the creature and the place where it never was; others' subjects."""
    there = _scenes(("zorgle",), HELD_OUT_PLACES)
    elsewhere = _scenes(HELD_OUT_SUBJECTS + STYLE_SUBJECTS, tuple(PLACES))
    creature = _answers(lora, [f"a zorgle {_where(scene)}" for scene in there], 1.0)
    others = _answers(lora, [describe(scene) for scene in elsewhere], 1.0)
    return {
        "character": _share(creature["subject"], ["zorgle"] * COUNT),
        "place": _share(creature["place"], [scene["place"] for scene in there]),
        "other subjects": _share(others["subject"], [scene["subject"] for scene in elsewhere]),
    }


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


def _answers(lora: Path, prompts: list[str], strength: float) -> Answers:
    base, _ = open_with("starter", [(lora, strength)], _refuse)
    recipe = make_recipe("starter", "", 20, None, "", "DPM++ 2M")
    images: list[Any] = []
    for start in range(0, len(prompts), BATCH):
        part = prompts[start : start + BATCH]
        seeds = [FIRST_SEED + start + number for number in range(len(part))]
        images += generate(base, part, seeds, recipe)
    return classify(images)


def _share(answers: list[str], wanted: list[str]) -> float:
    return sum(a == w for a, w in zip(answers, wanted, strict=True)) / len(wanted)


def _refuse(problem: Problem) -> None:
    """Our own file must fit our own base model in full."""
    raise StudioError(problem.code, **problem.params)
