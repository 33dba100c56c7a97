"""Seconds per step and memory of three trainers on the same work, in turn: prints a table.

    python tests/benchmarks/rivals.py FOLDER [--precision fp32 bf16] [--checkpointing] [--rounds 3]

FOLDER has checkouts of the other two, a Python for each, a base model and pictures:

    sd-scripts/      github.com/kohya-ss/sd-scripts        venv-kohya/
    diffusers/       github.com/huggingface/diffusers      venv-diffusers/
    models/sd15/     a diffusers folder in the shapes of SD 1.5, weights random or not
    models/tokenizers/openai_clip-vit-large-patch14/       its tokenizer, where kohya looks for it
    pictures/kohya/1_things/, pictures/diffusers/, pictures/studio/     the same 256 px pictures

Nothing of them is changed: each program is started on one core and watched from outside. A step's
time is that between two ticks of its progress; the processor time in it does not depend on what
else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil

STEPS = 8
WARM = 2
"""Steps at the start that do not count."""


@dataclass
class Measured:
    """What was seen of one run."""

    ticks: list[tuple[float, float]] = field(default_factory=list)
    """(seconds since the start, processor seconds) at the end of each step."""
    peak: int = 0

    @property
    def first_step(self) -> float:
        """Seconds from the start to the end of the first step."""
        return self.ticks[0][0]

    def per_step(self, clock: int) -> float:
        """Median of the steps after the warm ones: 0 for seconds, 1 for processor seconds."""
        gaps = [later[clock] - sooner[clock] for sooner, later in pairwise(self.ticks)]
        return statistics.median(gaps[WARM - 1 :])


def common() -> list[str]:
    """Arguments that both of the others understand."""
    return [
        "--train_batch_size=1",
        "--learning_rate=1e-4",
        "--lr_scheduler=constant",
        f"--max_train_steps={STEPS}",
        "--seed=1",
    ]


def diffusers(folder: Path, out: Path, precision: str, checkpointing: bool) -> list[str]:
    """The example script: encodes pictures and captions anew in every step."""
    return [
        str(folder / "venv-diffusers/bin/python"),
        str(folder / "diffusers/examples/text_to_image/train_text_to_image_lora.py"),
        f"--pretrained_model_name_or_path={folder / 'models/sd15'}",
        f"--train_data_dir={folder / 'pictures/diffusers'}",
        *common(),
        "--resolution=256",
        "--rank=16",
        "--lr_warmup_steps=0",
        "--checkpointing_steps=100000",
        f"--mixed_precision={'no' if precision == 'fp32' else precision}",
        f"--output_dir={out}",
        *(["--gradient_checkpointing"] if checkpointing else []),
    ]


def kohya(folder: Path, out: Path, precision: str, checkpointing: bool) -> list[str]:
    """sd-scripts with cached latents; its adapter also takes feed-forward and projection layers."""
    return [
        str(folder / "venv-kohya/bin/python"),
        str(folder / "sd-scripts/train_network.py"),
        f"--pretrained_model_name_or_path={folder / 'models/sd15'}",
        f"--tokenizer_cache_dir={folder / 'models/tokenizers'}",
        f"--train_data_dir={folder / 'pictures/kohya'}",
        *common(),
        "--caption_extension=.txt",
        "--resolution=256,256",
        "--network_module=networks.lora",
        "--network_dim=16",
        "--network_alpha=16",
        "--network_train_unet_only",
        "--cache_latents",
        "--optimizer_type=AdamW",
        "--sdpa",
        "--max_data_loader_n_workers=0",
        f"--mixed_precision={'no' if precision == 'fp32' else precision}",
        f"--output_dir={out}",
        "--output_name=lora",
        *(["--gradient_checkpointing"] if checkpointing else []),
    ]


def studio(folder: Path, out: Path, precision: str, checkpointing: bool) -> list[str]:
    """This program, by its command."""
    settings = {
        "run": {"name": "lora", "output": str(out), "seed": 1},
        "base": {"model": str(folder / "models/sd15"), "dtype": precision},
        "data": {"resolution": 256, "batch_size": 1},
        "network": {"rank": 16, "target": "attention", "text_encoder": False},
        "optimizer": {"type": "adamw", "unet_lr": 1e-4},
        "schedule": {"steps": STEPS, "lr_scheduler": "constant"},
        "memory": {"gradient_checkpointing": checkpointing},
    }
    lines = ["[[dataset]]", f"path = {json.dumps(str(folder / 'pictures/studio'))}"]
    for section, values in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (out / "run.toml").write_text("\n".join(lines))
    return [sys.executable, "-m", "studio", "train", str(out / "run.toml"), "--events"]


PROGRAMS = {"studio": studio, "kohya": kohya, "diffusers": diffusers}
TICK = {name: re.compile(rb"(?i)steps:.*?\| *(\d+)/\d+ \[") for name in ("kohya", "diffusers")}


def step_of(name: str, line: bytes) -> int:
    """The number of steps done that a line of output tells of; 0 if none."""
    if name == "studio":
        event = json.loads(line) if line.startswith(b"{") else {}
        return int(event.get("step", 0)) if event.get("event") == "StepDone" else 0
    found = TICK[name].search(line)
    return int(found[1]) if found else 0


def watch(name: str, command: list[str], folder: Path, core: int) -> Measured:
    """Runs a program to its end on one core, and notes when it told of each step."""
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONUNBUFFERED": "1"}
    environment = os.environ | quiet | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    where = folder / "sd-scripts" if name == "kohya" else None
    began, measured, said = time.perf_counter(), Measured(), b""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=where
    ) as process:
        watched = psutil.Process(process.pid)
        watched.cpu_affinity([core])
        assert process.stdout
        while piece := os.read(process.stdout.fileno(), 65536):
            now, used = time.perf_counter() - began, watched.cpu_times()
            measured.peak = max(measured.peak, watched.memory_info().rss, peak_of(process.pid))
            *lines, said = re.split(rb"[\r\n]", said + piece)
            for line in (*lines, b"" if name == "studio" else said):
                if step_of(name, line) > len(measured.ticks):
                    measured.ticks.append((now, used.user + used.system))
    if process.returncode or len(measured.ticks) < WARM + 2:
        raise SystemExit(f"{name} failed: {said[-2000:].decode(errors='replace')}")
    return measured


def peak_of(pid: int) -> int:
    """Most memory that a process ever had, in bytes; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return 1024 * int(found[1]) if found else 0


