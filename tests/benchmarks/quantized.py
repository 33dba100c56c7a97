"""What a quantised base costs and saves: prints a table.

    python tests/benchmarks/quantized.py [--steps 80] [--full FOLDER]

The demo's style is learnt by `train` on the starter as it is and in each kind, from the same seed.
With ``--full`` the same is asked of a model in SD 1.5's shapes (random weights, bfloat16, 256 px,
batch 1), whose file of 2.1 GB is written into FOLDER unless it is there; and how far the adapter's
first gradient turns. Times are of the processor, so that other programs count little.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.config import Base, Network  # noqa: E402
from studio.demo.recipe import demo_settings  # noqa: E402
from studio.events import StepDone  # noqa: E402
from studio.models.adapter import inject  # noqa: E402
from studio.models.checkpoint import open_base  # noqa: E402
from studio.models.quantized import bytes_per_parameter, quantizable  # noqa: E402
from studio.training.session import train  # noqa: E402
from tests.full_size import write_base  # noqa: E402

KINDS = ("none", "nf4", "int8", "fp8")
CPU = torch.device("cpu")
FULL_STEPS = 3


@dataclass
class Found:
    """What was seen of one kind."""

    bytes: float
    losses: list[float]
    seconds: float
    """Of the processor, for a step."""
    gradient: Tensor | None = None


def learn(kind: str, steps: int) -> Found:
    """A run of the demo's style on the starter."""
    with tempfile.TemporaryDirectory() as folder:
        changes = {"base": {"quantize": kind}, "preview": {"every": 0}}
        settings = demo_settings("style", Path(folder), steps, **changes)
        losses, times = [], []
        for event in train(settings):
            if isinstance(event, StepDone):
                losses.append(event.loss)
                times.append(time.process_time())
    base = open_base(settings.base, CPU)
    return Found(bytes_per_parameter(base.unet), losses, middle_step(times))


def learn_full(kind: str, model: Path) -> Found:
    """A few steps of an adapter on a model of published size, on fixed latents and noise."""
    base = open_base(Base(model=str(model), quantize=kind, dtype="bf16"), CPU)
    size = bytes_per_parameter(base.unet)
    adapter = inject(base, Network(rank=16), seed=1)
    parameters = adapter.parameters("unet")
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, fused=True)
    torch.manual_seed(0)
    latents, noise = torch.randn(2, 1, 4, 32, 32).bfloat16()
    text = base.encode_prompts(["a red cat on a hill"]).to(torch.bfloat16)
    losses, times, gradient = [], [time.process_time()], None
    for _ in range(FULL_STEPS):
        predicted = base.predict(latents, torch.tensor([500]), text, torch.zeros(1, 6))
        loss = F.mse_loss(predicted.float(), noise.float())
        loss.backward()
        if gradient is None:
            parts = [p.grad.flatten() for p in parameters if p.grad is not None]
            gradient = torch.cat(parts).double()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        times.append(time.process_time())
    return Found(size, losses, middle_step(times), gradient)


def middle_step(times: list[float]) -> float:
    """Median of the times between ``times``."""
    return statistics.median(b - a for a, b in pairwise(times))


def weight_error(settings: Base) -> float:
    """Root mean square error of the UNet's quantised weights, by their own."""
    whole = open_base(settings.model_copy(update={"quantize": "none"}), CPU).unet
    few = open_base(settings, CPU).unet
    off = total = 0.0
    for path, layer in quantizable(whole).items():
        found = few.get_submodule(path).state_dict()["weight"]
        off += float((found.float() - layer.weight.float()).square().sum())
        total += float(layer.weight.float().square().sum())
    return (off / total) ** 0.5


def table(found: dict[str, Found], errors: dict[str, float]) -> list[str]:
    """Rows in Markdown, each against the first."""
    whole = found["none"]
    rows = []
    for kind, one in found.items():
        apart = [abs(a - b) / b for a, b in zip(one.losses, whole.losses, strict=True)]
        last = len(one.losses) // 4 or 1
        learnt = sum(one.losses[-last:]) / sum(whole.losses[-last:]) - 1
        cells = [
            kind,
            f"{one.bytes:.2f}",
            f"{errors.get(kind, 0):.1%}",
            f"{statistics.mean(apart):.1%}",
            f"{learnt:+.1%}",
            f"{one.seconds:.2f} s",
            f"{one.seconds / whole.seconds:.2f}",
        ]
        if one.gradient is not None and whole.gradient is not None:
            cells.append(f"{float(F.cosine_similarity(one.gradient, whole.gradient, dim=0)):.4f}")
        rows.append("| " + " | ".join(cells) + " |")
    titles = ["kind", "bytes a weight", "error of the weights", "loss off, mean of all steps"]
    titles += ["loss of the last quarter", "a step, processor", "of the whole base's"]
    titles += ["cosine of the first gradient"] * (whole.gradient is not None)
    return ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles), *rows]


def main() -> None:
    """Runs every kind and prints what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--full", type=Path)
    asked = parser.parse_args()
    settings = Base()
    if asked.full:
        model = asked.full / "sd15.safetensors"
        settings = Base(model=str(model), dtype="bf16")
        if not model.exists():
            write_base(model, "sd1")
    found = {}
    for kind in KINDS:
        found[kind] = learn_full(kind, model) if asked.full else learn(kind, asked.steps)
    few = [kind for kind in KINDS if kind != "none"]
    errors = {kind: weight_error(settings.model_copy(update={"quantize": kind})) for kind in few}
    print(*table(found, errors), sep="\n")


if __name__ == "__main__":
    main()
