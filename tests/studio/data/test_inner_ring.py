from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MODULES = [
    "studio.seeds",
    *(f"studio.data.{name}" for name in ("buckets", "captions", "dataset", "doctor", "images")),
    *(f"studio.data.{name}" for name in ("collection", "facets", "scanning")),
]


def test_looking_at_a_dataset_imports_no_torch(repository: Path) -> None:
    code = (
        f"import sys, {', '.join(MODULES)}\nprint(sorted({{'torch', 'numpy'}} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
