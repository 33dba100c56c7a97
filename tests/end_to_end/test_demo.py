"""The README's main command, shortened: the same entry point, fewer steps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studio.demo.measure import COLOURS, HELD_OUT_PLACES, HELD_OUT_SUBJECTS, PLACES, STYLE_SUBJECTS
from studio.demo.recipe import demo_settings, sample_images
from studio.inspect import inspect_file


@pytest.mark.slow
@pytest.mark.parametrize("teach", ["style", "character"])
def test_demo_trains_exports_and_draws_its_grid(teach: str, tmp_path: Path) -> None:
    words = ["demo", "--out", str(tmp_path), "--steps", "2", "--teach", teach]
    done = subprocess.run(
        [sys.executable, "-m", "studio", *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lora = Path(done.stdout.splitlines()[-1])
    assert inspect_file(lora).hash_matches
    report = json.loads((lora.parent / "report.json").read_text())
    assert report["steps"] == 2
    with Image.open(lora.parent / report["grid"]) as grid:
        assert grid.width > 4 * 128
    assert report["base"] == "starter"
    assert "2/2" in done.stdout


def test_the_previews_ask_for_what_the_pictures_do_not_show() -> None:
    style = demo_settings("style", Path("out"))
    assert all(any(s in p for s in HELD_OUT_SUBJECTS) for p in style.preview.prompts)
    captions = " ".join(f.read_text("utf-8") for f in (sample_images() / "style_ink").glob("*.txt"))
    assert not any(subject in captions for subject in HELD_OUT_SUBJECTS)
    assert all(subject in captions for subject in STYLE_SUBJECTS)
    captions = " ".join(
        f.read_text("utf-8") for f in (sample_images() / "character_zorgle").glob("*.txt")
    )
    assert not any(place in captions for place in HELD_OUT_PLACES)


def test_the_measure_speaks_the_probes_language() -> None:
    from studio.demo.probe import load_probe

    labels = load_probe().labels
    assert {*HELD_OUT_SUBJECTS, *STYLE_SUBJECTS, "zorgle"} == set(labels["subject"])
    assert set(PLACES) == set(labels["place"])
    assert set(COLOURS) == set(labels["colour"])
    assert "ink" in labels["style"]


def test_the_probe_knows_the_sample_pictures() -> None:
    from studio.data.images import load_image
    from studio.demo.probe import classify

    ink = [load_image(p) for p in sorted((sample_images() / "style_ink").glob("*.png"))]
    square = [image for image in ink if image.width == image.height]
    assert len(square) > 5
    answers = classify(square)
    assert answers["style"].count("ink") >= 0.8 * len(square)
