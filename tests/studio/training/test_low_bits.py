"""AdamW with moments of 4 and 8 bits: the formats, and steps like those of torch's AdamW."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
import torch
from torch import nn

from studio.training import low_bits
from studio.training.low_bits import Float8, Format, FourBits, LowBitAdamW

FORMATS = [FourBits(), Float8()]


@pytest.mark.parametrize("format", FORMATS, ids=["4bit", "fp8"])
def test_what_divides_is_never_zero(format: Format) -> None:
    values = torch.cat([torch.zeros(1, 8), torch.logspace(-12, 0, format.block - 8)[None]], 1)
    assert (format.read_positive(format.write_positive(values)) > 0).all()


@pytest.mark.parametrize("format", FORMATS, ids=["4bit", "fp8"])
def test_ends_and_zero_are_exact(format: Format) -> None:
    values = torch.zeros(1, format.block)
    values[0, :2] = torch.tensor([1.0, -1.0])
    assert torch.equal(format.read_signed(format.write_signed(values)), values)
    ones = torch.ones(1, format.block)
    assert torch.equal(format.read_positive(format.write_positive(ones)), ones)


@pytest.mark.parametrize(("format", "error"), [(FourBits(), 0.14), (Float8(), 0.063)])
def test_codes_are_the_nearest(format: Format, error: float) -> None:
    values = torch.linspace(-1, 1, 16 * format.block).view(-1, format.block)
    assert (format.read_signed(format.write_signed(values)) - values).abs().max() < error
    values = values.abs()
    assert (format.read_positive(format.write_positive(values)) - values).abs().max() < error


def last_loss(make: Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]) -> float:
    """Of a small regression with noise, whose inputs and so whose gradients are of many sizes."""
    torch.manual_seed(0)
    inputs = torch.randn(512, 65) * torch.logspace(-0.5, 0.5, 65)
    wanted = torch.tanh(inputs @ torch.randn(65, 8) / 10) + 0.1 * torch.randn(512, 8)
    net = nn.Sequential(nn.Linear(65, 64), nn.Tanh(), nn.Linear(64, 8))
    optimizer = make(net.parameters())
    losses = []
    for _ in range(250):
        chosen = torch.randperm(512)[:128]
        loss = nn.functional.mse_loss(net(inputs[chosen]), wanted[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]
    return sum(losses[-20:]) / 20


@pytest.mark.parametrize("format", FORMATS, ids=["4bit", "fp8"])
def test_learns_as_well_as_adamw(format: Format) -> None:
    rates = {"lr": 3e-3, "weight_decay": 0.01}
    usual = last_loss(lambda tensors: torch.optim.AdamW(tensors, **rates))
    assert last_loss(lambda tensors: LowBitAdamW(tensors, format, **rates)) < 1.05 * usual


@pytest.mark.parametrize(("format", "least"), [(FourBits(), 0.7), (Float8(), 0.99)])
def test_steps_point_where_adamw_steps_do(format: Format, least: float) -> None:
    torch.manual_seed(0)
    (one,), (other,) = [[nn.Parameter(torch.zeros(16, 320))] for _ in range(2)]
    usual = torch.optim.AdamW([one], lr=1e-3)
    ours = LowBitAdamW([other], format, lr=1e-3, weight_decay=0.01)
    sizes = torch.exp(torch.randn(16, 320))
    for _ in range(30):
        before = one.detach().clone(), other.detach().clone()
        one.grad = sizes * torch.randn(16, 320)
        other.grad = one.grad.clone()
        usual.step()
        ours.step()
    moves = (one - before[0]).flatten(), (other - before[1]).flatten()
    assert torch.cosine_similarity(*moves, dim=0) > least
    assert moves[1].abs().max() < 4 * moves[0].abs().max()


@pytest.mark.parametrize("format", FORMATS, ids=["4bit", "fp8"])
def test_the_first_step_is_that_of_adamw(format: Format) -> None:
    torch.manual_seed(0)
    one = nn.Parameter(torch.randn(7, 11))
    other = nn.Parameter(one.detach().clone())
    one.grad = torch.randn(7, 11)
    other.grad = one.grad.clone()
    torch.optim.AdamW([one], lr=1e-3, weight_decay=0.01).step()
    LowBitAdamW([other], format, lr=1e-3, weight_decay=0.01).step()
    assert torch.allclose(one, other, atol=1e-7)


@pytest.mark.parametrize("format", FORMATS, ids=["4bit", "fp8"])
def test_what_is_updated_together_does_not_matter(
    format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> list[nn.Parameter]:
        torch.manual_seed(0)
        tensors = [nn.Parameter(torch.randn(shape)) for shape in [(4, 96), (3, 3, 3), (129,), (1,)]]
        optimizer = LowBitAdamW(tensors, format, lr=1e-3, weight_decay=0.01)
        for number in range(4):
            for tensor in tensors:
                tensor.grad = torch.randn(tensor.shape)
            tensors[number % 2].grad = None  # their steps count apart
            optimizer.step()
        return tensors

    together = run()
    monkeypatch.setattr(low_bits, "_AT_ONCE", 1)
    assert all(torch.equal(one, other) for one, other in zip(together, run(), strict=True))


@pytest.mark.parametrize("format", FORMATS, ids=["4bit", "fp8"])
def test_half_precision_and_strided_weights(format: Format) -> None:
    weight = nn.Parameter(
        torch.ones(4, 8, 3, 3, dtype=torch.bfloat16).to(memory_format=torch.channels_last)
    )
    optimizer = LowBitAdamW([weight], format, lr=0.1, weight_decay=0.0)
    weight.grad = torch.zeros_like(weight)
    weight.grad[1, 2, 0, 1] = 3.0
    optimizer.step()
    assert weight[1, 2, 0, 1].item() == pytest.approx(0.9, abs=0.01)
    assert (weight == 1).sum() == weight.numel() - 1
