"""A disk that fills up during a run: said in one sentence, and what was saved stays usable."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomlkit

from studio.runs import RunFolder
from studio.training.state import read_state
from tests.pictures import small_table, write_pictures


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if (
        sys.platform != "linux"
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("needs root on Linux to mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_ends_the_run_with_its_last_checkpoint(
    small_disk: Path, tmp_path: Path
) -> None:
    images = write_pictures(tmp_path / "images")
    table = small_table(images, small_disk / "runs", save={"every": 1, "keep": 0})
    table["schedule"]["steps"] = 20
    (tmp_path / "run.toml").write_text(tomlkit.dumps(table), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "studio", "train", str(tmp_path / "run.toml")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "no space left on the disk" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    run = RunFolder(next((small_disk / "runs").iterdir()))
    last = run.checkpoint_steps()[-1]
    assert last >= 1
    assert read_state(run.checkpoint(last))["step"] == last
