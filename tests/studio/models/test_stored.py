"""Weights in few bits: how many, and how far from what they were."""

from __future__ import annotations

import math

import pytest
import torch
from bitsandbytes import functional as bnb
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from studio.models.stored import Nf4, few_bits

KINDS = ("nf4", "int8", "fp8")
ERRORS = {"nf4": 0.1, "int8": 0.008, "fp8": 0.027}
"""Of normally distributed weights, relative and root mean square."""

BYTES = {"nf4": 0.52, "int8": 1.02, "fp8": 1.02}


def weights(*shape: int) -> Tensor:
    return 0.02 * torch.randn(shape, generator=torch.Generator().manual_seed(0))


def error(found: Tensor, wanted: Tensor) -> float:
    return float((found.double() - wanted.double()).norm() / wanted.double().norm())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_bytes_and_errors_are_those_of_its_kind(kind: str, dtype: torch.dtype) -> None:
    weight = weights(320, 64, 3, 3).to(dtype)
    stored = few_bits(weight, kind)
    assert 0 < error(stored.weight(torch.float32), weight) < ERRORS[kind]
    assert stored.bytes == sum(tensor.nbytes for tensor in stored.tensors.values())
    assert stored.bytes <= BYTES[kind] * weight.numel()


@pytest.mark.parametrize("kind", KINDS)
def test_every_precision_rounds_the_same_values(kind: str) -> None:
    stored = few_bits(weights(77, 129), kind)
    exact = stored.weight(torch.float32)
    for dtype in (torch.bfloat16, torch.float16):
        assert torch.equal(stored.weight(dtype), exact.to(dtype))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(1, 70), min_size=1, max_size=4).filter(lambda s: math.prod(s) < 50_000),
    st.sampled_from(KINDS),
    st.sampled_from([torch.float32, torch.bfloat16]),
    st.sampled_from([1e-6, 0.02, 300.0]),
)
def test_any_shape_and_size_of_numbers_comes_back(
    shape: list[int], kind: str, dtype: torch.dtype, scale: float
) -> None:
    weight = (scale * torch.randn(shape, generator=torch.Generator().manual_seed(1))).to(dtype)
    found = few_bits(weight, kind).weight(dtype)
    assert found.shape == weight.shape
    assert found.dtype == dtype
    assert found.is_contiguous()
    # NF4's widest gap is between its first two numbers; the 8 bits of its scales add a little.
    limit = {"nf4": 0.17, "int8": 0.51 / 127, "fp8": 0.036}[kind] + torch.finfo(dtype).eps
    assert (found - weight).abs().max() <= limit * weight.abs().max()


@pytest.mark.parametrize("kind", KINDS)
def test_zeros_stay_zeros_and_a_number_that_is_none_is_not_hidden(kind: str) -> None:
    weight = weights(4, 128)
    weight[1] = 0.0
    found = few_bits(weight, kind).weight(torch.float32)
    assert not found[1].any()
    weight[2, 5] = torch.nan
    assert few_bits(weight, kind).weight(torch.float32)[2].isnan().any()


@pytest.mark.parametrize("kind", KINDS)
def test_one_large_weight_spoils_its_block_only(kind: str) -> None:
    weight = weights(8, 256)
    before = few_bits(weight, kind).weight(torch.float32)
    weight[3, 10] = 1.0
    after = few_bits(weight, kind).weight(torch.float32)
    elsewhere = torch.ones(8, 256, dtype=torch.bool)
    elsewhere[3, :128] = False
    assert error(after[elsewhere], before[elsewhere]) < 0.02
    assert abs(float(after[3, 10]) - 1) < 0.06


def test_nf4_is_that_of_bitsandbytes() -> None:
    weight = weights(640, 320)
    theirs = bnb.dequantize_4bit(
        *bnb.quantize_4bit(weight, blocksize=64, quant_type="nf4", compress_statistics=True)
    )
    ours = few_bits(weight, "nf4").weight(torch.float32)
    same = torch.isclose(ours, theirs, rtol=1e-6, atol=0)
    assert same.double().mean() > 0.999  # where two numbers are as near, either is right
    assert abs(error(ours, weight) - error(theirs, weight)) < 1e-5


def test_int8_and_fp8_are_what_torch_makes_of_them() -> None:
    weight = weights(64, 64)
    for kind, largest in (("int8", 127), ("fp8", 448)):
        stored = few_bits(weight, kind)
        codes, scales = stored.tensors["codes"], stored.tensors["scales"]
        assert torch.equal(
            stored.weight(torch.float32).view(-1, 128), codes.float() * scales.float()
        )
        assert float(codes.float().abs().max()) == largest


def test_all_numbers_of_fp8_are_read_right() -> None:
    numbers = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn)
    numbers = numbers[~numbers.float().isnan()]
    weight = numbers.float().repeat(1, 64)[:, : 64 * 254].contiguous()
    assert torch.equal(few_bits(weight, "fp8").weight(torch.float32), weight)


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_moves(kind: str) -> None:
    moved = few_bits(weights(30, 20), kind).to(torch.device("meta"))
    assert moved.tensors
    assert all(tensor.is_meta for tensor in moved.tensors.values())
    assert moved.shape == (30, 20)
    assert isinstance(moved, Nf4) == (kind == "nf4")
