"""Names in single files, against diffusers' own conversion and the counts of published files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders.single_file_utils import (
    convert_ldm_clip_checkpoint,
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.models.family import CONFIGS
from studio.models.ldm import Source, alternatives, source

CASES = [
    *(("sd1", part) for part in ("unet", "vae", "text_encoder")),
    *(("sd2", part) for part in ("unet", "vae", "text_encoder")),
    *(("sdxl", part) for part in ("unet", "vae", "text_encoder", "text_encoder_2")),
]
TINY: dict[str, dict[str, Any]] = {
    "unet": {
        "block_out_channels": [8, 16],
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "attention_head_dim": 2,
        "cross_attention_dim": 12,
        "transformer_layers_per_block": [2, 1],
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
    },
    "vae": {
        "block_out_channels": [4, 8, 8],
        "layers_per_block": 1,
        "norm_num_groups": 2,
        "down_block_types": ["DownEncoderBlock2D"] * 3,
        "up_block_types": ["UpDecoderBlock2D"] * 3,
    },
    "text_encoder": {
        "hidden_size": 12,
        "intermediate_size": 20,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "projection_dim": 12,
        "vocab_size": 30,
    },
}
TINY["text_encoder_2"] = TINY["text_encoder"]


@cache
def published(arch: str, component: str) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((CONFIGS / arch / component / "config.json").read_text())
    return config


def config_of(arch: str, component: str, size: str) -> dict[str, Any]:
    changes = TINY[component] if size == "tiny" else {}
    if size == "tiny" and arch == "sdxl" and component == "unet":
        changes = changes | {"projection_class_embeddings_input_dim": 10}
    return {**published(arch, component), **changes}


def names_of(config: Mapping[str, Any], component: str) -> dict[str, tuple[int, ...]]:
    """Every parameter by its canonical name, with its shape."""
    with torch.device("meta"):
        if component == "unet":
            model: Any = UNet2DConditionModel.from_config(config)
        elif component == "vae":
            model = AutoencoderKL.from_config(config)
        else:
            kind = CLIPTextModelWithProjection if component[-1] == "2" else CLIPTextModel
            model = kind(CLIPTextConfig(**config))
    named = {name: tuple(tensor.shape) for name, tensor in model.named_parameters()}
    if component.startswith("text_encoder"):
        return {k if k.startswith("text_") else f"text_model.{k}": s for k, s in named.items()}
    return named


def file_of(names: Mapping[str, Any], arch: str, component: str, config: Any) -> dict[str, Tensor]:
    """The component as a single file has it: numbered tensors, fused and transposed as told."""
    file: dict[str, Tensor] = {}
    for number, (name, shape) in enumerate(names.items()):
        place = source(component, name, arch, config)
        tensor = torch.full(shape, float(number), device="meta")
        if place.part is None:
            assert place.key not in file
            file[place.key] = tensor.T if place.transposed else tensor
        else:
            whole = torch.empty((3 * shape[0], *shape[1:]), device="meta")
            file.setdefault(place.key, whole)
    return file


def converted(file: Any, arch: str, component: str, config: Any, width: int) -> dict[str, Tensor]:
    if component == "unet":
        return convert_ldm_unet_checkpoint(file, config)
    if component == "vae":
        return convert_ldm_vae_checkpoint(file, config)
    if arch == "sd1" or (arch == "sdxl" and component == "text_encoder"):
        return convert_ldm_clip_checkpoint(file)
    prefix = "cond_stage_model.model." if arch == "sd2" else "conditioner.embedders.1.model."
    model = type("M", (), {"config": type("C", (), {"hidden_size": width})})()
    return convert_open_clip_checkpoint(model, file, prefix=prefix)


@pytest.mark.parametrize("size", ["tiny", "published"])
@pytest.mark.parametrize(("arch", "component"), CASES)
def test_diffusers_finds_every_parameter(arch: str, component: str, size: str) -> None:
    config = config_of(arch, component, size)
    names = names_of(config, component)
    file = file_of(names, arch, component, config)
    found = converted(file, arch, component, config, config.get("hidden_size", 0))
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == names


@pytest.mark.parametrize(("arch", "component"), CASES)
def test_diffusers_finds_the_same_values(arch: str, component: str) -> None:
    """Names that were exchanged among equal shapes would pass the test above."""
    config = config_of(arch, component, "tiny")
    names = names_of(config, component)
    values = {name: torch.randn(shape) for name, shape in names.items()}
    file: dict[str, Tensor] = {}
    for name, value in values.items():
        place = source(component, name, arch, config)
        if place.part is not None:
            whole = torch.empty(3 * value.shape[0], *value.shape[1:])
            file.setdefault(place.key, whole).chunk(3)[place.part].copy_(value)
        elif "attentions" in name and component == "vae" and value.ndim == 2:
            file[place.key] = value[:, :, None, None]
        else:
            file[place.key] = value.T if place.transposed else value
    found = converted(file, arch, component, config, config.get("hidden_size", 0))
    assert found.keys() == values.keys()
    assert all(torch.equal(found[name], value) for name, value in values.items())


# Tensors of each part, and a digest of their keys and shapes: of the UNet and VAE of Stability's
# `ldm` (SD 1.5 and 2.1), of the UNet in sd-scripts (SDXL) and of open_clip 3.3 (less the last layer
# and the projection, which SD 2.x does not use), each built by its own code.
GOLDEN_FILES = {
    ("sd1", "unet"): (686, "efd0d861aca78b28"),
    ("sd2", "unet"): (686, "ecfba4f2cffac697"),
    ("sdxl", "unet"): (1680, "b26bae900a6056ef"),
    ("sd1", "vae"): (248, "19daf3f24c5da981"),
    ("sd2", "text_encoder"): (293 - 13, "e2d69250f035c6e5"),
    ("sdxl", "text_encoder_2"): (389, "e02f20b2828392d1"),
}


@pytest.mark.parametrize(("arch", "component"), GOLDEN_FILES)
def test_the_same_tensors_as_other_programs_have(arch: str, component: str) -> None:
    config = published(arch, component)
    file = file_of(names_of(config, component), arch, component, config)
    shapes = {key: tuple(tensor.shape) for key, tensor in file.items()}
    if component == "vae":  # whose attention consists of convolutions there
        shapes |= {k: (*s, 1, 1) for k, s in shapes.items() if "attn" in k and len(s) == 2}
    lines = sorted(f"{key} {'x'.join(map(str, shape))}" for key, shape in shapes.items())
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    assert (len(lines), digest) == GOLDEN_FILES[arch, component]


# Read in the key tables of ComfyUI, A1111 and diffusers, not made by our own code.
GOLDEN = [
    ("sd1", "unet", "conv_in.weight", "input_blocks.0.0.weight"),
    ("sd1", "unet", "time_embedding.linear_2.bias", "time_embed.2.bias"),
    ("sd1", "unet", "down_blocks.0.resnets.0.conv1.weight", "input_blocks.1.0.in_layers.2.weight"),
    ("sd1", "unet", "down_blocks.0.downsamplers.0.conv.bias", "input_blocks.3.0.op.bias"),
    (
        "sd1",
        "unet",
        "down_blocks.3.resnets.1.norm2.weight",
        "input_blocks.11.0.out_layers.0.weight",
    ),
    ("sd1", "unet", "mid_block.attentions.0.proj_in.weight", "middle_block.1.proj_in.weight"),
    ("sd1", "unet", "mid_block.resnets.1.conv2.bias", "middle_block.2.out_layers.3.bias"),
    ("sd1", "unet", "up_blocks.0.upsamplers.0.conv.weight", "output_blocks.2.1.conv.weight"),
    ("sd1", "unet", "up_blocks.1.upsamplers.0.conv.weight", "output_blocks.5.2.conv.weight"),
    (
        *("sd1", "unet", "up_blocks.3.resnets.2.conv_shortcut.weight"),
        "output_blocks.11.0.skip_connection.weight",
    ),
    (
        *("sd2", "unet", "down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k.weight"),
        "input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight",
    ),
    (
        *("sdxl", "unet", "down_blocks.2.attentions.1.transformer_blocks.9.ff.net.0.proj.weight"),
        "input_blocks.8.1.transformer_blocks.9.ff.net.0.proj.weight",
    ),
    ("sdxl", "unet", "add_embedding.linear_1.weight", "label_emb.0.0.weight"),
    ("sdxl", "unet", "up_blocks.1.upsamplers.0.conv.weight", "output_blocks.5.2.conv.weight"),
    ("sdxl", "unet", "conv_norm_out.weight", "out.0.weight"),
    (
        "sd1",
        "vae",
        "decoder.up_blocks.0.resnets.2.conv1.weight",
        "decoder.up.3.block.2.conv1.weight",
    ),
    ("sd1", "vae", "decoder.up_blocks.2.upsamplers.0.conv.bias", "decoder.up.1.upsample.conv.bias"),
    ("sd1", "vae", "encoder.mid_block.resnets.1.norm2.bias", "encoder.mid.block_2.norm2.bias"),
    (
        "sd1",
        "vae",
        "encoder.mid_block.attentions.0.to_out.0.weight",
        "encoder.mid.attn_1.proj_out.weight",
    ),
    (
        *("sd1", "vae", "encoder.down_blocks.1.resnets.0.conv_shortcut.weight"),
        "encoder.down.1.block.0.nin_shortcut.weight",
    ),
    ("sd1", "vae", "decoder.conv_norm_out.weight", "decoder.norm_out.weight"),
    ("sd1", "vae", "post_quant_conv.bias", "post_quant_conv.bias"),
]
HEADS = {"unet": "model.diffusion_model.", "vae": "first_stage_model."}


@pytest.mark.parametrize(("arch", "component", "name", "key"), GOLDEN)
def test_golden_keys(arch: str, component: str, name: str, key: str) -> None:
    expected = Source(HEADS[component] + key)
    assert source(component, name, arch, published(arch, component)) == expected


LAYER = "text_model.encoder.layers.9"


@pytest.mark.parametrize(
    ("arch", "component", "name", "expected"),
    [
        (
            *("sd1", "text_encoder", "text_model.final_layer_norm.bias"),
            Source("cond_stage_model.transformer.text_model.final_layer_norm.bias"),
        ),
        (
            *("sdxl", "text_encoder", f"{LAYER}.mlp.fc1.bias"),
            Source(f"conditioner.embedders.0.transformer.{LAYER}.mlp.fc1.bias"),
        ),
        (
            *("sd2", "text_encoder", f"{LAYER}.self_attn.k_proj.bias"),
            Source("cond_stage_model.model.transformer.resblocks.9.attn.in_proj_bias", 1),
        ),
        (
            *("sdxl", "text_encoder_2", f"{LAYER}.mlp.fc2.bias"),
            Source("conditioner.embedders.1.model.transformer.resblocks.9.mlp.c_proj.bias"),
        ),
        (
            *("sdxl", "text_encoder_2", f"{LAYER}.self_attn.v_proj.weight"),
            Source("conditioner.embedders.1.model.transformer.resblocks.9.attn.in_proj_weight", 2),
        ),
        (
            *("sdxl", "text_encoder_2", "text_projection.weight"),
            Source("conditioner.embedders.1.model.text_projection", None, True),
        ),
        (
            *("sdxl", "text_encoder_2", "text_model.embeddings.position_embedding.weight"),
            Source("conditioner.embedders.1.model.positional_embedding"),
        ),
    ],
)
def test_golden_keys_of_encoders(arch: str, component: str, name: str, expected: Source) -> None:
    assert source(component, name, arch, published(arch, component)) == expected


def test_other_spellings() -> None:
    assert alternatives(
        Source("cond_stage_model.transformer.text_model.final_layer_norm.bias")
    ) == ("cond_stage_model.transformer.final_layer_norm.bias",)
    assert alternatives(Source("cond_stage_model.model.ln_final.bias")) == (
        "conditioner.embedders.0.model.ln_final.bias",
    )
    assert alternatives(Source("model.diffusion_model.out.0.bias")) == ()


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("unet", "class_embedding.linear_1.weight"),
        ("unet", "down_blocks.0.resnets.0.conv3.weight"),
        ("unet", "down_blocks.0.resnets.2.conv1.weight"),
        ("unet", "up_blocks.4.resnets.0.conv1.weight"),
        ("vae", "decoder.up_blocks.4.resnets.0.conv1.weight"),
        ("vae", "encoder.down_blocks.weight"),
        ("vae", "decoder.mid_block.attentions.0.to_x.weight"),
        ("text_encoder", "text_model.encoder.layers.0.self_attn.x_proj.weight"),
        ("text_encoder", "logit_scale"),
    ],
)
def test_names_that_no_model_has(component: str, name: str) -> None:
    with pytest.raises(KeyError):
        source(component, name, "sd2", published("sd2", component))
