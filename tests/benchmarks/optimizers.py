"""What each optimizer keeps, costs and reaches: prints one line of JSON each.

    python tests/benchmarks/optimizers.py [--steps 60]

Bytes, bits and time are of an adapter of SD 1.5's size (rank 16, attention: 3.2 million weights in
256 tensors), without the model. Times are CPU seconds of updates, measured in turn with those of
torch's fused AdamW, so that other programs disturb little. The loss is that of the starter, trained
as by `demo`, over the last sixth of the steps: same seed, images and noise for all.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import torch
from torch import nn

from studio.config import Optimizer
from studio.demo.recipe import demo_settings
from studio.events import StepDone
from studio.models.schema import schema
from studio.models.targets import matching
from studio.training.optimizer import held, make_optimizer
from studio.training.session import train
from studio.training.state_bytes import STATE_BYTES

RANK, TURNS = 16, 15


def adapter() -> list[nn.Parameter]:
    """A and B of every attention layer, with gradients of many sizes."""
    layers = {p.path: shape for p, shape in schema("sd1").items() if p.component == "unet"}
    chosen = [layers[path] for path in matching(layers, "attention", "unet")]
    shapes = [shape for wide in chosen for shape in ((RANK, *wide[1:]), (wide[0], RANK))]
    parameters = [nn.Parameter(torch.randn(shape)) for shape in shapes]
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter) * torch.randn_like(parameter).exp()
    return parameters


def made(name: str) -> torch.optim.Optimizer:
    optimizer = make_optimizer(name, {"unet": (adapter(), 1e-4)}, Optimizer())
    optimizer.step()  # makes the state
    return optimizer


def seconds(optimizer: torch.optim.Optimizer) -> float:
    """CPU seconds of an update."""
    began = time.process_time()
    optimizer.step()
    return time.process_time() - began


def last_loss(name: str, steps: int) -> float:
    """Mean loss of the last sixth of a demo's steps."""
    with tempfile.TemporaryDirectory() as folder:
        asked = {"preview": {"every": 0}, "optimizer": {"type": name}}
        events = train(demo_settings("style", Path(folder), steps, **asked))
        losses = [event.loss for event in events if isinstance(event, StepDone)]
    return statistics.mean(losses[-max(1, steps // 6) :])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=60)
    steps = parser.parse_args().steps
    torch.set_num_threads(1)
    usual = made("adamw")
    for name in STATE_BYTES:
        if name == "paged_adamw8bit":  # pages are CUDA's alone
            continue
        optimizer = made(name)
        pairs = [(seconds(optimizer), seconds(usual)) for _ in range(TURNS)]
        ratio = statistics.median(one / other for one, other in pairs)
        found = held(optimizer)
        figures = {
            "optimizer": name,
            "state_bytes_per_parameter": round(found.bytes / found.parameters, 3),
            "low_bits": found.low_bits,
            "update_seconds": round(statistics.median(one for one, _ in pairs), 4),
            "update_to_adamw": round(ratio, 2),
            "loss": round(last_loss(name, steps), 5),
        }
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
