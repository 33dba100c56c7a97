"""Layers of all shapes, and what must stay the same however they run."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

LAYERS: dict[str, tuple[Callable[[], nn.Linear | nn.Conv2d], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(40, 56), (2, 7, 40)),
    "linear, no bias": (lambda: nn.Linear(40, 56, bias=False), (1, 77, 40)),
    "linear, odd widths": (lambda: nn.Linear(37, 53), (3, 5, 37)),
    "linear, one row": (lambda: nn.Linear(320, 64), (1, 320)),
    "3x3": (lambda: nn.Conv2d(32, 48, 3, padding=1), (1, 32, 8, 8)),
    "3x3, batch of 4, odd sides": (lambda: nn.Conv2d(32, 48, 3, padding=1), (4, 32, 7, 11)),
    "3x3, odd channels": (lambda: nn.Conv2d(4, 33, 3, padding=1, bias=False), (2, 4, 9, 5)),
    "3x3, not padded": (lambda: nn.Conv2d(16, 24, 3), (3, 16, 6, 9)),
    "3x3, dilated": (lambda: nn.Conv2d(16, 24, 3, padding=2, dilation=2), (1, 16, 6, 9)),
    "1x1": (lambda: nn.Conv2d(32, 48, 1), (2, 32, 6, 9)),
    "1x1, no bias": (lambda: nn.Conv2d(33, 48, 1, bias=False), (4, 33, 3, 3)),
    "stride 2": (lambda: nn.Conv2d(32, 48, 3, stride=2, padding=1), (2, 32, 8, 8)),
    "stride 2, odd sides": (lambda: nn.Conv2d(32, 48, 3, stride=2, padding=1), (1, 32, 9, 7)),
    "1x1, stride 2": (lambda: nn.Conv2d(32, 48, 1, stride=2), (1, 32, 9, 8)),
    "uneven": (lambda: nn.Conv2d(8, 16, (4, 5), (3, 2), (0, 1)), (2, 8, 13, 12)),
}


def both_ways(layer: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Output, and gradient of the input for a fixed gradient of the output."""
    x = x.clone().requires_grad_()
    y = layer(x)
    torch.manual_seed(1)
    (gradient,) = torch.autograd.grad(y, x, torch.randn(y.shape).to(y.dtype))
    return y.detach(), gradient


def assert_alike(found: Tensor, wanted: Tensor) -> None:
    """Equal but for a few roundings, from the order of additions."""
    assert found.shape == wanted.shape
    assert found.dtype == wanted.dtype
    tolerance = 16 * torch.finfo(wanted.dtype).eps
    torch.testing.assert_close(
        found, wanted, rtol=tolerance, atol=tolerance * float(wanted.abs().max())
    )
