"""Pictures of the window are taken by one command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


def test_a_picture_of_a_page_is_taken(repository: Path, tmp_path: Path) -> None:
    samples = repository / "sample_images"
    before = {path: path.stat().st_mtime_ns for path in samples.rglob("*")}
    script = repository / "packaging" / "screenshots.py"
    words = ["--out", str(tmp_path), "--look", "dark", "images"]
    done = subprocess.run(
        [sys.executable, str(script), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (file,) = tmp_path.iterdir()
    assert file.name == "images_dark.png"
    with Image.open(file) as image:
        assert image.size == (1280, 720)
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert colours is not None
    assert len(colours) > 1000  # thumbnails have come
    assert {path: path.stat().st_mtime_ns for path in samples.rglob("*")} == before


def test_an_unknown_picture_is_refused(repository: Path) -> None:
    script = repository / "packaging" / "screenshots.py"
    done = subprocess.run(
        [sys.executable, str(script), "kitchen"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "kitchen" in done.stderr


@pytest.mark.slow
def test_a_run_is_trained_once_and_seen_in_its_states(repository: Path, tmp_path: Path) -> None:
    script = repository / "packaging" / "screenshots.py"
    names = ["train_failed", "train_paused", "try_drawn", "export_done"]
    words = ["--out", str(tmp_path), "--look", "light", *names]
    done = subprocess.run(
        [sys.executable, str(script), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {f"{name}_light.png" for name in names}
