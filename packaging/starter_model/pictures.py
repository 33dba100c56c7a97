"""Draws the data set: scenes with captions and labels in shards, and the VAE's other pictures.

Every shard is wholly determined by its number, so drawing may stop and go on at any time. A shard
is three files: `NNN.npy` (uint8 pictures, memory-mapped by the readers), `NNN.json` (captions and
labels) - the latter written last.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import scenes
from common import log
from drawing import draw
from generic import generic

SIZE = 128
SHARD = 500
HELD_OUT = 900_000  # shard numbers from here on are never trained on
CAPTIONS = 4
EXTRA = 100_000  # shard numbers from here on favour the subjects that are hard to learn
HARDER = {"cat": 30.0, "robot": 30.0, "fish": 20.0}
HEADS = {
    "subject": scenes.SUBJECTS,
    "colour": scenes.COLOURS,
    "place": scenes.PLACES,
    "time": scenes.TIMES,
    "style": scenes.STYLES,
}


def write(path: Path, array: np.ndarray) -> None:
    """Save an array under its name only once it is complete."""
    temporary = path.with_name("new-" + path.name)
    np.save(temporary, array)
    os.replace(temporary, path)


def draw_shard(folder: Path, number: int, weights: dict[str, float] | None = None) -> None:
    """Draw one shard; `weights` lets a weak subject appear more often."""
    meta_path = folder / f"{number:06d}.json"
    if meta_path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(f"starter shard {number}")
    chances = [(weights or {}).get(name, 1.0) for name in scenes.SUBJECTS]
    pictures = np.empty((SHARD, SIZE, SIZE, 3), np.uint8)
    captions: list[list[str]] = []
    labels: list[list[int]] = []
    for i in range(SHARD):
        scene = scenes.random_scene(rng, subject=rng.choices(scenes.SUBJECTS, chances)[0])
        pictures[i] = np.asarray(draw(scene, SIZE))
        captions.append([scenes.caption(scene, rng) for _ in range(CAPTIONS)])
        labels.append([names.index(getattr(scene, head)) for head, names in HEADS.items()])
    write(folder / f"{number:06d}.npy", pictures)
    text = json.dumps({"captions": captions, "labels": labels})
    meta_path.with_suffix(".new").write_text(text, encoding="utf-8")
    os.replace(meta_path.with_suffix(".new"), meta_path)


def shards(folder: Path) -> list[Path]:
    """The complete shards' picture files, in order."""
    return sorted(path.with_suffix(".npy") for path in folder.glob("*.json"))


def captions_and_labels(shard: Path) -> tuple[list[list[str]], list[list[int]]]:
    """What a shard's pictures show, in words and in class numbers (order of `HEADS`)."""
    meta = json.loads(shard.with_suffix(".json").read_text(encoding="utf-8"))
    return meta["captions"], meta["labels"]


def draw_all(work: Path, count: int, held_out: int = 1000) -> None:
    """Stage `pictures`: scenes to train on (a seventh favours harder subjects) and to test on."""
    for number in range(HELD_OUT, HELD_OUT + held_out // SHARD):
        draw_shard(work / "held_out", number)
    for number in range(count // SHARD):
        draw_shard(work / "scenes", number)
        if number % 10 == 9:
            log(work, f"pictures: {(number + 1) * SHARD} scenes")
    for number in range(EXTRA, EXTRA + count // 6 // SHARD):
        draw_shard(work / "scenes", number, HARDER)


def draw_generic(work: Path, count: int) -> None:
    """Stage `generic`: the VAE's other pictures (the last 64 are its test)."""
    path = work / "generic.npy"
    if not path.exists():
        work.mkdir(parents=True, exist_ok=True)
        write(path, np.stack([np.asarray(generic(seed)) for seed in range(count)]))
        log(work, f"generic: {count} pictures")
