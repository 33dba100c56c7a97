"""Attention of a UNet on a CPU: written out where that is faster than torch's fused kernel.

torch's fused attention is quick going forward, but in bfloat16 its backward pass runs at a fraction
of the speed of plain matrix products. Written out it keeps the table of weights, (heads, queries,
keys), for the backward pass, so that it loses again where the table no longer fits the caches.
"""

from __future__ import annotations

from typing import Any

import torch
from diffusers.models.attention_processor import Attention, AttnProcessor2_0
from torch import Tensor


class PlainAttnProcessor(AttnProcessor2_0):
    """Attends as matrix product, softmax, matrix product while gradients are wanted.

    ``limit`` is the largest table, queries times keys, for which that is done; anything larger,
    without gradient, with a mask or of another build takes torch's fused kernel, as ever.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.limit = limit

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Tensor:
        """``hidden_states`` (B, queries, width) after attending to ``encoder_hidden_states``."""
        source = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        if attention_mask is not None or not self._wanted(attn, hidden_states, source):
            others = (encoder_hidden_states, attention_mask, temb, *args)
            return super().__call__(attn, hidden_states, *others, **kwargs)
        query = _heads(attn.to_q(hidden_states), attn.heads)
        key = _heads(attn.to_k(source), attn.heads)
        value = _heads(attn.to_v(source), attn.heads)
        attended = attend(query, key, value).transpose(1, 2).flatten(2)
        out: Tensor = attn.to_out[1](attn.to_out[0](attended))
        return out

    def _wanted(self, attn: Attention, hidden_states: Tensor, source: Tensor) -> bool:
        return (
            torch.is_grad_enabled()
            and hidden_states.dim() == 3
            and hidden_states.shape[1] * source.shape[1] <= self.limit
            and _is_ordinary(attn)
        )


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """softmax(Q K^T / sqrt(width)) V: (B, heads, queries, width), as the fused kernel has it."""
    scale: float = query.shape[-1] ** -0.5
    scores = (query * scale) @ key.transpose(-1, -2)
    return torch.softmax(scores, dim=-1) @ value


def _heads(x: Tensor, heads: int) -> Tensor:
    """(B, tokens, heads * width) -> (B, heads, tokens, width)."""
    split: Tensor = x.unflatten(-1, (heads, -1)).transpose(1, 2)
    return split


def _is_ordinary(attn: Attention) -> bool:
    """Whether nothing is done besides attending: so it is in UNets of Stable Diffusion."""
    extras = (attn.spatial_norm, attn.group_norm, attn.norm_cross, attn.norm_q, attn.norm_k)
    scaled: bool = attn.residual_connection or attn.rescale_output_factor != 1.0
    return not (any(extras) or scaled)
