"""Seconds from the start of the process until the window is shown and its event loop is free.

    python tests/benchmarks/startup.py [--starts N] [--project FOLDER]

Fresh processes, warm disk, offscreen. Without --project, home is opened.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from ui.app import make_app, started
from ui.instance import Instance

def report():
    print(json.dumps([time.time(), sorted(sys.modules)]))
    app.quit()

project = Path(sys.argv[1]) if sys.argv[1:] else None
app = make_app()
with started(app, Instance(), project):
    QTimer.singleShot(0, report)
    app.exec()
"""


@dataclass(frozen=True)
class Start:
    """How long a start took, and the modules that it loaded."""

    seconds: float
    modules: list[str]


def start_once(own: Path, project: Path | None = None) -> Start:
    """Starts the window in a fresh process that has its folders in ``own``."""
    folders = {f"XDG_{kind}_HOME": str(own / kind) for kind in ("CONFIG", "CACHE", "STATE", "DATA")}
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *([str(project)] if project else [])],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **folders, "LOCALAPPDATA": str(own), "QT_QPA_PLATFORM": "offscreen"},
    )
    if done.returncode != 0 or not done.stdout:
        raise RuntimeError(done.stderr)
    ended, modules = json.loads(done.stdout)
    return Start(ended - began, modules)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--project", type=Path)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        starts = [start_once(Path(own), words.project) for _ in range(words.starts + 1)][1:]
    seconds = [start.seconds for start in starts]
    print(f"median {statistics.median(seconds):.3f} s, {min(seconds):.3f} to {max(seconds):.3f} s")
    print(f"{len(starts[0].modules)} modules")


if __name__ == "__main__":
    main()
