"""What every stage of the build shares: paths, budgets, checkpoints, averages, the optimizer.

A stage trains for a budget of *minutes* instead of steps, so the same command fits a slow and a
fast machine. The seconds already trained are part of the checkpoint: an interrupted stage
continues.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
MODEL_FOLDER = REPOSITORY / "studio" / "models" / "starter"
DEFAULT_WORK = REPOSITORY / ".starter_build"
CHECKPOINT_SECONDS = 120.0

sys.path.insert(0, str(REPOSITORY))  # so that `studio` is found without being installed


def save_atomically(path: Path, state: Any) -> None:
    """Write a checkpoint so that a kill at any moment leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The newest checkpoint of a stage, or None when the stage has not begun."""
    if not path.exists():
        return None
    return torch.load(path, map_location="cpu", weights_only=True)


def schedule(progress: float, warmup: float = 0.02, floor: float = 0.02) -> float:
    """Linear warm-up, then half a cosine to `floor`; `progress` is the share of the budget used."""
    if progress < warmup:
        return (progress + 1e-4) / warmup
    along = min(1.0, (progress - warmup) / (1.0 - warmup))
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * along))


class Clock:
    """Counts the seconds trained across restarts, and says when to save, to log and to end."""

    def __init__(self, minutes: float, already: float = 0.0) -> None:
        self.budget = minutes * 60.0
        self.already = already
        self.begun = time.perf_counter()
        self.saved = self.logged = self.begun

    @property
    def trained(self) -> float:
        """Seconds trained so far, earlier runs included."""
        return self.already + time.perf_counter() - self.begun

    @property
    def progress(self) -> float:
        """Share of the budget used, 0 to 1."""
        return min(1.0, self.trained / self.budget)

    @property
    def over(self) -> bool:
        """Whether the budget is used up."""
        return self.trained >= self.budget

    def due_to_save(self, every: float = CHECKPOINT_SECONDS) -> bool:
        """True once per `every` seconds."""
        if time.perf_counter() - self.saved < every:
            return False
        self.saved = time.perf_counter()
        return True

    def due_to_log(self, every: float = 20.0) -> bool:
        """True once per `every` seconds."""
        if time.perf_counter() - self.logged < every:
            return False
        self.logged = time.perf_counter()
        return True


class Ema:
    """Exponential moving average of modules' weights; while young it follows them closely."""

    def __init__(self, modules: Iterable[nn.Module], decay: float) -> None:
        self.live = [p for module in modules for p in module.parameters()]
        self.shadow = [p.detach().clone() for p in self.live]
        self.decay = decay
        self.steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards the live weights; early on it follows them closely."""
        self.steps += 1
        decay = min(self.decay, (1.0 + self.steps) / (10.0 + self.steps))
        torch._foreach_lerp_(self.shadow, [p.detach() for p in self.live], 1.0 - decay)

    @torch.no_grad()
    def swap(self) -> None:
        """Exchange live and averaged weights (call again to go back)."""
        for live, average in zip(self.live, self.shadow, strict=True):
            kept = live.detach().clone()
            live.copy_(average)
            average.copy_(kept)

    def state_dict(self) -> dict[str, Any]:
        """Plain tensors for a checkpoint."""
        return {"shadow": self.shadow, "steps": self.steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the average of a checkpoint."""
        self.steps = state["steps"]
        for mine, theirs in zip(self.shadow, state["shadow"], strict=True):
            mine.copy_(theirs)


def orthogonalise(batch: Tensor, steps: int = 4) -> Tensor:
    """Replace every matrix of a batch by (nearly) its closest orthogonal one.

    The quintic Newton-Schulz iteration of Muon (K. Jordan et al. 2024,
    kellerjordan.github.io/posts/muon).
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x = batch.bfloat16()
    tall = x.size(-2) > x.size(-1)
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Muon for the matrices (convolutions flattened), with updates scaled to AdamW's size.

    Scale 0.2 * sqrt(larger side) as in Moonlight (Liu et al. 2025, arXiv 2502.16982), so that
    AdamW's learning rates carry over. Matrices of one shape are orthogonalised as one batch.
    """

    def __init__(
        self, params: Iterable[Any], lr: float, momentum: float = 0.95, decay: float = 0.01
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One update of all matrices."""
        for group in self.param_groups:
            by_shape: dict[tuple[int, ...], list[Tensor]] = defaultdict(list)
            for p in group["params"]:
                if p.grad is not None:
                    by_shape[tuple(p.shape)].append(p)
            for shape, params in by_shape.items():
                updates = []
                for p in params:
                    state = self.state[p]
                    if "momentum" not in state:
                        state["momentum"] = torch.zeros_like(p)
                    state["momentum"].lerp_(p.grad, 1.0 - group["momentum"])
                    updates.append(p.grad.lerp(state["momentum"], group["momentum"]).flatten(1))
                turned = orthogonalise(torch.stack(updates)).float()
                size = 0.2 * math.sqrt(max(turned.shape[-2:]))
                for p, update in zip(params, turned.unbind(), strict=True):
                    p.mul_(1.0 - group["lr"] * group["decay"])
                    p.add_(update.reshape(shape), alpha=-group["lr"] * size)


def split_parameters(module: nn.Module, ends: tuple[str, ...]) -> tuple[list[Any], list[Any]]:
    """Parameters for Muon (hidden matrices) and for AdamW (vectors, and what `ends` names)."""
    matrices, others = [], []
    for name, p in module.named_parameters():
        hidden = p.ndim >= 2 and min(p.shape[0], p[0].numel()) >= 8
        (matrices if hidden and not name.startswith(ends) else others).append(p)
    return matrices, others


def log(work: Path, line: str) -> None:
    """Print a line with the time, and keep it in the work folder's log."""
    text = f"{time.strftime('%H:%M:%S')} {line}"
    print(text, flush=True)
    work.mkdir(parents=True, exist_ok=True)
    with (work / "log.txt").open("a", encoding="utf-8") as file:
        file.write(text + "\n")
