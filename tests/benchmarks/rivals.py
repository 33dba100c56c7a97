"""Seconds per step and memory of three trainers on the same work, in turn: prints a table.

    python tests/benchmarks/rivals.py FOLDER [--rounds 3] [--work fp32 bf16 bf16+checkpointing]
        [--write]       # into README.md beside this file, instead of printing

FOLDER has checkouts of the other two, a Python for each, a base model and pictures:

    sd-scripts/      github.com/kohya-ss/sd-scripts        venv-kohya/
    diffusers/       github.com/huggingface/diffusers      venv-diffusers/
    models/sd15/     a diffusers folder in the shapes of SD 1.5, weights random or not
    models/tokenizers/openai_clip-vit-large-patch14/       its tokenizer, where kohya looks for it
    pictures/kohya/1_things/, pictures/diffusers/, pictures/studio/     the same 256 px pictures

Nothing of them is changed: each program is started on one core and watched from outside. A step's
time is that between two ticks of its progress; the processor time in it hardly depends on what
else the machine does. The last column of each figure is ours divided by theirs. Below each table
stands what the arithmetic of a step takes at the best rate that the core reaches in a matrix
product, measured in the same run: no trainer can be faster.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import psutil

MARKS = ("<!-- rivals.py writes from here -->", "<!-- rivals.py writes to here -->")

GFLOP = 364
"""Of a training step through SD 1.5's UNet at 256 px: forward 181, gradients of inputs 183."""

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


def studio(
    folder: Path, out: Path, precision: str, checkpointing: bool, pack: str = "auto"
) -> list[str]:
    """This program, by its command."""
    settings = {
        "run": {"name": "lora", "output": str(out), "seed": 1},
        "base": {"model": str(folder / "models/sd15"), "dtype": precision},
        "data": {"resolution": 256, "batch_size": 1},
        "network": {"rank": 16, "target": "attention", "text_encoder": False},
        "optimizer": {"type": "adamw", "unet_lr": 1e-4},
        "schedule": {"steps": STEPS, "lr_scheduler": "constant"},
        "memory": {"gradient_checkpointing": checkpointing, "pack_weights": pack},
    }
    lines = ["[[dataset]]", f"path = {json.dumps(str(folder / 'pictures/studio'))}"]
    for section, values in settings.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (out / "run.toml").write_text("\n".join(lines))
    return [sys.executable, "-m", "studio", "train", str(out / "run.toml"), "--events"]


PROGRAMS = {
    "studio": studio,
    "studio, pack_weights on": partial(studio, pack="on"),
    "kohya": kohya,
    "diffusers": diffusers,
}
TICK = {name: re.compile(rb"(?i)steps:.*?\| *(\d+)/\d+ \[") for name in ("kohya", "diffusers")}


def step_of(name: str, line: bytes) -> int:
    """The number of steps done that a line of output tells of; 0 if none."""
    if name.startswith("studio"):
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
            for line in (*lines, b"" if name.startswith("studio") else said):
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


def measure(folder: Path, work: str, rounds: int, core: int) -> dict[str, list[Measured]]:
    """Runs of the programs on one kind of work, in turn."""
    precision, _, checkpointing = work.partition("+")
    runs: dict[str, list[Measured]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, command_of in PROGRAMS.items():
            with tempfile.TemporaryDirectory() as out:
                command = command_of(folder, Path(out), precision, bool(checkpointing))
                runs[name].append(watch(name, command, folder, core))
    return runs


def table(work: str, runs: dict[str, list[Measured]]) -> str:
    """Medians over rounds, the range of processor seconds, and our share of each figure."""
    lines = [
        "| trainer | s/step | processor s/step (range) | ours | to the first step, s | ours "
        "| peak, GB | ours |",
        "|---|---|---|---|---|---|---|---|",
    ]

    def figures(name: str) -> tuple[float, float, float]:
        used = statistics.median(run.per_step(1) for run in runs[name])
        first = statistics.median(run.first_step for run in runs[name])
        return used, first, statistics.median(run.peak for run in runs[name]) / 1e9

    own = figures("studio")
    for name in PROGRAMS:
        wall = statistics.median(run.per_step(0) for run in runs[name])
        used = sorted(run.per_step(1) for run in runs[name])
        spread = f"{used[0]:.2f} to {used[-1]:.2f}"
        step, first, peak = figures(name)
        shares = [
            f"{mine / theirs:.2f}x" for mine, theirs in zip(own, (step, first, peak), strict=True)
        ]
        lines.append(
            f"| {name} | {wall:.2f} | {step:.2f} ({spread}) | {shares[0]} | {first:.0f} "
            f"| {shares[1]} | {peak:.1f} | {shares[2]} |"
        )
    rate = best_rate(work)
    lines += [
        "",
        f"The UNet's arithmetic alone, {GFLOP} GFLOP, takes {GFLOP / rate:.2f} s at the best rate "
        f"of this core, {rate:.0f} GFLOP/s.",
    ]
    return "\n".join(lines)


def best_rate(work: str) -> float:
    """GFLOP a second of a large matrix product on one core, in the precision of ``work``."""
    measuring = (
        "import sys, time, torch; torch.set_num_threads(1); n = 2048;"
        "a = torch.randn(n, n, dtype=getattr(torch, sys.argv[1])); times = []\n"
        "for _ in range(12):\n"
        "    t = time.process_time(); a @ a; times.append(time.process_time() - t)\n"
        "print(2 * n**3 / min(times) / 1e9)"
    )
    dtype = "float32" if work.startswith("fp32") else "bfloat16"
    done = subprocess.run(
        [sys.executable, "-c", measuring, dtype], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def machine() -> str:
    """Processor and library, in a sentence."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    flags = info.read_text() if info.exists() else ""
    extras = [flag for flag in ("avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"One core of: {names[0] if names else platform.processor()} ({', '.join(extras)}), "
        f"{memory:.0f} GB; torch {version('torch')}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", nargs="+", default=["fp32", "bf16", "bf16+checkpointing"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    said = [f"{machine()} {options.rounds} rounds, the programs in turn; medians."]
    for work in options.work:
        runs = measure(options.folder.resolve(), work, options.rounds, options.core)
        said.append(f"**{work.replace('+', ' with ')}**\n\n{table(work, runs)}")
        print(said[-1], flush=True)
    if options.write:
        file = Path(__file__).with_name("README.md")
        text = file.read_text(encoding="utf-8")
        before, _, rest = text.partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        if not after:
            raise SystemExit(f"{file} has no {MARKS[0]} ... {MARKS[1]} to fill")
        middle = "\n\n".join(said)
        file.write_text(f"{before}{MARKS[0]}\n\n{middle}\n\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
