"""How the community names the modules of a LoRA: tables, no torch.

Writing knows one spelling per base architecture: kohya's, with SGM block names for SDXL (sd-scripts
48d368f). Text encoder names always carry ``text_model_``, whatever the installed transformers calls
the module: without it every program but diffusers drops the encoder.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["attention", "ff", "proj", "conv", "outer", "text_attention", "text_mlp"]
Spelling = Literal["diffusers", "sgm", "text", "text_flat"]

PREFIXES: dict[str, dict[str, str]] = {
    "sd1": {"unet": "lora_unet", "text_encoder": "lora_te"},
    "sd2": {"unet": "lora_unet", "text_encoder": "lora_te"},
    "sdxl": {"unet": "lora_unet", "text_encoder": "lora_te1", "text_encoder_2": "lora_te2"},
}


class Place(NamedTuple):
    """A layer of the base model: component (``unet`` ...) and dotted module path in it."""

    component: str
    path: str


class Named(NamedTuple):
    """What a file's module name says: kohya prefix, kind of layer, and spelling."""

    prefix: str
    kind: Kind
    spelling: Spelling


# ---- writing


def kohya_name(component: str, path: str, arch: str) -> str:
    """The module name that kohya's trainer writes: ``lora_te_text_model_encoder_layers_0_...``.

    ``arch`` is "sd1", "sd2" or "sdxl"; KeyError for any other, or for a component it has not.
    """
    prefix = PREFIXES[arch][component]
    if component != "unet":
        path = text_model_path(path)
    elif arch == "sdxl":
        path = sgm_path(path, arch)
    return f"{prefix}_{path}".replace(".", "_")


def text_model_path(path: str) -> str:
    """A text encoder path as files spell it: with the level that transformers 5.6 took away.

    The projection of a second encoder stands beside that level.
    """
    beside = path.startswith(("text_model.", "text_projection"))
    return path if beside else f"text_model.{path}"


