"""What a training step of the starter costs beside the bare loop of the same UNet: prints a table.

    python tests/benchmarks/step.py [--rounds N] [--profile]

Both run in one process, on one core, by turns, so that they meet the same machine; processor time
is told, which other programs change least. A step counts all that a run does between two steps:
batch, noise, text, loss, clipping, update, schedule, and the event in the run's folder. The bare
loop has forward, mean squared error, backward and a fused AdamW on tensors that never change, in
the shapes of the demo; with its text encoder, where that is trained.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from studio.config import Settings
from studio.demo.recipe import demo_settings
from studio.events import Event, StepDone
from studio.models.adapter import inject
from studio.models.checkpoint import open_base
from studio.training.session import train

_ATTENTION = {"target": "attention", "text_encoder": False}
KINDS: dict[str, dict[str, Any]] = {
    "1 image, attention, cached on disk": {
        "network": _ATTENTION,
        "data": {"batch_size": 1, "cache": "disk"},
    },
    "4 images, attention": {"network": _ATTENTION},
    "4 images, all layers and the text encoder (the demo)": {},
}
"""What differs from the demo's settings."""

STEPS = 10
"""Of each kind in a round."""

WARM = 3


def settings_of(changes: dict[str, Any], out: Path, steps: int) -> Settings:
    """The demo's with ``changes``, and nothing between the steps."""
    return demo_settings("style", out, steps, preview={"every": 0}, save={"every": 0}, **changes)


def next_step(events: Iterator[Event]) -> None:
    """Lets a run go on to the end of its next step."""
    while not isinstance(next(events), StepDone):
        pass


def bare_loop(settings: Settings) -> Callable[[], None]:
    """One step on fixed tensors."""
    base = open_base(settings.base)
    adapter = inject(base, settings.network, seed=1)
    adapter.set_training(True)
    parameters = [p for part in adapter.parts for p in adapter.parameters(part)]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, fused=True)
    count = settings.data.batch_size
    side = settings.data.resolution // base.vae_factor
    latents = torch.randn(count, base.unet.config.in_channels, side, side)
    timesteps = torch.tensor([100, 300, 500, 900])[:count]
    captions = ["a red cat"] * count
    trained = settings.network.text_encoder
    with torch.no_grad():
        fixed = base.encode_prompts(captions).states

    def step() -> None:
        text = base.encode_prompts(captions).states if trained else fixed
        predicted = base.unet(latents, timesteps, text, return_dict=False)[0]
        F.mse_loss(predicted, latents).backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def seconds(work: Callable[[], None], times: int) -> list[float]:
    """Processor seconds of each of ``times`` calls."""
    measured = []
    for _ in range(times):
        began = time.process_time()
        work()
        measured.append(time.process_time() - began)
    return measured


def compare(name: str, changes: dict[str, Any], rounds: int, profile: bool) -> None:
    """One row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of(changes, Path(folder), WARM + rounds * STEPS + STEPS)
        events = train(settings)
        step = bare_loop(settings)

        def run() -> None:
            next_step(events)

        seconds(run, WARM)
        seconds(step, WARM)
        found: dict[str, list[float]] = {"run": [], "bare": []}
        for _ in range(rounds):
            found["run"].append(statistics.median(seconds(run, STEPS)))
            found["bare"].append(statistics.median(seconds(step, STEPS)))
        ratios = sorted(a / b for a, b in zip(found["run"], found["bare"], strict=True))
        run_ms, bare_ms = (1000 * statistics.median(found[kind]) for kind in ("run", "bare"))
        spread = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"| {name} | {run_ms:.1f} | {bare_ms:.1f} | {spread} |", flush=True)
        if profile:
            profiled = cProfile.Profile()
            profiled.runcall(seconds, run, STEPS)
            pstats.Stats(profiled).sort_stats("tottime").print_stats(40)
            pstats.Stats(profiled).sort_stats("cumtime").print_stats(60)
        events.close()  # type: ignore[attr-defined]  # a generator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("| what | a step, ms | bare loop, ms | ratio (range over rounds) |")
    print("|---|---|---|---|")
    for name, changes in KINDS.items():
        compare(name, changes, options.rounds, options.profile)


if __name__ == "__main__":
    main()
