"""Where a parameter stands in a single-file checkpoint: names as the models were published.

Single files keep the names of the programs that trained them: CompVis' latent-diffusion for UNet
and VAE (SGM, of SDXL, has the same), transformers' or OpenCLIP's for the text encoders. The tables
state them for any number of levels and layers; the tests compare with diffusers'
`single_file_utils`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

UNET = "model.diffusion_model."
VAE = "first_stage_model."
_CLIP = {
    ("sd1", "text_encoder"): "cond_stage_model.transformer.",
    ("sdxl", "text_encoder"): "conditioner.embedders.0.transformer.",
}
_OPEN_CLIP = {
    ("sd2", "text_encoder"): "cond_stage_model.model.",
    ("sdxl", "text_encoder_2"): "conditioner.embedders.1.model.",
}
_ELSEWHERE = {  # what some files have instead of the start of a key
    "cond_stage_model.transformer.text_model.": "cond_stage_model.transformer.",
    "cond_stage_model.model.": "conditioner.embedders.0.model.",  # SD 2.x saved by SGM
}


class Source(NamedTuple):
    """Where a parameter is: the tensor ``key`` of the file, or of its first dimension's thirds
    that of number ``part`` (query, key, value in one); ``transposed`` if rows are columns there.

    Up to trailing dimensions of 1: a layer may be linear here and a 1x1 convolution there.
    """

    key: str
    part: int | None = None
    transposed: bool = False


def source(component: str, name: str, arch: str, config: Mapping[str, Any]) -> Source:
    """Where a single file of ``arch`` ("sd1", "sd2", "sdxl") has the parameter ``name``.

    ``component`` is "unet", "vae", "text_encoder" or "text_encoder_2", ``config`` its config.json,
    ``name`` as in diffusers folders, encoders with ``text_model.``. Raises KeyError for a name that
    such a model has not.
    """
    if component == "unet":
        return Source(UNET + _unet(name, config))
    if component == "vae":
        return Source(VAE + _vae(name, config))
    if prefix := _CLIP.get((arch, component)):
        return Source(prefix + name)
    key, part, transposed = _open_clip(name)
    return Source(_OPEN_CLIP[arch, component] + key, part, transposed)


def alternatives(source: Source) -> tuple[str, ...]:
    """Other keys that files are known to have instead of ``source.key``."""
    return tuple(
        other + source.key.removeprefix(start)
        for start, other in _ELSEWHERE.items()
        if source.key.startswith(start)
    )


# ---- UNet

_UNET_OUTER = {
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}
_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_BLOCK = re.compile(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)")
_MIDDLE = re.compile(r"mid_block\.(\w+)\.(\d+)\.(.+)")


def _unet(name: str, config: Mapping[str, Any]) -> str:
    path, _, leaf = name.rpartition(".")
    if path in _UNET_OUTER:
        return f"{_UNET_OUTER[path]}.{leaf}"
    if match := _MIDDLE.fullmatch(path):
        kind, number, rest = match.groups()
        if kind == "attentions":
            return f"middle_block.{2 * int(number) + 1}.{rest}.{leaf}"
        return f"middle_block.{2 * int(number)}.{_RESNET[rest]}.{leaf}"
    match = _BLOCK.fullmatch(path)
    if not match:
        raise KeyError(name)
    side, kind, rest = match[1], match[3], match[5]
    block, layer = int(match[2]), int(match[4])
    layers = config["layers_per_block"] + (side == "up")
    if block >= len(config["block_out_channels"]) or layer >= layers:
        raise KeyError(name)
    return f"{_unet_block(side, block, kind, layer, rest, config)}.{leaf}"


def _unet_block(
    side: str, block: int, kind: str, layer: int, rest: str, config: Mapping[str, Any]
) -> str:
    """The blocks of all levels are counted through; what changes the size stands behind a level."""
    step = config["layers_per_block"] + 1  # a down block's downsampler counts as one
    if kind == "downsamplers":
        return f"input_blocks.{step * (block + 1)}.0.op"
    if kind == "upsamplers":
        with_attention = "CrossAttn" in config["up_block_types"][block]
        return f"output_blocks.{step * (block + 1) - 1}.{1 + with_attention}.{rest}"
    number = step * block + layer
    head = f"input_blocks.{number + 1}" if side == "down" else f"output_blocks.{number}"
    return f"{head}.1.{rest}" if kind == "attentions" else f"{head}.0.{_RESNET[rest]}"


# ---- VAE

_VAE_SAME = re.compile(r"((en|de)coder\.conv_(in|out)|(post_)?quant_conv)\.\w+")
_VAE_BLOCK = re.compile(r"(encoder\.down|decoder\.up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)")
_VAE_MIDDLE = re.compile(r"((?:en|de)coder)\.mid_block\.(resnets|attentions)\.(\d+)\.(.+)\.(\w+)")
_VAE_ATTENTION = {
    "group_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
}


def _vae(name: str, config: Mapping[str, Any]) -> str:
    if _VAE_SAME.fullmatch(name):
        return name
    if match := re.fullmatch(r"((?:en|de)coder)\.conv_norm_out\.(\w+)", name):
        return f"{match[1]}.norm_out.{match[2]}"
    if match := _VAE_MIDDLE.fullmatch(name):
        side, kind, number, rest, leaf = match.groups()
        if kind == "attentions":
            return f"{side}.mid.attn_{int(number) + 1}.{_VAE_ATTENTION[rest]}.{leaf}"
        return f"{side}.mid.block_{int(number) + 1}.{_vae_resnet(rest)}.{leaf}"
    match = _VAE_BLOCK.fullmatch(name)
    if not match:
        raise KeyError(name)
    side, block, kind, layer, rest = match.groups()
    if side == "encoder.down":
        head, resized = f"{side}.{block}", "downsample"
    else:  # counted from the largest level
        level = len(config["block_out_channels"]) - 1 - int(block)
        if level < 0:
            raise KeyError(name)
        head, resized = f"{side}.{level}", "upsample"
    if kind == "resnets":
        return f"{head}.block.{layer}.{_vae_resnet(rest)}"
    return f"{head}.{resized}.{rest}"


def _vae_resnet(rest: str) -> str:
    return rest.replace("conv_shortcut", "nin_shortcut")


# ---- OpenCLIP

_OPEN_CLIP_OUTER = {
    "text_model.embeddings.token_embedding.weight": "token_embedding.weight",
    "text_model.embeddings.position_embedding.weight": "positional_embedding",
    "text_model.final_layer_norm.weight": "ln_final.weight",
    "text_model.final_layer_norm.bias": "ln_final.bias",
}
_OPEN_CLIP_LAYER = {
    "self_attn.out_proj": "attn.out_proj",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}
_FUSED = {"self_attn.q_proj": 0, "self_attn.k_proj": 1, "self_attn.v_proj": 2}
_LAYER = re.compile(r"text_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)")


def _open_clip(name: str) -> Source:
    """The place without its prefix."""
    if name == "text_projection.weight":
        return Source("text_projection", transposed=True)
    if name in _OPEN_CLIP_OUTER:
        return Source(_OPEN_CLIP_OUTER[name])
    match = _LAYER.fullmatch(name)
    if not match:
        raise KeyError(name)
    number, rest, leaf = match.groups()
    head = f"transformer.resblocks.{number}"
    if rest in _FUSED:
        return Source(f"{head}.attn.in_proj_{leaf}", _FUSED[rest])
    return Source(f"{head}.{_OPEN_CLIP_LAYER[rest]}.{leaf}")