_SGM_PARTS = {
    "conv1": "in_layers.2",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
_SGM_OUTER = {
    "conv_in": "input_blocks.0.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}


def sgm_path(path: str, arch: str) -> str:
    """The SGM spelling of a diffusers path in the U-Net of ``arch`` (two layers per block).

    KeyError for paths that SGM has no name for.
    """
    if path in _SGM_OUTER:
        return _SGM_OUTER[path]
    if match := re.fullmatch(r"(down|up)_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.+)", path):
        side, block, kind, layer, rest = match.groups()
        number = 3 * int(block) + int(layer)
        head = f"input_blocks.{number + 1}" if side == "down" else f"output_blocks.{number}"
        return f"{head}.{int(kind == 'attentions')}.{_SGM_PARTS.get(rest, rest)}"
    if match := re.fullmatch(r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)", path):
        kind, layer, rest = match.groups()
        number = 2 * int(layer) if kind == "resnets" else 1
        return f"middle_block.{number}.{_SGM_PARTS.get(rest, rest)}"
    if match := re.fullmatch(r"down_blocks\.(\d+)\.downsamplers\.0\.conv", path):
        return f"input_blocks.{3 * int(match[1]) + 3}.0.op"
    if match := re.fullmatch(r"up_blocks\.(\d+)\.upsamplers\.0\.conv", path):
        attention = arch == "sdxl" or int(match[1]) > 0  # comes first, where the block has it
        return f"output_blocks.{3 * int(match[1]) + 2}.{1 + attention}.conv"
    raise KeyError(path)


# ---- recognising, by the published names and not by our own writing

_INNER: tuple[tuple[Kind, str], ...] = (
    ("attention", r"transformer_blocks_\d+_attn[12]_to_(?:q|k|v|out_0)"),
    ("ff", r"transformer_blocks_\d+_ff_net_(?:0_proj|2)"),
    ("proj", r"proj_(?:in|out)"),
)
_SPELLED: tuple[tuple[Spelling, str, tuple[tuple[Kind, str], ...]], ...] = (
    ("diffusers", r"(?:down_blocks_\d+|mid_block|up_blocks_\d+)_attentions_\d+_", _INNER),
    (
        "diffusers",
        r"(?:down_blocks_\d+|mid_block|up_blocks_\d+)_resnets_\d+_",
        (("conv", r"conv[12]|conv_shortcut|time_emb_proj"),),
    ),
    ("diffusers", "", (("conv", r"down_blocks_\d+_downsamplers_0_conv"),)),
    ("diffusers", "", (("conv", r"up_blocks_\d+_upsamplers_0_conv"),)),
    ("diffusers", "", (("outer", r"conv_in|conv_out|(?:time|add)_embedding_linear_[12]"),)),
    ("sgm", r"(?:input_blocks_\d+_1|middle_block_1|output_blocks_\d+_1)_", _INNER),
    (
        "sgm",
        r"(?:input_blocks_\d+_0|middle_block_[02]|output_blocks_\d+_0)_",
        (("conv", r"in_layers_2|out_layers_3|emb_layers_1|skip_connection"),),
    ),
    ("sgm", "", (("conv", r"input_blocks_\d+_0_op|output_blocks_\d+_[12]_conv"),)),
    ("sgm", "", (("outer", r"input_blocks_0_0|out_2|time_embed_[02]|label_emb_0_[02]"),)),
)
_TEXT: tuple[tuple[Kind, str], ...] = (
    ("text_attention", r"encoder_layers_\d+_self_attn_(?:q|k|v|out)_proj"),
    ("text_mlp", r"encoder_layers_\d+_mlp_fc[12]"),
)
_TEXT_HEADS: tuple[tuple[Spelling, str], ...] = (("text", "text_model_"), ("text_flat", ""))
_TABLE: tuple[tuple[re.Pattern[str], Kind, Spelling], ...] = tuple(
    (re.compile(f"(lora_unet)_{head}(?:{inner})"), kind, spelling)
    for spelling, head, inners in _SPELLED
    for kind, inner in inners
) + tuple(
    (re.compile(f"(lora_te[12]?)_{head}(?:{inner})"), kind, spelling)
    for spelling, head in _TEXT_HEADS
    for kind, inner in _TEXT
)
_DOTTED = {  # what stands before a path, the longer ones first
    "text_encoders.clip_l.transformer.": "lora_te_",
    "text_encoders.clip_h.transformer.": "lora_te_",
    "text_encoders.clip_g.transformer.": "lora_te2_",
    "base_model.model.text_encoder_2.": "lora_te2_",
    "base_model.model.text_encoder.": "lora_te_",
    "base_model.model.text_model.": "lora_te_text_model_",
    "base_model.model.encoder.": "lora_te_encoder_",
    "base_model.model.unet.": "lora_unet_",
    "base_model.model.": "lora_unet_",
    "diffusion_model.": "lora_unet_",
    "text_encoder_2.": "lora_te2_",
    "text_encoder.": "lora_te_",
    "lora_unet.": "lora_unet_",
    "lora_te1.": "lora_te1_",
    "lora_te2.": "lora_te2_",
    "lora_te.": "lora_te_",
    "lycoris_": "lora_unet_",
    "clip_l.": "lora_te_",
    "clip_g.": "lora_te2_",
    "unet.": "lora_unet_",
    "down_blocks.": "lora_unet_down_blocks_",
    "mid_block.": "lora_unet_mid_block_",
    "up_blocks.": "lora_unet_up_blocks_",
    "input_blocks.": "lora_unet_input_blocks_",
    "middle_block.": "lora_unet_middle_block_",
    "output_blocks.": "lora_unet_output_blocks_",
}


def recognise(name: str) -> Named | None:
    """Prefix, kind and spelling of a module name in kohya's form; None if no program knows it."""
    for pattern, kind, spelling in _TABLE:
        if match := pattern.fullmatch(name):
            return Named(match[1], kind, spelling)
    return None


def as_kohya(name: str) -> str:
    """A dotted or LyCORIS module name in kohya's form, for `recognise`; others unchanged."""
    for start, prefix in _DOTTED.items():
        if name.startswith(start):
            path = name.removeprefix(start).replace(".processor.", ".")
            path = re.sub(r"(attn[12]\.to_out)$", r"\1.0", path)
            path = re.sub(r"(self_attn)\.to_(q|k|v|out)$", r"\1.\2_proj", path)
            return prefix + path.replace(".", "_")
    return name
