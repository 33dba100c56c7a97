"""Opens the app. Until there is a window, it says so and points to what works already."""

from __future__ import annotations

import sys
from pathlib import Path

NO_WINDOW_YET = (
    "LoRA Studio has no window yet: `python3 packaging/launch.py demo` (or `lora-studio demo`) "
    "trains a first LoRA on the sample images."
)


def main(project: Path | None = None) -> int:
    """Opens the app on ``project`` (a folder with project.toml) and returns the exit code."""
    del project  # the window will open it
    sys.stdout.write(NO_WINDOW_YET + "\n")
    return 0
