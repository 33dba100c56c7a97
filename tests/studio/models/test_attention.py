"""Attention written out: what the fused kernel gives, and only where it was asked for."""

from __future__ import annotations

import pytest
import torch
from diffusers.models.attention_processor import Attention, AttnProcessor2_0
from torch import Tensor

from studio.models import attention
from studio.models.attention import PlainAttnProcessor


def module(**extras: object) -> Attention:
    torch.manual_seed(0)
    return Attention(query_dim=48, cross_attention_dim=40, heads=3, dim_head=16, **extras)


def run(attn: Attention, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Output, and gradient of the queries' input."""
    torch.manual_seed(1)
    x = torch.randn(2, 30, 48).to(dtype).requires_grad_()
    y = attn(x, torch.randn(2, 7, 40).to(dtype))
    (gradient,) = torch.autograd.grad(y, x, torch.randn(y.shape).to(dtype))
    return y.detach(), gradient


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_values_and_gradients_are_those_of_the_fused_kernel(dtype: torch.dtype) -> None:
    attn = module().to(dtype)
    attn.set_processor(AttnProcessor2_0())
    wanted = run(attn, dtype)
    attn.set_processor(PlainAttnProcessor(30 * 7))
    tolerance = 8 * torch.finfo(dtype).eps
    for found, each in zip(run(attn, dtype), wanted, strict=True):
        scale = float(each.abs().max())
        torch.testing.assert_close(found, each, rtol=tolerance, atol=tolerance * scale)


@pytest.fixture
def written_out(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Sizes of the queries that were attended to without the fused kernel."""
    sizes: list[tuple[int, ...]] = []

    def note(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        sizes.append(tuple(query.shape))
        return real(query, key, value)

    real = attention.attend
    monkeypatch.setattr(attention, "attend", note)
    return sizes


def test_larger_tables_take_the_fused_kernel(written_out: list[tuple[int, ...]]) -> None:
    attn = module()
    attn.set_processor(PlainAttnProcessor(30 * 7 - 1))
    run(attn, torch.float32)
    assert written_out == []
    attn.set_processor(PlainAttnProcessor(30 * 7))
    run(attn, torch.float32)
    assert written_out == [(2, 3, 30, 16)]


def test_drawing_takes_the_fused_kernel(written_out: list[tuple[int, ...]]) -> None:
    attn = module()
    attn.set_processor(AttnProcessor2_0())
    x, text = torch.randn(1, 5, 48), torch.randn(1, 7, 40)
    with torch.no_grad():
        wanted = attn(x, text)
        attn.set_processor(PlainAttnProcessor(10**6))
        assert torch.equal(attn(x, text), wanted)
    assert written_out == []


def test_masks_and_other_builds_take_the_fused_kernel(written_out: list[tuple[int, ...]]) -> None:
    x, text = torch.randn(1, 5, 48), torch.randn(1, 7, 40)
    masked, normed = module(), module(norm_num_groups=4)
    for attn, mask in ((masked, torch.zeros(1, 7)), (normed, None)):
        attn.set_processor(PlainAttnProcessor(10**6))
        attn(x, text, attention_mask=mask)
    assert written_out == []
