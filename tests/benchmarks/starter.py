"""How fast the starter trains and draws here, on one core and on all: prints one line of JSON each.

    python tests/benchmarks/starter.py

A training step of the demo (128 px, batch 4, rank 16, all layers and the text encoder) is compared
with the bare loop of the same UNet and text encoder, without data, noise or bookkeeping.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F

from studio.config import Base
from studio.demo.recipe import demo_settings
from studio.events import StepDone
from studio.models.adapter import inject
from studio.models.checkpoint import open_base
from studio.sampling.generate import generate
from studio.sampling.recipe import Recipe
from studio.training.session import train

STEPS = 20


def seconds(work: Callable[[], object], times: int) -> float:
    """Median duration of ``work``, after one run to warm up."""
    work()
    measured = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        measured.append(time.perf_counter() - began)
    return statistics.median(measured)


def session_step() -> float:
    """Median seconds of a step as the demo makes it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings("style", Path(folder), STEPS, preview={"every": 0})
        events = train(settings)
        steps = [event.seconds for event in events if isinstance(event, StepDone)]
    return statistics.median(steps[2:])


def bare_step() -> float:
    """Median seconds of forward, backward and update on fixed tensors of the same shapes."""
    settings = demo_settings("style", Path("unused"))
    base = open_base(Base(model="starter"))
    adapter = inject(base, settings.network, seed=1)
    adapter.set_training(True)
    parameters = [p for part in adapter.parts for p in adapter.parameters(part)]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, fused=True)
    latents, timesteps = torch.randn(4, 4, 32, 32), torch.tensor([100, 300, 500, 900])

    def step() -> None:
        text = base.encode_prompts(["a red cat"] * 4).states
        predicted = base.unet(latents, timesteps, text, return_dict=False)[0]
        F.mse_loss(predicted, latents).backward()
        optimizer.step()
        optimizer.zero_grad()

    return seconds(step, STEPS)


def preview() -> float:
    """Median seconds of one 128 px picture: 20 steps, guidance, text and VAE included."""
    base = open_base(Base(model="starter"))
    recipe = Recipe(128, 128, steps=20, guidance=3.0)
    return seconds(lambda: generate(base, ["a red cat on a hill"], [1], recipe), 5)


def main() -> None:
    for threads in dict.fromkeys((1, os.cpu_count() or 1)):
        torch.set_num_threads(threads)
        step, bare = session_step(), bare_step()
        figures = {
            "threads": threads,
            "step_seconds": round(step, 4),
            "bare_step_seconds": round(bare, 4),
            "step_to_bare": round(step / bare, 3),
            "preview_seconds": round(preview(), 3),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
