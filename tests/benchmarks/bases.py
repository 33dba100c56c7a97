"""What base models of published size take here: to open, to train. Prints a table in Markdown.

    python tests/benchmarks/bases.py [sd1] [sd2] [sdxl] [--folder DIR]

The models are single files in random weights (see `tests/full_size.py`), 2 to 7 GB each, one at a
time. Every figure comes from a process of its own; opening is compared with diffusers'
``from_single_file`` in turn, in the same dtype, with the file in the system's cache for both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.models.family import CONFIGS  # noqa: E402
from tests.full_size import write_base  # noqa: E402
from tests.pictures import write_pictures  # noqa: E402
from tests.tiny_models import _write_tokenizer  # noqa: E402

PEAK = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"
OURS = """
import sys, time, torch
from studio import quiet; quiet.prepare()
from studio.config import Base
from studio.models.checkpoint import open_base
began = time.perf_counter()
base = open_base(Base(model=sys.argv[1], dtype=sys.argv[2]))
print(time.perf_counter() - began)
"""
THEIRS = """
import os, sys, time
os.environ["HF_HUB_OFFLINE"] = "1"
import torch, diffusers
dtype = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[sys.argv[2]]
kind = sys.argv[3]
began = time.perf_counter()
pipeline = getattr(diffusers, kind).from_single_file(
    sys.argv[1], config=sys.argv[4], local_files_only=True, torch_dtype=dtype
)
print(time.perf_counter() - began)
"""
RUNS = {  # resolution, dtype, gradient checkpointing
    "sd1": [(256, d, saving) for d in ("fp32", "bf16") for saving in (False, True)],
    "sd2": [(256, "bf16", True)],
    "sdxl": [(128, "bf16", True)],
}
STEPS = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=list(RUNS))
    parser.add_argument("--folder", type=Path, help="where 7 GB have room")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=words.folder) as folder:
        for family in words.families:
            file = write_base(Path(folder) / f"{family}.safetensors", family)
            openings(family, file)
            for run in RUNS[family]:
                training(family, file, Path(folder), *run)
            file.unlink()


def openings(family: str, file: Path) -> None:
    """As stored, and in what the CPU trains in."""
    for dtype in ("fp16", "bf16", "fp32") if family != "sdxl" else ("fp16", "bf16"):
        for who, code in {"ours": OURS, "diffusers": THEIRS}.items():
            seconds, peak = figures(code, file, dtype, family)
            print(f"| {family} | open, {dtype} | {who} | {seconds} | {peak} |", flush=True)


def figures(code: str, file: Path, dtype: str, family: str) -> tuple[str, str]:
    """Seconds and peak memory; the better of two, the first of which warms the file."""
    kind = "StableDiffusionXLPipeline" if family == "sdxl" else "StableDiffusionPipeline"
    best: tuple[float, float] | None = None
    for _ in range(2):
        words = [str(file), dtype, kind, str(folder_of(family))]
        command = [sys.executable, "-c", code + PEAK, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["?"])[-1][:80], "-"
        seconds, peak = map(float, done.stdout.split()[-2:])
        best = min(best or (seconds, peak), (seconds, peak))
    assert best
    return f"{best[0]:.1f} s", f"{best[1] / 1e9:.1f} GB"


def folder_of(family: str) -> Path:
    """A folder of configurations with a tokenizer, which diffusers wants beside a single file."""
    folder = Path(tempfile.gettempdir()) / f"lora-studio-configs-{family}"
    shutil.copytree(CONFIGS / family, folder, dirs_exist_ok=True)
    _write_tokenizer(folder / "tokenizer", "!" if family == "sd2" else "<|endoftext|>")
    if family == "sdxl":
        _write_tokenizer(folder / "tokenizer_2", "!")
    return folder


def training(
    family: str, file: Path, folder: Path, resolution: int, dtype: str, saving: bool
) -> None:
    """Seconds of a step after the first, and the peak of the whole process."""
    images = write_pictures(folder / "images", count=4)
    settings: dict[str, Any] = {
        "run.output": str(folder / "runs"),
        "base.model": str(file),
        "base.dtype": dtype,
        "data.resolution": resolution,
        "data.batch_size": 1,
        "schedule.steps": STEPS,
        "schedule.gradient_accumulation": 1,
        "memory.gradient_checkpointing": str(saving).lower(),
    }
    run_toml = folder / "run.toml"
    run_toml.write_text(f'[[dataset]]\npath = "{images.as_posix()}"\n')
    changes = [f"{key}={json.dumps(value)}" for key, value in settings.items()]
    changes[-1] = changes[-1].replace('"', "")
    sets = [word for change in changes for word in ("--set", change)]
    command = [sys.executable, "-m", "studio", "train", str(run_toml), "--events", *sets]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    seconds = sorted(event["seconds"] for event in events if "loss" in event)[:-1]
    report = json.loads(max((folder / "runs").glob("*/report.json")).read_text("utf-8"))
    what = f"{resolution} px, {dtype}{', checkpointing' if saving else ''}"
    median, peak = seconds[len(seconds) // 2], report["peak_memory_bytes"]
    print(f"| {family} | {what} | ours | {median:.2f} s a step | {peak / 1e9:.1f} GB |", flush=True)


if __name__ == "__main__":
    main()
