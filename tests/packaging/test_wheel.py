"""The wheel holds everything that the repository's packages hold, weights and presets included."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_wheel_is_complete(repository: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(repository / name, source)
    for package in ("studio", "ui"):
        shutil.copytree(
            repository / package, source / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("lora_studio-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        entry_points = archive.read(
            next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        ).decode()
    expected = {
        path.relative_to(source).as_posix()
        for package in ("studio", "ui")
        for path in (source / package).rglob("*")
        if path.is_file()
    }
    assert packed == expected
    assert "studio/models/starter/model_index.json" in packed
    assert "lora-studio = studio.__main__:main" in entry_points
