"""The live adapter as plain modules, made safe for every program that will read them.

Three habits of those programs are served here without changing the adapter's effect: OpenCLIP
encoders apply attention only when q, k, v and out are all there, diffusers gives attention one
alpha per file, and stable-diffusion.cpp misreads rank 1 (format facts, sections 4 and 7).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from peft.tuners.lora import LoraLayer
from torch import nn

from studio.errors import StudioError
from studio.models.keys import layer_shapes
from studio.models.lora_file import LoraModule
from studio.models.names import Place

_ENCODER_ATTENTION = ("q_proj", "k_proj", "v_proj", "out_proj")


def collect(components: Mapping[str, nn.Module], adapter_name: str) -> dict[Place, LoraModule]:
    """Copies of the adapter's factors, float32 on the CPU, with the alpha of training.

    Strengths set by ``set_scale`` do not matter; rsLoRA is folded into alpha. The result is ready
    to be written: attention complete, rank at least 2, one alpha for all. Raises
    ``export.nothing``, ``export.not_finite`` (naming the layer) or ``export.unsupported`` (DoRA,
    bias, embeddings).
    """
    modules = {
        Place(component, path): _module(Place(component, path), layer, adapter_name)
        for component, model in components.items()
        for path, layer in adapted_layers(model, adapter_name)
    }
    if not modules:
        raise StudioError("export.nothing", adapter=adapter_name)
    return one_alpha(with_rank_two(complete_attention(modules, layer_shapes(components))))


def adapted_layers(model: nn.Module, adapter_name: str) -> Iterator[tuple[str, Any]]:
    """``(path, peft layer)`` of every layer of ``model`` that carries the adapter."""
    for path, layer in model.named_modules():
        if isinstance(layer, LoraLayer) and _carries(layer, adapter_name):
            yield path, layer


def _carries(layer: Any, adapter_name: str) -> bool:
    return adapter_name in layer.lora_A or adapter_name in layer.lora_embedding_A


def _module(place: Place, layer: Any, adapter_name: str) -> LoraModule:
    name = f"{place.component}.{place.path}"
    if adapter_name not in layer.lora_A:
        raise StudioError("export.unsupported", module=name, kind="embedding")
    if layer.use_dora.get(adapter_name):
        raise StudioError("export.unsupported", module=name, kind="DoRA")
    if layer.lora_bias.get(adapter_name):
        raise StudioError("export.unsupported", module=name, kind="bias")
    down, up = (
        side[adapter_name].weight.detach().to("cpu", torch.float32, copy=True).contiguous()
        for side in (layer.lora_A, layer.lora_B)
    )
    if not (down.isfinite().all() and up.isfinite().all()):
        raise StudioError("export.not_finite", module=name)
    rank = int(down.shape[0])
    folded = math.sqrt(rank) if layer.use_rslora.get(adapter_name) else 1.0
    return LoraModule(down, up, float(layer.lora_alpha[adapter_name]) * folded)


def complete_attention(
    modules: Mapping[Place, LoraModule], shapes: Mapping[Place, tuple[int, ...]]
) -> dict[Place, LoraModule]:
    """Adds what is missing of q, k, v, out to adapted encoder attentions, as zeros.

    ``shapes`` are those of the base model's weights, at least of these layers.
    """
    complete = dict(modules)
    for place, module in modules.items():
        parent, _, last = place.path.rpartition(".")
        if place.component == "unet" or last not in _ENCODER_ATTENTION:
            continue
        for other in _ENCODER_ATTENTION:
            missing = Place(place.component, f"{parent}.{other}")
            if missing not in complete:
                outputs, inputs = shapes[missing]
                down = torch.zeros(module.rank, inputs)
                up = torch.zeros(outputs, module.rank)
                complete[missing] = LoraModule(down, up, module.alpha)
    return complete


def with_rank_two(modules: Mapping[Place, LoraModule]) -> dict[Place, LoraModule]:
    """Rank 1 as rank 2 with a row and a column of zeros and twice the alpha: the same effect."""
    return {p: _rank_two(module) if module.rank == 1 else module for p, module in modules.items()}


def _rank_two(module: LoraModule) -> LoraModule:
    down = torch.cat([module.down, torch.zeros_like(module.down)])
    up = torch.cat([module.up, torch.zeros_like(module.up)], dim=1)
    return LoraModule(down, up, 2 * module.alpha)


def one_alpha(
    modules: Mapping[Place, LoraModule], alpha: float | None = None
) -> dict[Place, LoraModule]:
    """The same effects with one ``alpha`` (by default the commonest): the rest goes into ``up``."""
    if alpha is None:
        alpha = Counter(module.alpha for module in modules.values()).most_common(1)[0][0] or 1.0
    return {
        place: module
        if module.alpha == alpha
        else LoraModule(module.down, module.up * (module.alpha / alpha), alpha)
        for place, module in modules.items()
    }
