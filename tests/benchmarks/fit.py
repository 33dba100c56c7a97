"""Will it fit? What the plan says of a run's memory and time, and what the run then took.

    python tests/benchmarks/fit.py [starter] [sd1] [sdxl] [--folder DIR] [--demo]

Each run is a process of its own; its memory is the most that it had resident, its time the median
of its steps, or with --demo that of the whole demo. Prints a table in Markdown. The speed of this
machine is forgotten first, so that the plan knows what it knows before the first run, and is asked
again after it.
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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.config import Settings, to_toml  # noqa: E402
from studio.data.dataset import scan  # noqa: E402
from studio.demo.recipe import demo_settings  # noqa: E402
from studio.planning.plan import Plan, plan  # noqa: E402
from tests.full_size import write_base  # noqa: E402
from tests.pictures import small_settings, write_pictures  # noqa: E402

SAVING, PLAIN = {"gradient_checkpointing": True}, {"gradient_checkpointing": False}
NONE: dict[str, Any] = {}
BF16 = {"dtype": "bf16"}
DRAWN = {"every": 2, "prompts": ["a hill"], "steps": 2}
CASES: dict[str, list[tuple[str, int, int, dict[str, Any]]]] = {
    "starter": [
        ("batch 4", 128, 4, NONE),
        ("batch 1", 256, 1, NONE),
        ("batch 4", 256, 4, NONE),
        ("batch 4, checkpointing", 256, 4, {"memory": SAVING}),
        (
            "batch 4, all layers, text too",
            256,
            4,
            {"network": {"target": "all", "text_encoder": True}},
        ),
    ],
    "sd1": [
        ("bf16", 256, 1, {"base": BF16}),
        ("bf16, checkpointing", 256, 1, {"base": BF16, "memory": SAVING}),
        ("bf16, previews", 256, 1, {"base": BF16, "preview": DRAWN}),
        ("fp32", 256, 1, NONE),
    ],
    "sdxl": [("bf16, checkpointing", 256, 1, {"base": BF16, "memory": SAVING})],
}
STEPS = {"starter": 8, "sd1": 4, "sdxl": 4}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=["starter", "sd1"])
    parser.add_argument("--folder", type=Path, help="where 2 GB have room (7 GB for sdxl)")
    parser.add_argument("--only", default="", help="the case with these words")
    parser.add_argument("--demo", action="store_true")
    words = parser.parse_args()
    print(
        "| model | size | what | memory planned | taken | off "
        "| step planned | taken | planned after |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=words.folder) as place:
        folder = Path(place)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")  # rates of its own
        if words.demo:
            demo(folder)
            return
        for family in words.families:
            model = "starter"
            if family != "starter":
                model = str(write_base(folder / f"{family}.safetensors", family))
            for what, resolution, batch, sections in CASES[family]:
                if words.only in ("", what):
                    compare(family, model, folder, what, resolution, batch, sections)


def compare(
    family: str,
    model: str,
    folder: Path,
    what: str,
    resolution: int,
    batch: int,
    sections: dict[str, Any],
) -> None:
    """Plans a run, carries it out, and prints both."""
    images = write_pictures(folder / "images", 8, (320, 320))
    tables = {
        "run": {"name": what.replace(",", "").replace(" ", "-")},
        "base": {"model": model} | sections.get("base", {}),
        "data": {"resolution": resolution, "batch_size": batch, "cache": "memory"},
        "network": {"rank": 16} | sections.get("network", {}),
        "schedule": {"steps": STEPS[family]},
        "memory": {"pack_weights": "auto", **PLAIN, **sections.get("memory", {})},
        "preview": sections.get("preview", {}),
    }
    settings = small_settings(images, folder / "runs", **tables)
    before = planned(settings)
    events, peak, _ = carry_out(settings, folder)
    taken = statistics.median([e["seconds"] for e in events if e["event"] == "StepDone"])
    off = before.memory_bytes / peak - 1
    steps = before.seconds_per_step or 0, taken, planned(settings).seconds_per_step or 0
    print(
        f"| {family} | {resolution} px | {what} | {before.memory_bytes / 1e6:,.0f} MB "
        f"({before.memory_phase}) | {peak / 1e6:,.0f} MB | {off:+.0%} | "
        + " | ".join(f"{seconds:.3g} s" for seconds in steps)
        + " |",
        flush=True,
    )
    dry = next(e["peak_memory_bytes"] for e in events if e["event"] == "DryStepDone")
    print(f"  at the dry step {dry / 1e6:,.0f} MB; planned {before.memory}", file=sys.stderr)


def demo(folder: Path) -> None:
    """The whole demo, with previews and grid."""
    settings = demo_settings("style", folder / "runs")
    for _ in range(2):  # the second knows the speed
        before = planned(settings)
        events, peak, seconds = carry_out(settings, folder)
        whole = before.whole_seconds or 0
        steps = sum(e["seconds"] for e in events if e["event"] == "StepDone")
        print(
            f"| starter | demo | whole | {before.memory_bytes / 1e6:,.0f} MB | "
            f"{peak / 1e6:,.0f} MB | {before.memory_bytes / peak - 1:+.0%} | {whole:.0f} s "
            f"(steps {before.seconds:.0f}) | {seconds:.0f} s (steps {steps:.0f}) | "
            f"{whole / seconds - 1:+.0%} |",
            flush=True,
        )


def planned(settings: Settings) -> Plan:
    """What `lora-studio plan` says."""
    return plan(settings, scan(settings.dataset))


def carry_out(settings: Settings, folder: Path) -> tuple[list[dict[str, Any]], int, float]:
    """Events of a run in a process of its own, its peak of resident memory, and its seconds."""
    file = folder / "run.toml"
    file.write_text(to_toml(settings), "utf-8")
    command = [sys.executable, "-m", "studio", "train", str(file), "--events"]
    told = folder / "events.jsonl"
    began = time.perf_counter()
    with told.open("w") as out:
        process = subprocess.Popen(command, stdout=out, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the run failed: {told.read_text()[-2000:]}")
    seconds = time.perf_counter() - began
    lines = told.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines], usage.ru_maxrss * 1024, seconds


if __name__ == "__main__":
    main()
