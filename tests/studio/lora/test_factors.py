"""Sums are exact, cuts are the best of their size: against the whole matrix and its SVD."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from studio.lora.factors import Size, cut_matrix, cut_module, joined
from studio.models.lora_file import LoraModule
from tests.studio.lora.made import off, product

LINEAR, KERNEL = (12, 10), (9, 6, 3, 3)


def module(shape: tuple[int, ...], rank: int, alpha: float, seed: int = 0) -> LoraModule:
    generator = torch.Generator().manual_seed(seed)
    outer = [1] * (len(shape) - 2)
    down = torch.randn(rank, *shape[1:], generator=generator)
    return LoraModule(down, torch.randn(shape[0], rank, *outer, generator=generator), alpha)


def effect(one: LoraModule) -> Tensor:
    return product(one.down, one.up, one.alpha / one.down.shape[0])


weights = st.floats(-2, 2).map(lambda number: round(number, 2))
part = st.tuples(st.integers(1, 9), st.sampled_from([0.5, 1.0, 3.0, 8.0, 64.0]), weights)


@settings(max_examples=40, deadline=None)
@given(parts=st.lists(part, min_size=1, max_size=4), shape=st.sampled_from([LINEAR, KERNEL]))
def test_a_sum_is_exact(parts: list[tuple[int, float, float]], shape: tuple[int, ...]) -> None:
    given_ = [
        (module(shape, rank, alpha, seed), weight)
        for seed, (rank, alpha, weight) in enumerate(parts)
    ]
    wanted = sum((weight * effect(one) for one, weight in given_), torch.zeros(shape).double())
    size = sum((abs(weight) * effect(one).norm() for one, weight in given_), torch.tensor(0.0))
    made = joined(given_)
    assert made.rank == sum(rank for rank, _, _ in parts)
    assert float((effect(made) - wanted).norm()) <= 1e-6 * float(size)


def test_a_single_adapter_keeps_its_factors() -> None:
    one = module(LINEAR, 4, 2.0)
    made = joined([(one, 1.0)])
    assert torch.equal(made.down, one.down)
    assert torch.equal(made.up, one.up)
    assert made.alpha == 2.0


@pytest.mark.parametrize("shape", [LINEAR, KERNEL])
@pytest.mark.parametrize("rank", [1, 3, 6, 20])
def test_a_cut_is_the_best_of_its_rank(shape: tuple[int, ...], rank: int) -> None:
    one = module(shape, 6, 3.0)
    whole = effect(one)
    left, values, right = torch.linalg.svd(whole.flatten(1), full_matrices=False)
    best = (left[:, :rank] * values[:rank]) @ right[:rank]
    for cut in (cut_module(one, Size(rank=rank)), cut_matrix(whole, Size(rank=rank))):
        assert cut.module is not None
        assert cut.module.rank == min(rank, 6)
        assert cut.module.delta().shape == shape
        assert off(effect(cut.module), best.reshape(shape)) < 1e-6
        assert cut.kept / cut.total == pytest.approx(
            float(values[:rank].square().sum() / values.square().sum())
        )


@settings(max_examples=30, deadline=None)
@given(energy=st.floats(0.01, 1.0), rank=st.integers(1, 8))
def test_a_cut_by_energy_is_the_smallest_that_keeps_it(energy: float, rank: int) -> None:
    one = module(LINEAR, rank, 3.0)
    squares = torch.linalg.svdvals(effect(one)).square()
    shares = squares.cumsum(0) / squares.sum()
    for cut in (cut_module(one, Size(energy=energy)), cut_matrix(effect(one), Size(energy=energy))):
        assert cut.module is not None
        kept = cut.module.rank
        assert shares[kept - 1] >= energy - 1e-9
        assert kept == 1 or shares[kept - 2] < energy + 1e-9


@pytest.mark.parametrize("shape", [(40, 8), (8, 40), (6, 5, 3, 3), (7, 30, 1, 1)])
def test_a_planted_change_is_found_whole(shape: tuple[int, ...]) -> None:
    planted = effect(module(shape, 3, 3.0))
    cut = cut_matrix(planted.float(), Size(rank=32))
    assert cut.module is not None
    assert off(effect(cut.module), planted) < 1e-6
    assert cut.kept / cut.total == pytest.approx(1)


@pytest.mark.parametrize("size", [Size(rank=4), Size(energy=0.5)])
def test_no_effect_leaves_no_module(size: Size) -> None:
    one = module(LINEAR, 4, 2.0)
    silent = LoraModule(one.down, torch.zeros_like(one.up), 2.0)
    assert cut_module(silent, size).module is None
    assert cut_matrix(torch.zeros(4, 6), size).module is None


def test_factors_are_balanced_so_that_half_precision_holds_them() -> None:
    cut = cut_matrix(1e-4 * effect(module(LINEAR, 4, 4.0)), Size(rank=4))
    assert cut.module is not None
    down, up = cut.module.down.norm(dim=1), cut.module.up.norm(dim=0)
    assert torch.allclose(down, up, rtol=1e-5)
