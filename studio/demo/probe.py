"""A small classifier that says what a picture of the starter model shows.

It knows the starter's subjects, colours, places, times of day and drawing styles, plus the
creature and the ink style of `sample_images/`, so the demo can measure whether a LoRA did what it
should. It was trained on drawn pictures only (`packaging/starter_model/train_probe.py`), never on
generated ones.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from torch import Tensor, nn

WEIGHTS = Path(__file__).resolve().parents[1] / "models" / "starter" / "probe.safetensors"
SIZE = 128
WIDTHS = (16, 32, 64, 96)

Labels = dict[str, tuple[str, ...]]
Answers = dict[str, list[str]]


class Block(nn.Module):
    """Two convolutions with a shortcut, then half the size."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, padding=1)
        self.second = nn.Conv2d(after, after, 3, padding=1)
        self.norm1 = nn.GroupNorm(1, after)
        self.norm2 = nn.GroupNorm(1, after)

    def forward(self, x: Tensor) -> Tensor:
        """Features at half the size."""
        x = nn.functional.silu(self.norm1(self.first(x)))
        x = x + nn.functional.silu(self.norm2(self.second(x)))
        return nn.functional.max_pool2d(x, 2)


class Probe(nn.Module):
    """Four blocks over pictures of 128 pixels in [-1, 1], then one linear layer for all heads."""

    def __init__(self, labels: Labels) -> None:
        super().__init__()
        self.labels = labels
        widths = (3, *WIDTHS)
        self.shrink = nn.AvgPool2d(2)
        self.blocks = nn.Sequential(*(Block(before, after) for before, after in pairwise(widths)))
        self.squeeze = nn.Conv2d(widths[-1], 24, 1)
        count = sum(len(names) for names in labels.values())
        self.heads = nn.Linear(24 * 16 + 2 * widths[-1], count)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits of every head."""
        x = self.blocks(self.shrink(x))
        where = nn.functional.silu(self.squeeze(x)).flatten(1)
        logits = self.heads(torch.cat([where, x.mean((2, 3)), x.amax((2, 3))], 1))
        parts = logits.split([len(names) for names in self.labels.values()], 1)
        return dict(zip(self.labels, parts, strict=True))


def to_tensor(images: Sequence[Image.Image]) -> Tensor:
    """Pictures as one batch of 128 pixels in [-1, 1]; other sizes are resized."""
    rows = []
    for image in images:
        rgb = image.convert("RGB")
        if rgb.size != (SIZE, SIZE):
            rgb = rgb.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        rows.append(torch.from_numpy(np.array(rgb, dtype=np.float32)))
    return torch.stack(rows).permute(0, 3, 1, 2) / 127.5 - 1.0


@lru_cache(maxsize=1)
def load_probe(path: Path = WEIGHTS) -> Probe:
    """The trained probe, with its label names from the file's metadata."""
    with safe_open(path, framework="pt") as file:
        labels = json.loads(file.metadata()["labels"])
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    probe = Probe({head: tuple(names) for head, names in labels.items()})
    probe.load_state_dict(weights)
    return probe.eval()


@torch.inference_mode()
def classify(images: Sequence[Image.Image] | Tensor, probe: Probe | None = None) -> Answers:
    """What each picture shows: for every head (subject, colour, ...) one name per picture."""
    model = probe or load_probe()
    batch = images if isinstance(images, Tensor) else to_tensor(images)
    answers: Answers = {head: [] for head in model.labels}
    for part in batch.split(32):
        for head, logits in model(part).items():
            names = model.labels[head]
            answers[head] += [names[i] for i in logits.argmax(1).tolist()]
    return answers
