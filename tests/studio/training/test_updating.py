"""Both ways from gradients to weights, and that the fused one holds one gradient at a time."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
import torch
from torch import nn

from studio.config import Memory, Optimizer, Schedule, validate
from studio.errors import StudioError
from studio.training.optimizer import make_optimizer, make_schedule
from studio.training.precision import make_accelerator
from studio.training.updating import Updater, make_updater

KINDS = ("adamw", "adamw8bit", "adamw4bit", "adamwfp8", "adafactor")


class Small:
    """Two adapters of matrices, trained by a loss of each step's own; counts living gradients."""

    def __init__(self, name: str, *, fused: bool, max_norm: float = 0.0) -> None:
        torch.manual_seed(0)
        first = nn.Sequential(*(nn.Linear(24, 24) for _ in range(3)))
        second = nn.Linear(24, 24)
        self.net = nn.Sequential(first, nn.Tanh(), second)
        groups = {
            "unet": (list(first.parameters()), 1e-2),
            "text_encoder": (list(second.parameters()), 1e-3),
        }
        self.parameters = list(self.net.parameters())
        self.most_alive = 0
        self._gradients: list[weakref.ref[torch.Tensor]] = []
        for parameter in self.parameters:
            parameter.register_post_accumulate_grad_hook(self._count)
        settings = Optimizer(fused_backward_pass=fused, max_grad_norm=max_norm)
        self.accelerator = make_accelerator(Memory())
        optimizer = make_optimizer(name, groups, settings)
        self.schedule = make_schedule(optimizer, Schedule(warmup=3), 20)
        self.optimizer = self.accelerator.prepare_optimizer(optimizer)
        self.updater: Updater = make_updater(
            settings, self.accelerator, self.optimizer, self.schedule, self.parameters
        )
        self.step = 0

    def _count(self, parameter: torch.Tensor) -> None:
        """Notes how many bytes of gradients live now, before an updater sees this one."""
        assert parameter.grad is not None
        self._gradients.append(weakref.ref(parameter.grad))
        alive = [gradient for one in self._gradients if (gradient := one()) is not None]
        self.most_alive = max(self.most_alive, sum(gradient.nbytes for gradient in alive))

    def backward(self, factor: float = 1.0) -> None:
        data = torch.randn(8, 24, generator=torch.Generator().manual_seed(self.step))
        loss = (self.net(data) - data).square().mean() * factor
        self.updater.backward(loss)

    def train(self, steps: int) -> list[float]:
        norms = []
        for _ in range(steps):
            self.backward()
            norms.append(float(self.updater.gradient_norm()))
            self.updater.update()
            self.step += 1
        return norms

    def weights(self) -> list[torch.Tensor]:
        return [parameter.detach().clone() for parameter in self.parameters]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", KINDS)
def test_both_ways_end_with_the_same_bits(name: str) -> None:
    usual, fused = Small(name, fused=False), Small(name, fused=True)
    assert usual.train(5) == pytest.approx(fused.train(5))
    assert same(usual.weights(), fused.weights())
    assert [group["lr"] for group in fused.optimizer.param_groups] == [
        group["lr"] for group in usual.optimizer.param_groups
    ]
    assert fused.optimizer.param_groups[1]["component"] == "text_encoder"


@pytest.mark.parametrize("name", KINDS)
def test_a_checkpoint_of_one_way_goes_on_with_the_other(name: str) -> None:
    through, usual, fused = (Small(name, fused=fused) for fused in (False, False, True))
    through.train(6)
    usual.train(3)
    for one, other in zip(usual.parameters, fused.parameters, strict=True):
        other.data.copy_(one.data)
    fused.optimizer.load_state_dict(usual.optimizer.state_dict())
    fused.schedule.load_state_dict(usual.schedule.state_dict())
    fused.step = 3
    fused.train(3)
    assert same(through.weights(), fused.weights())


def test_no_more_than_one_gradient_is_held() -> None:
    usual, fused, dry = (Small("adamw", fused=fused) for fused in (False, True, True))
    usual.train(1)
    fused.train(1)
    with dry.updater.dry():
        dry.backward()
    assert usual.most_alive == sum(parameter.nbytes for parameter in usual.parameters)
    assert fused.most_alive == dry.most_alive == 24 * 24 * 4


@pytest.mark.parametrize("fused", [False, True])
def test_a_dry_pass_leaves_no_trace(fused: bool) -> None:
    small = Small("adamw", fused=fused)
    before = small.weights()
    with small.updater.dry():
        small.backward()
    assert same(before, small.weights())
    assert all(parameter.grad is None for parameter in small.parameters)
    assert not small.optimizer.state
    assert small.updater.gradient_norm() == 0.0
    small.train(2)
    assert not same(before, small.weights())


def test_gradients_are_shortened_to_the_limit() -> None:
    small = Small("adamw", fused=False, max_norm=1e-3)
    small.backward()
    assert small.updater.gradient_norm() > 1e-2
    gradients = [parameter.grad for parameter in small.parameters]
    assert torch.linalg.vector_norm(torch.cat([g.flatten() for g in gradients])) < 1.001e-3


@pytest.mark.parametrize("name", KINDS)
def test_no_weight_meets_a_loss_that_is_not_finite(name: str) -> None:
    small = Small(name, fused=True)
    small.train(1)
    before = small.weights()
    small.backward(factor=float("inf"))
    assert small.updater.whole
    assert same(before, small.weights())


@pytest.mark.parametrize("fused", [False, True])
def test_tells_when_weights_are_between_two_steps(fused: bool) -> None:
    small = Small("adamw", fused=fused)
    states = [small.updater.whole]
    small.backward()
    states.append(small.updater.whole)
    small.updater.gradient_norm()
    small.updater.update()
    states.append(small.updater.whole)
    assert states == [True, not fused, True]


def test_a_scaled_loss_needs_all_gradients() -> None:
    small = Small("adamw", fused=False)
    settings = Optimizer(fused_backward_pass=True, max_grad_norm=0.0)
    small.accelerator.scaler = object()
    with pytest.raises(StudioError) as error:
        make_updater(settings, small.accelerator, small.optimizer, None, small.parameters)
    assert error.value.code == "optimizer.fused_fp16"


@pytest.mark.parametrize(
    ("sections", "rule"),
    [
        ({"optimizer": {"fused_backward_pass": True}}, "fused_backward_pass needs max_grad_norm 0"),
        (
            {
                "optimizer": {"fused_backward_pass": True, "max_grad_norm": 0.0},
                "schedule": {"gradient_accumulation": 2},
            },
            "optimizer.fused_backward_pass needs schedule.gradient_accumulation 1",
        ),
    ],
)
def test_settings_that_contradict_it_are_refused(sections: dict[str, Any], rule: str) -> None:
    with pytest.raises(StudioError) as error:
        validate({"dataset": [{"path": "images"}], **sections})
    assert error.value.params["rule"] == rule
