"""The demo's settings: two small files over the starter's preset, on the sample pictures."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from studio.config import Settings, merge
from studio.errors import StudioError
from studio.presets import resolve

SampleSet = Literal["style", "character"]
SAMPLE_SETS: tuple[SampleSet, ...] = ("style", "character")


def demo_settings(
    sample_set: SampleSet, out: Path, steps: int | None = None, **changes: Any
) -> Settings:
    """Settings of a run on one of the sample sets, its run folder below ``out``.

    Raises ``demo.no_images`` where the sample pictures were not installed.
    """
    images = sample_images()
    text = resources.files("studio.demo").joinpath(f"{sample_set}.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    for folder in table["dataset"]:
        folder["path"] = str(images / folder["path"])
    asked: dict[str, Any] = {"run": {"output": str(out.resolve())}, **changes}
    if steps is not None:
        asked["schedule"] = {"steps": steps}
    return resolve(merge(table, asked), root=images)


def sample_images() -> Path:
    """The folder of the two sample sets: in the repository, or inside the installed package."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / "sample_images", package / "sample_images"):
        if folder.is_dir():
            return folder
    raise StudioError("demo.no_images", path=str(package.parent / "sample_images"))
