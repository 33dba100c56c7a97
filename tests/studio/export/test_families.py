"""SD 1.x, SD 2.x and SDXL: the same effect in our importer and in diffusers' own pipelines.

And on the published architectures, which cost no memory here, every program must load the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline, UNet2DConditionModel
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.export.checked import export_adapter
from studio.export.metadata import family_values
from studio.inspect import PROGRAMS, describe, inspect_file
from studio.models.family import CONFIGS
from studio.models.keys import layer_shapes
from studio.models.lora_file import assign, assign_shapes, read_lora
from studio.models.names import Place
from studio.models.schema import schema
from tests.tiny_models import tiny_folder

Components = dict[str, nn.Module]
Add = Callable[..., Components]
NAME = "lora_0"
FAMILIES = ("sd1", "sd2", "sdxl")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {f: tiny_folder(tmp_path_factory.mktemp("base") / f, f) for f in FAMILIES}


def opened(folder: Path) -> Any:
    if folder.name == "sdxl":
        return StableDiffusionXLPipeline.from_pretrained(folder)
    return StableDiffusionPipeline.from_pretrained(folder, safety_checker=None)


def components_of(pipeline: Any) -> Components:
    names = ("unet", "text_encoder", "text_encoder_2")
    return {name: getattr(pipeline, name) for name in names if hasattr(pipeline, name)}


@pytest.mark.parametrize("family", FAMILIES)
def test_live_to_file_to_importer_is_equal_to_the_last_bit(
    folders: dict[str, Path], tmp_path: Path, add: Add, family: str
) -> None:
    components = add(components_of(opened(folders[family])), lora_alpha=3)
    path = tmp_path / "a.safetensors"
    export_adapter(path, components, family, NAME, {}, dtype="fp32")
    file = read_lora(path)
    found, left = assign(file, components, family)
    assert (file.unusable, left) == ({}, {})
    assert {place.component for place in found} == components.keys()
    live = {
        Place(component, name): layer
        for component, model in components.items()
        for name, layer in model.named_modules()
        if isinstance(layer, LoraLayer)
    }
    assert found.keys() == live.keys()
    for place, module in found.items():
        layer: Any = live[place]
        assert torch.equal(module.down, layer.lora_A[NAME].weight)
        assert torch.equal(module.up, layer.lora_B[NAME].weight)
        assert module.alpha == 3.0
    canonical = {
        Place(c, p if c == "unet" or p.startswith("text_") else f"text_model.{p}"): shape
        for (c, p), shape in layer_shapes(components).items()
    }
    again, left = assign_shapes(file, canonical, family)
    assert left == {}
    assert len(again) == len(found)
    assert again.keys() <= canonical.keys()


def drawn(pipeline: Any) -> Tensor:
    size = {"height": 16, "width": 16, "output_type": "latent", "num_inference_steps": 2}
    pipeline.set_progress_bar_config(disable=True)
    latents = pipeline("a red apple", generator=torch.Generator().manual_seed(0), **size).images
    assert isinstance(latents, Tensor)
    return latents.detach()


@pytest.mark.parametrize("family", ["sd1", "sdxl"])
def test_diffusers_draws_the_same_with_the_file(
    folders: dict[str, Path], tmp_path: Path, add: Add, family: str
) -> None:
    live, fresh = opened(folders[family]), opened(folders[family])
    without = drawn(live)
    components = add(components_of(live), lora_alpha=2)
    expected = drawn(live)
    assert float((expected - without).abs().max()) > 0.01
    for format in ("kohya", "diffusers"):
        path = tmp_path / f"{format}.safetensors"
        export_adapter(path, components, family, NAME, {}, dtype="fp32", format=format)
        fresh.load_lora_weights(tmp_path, weight_name=path.name)
        torch.testing.assert_close(drawn(fresh), expected, atol=1e-5, rtol=0)
        fresh.unload_lora_weights()


def published(family: str) -> Components:
    """The real architecture on the meta device."""

    def config(part: str) -> Any:
        return json.loads((CONFIGS / family / part / "config.json").read_text())

    with torch.device("meta"):
        parts: Components = {
            "unet": UNet2DConditionModel.from_config(config("unet")),
            "text_encoder": CLIPTextModel(CLIPTextConfig(**config("text_encoder"))),
        }
        if family == "sdxl":
            second = CLIPTextConfig(**config("text_encoder_2"))
            parts["text_encoder_2"] = CLIPTextModelWithProjection(second)
    return parts


SOME = ("mid_block.attentions.0.transformer_blocks.0.attn2.to_k", "mid_block.resnets.0.conv1")
PROJ = "mid_block.attentions.0.proj_in"
NAMES = {
    "sd1": {
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k": (4, 768),
        "lora_unet_mid_block_attentions_0_proj_in": (4, 1280, 1, 1),
        "lora_unet_mid_block_resnets_0_conv1": (4, 1280, 3, 3),
        "lora_te_text_model_encoder_layers_0_mlp_fc2": (4, 3072),
    },
    "sd2": {
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k": (4, 1024),
        "lora_unet_mid_block_attentions_0_proj_in": (4, 1280),
        "lora_unet_mid_block_resnets_0_conv1": (4, 1280, 3, 3),
        "lora_te_text_model_encoder_layers_0_mlp_fc2": (4, 4096),
    },
    "sdxl": {
        "lora_unet_middle_block_1_transformer_blocks_0_attn2_to_k": (4, 2048),
        "lora_unet_middle_block_1_proj_in": (4, 1280),
        "lora_unet_middle_block_0_in_layers_2": (4, 1280, 3, 3),
        "lora_te1_text_model_encoder_layers_0_mlp_fc2": (4, 3072),
        "lora_te2_text_model_encoder_layers_0_mlp_fc2": (4, 5120),
    },
}


@pytest.fixture(params=FAMILIES)
def real(request: pytest.FixtureRequest, add: Add) -> tuple[str, Components]:
    """A published architecture with an adapter on a few of its layers."""
    family = request.param
    components = published(family)
    add(components, unet=(*SOME, PROJ), text=("layers.0.mlp.fc2", "layers.1.self_attn.q_proj"))
    return family, components


def test_every_program_loads_a_file_of_a_published_model(
    real: tuple[str, Components], tmp_path: Path
) -> None:
    family, components = real
    path = tmp_path / "a.safetensors"
    told = family_values(family, v_prediction=False)
    checks = export_adapter(path, components, family, NAME, told)
    figures = {check.name: check.figures for check in checks}
    assert list(figures) == ["tensors", "hash", "names", "weights", "programs"]
    assert figures["names"]["against"] == f"published {family}"
    assert figures["programs"] == dict.fromkeys(PROGRAMS, "yes")
    shapes = {
        k: tuple(t.shape) for k, t in load_file(path).items() if k.endswith("lora_down.weight")
    }
    golden = {f"{name}.lora_down.weight": shape for name, shape in NAMES[family].items()}
    assert golden.items() <= shapes.items()
    attention = {key for key in shapes if "layers_1_self_attn" in key}
    assert len(attention) == 4 * (len(components) - 1)  # q, k, v and out of each encoder
    assert len(shapes) == len(golden) + len(attention)

    found, left = assign_shapes(read_lora(path), schema(family), family)
    assert left == {}
    assert len(found) == len(shapes)
    told_by = inspect_file(path)
    assert told_by.arch == family
    assert told_by.left_out == {}
    assert told_by.components.keys() == components.keys()
    words = "\n".join(describe(told_by))
    assert "LoRA Studio: loads" in words
    assert ("second text encoder (5 layers)" in words) == (family == "sdxl")


def test_a_diffusers_file_is_told_of_and_not_refused(
    real: tuple[str, Components], tmp_path: Path
) -> None:
    family, components = real
    path = tmp_path / "a.safetensors"
    checks = export_adapter(path, components, family, NAME, {}, format="diffusers")
    figures = {check.name: check.figures for check in checks}["programs"]
    assert (figures["diffusers"], figures["InvokeAI"]) == ("yes", "no")
    found, left = assign_shapes(read_lora(path), schema(family), family)
    assert left == {}
    assert {place.component for place in found} == components.keys()


def test_a_file_that_a_program_hides_is_refused(tools: Any, add: Add, tmp_path: Path) -> None:
    components = add(published("sdxl"), unet=SOME, text=())
    path = tmp_path / "a.safetensors"
    params = tools.refused(
        "export.self_check_failed",
        lambda: export_adapter(path, components, "sdxl", NAME, {"ss_steps": "1"}),
    )
    assert params["check"] == "programs"
    assert "A1111" in params["detail"]
    assert not path.exists()
