"""What leaves a graphics card's memory while it is not needed there; on a CPU there is nothing to.

Idle parts of the base model give their memory back everywhere: `studio.models.idle`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from studio.config import Memory, Settings
from studio.events import Noted
from studio.models.checkpoint import BaseModel
from studio.models.idle import has_own_memory

_SMALL = 2**16
"""Bytes: smaller activations stay, since a copy takes longer to begin than to be made."""


def idle_parts(settings: Settings, base: BaseModel) -> tuple[str, ...]:
    """What a run does not use once everything is cached, except for previews."""
    if settings.data.cache == "none":
        return ()
    trains_text = settings.network.trained(base.components) != ("unet",)
    if trains_text or settings.data.shuffle_tags:  # which makes new captions all the time
        return ("vae",)
    return ("vae", *base.text_encoders)


def nothing_to_offload(settings: Memory, device: torch.device) -> list[Noted]:
    """What to tell if the settings want something offloaded that is in main memory anyway."""
    if has_own_memory(device) or not (settings.offload or settings.offload_activations):
        return []
    return [Noted("memory.nothing_to_offload", {"device": device.type})]


def activations(settings: Memory, base: BaseModel) -> AbstractContextManager[Any]:
    """Around a forward pass: keeps its activations as ``memory.offload_activations`` says."""
    if settings.offload_activations and has_own_memory(base.device):
        return in_main_memory(base.components.values())
    return contextlib.nullcontext()


def in_main_memory(models: Iterable[nn.Module]) -> saved_tensors_hooks:
    """Has what a forward pass of ``models`` saves for the backward pass wait in main memory.

    Of checkpointed blocks that is their input. Weights stay where they are, which
    `torch.autograd.graph.save_on_cpu` would copy as well. Gradients are bit for bit the same.
    """
    weights = {p.untyped_storage().data_ptr() for model in models for p in model.parameters()}
    pinned = torch.cuda.is_available()

    def pack(tensor: Tensor) -> Tensor | _Waiting:
        if tensor.nbytes < _SMALL or tensor.untyped_storage().data_ptr() in weights:
            return tensor.detach()  # itself would be a cycle of references, as torch's manual says
        kept = torch.empty_like(tensor, device="cpu", requires_grad=False, pin_memory=pinned)
        strides = kept.stride() if 0 in tensor.stride() else tensor.stride()
        return _Waiting(kept.copy_(tensor), strides, tensor.device)

    def unpack(packed: Tensor | _Waiting) -> Tensor:
        if isinstance(packed, Tensor):
            return packed
        kept, strides, device = packed
        back = torch.empty_strided(kept.shape, strides, dtype=kept.dtype, device=device)
        return back.copy_(kept, non_blocking=pinned)

    return saved_tensors_hooks(pack, unpack)


class _Waiting(NamedTuple):
    """A saved tensor's values, and how it lay where: kernels round by the layout."""

    kept: Tensor
    strides: tuple[int, ...]
    device: torch.device