def compare(folder: Path, precision: str, checkpointing: bool, rounds: int, core: int) -> None:
    """The table of one precision: medians over rounds, and the range of processor seconds."""
    runs: dict[str, list[Measured]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, command_of in PROGRAMS.items():
            with tempfile.TemporaryDirectory() as out:
                command = command_of(folder, Path(out), precision, checkpointing)
                runs[name].append(watch(name, command, folder, core))
    print(f"\n{precision}{' with checkpointing' if checkpointing else ''}, {rounds} rounds\n")
    print("| trainer | s/step | processor s/step (range) | of ours | first step, s | peak MB |")
    print("|---|---|---|---|---|---|")
    own = statistics.median(run.per_step(1) for run in runs["studio"])
    for name, all_runs in runs.items():
        wall = statistics.median(run.per_step(0) for run in all_runs)
        used = sorted(run.per_step(1) for run in all_runs)
        first = statistics.median(run.first_step for run in all_runs)
        peak = max(run.peak for run in all_runs) / 1e6
        share = own / statistics.median(used)
        middle = f"{statistics.median(used):.2f} ({used[0]:.2f} to {used[-1]:.2f})"
        print(f"| {name} | {wall:.2f} | {middle} | {share:.2f}x | {first:.0f} | {peak:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--precision", nargs="+", default=["fp32", "bf16"])
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    options = parser.parse_args()
    for precision in options.precision:
        compare(
            options.folder.resolve(),
            precision,
            options.checkpointing,
            options.rounds,
            options.core,
        )


if __name__ == "__main__":
    main()
