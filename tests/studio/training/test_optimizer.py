"""Optimizers by name, truthful about bits, and learning-rate schedules."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from studio.config import Optimizer, Schedule
from studio.errors import StudioError
from studio.training.optimizer import make_optimizer, make_schedule


def parameters() -> list[nn.Parameter]:
    torch.manual_seed(0)
    return [nn.Parameter(torch.randn(4, 96)), nn.Parameter(torch.randn(128, 64))]


def share_in_8_bits(optimizer: torch.optim.Optimizer) -> float:
    """The share (0 to 1) of the optimizer's state entries that are held in 8 bits."""
    sizes = {True: 0, False: 0}
    for parameter, state in optimizer.state.items():
        for value in state.values():
            if torch.is_tensor(value) and value.numel() == parameter.numel():  # not scales or maps
                sizes[value.dtype == torch.uint8] += value.numel()
    return sizes[True] / max(1, sum(sizes.values()))


def test_auto_is_8_bit_only_where_it_is_fast() -> None:
    auto = Optimizer(type="auto")
    assert [auto.on(device) for device in ("cuda", "cpu", "mps")] == ["adamw8bit", "adamw", "adamw"]
    with pytest.raises(StudioError) as error:
        Optimizer(type="adamw8bit").on("mps")
    assert error.value.code == "optimizer.no_8bit"


@pytest.mark.parametrize(("name", "share"), [("adamw", 0.0), ("adamw8bit", 1.0)])
def test_state_is_held_in_the_promised_bits(name: str, share: float) -> None:
    tensors = parameters()
    optimizer = make_optimizer(name, {"unet": (tensors, 1e-3)}, Optimizer())
    for tensor in tensors:
        tensor.grad = torch.ones_like(tensor)
    before = [tensor.detach().clone() for tensor in tensors]
    optimizer.step()
    assert all(not torch.equal(old, new) for old, new in zip(before, tensors, strict=True))
    assert share_in_8_bits(optimizer) == pytest.approx(share, abs=0.02)


def test_each_component_has_its_own_rate() -> None:
    one, two = parameters()
    groups = {"unet": ([one], 1e-3), "text_encoder": ([two], 1e-4)}
    optimizer = make_optimizer("adamw", groups, Optimizer())
    assert {g["component"]: g["lr"] for g in optimizer.param_groups} == {
        "unet": 1e-3,
        "text_encoder": 1e-4,
    }


@pytest.mark.parametrize(
    ("name", "at_start", "halfway", "at_end"),
    [
        ("constant", 1.0, 1.0, 1.0),
        ("linear", 1.0, 0.5, 0.0),
        ("cosine", 1.0, 0.5, 0.0),
        ("cosine_with_restarts", 1.0, 1.0, 0.0),
        ("polynomial", 1.0, 0.25, 0.0),
    ],
)
def test_schedules_after_their_warm_up(
    name: str, at_start: float, halfway: float, at_end: float
) -> None:
    settings = Schedule(lr_scheduler=name, warmup=10, restarts=2, power=2.0)
    optimizer = make_optimizer("adamw", {"unet": (parameters(), 1.0)}, Optimizer())
    schedule = make_schedule(optimizer, settings, 110)
    rates = []
    for _ in range(111):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert rates[5] == pytest.approx(0.5)
    expected = [at_start, halfway, at_end]
    assert [rates[10], rates[60], rates[110]] == pytest.approx(expected, abs=1e-3)
