"""A tiny SD1-like pair of UNet and text encoder with a live peft adapter of nonzero effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel

from studio.errors import StudioError
from studio.export.checked import export_adapter
from studio.messages import sentence
from studio.models.names import Place

UNET_TARGETS = (
    *("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"),
    *("conv1", "conv2", "conv_shortcut", "time_emb_proj", "downsamplers.0.conv"),
    "upsamplers.0.conv",
)
TEXT_TARGETS = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")

Components = dict[str, nn.Module]
NAME = "lora_0"


def tiny_components() -> Components:
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(16, 32),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=24,
        attention_head_dim=2,
        norm_num_groups=8,
    )
    config = CLIPTextConfig(
        hidden_size=24,
        intermediate_size=40,
        num_hidden_layers=2,
        num_attention_heads=2,
        vocab_size=50,
        max_position_embeddings=16,
        bos_token_id=0,
        eos_token_id=1,
    )
    return {"unet": unet, "text_encoder": CLIPTextModel(config)}


def add_adapter(components: Components, name: str = "lora_0", **changes: Any) -> Components:
    """Adds a LoRA with random factors on both sides; ``changes`` go into LoraConfig."""
    given = {"r": 4, "lora_alpha": 4, "unet": UNET_TARGETS, "text": TEXT_TARGETS, **changes}
    unet, text = given.pop("unet"), given.pop("text")
    for component, module in components.items():
        wanted = unet if component == "unet" else text
        if wanted:
            model: Any = module
            patterns = {  # peft warns of patterns that match nothing in a component
                key: {part: value for part, value in given.get(key, {}).items() if part in wanted}
                for key in ("rank_pattern", "alpha_pattern")
            }
            config = LoraConfig(target_modules=list(wanted), **{**given, **patterns})
            model.add_adapter(config, adapter_name=name)
    generator = torch.Generator().manual_seed(1)
    for model in components.values():
        for layer in model.modules():
            if isinstance(layer, LoraLayer) and name in layer.lora_A:
                for side in (layer.lora_A[name], layer.lora_B[name]):
                    values = torch.randn(side.weight.shape, generator=generator) * 0.1
                    side.weight = nn.Parameter(values)
    return components


@pytest.fixture
def bare() -> Components:
    return tiny_components()


@pytest.fixture
def adapt() -> Callable[..., Components]:
    return lambda **changes: add_adapter(tiny_components(), **changes)


@pytest.fixture
def add() -> Callable[..., Components]:
    """`add_adapter`, for components of any family."""
    return add_adapter


class Tools:
    """What the tests of this folder share."""

    @staticmethod
    def live_deltas(components: Components, name: str = NAME) -> dict[Place, Tensor]:
        """peft's own weight change per layer, at its current strength."""
        return {
            Place(component, path): layer.get_delta_weight(name).detach()
            for component, model in components.items()
            for path, layer in model.named_modules()
            if isinstance(layer, LoraLayer) and name in layer.lora_A
        }

    @staticmethod
    def file_deltas(path: Path) -> dict[str, Tensor]:
        """Name -> alpha / r * up @ down, by the format's definition, read by the library."""
        tensors = {key: tensor.float() for key, tensor in load_file(path).items()}
        deltas = {}
        for key in tensors:
            name, _, suffix = key.partition(".")
            if suffix == "lora_down.weight":
                down, up = tensors[key], tensors[f"{name}.lora_up.weight"]
                change = torch.einsum("or,r...->o...", up.flatten(1), down)
                deltas[name] = change * tensors[f"{name}.alpha"] / down.shape[0]
        return deltas

    @staticmethod
    def golden_name(place: Place) -> str:
        if place.component == "unet":
            return "lora_unet_" + place.path.replace(".", "_")
        return "lora_te_text_model_" + place.path.removeprefix("text_model.").replace(".", "_")

    @staticmethod
    def export(
        path: Path, components: Components, metadata: dict[str, str] | None = None, **options: Any
    ) -> Path:
        export_adapter(path, components, "sd1", NAME, metadata or {}, **options)
        return path

    @staticmethod
    def refused(code: str, action: Callable[[], Any]) -> dict[str, Any]:
        with pytest.raises(StudioError) as caught:
            action()
        assert caught.value.code == code
        assert sentence(code, caught.value.params)
        return caught.value.params


@pytest.fixture
def tools() -> type[Tools]:
    return Tools
