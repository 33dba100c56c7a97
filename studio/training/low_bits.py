"""AdamW whose two moments are kept in 4 bits or in 8-bit floating point, a scale for each block.

torchao has the like, but compiles its step (a C++ compiler, minutes), leaves small tensors in 32
bits, and its checkpoints open only where torchao is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import torch
from torch import Tensor, nn

_AT_ONCE = 1 << 18  # entries updated together: few kernels, and temporaries of some MB
_FP8 = torch.float8_e4m3fn
_FP8_MOST, _FP8_LEAST = 448.0, 2.0**-9


class Format(Protocol):
    """How a block of numbers is written, as bytes; values are float32 (blocks, entries)."""

    block: int

    def write_signed(self, values: Tensor) -> Tensor:
        """Codes of values from -1 to 1, uint8 (blocks, bytes)."""

    def read_signed(self, codes: Tensor) -> Tensor:
        """The values."""

    def write_positive(self, values: Tensor) -> Tensor:
        """Codes of values from 0 to 1, of which none is read as 0."""

    def read_positive(self, codes: Tensor) -> Tensor:
        """The values."""


class FourBits:
    """Two codes a byte. Signed ones are squares of k/7, so that small values keep some bits."""

    block = 128

    def write_signed(self, values: Tensor) -> Tensor:
        roots = values.abs().sqrt_().copysign_(values)
        return _pack(roots.mul_(7).round_().add_(8))

    def read_signed(self, codes: Tensor) -> Tensor:
        roots = _unpack(codes).sub_(8).div_(7)
        return roots.mul_(roots.abs())

    def write_positive(self, values: Tensor) -> Tensor:
        return _pack((values * 16).round_().clamp_(1, 16).sub_(1))

    def read_positive(self, codes: Tensor) -> Tensor:
        return _unpack(codes).add_(1).div_(16)


class Float8:
    """E4M3: 4 bits of exponent, 3 of mantissa."""

    block = 256

    def write_signed(self, values: Tensor) -> Tensor:
        return (values * _FP8_MOST).to(_FP8).view(torch.uint8)

    def read_signed(self, codes: Tensor) -> Tensor:
        return codes.view(_FP8).float().div_(_FP8_MOST)

    def write_positive(self, values: Tensor) -> Tensor:
        return (values * _FP8_MOST).clamp_(min=_FP8_LEAST).to(_FP8).view(torch.uint8)

    def read_positive(self, codes: Tensor) -> Tensor:
        return self.read_signed(codes)


class LowBitAdamW(torch.optim.Optimizer):
    """AdamW (Loshchilov & Hutter 2019), computed in float32 on moments of few bits.

    Of the second moment the root is kept, for it is what divides: its range fits few bits, and
    never 0, where a step would be without measure (Li et al. 2023, "Memory Efficient Optimizers
    with 4-bit States", leave zero out too). Rounding is to the nearest, so that resuming repeats
    every bit.
    """

    def __init__(
        self,
        params: Iterable[Any],
        format: Format,
        *,
        lr: float,
        weight_decay: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(
            params, {"lr": lr, "weight_decay": weight_decay, "betas": betas, "eps": eps}
        )
        self.format = format

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Updates the parameters that have a gradient."""
        for group in self.param_groups:
            for parameters in self._batches(group["params"]):
                self._update(parameters, group)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """torch gives what it loads the weights' dtype; codes get theirs back, without loss."""
        super().load_state_dict(state_dict)
        for state in self.state.values():
            state["exp_avg"] = state["exp_avg"].to(torch.uint8)
            state["exp_avg_sq"] = state["exp_avg_sq"].to(torch.uint8)

    def _batches(self, parameters: list[Tensor]) -> Iterator[list[Tensor]]:
        """Parameters that are updated together: as many steps old, and not too many."""
        batch: list[Tensor] = []
        entries = 0
        for parameter in parameters:
            if parameter.grad is None:
                continue
            if not self.state[parameter]:
                self.state[parameter] = self._fresh(parameter)
            new_step = batch and self.state[parameter]["step"] != self.state[batch[0]]["step"]
            if batch and (new_step or entries + parameter.numel() > _AT_ONCE):
                yield batch
                batch, entries = [], 0
            batch.append(parameter)
            entries += parameter.numel()
        if batch:
            yield batch

    def _fresh(self, parameter: Tensor) -> dict[str, Any]:
        zeros = _blocks(torch.zeros_like(parameter, dtype=torch.float32), self.format.block)
        scales = zeros.new_zeros(len(zeros), 1)
        return {
            "step": 0,
            "exp_avg": self.format.write_signed(zeros),
            "exp_avg_scale": scales,
            "exp_avg_sq": self.format.write_positive(zeros),
            "exp_avg_sq_scale": scales.clone(),
        }

    def _update(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        """One step of parameters that are equally many steps old; their states are replaced."""
        states = [self.state[parameter] for parameter in parameters]
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        gradient = torch.cat([_blocks(one.float(), self.format.block) for one in gradients])
        mean, root = self._moments(states)
        beta1, beta2 = group["betas"]
        mean.lerp_(gradient, 1 - beta1)
        root = root.square_().mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2).sqrt_()
        step = states[0]["step"] + 1
        self._keep(states, step, mean, root)

        divisor = root.div_(math.sqrt(1 - beta2**step)).add_(group["eps"])
        moves = mean.div_(divisor).mul_(-group["lr"] / (1 - beta1**step))
        torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
        pieces = moves.split([len(state["exp_avg_scale"]) for state in states])
        for parameter, piece in zip(parameters, pieces, strict=True):
            parameter.add_(piece.flatten()[: parameter.numel()].view(parameter.shape))

    def _moments(self, states: list[dict[str, Any]]) -> tuple[Tensor, Tensor]:
        """The mean and the root of the mean square, float32 (blocks, entries)."""
        mean = self.format.read_signed(torch.cat([state["exp_avg"] for state in states]))
        root = self.format.read_positive(torch.cat([state["exp_avg_sq"] for state in states]))
        mean.mul_(torch.cat([state["exp_avg_scale"] for state in states]))
        return mean, root.mul_(torch.cat([state["exp_avg_sq_scale"] for state in states]))

    def _keep(self, states: list[dict[str, Any]], step: int, mean: Tensor, root: Tensor) -> None:
        """Writes the moments back into ``states``."""
        mean_scale, root_scale = mean.abs().amax(1, keepdim=True), root.amax(1, keepdim=True)
        tiny = torch.finfo(torch.float32).tiny  # a block of zeros stays one: its scale is 0
        written = {
            "exp_avg": self.format.write_signed(mean / mean_scale.clamp(min=tiny)),
            "exp_avg_scale": mean_scale,
            "exp_avg_sq": self.format.write_positive(root / root_scale.clamp(min=tiny)),
            "exp_avg_sq_scale": root_scale,
        }
        counts = [len(state["exp_avg_scale"]) for state in states]
        for state in states:
            state["step"] = step
        for name, values in written.items():
            for state, piece in zip(states, values.split(counts), strict=True):
                state[name].copy_(piece)


def _blocks(values: Tensor, size: int) -> Tensor:
    """(blocks, size) of all entries in order, with zeros after the last."""
    flat = values.flatten()
    return nn.functional.pad(flat, (0, -len(flat) % size)).view(-1, size)


def _pack(codes: Tensor) -> Tensor:
    """(blocks, n/2) uint8 of (blocks, n) whole numbers from 0 to 15."""
    low, high = codes.to(torch.uint8).chunk(2, 1)
    return low | (high << 4)


def _unpack(packed: Tensor) -> Tensor:
    """(blocks, n) float32 from 0 to 15 of what `_pack` made."""
    return torch.cat([packed & 15, packed >> 4], 1).float()
