"""The processes that compute a run together, as torchrun or ``accelerate launch`` starts them.

Settings describe the result; the number of processes decides only how soon it is there. Each one
computes its shares of a step's images, the gradients are summed, and all make the same update. The
main process, of rank 0, does the rest: the run's folder, commands, previews, checkpoints, the file.

Alone, everything here costs nothing. What meets other processes raises ``processes.lost`` when one
of them has ended.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list, gather_object, reduce
from torch import Tensor, nn

from studio.config import Settings
from studio.data.problems import Problem
from studio.errors import StudioError
from studio.training.memory import is_out_of_memory, reason
from studio.training.precision import run_device

Shared = TypeVar("Shared")

Share = tuple[int, range]
"""Which batch of a step, and which places in it."""

_PATIENCE = timedelta(days=7)
"""How long a process waits for the main one, which may draw many previews, or be paused."""


@dataclass(frozen=True)
class Processes:
    """How many processes compute the run, and which of them this is."""

    count: int = 1
    rank: int = 0

    @classmethod
    def join(cls, settings: Settings) -> Processes:
        """Meets the processes that were started together with this one, if any.

        Raises ``processes.too_many`` if there would never be an image for one of them,
        ``processes.apart`` on devices that cannot compute together, and ``processes.fused``.
        """
        device = run_device()
        state = PartialState(cpu=device.type == "cpu", timeout=_PATIENCE)
        together = cls(state.num_processes, state.process_index)
        started = int(os.environ.get("WORLD_SIZE", "1"))
        if started != together.count:
            raise StudioError("processes.apart", count=started, device=device.type)
        images = settings.data.batch_size * settings.schedule.gradient_accumulation
        if images < together.count:
            raise StudioError("processes.too_many", count=together.count, images=images)
        if together.count > 1 and settings.optimizer.fused_backward_pass:
            raise StudioError("processes.fused")
        return together

    @property
    def is_main(self) -> bool:
        """Whether this one speaks and writes for all."""
        return self.rank == 0

    @property
    def place(self) -> tuple[int, ...]:
        """What tells this one from the others in a seed; nothing if it is alone.

        Only ``network.dropout`` needs it: its masks are the one thing that another number of
        processes draws anew.
        """
        return (self.rank,) if self.count > 1 else ()

    @property
    def problems(self) -> list[Problem]:
        """That accelerate was asked for several processes and started one: on CPUs it needs MPI.

        What it was asked for it does not tell; but for one process it names no address to meet at.
        """
        environment = os.environ
        by_accelerate = "ACCELERATE_MIXED_PRECISION" in environment and "MASTER_ADDR" in environment
        if by_accelerate and "WORLD_SIZE" not in environment and self.count == 1:
            return [Problem("processes.one_only")]
        return []

    def shares(self, sizes: Sequence[int], at_once: int | None = None) -> list[Share]:
        """What this one computes of a step whose batches have ``sizes`` images.

        In shares of at most ``at_once`` images, or as few shares as there are processes.
        """
        return self._all_shares(sizes, at_once)[self.rank :: self.count]

    def largest_share(self, size: int, at_once: int | None = None) -> range:
        """The places of the largest share, whoever has it, of a batch of ``size`` images."""
        return self._all_shares([size], at_once)[0][1]

    def _all_shares(self, sizes: Sequence[int], at_once: int | None) -> list[Share]:
        largest = max(sizes)
        return split(sizes, max(self.count, -(-largest // (at_once or largest))))

    def add_up(self, parameters: Sequence[nn.Parameter], loss: Tensor, asked: bool) -> Tensor:
        """Sums the gradients over all processes, in one all-reduce together with what they tell.

        Returns the sums of ``loss`` (a scalar) and of how many ``asked`` to end the run, float32
        (2,) on the device; alone only the former, (1,). No gradient counts as zeros.
        """
        if self.count == 1:
            return loss[None]
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        told = torch.stack([loss, torch.full_like(loss, float(asked))])
        flat = torch.cat([*(gradient.flatten() for gradient in gradients), told])
        with _meeting():
            summed: Tensor = reduce(flat, "sum")
        parts = summed[: -len(told)].split([gradient.numel() for gradient in gradients])
        for parameter, part in zip(parameters, parts, strict=True):
            parameter.grad = part.view_as(parameter)
        return summed[-len(told) :]

    def agree(self, asked: bool) -> bool:
        """Whether any process ``asked``; all wait for each other."""
        return any(self.gather([asked]))

    def gather(self, items: list[Shared]) -> list[Shared]:
        """The items of all processes, in order of rank; all wait for each other."""
        if self.count == 1:
            return items
        with _meeting():
            gathered: list[Shared] = gather_object(items)
        return gathered

    def from_main(self, value: Shared | None) -> Shared:
        """The main process's ``value``; the others' does not matter."""
        box: list[Any] = [value]
        if self.count > 1:
            with _meeting():
                broadcast_object_list(box)
        shared: Shared = box[0]
        return shared

    @contextmanager
    def main_first(self) -> Iterator[None]:
        """The others enter once the main process has left: what it wrote then lies there."""
        if not self.is_main:
            self.gather([])
        yield
        if self.is_main:
            self.gather([])


def split(sizes: Sequence[int], parts: int) -> list[Share]:
    """The images of a step in shares: each batch in up to ``parts`` of nearly the same size.

    Larger ones come first. No share is empty, and none mixes batches, whose images differ in size.
    """
    shares: list[Share] = []
    for number, size in enumerate(sizes):
        pieces = min(parts, size)
        small, larger = divmod(size, pieces)
        start = 0
        for piece in range(pieces):
            end = start + small + (piece < larger)
            shares.append((number, range(start, end)))
            start = end
    return shares


@contextmanager
def _meeting() -> Iterator[None]:
    """Turns what the network says when a process is gone into ``processes.lost``."""
    try:
        yield
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise StudioError("processes.lost", reason=reason(error)) from error
