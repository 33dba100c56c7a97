"""Small datasets that tests draw for themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from studio.config import Settings, merge
from studio.presets import resolve

COLOURS = ("red", "blue", "green", "orange")


def write_pictures(folder: Path, count: int = 4, size: tuple[int, int] = (64, 64)) -> Path:
    """``count`` pictures of a coloured disc with captions."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        colour = COLOURS[number % len(COLOURS)]
        image = Image.new("RGB", size, "white")
        ImageDraw.Draw(image).ellipse((8, 8, size[0] - 8, size[1] - 8), fill=colour)
        image.save(folder / f"{number}_{colour}.png")
        (folder / f"{number}_{colour}.txt").write_text(f"a {colour} apple on a hill", "utf-8")
    return folder


def small_table(images: Path, output: Path, **sections: Any) -> dict[str, Any]:
    """Settings of a run that takes a fraction of a second a step: 64 px, attention, rank 4."""
    table: dict[str, Any] = {
        "run": {"name": "small", "output": str(output)},
        "dataset": [{"path": str(images)}],
        "data": {"resolution": 64, "batch_size": 2},
        "network": {"rank": 4, "target": "attention", "text_encoder": False},
        "schedule": {"steps": 4, "warmup": 0},
        "memory": {"pack_weights": "off"},  # trials take a second
        "preview": {"steps": 2},
    }
    return merge(table, sections)


def small_settings(images: Path, output: Path, **sections: Any) -> Settings:
    """`small_table`, resolved and validated."""
    return resolve(small_table(images, output, **sections), root=output)
