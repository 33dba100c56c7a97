"""From losses to updated weights: all at once after the backward pass, or each within it.

A step calls `Updater.backward` for each of its shares, then `gradient_norm`, then `update`.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from studio.config import Optimizer
from studio.errors import StudioError


class Updater(Protocol):
    """``whole`` is false while weights and optimizer are not those of one step, but in between."""

    whole: bool

    def backward(self, loss: Tensor) -> None:
        """The backward pass."""

    def gradient_norm(self) -> Tensor:
        """The norm of the step's gradients before they are shortened; a scalar on the device."""

    def update(self) -> None:
        """Leaves weights and learning rates of the next step, and no gradient."""

    def dry(self) -> contextlib.AbstractContextManager[None]:
        """While it is open, backward passes change nothing, and leave nothing in the end."""


def make_updater(
    settings: Optimizer,
    accelerator: Any,
    optimizer: Any,
    schedule: Any,
    parameters: Sequence[Tensor],
) -> Updater:
    """The way that ``settings`` ask for; ``optimizer`` is the accelerator's.

    Raises ``optimizer.fused_fp16``: taking off the scale of a loss needs all gradients.
    """
    if not settings.fused_backward_pass:
        limit = settings.max_grad_norm or torch.inf
        return AfterBackward(accelerator, optimizer, schedule, parameters, limit)
    if accelerator.scaler:
        raise StudioError("optimizer.fused_fp16")
    return WithinBackward(accelerator, optimizer.optimizer, schedule)


class AfterBackward:
    """The usual way: all gradients wait, are shortened together to ``limit``, and are used."""

    def __init__(
        self,
        accelerator: Any,
        optimizer: Any,
        schedule: Any,
        parameters: Sequence[Tensor],
        limit: float,
    ) -> None:
        self.whole = True
        self._accelerator = accelerator
        self._optimizer = optimizer
        self._schedule = schedule
        self._parameters = parameters
        self._limit = limit

    def backward(self, loss: Tensor) -> None:
        """Adds to the gradients."""
        self._accelerator.backward(loss)

    def gradient_norm(self) -> Tensor:
        """Takes off the scale of the loss and shortens the gradients; their norm before."""
        self._accelerator.unscale_gradients(self._optimizer)
        return torch.nn.utils.clip_grad_norm_(self._parameters, self._limit)

    def update(self) -> None:
        """Uses the gradients and drops them."""
        self.whole = False
        self._optimizer.step()
        self._optimizer.zero_grad()
        self._schedule.step()
        self.whole = True

    @contextlib.contextmanager
    def dry(self) -> Iterator[None]:
        """Drops the gradients at the end."""
        try:
            yield
        finally:
            self._optimizer.zero_grad()


class WithinBackward:
    """kohya's fused backward pass: each gradient updates its weights and is freed at once.

    Weights end with the same bits as `AfterBackward` without a limit leaves, for no optimizer here
    looks at two at a time; a checkpoint of the one goes on with the other.
    """

    def __init__(self, accelerator: Any, optimizer: torch.optim.Optimizer, schedule: Any) -> None:
        self.whole = True
        self._accelerator = accelerator
        self._optimizer = optimizer
        self._schedule = schedule
        self._norms: list[Tensor] = []
        self._dry = False
        for number, group in enumerate(optimizer.param_groups):
            meet = functools.partial(self._meet, number)
            for parameter in group["params"]:
                parameter.register_post_accumulate_grad_hook(meet)

    def backward(self, loss: Tensor) -> None:
        """Backward pass and update; neither if the loss is not finite, which waits for the device.

        Found out only afterwards, it would be in all weights.
        """
        if math.isfinite(loss.item()):
            self._accelerator.backward(loss)

    def gradient_norm(self) -> Tensor:
        """The norm of the gradients, which are gone."""
        norms = self._norms or [torch.zeros((), device=self._accelerator.device)]
        norm: Tensor = torch.linalg.vector_norm(torch.stack(norms))
        return norm

    def update(self) -> None:
        """Turns to the next step."""
        self._norms.clear()
        self._schedule.step()
        self.whole = True

    @contextlib.contextmanager
    def dry(self) -> Iterator[None]:
        """Frees gradients at once, as in a real pass, and uses none."""
        self._dry = True
        try:
            yield
        finally:
            self._dry = False

    def _meet(self, number: int, parameter: Tensor) -> None:
        """``parameter``, of the optimizer's group ``number``, has its whole gradient."""
        if not self._dry:
            assert parameter.grad is not None
            self.whole = False
            self._norms.append(torch.linalg.vector_norm(parameter.grad))
            self._step(number, parameter)
        parameter.grad = None

    def _step(self, number: int, parameter: Tensor) -> None:
        """Lets the optimizer see one weight: to look through all for each would take longer."""
        groups = self._optimizer.param_groups
        self._optimizer.param_groups = [{**groups[number], "params": [parameter]}]
        try:
            self._optimizer.step()
        finally:
            self._optimizer.param_groups = groups
