"""``python -m ui [PROJECT]`` opens the app."""

from __future__ import annotations

import sys
from pathlib import Path

from ui.app import main

if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
