"""What a single file is, by its keys and shapes: a base model of which family, or what else.

Markers of other models are those that ComfyUI's `model_detection` and diffusers'
`single_file_utils` go by; none of them is a key of Stable Diffusion 1.x, 2.x or SDXL.
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.models.ldm import UNET
from studio.models.lora_header import group_keys
from studio.models.safetensors_header import Header, TensorInfo, read_numbers

FAMILIES = ("sd1", "sd2", "sdxl")
_FLOATS = ("F16", "BF16", "F32", "F64")
_BOTH_PREDICTIONS = ("sd2",)  # published with noise and with v-prediction, in equal files

# Keys with or without `UNET` before them; the first that is there decides.
_OTHER_MODELS = {
    "joint_blocks.0.context_block.attn.qkv.weight": "a Stable Diffusion 3 model",
    "distilled_guidance_layer.in_proj.bias": "a Chroma model",
    "single_stream_modulation.lin.weight": "a Flux 2 model",
    "double_blocks.0.img_attn.norm.key_norm.scale": "a Flux model",
    "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias": "a Hunyuan Video model",
    "mlp_t5.0.weight": "a Hunyuan-DiT model",
    "clf.1.weight": "a Stable Cascade model",
    "double_layers.0.attn.w1q.weight": "an AuraFlow model",
    "t_block.1.weight": "a PixArt model",
    "patchify_proj.weight": "an LTX Video model",
    "adaln_single.emb.timestep_embedder.linear_1.bias": "a PixArt model",
    "t5_yproj.weight": "a Mochi model",
    "head.modulation": "a Wan model",
    "txt_norm.weight": "a Qwen Image model",
    "cap_embedder.1.weight": "a Lumina or Z-Image model",
    "double_stream_blocks.0.block.adaLN_modulation.1.bias": "a HiDream model",
    "blocks.0.cross_attn.q_linear.weight": "a Sana model",
    "transformer_blocks.0.attn.norm_added_k.weight": "a Flux or Stable Diffusion 3 model",
}
_BY_CHANNELS = {  # that the UNet takes; ours take the 4 of a latent
    5: "a depth-guided model",
    7: "an upscaler",
    8: "a model that edits pictures (InstructPix2Pix) or makes videos",
    9: "an inpainting model",
}
_OTHER_FILES = {  # patterns that some key of such a file has
    r"control_model\.|controlnet_cond_embedding\.|input_hint_block\.": "a ControlNet",
    r"ip_adapter\.": "an IP-Adapter",
    r"adapter\.body\.": "a T2I-Adapter",
    r"motion_modules\.": "a motion module (AnimateDiff)",
    r"string_to_param|emb_params|clip_[lg]$|<.+>$": "an embedding (textual inversion)",
}
_PARTS = {  # the same of files that hold one part of a base model
    r"(transformer\.)?text_model\.(encoder|embeddings)\.": "a text encoder",
    r"transformer\.resblocks\.|cond_stage_model\.|conditioner\.": "a text encoder",
    r"encoder\.block\.\d+\.layer\.": "a text encoder (T5)",
    rf"({re.escape(UNET)})?(down_blocks|input_blocks)\.": "a UNet without text encoders",
}
_TELLING_BIAS = f"{UNET}output_blocks.11.1.transformer_blocks.0.norm1.bias"
_SPREAD_OF_V = 0.09  # ComfyUI's limit: trained for v, this bias spreads wider
_VAE = re.compile(r"(first_stage_model\.)?(encoder|decoder)\.conv_in\.")
_LORA_ROLES = {"down", "up", "loha", "lokr", "oft", "ia3", "glora"}


@dataclass(frozen=True)
class Found:
    """A family ("sd1" ...) and what its UNet predicts ("epsilon", "v_prediction").

    ``certain`` is False where the file does not tell the prediction and the family has both.
    """

    family: str
    prediction_type: str
    zero_terminal_snr: bool
    certain: bool


def detect(header: Header, model: str, configs: Path) -> Found:
    """What the file with ``header`` is; ``model`` is its name for messages.

    ``configs`` has the configurations of the families, as ``studio/models/configs``. Raises
    ``base.unsupported``, ``base.is_lora``, ``base.is_vae``, ``base.is_part`` or
    ``base.not_a_model``.
    """
    tensors = header.tensors
    if kind := _other_model(tensors):
        raise StudioError("base.unsupported", model=model, kind=kind)
    if f"{UNET}input_blocks.0.0.weight" not in tensors:
        raise _not_a_base(tensors, model)
    family = _family(tensors, configs)
    if family not in FAMILIES:
        raise StudioError("base.unsupported", model=model, kind=family)
    if not any(key.startswith(("cond_stage_model.", "conditioner.")) for key in tensors):
        raise StudioError("base.is_part", model=model, kind="a UNet without text encoders")
    prediction = _told_prediction(header)
    usual = _config(configs, family, "scheduler/scheduler_config.json")["prediction_type"]
    certain = bool(prediction) or family not in _BOTH_PREDICTIONS
    return Found(family, prediction or usual, "ztsnr" in tensors, certain)


def guess_prediction(path: Path, header: Header) -> str:
    """What the UNet of an SD 2.x seems to predict, by the spread of one bias; "" if it tells none.

    As ComfyUI guesses (supported_models.py, SD20); `detect` gives what is told for certain.
    """
    info = header.tensors.get(_TELLING_BIAS)
    if info is None or info.dtype not in _FLOATS:
        return ""
    spread = statistics.pstdev(read_numbers(path, header, _TELLING_BIAS))
    if spread == 0:  # a UNet that was never trained
        return ""
    return "v_prediction" if spread > _SPREAD_OF_V else "epsilon"


def text_widths(configs: Path) -> dict[str, int]:
    """Family -> width of the text embeddings that its UNet attends to."""
    return {
        family: _config(configs, family, "unet/config.json")["cross_attention_dim"]
        for family in FAMILIES
    }


def kind_by_channels(channels: int) -> str:
    """What a UNet that takes ``channels`` is, in words; "" for those of plain base models."""
    if channels == 4:
        return ""
    return _BY_CHANNELS.get(channels, _unknown(f"{channels} input channels"))


def _config(configs: Path, family: str, name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((configs / family / name).read_text("utf-8"))
    return table


def _other_model(tensors: Mapping[str, TensorInfo]) -> str:
    for marker, kind in _OTHER_MODELS.items():
        if marker in tensors or UNET + marker in tensors:
            return kind
    return ""


def _family(tensors: Mapping[str, TensorInfo], configs: Path) -> str:
    """The family of a file with a UNet, or in words what it is instead."""
    if kind := kind_by_channels(_inputs(tensors, f"{UNET}input_blocks.0.0.weight")):
        return kind
    if any(info.dtype not in _FLOATS for info in _matrices(tensors)):
        return "a quantised model"
    if "edm_mean" in tensors or "edm_vpred.sigma_max" in tensors:
        return "a model of another noise schedule (EDM, such as Playground 2.5 or CosXL)"
    attends = (key for key in tensors if key.startswith(UNET) and key.endswith("attn2.to_k.weight"))
    width = next((_inputs(tensors, key) for key in attends), 0)
    family = {width: family for family, width in text_widths(configs).items()}.get(width)
    if f"{UNET}label_emb.0.0.weight" in tensors:  # more is told than a text
        return _with_sizes(tensors, family, configs)
    return family if family in ("sd1", "sd2") else _unknown(f"text width {width}")


def _with_sizes(tensors: Mapping[str, TensorInfo], family: str | None, configs: Path) -> str:
    """The same for SDXL and what is built like it, by the text width's ``family``."""
    if family == "sd2":
        return "an unCLIP model"
    if family != "sdxl":
        return "an SDXL refiner"
    config = _config(configs, "sdxl", "unet/config.json")
    told = _inputs(tensors, f"{UNET}label_emb.0.0.weight")
    if told != config["projection_class_embeddings_input_dim"]:
        return "a model like SDXL with another text encoder (such as Kolors)"
    depth = config["transformer_layers_per_block"][-1]
    if f"{UNET}middle_block.1.transformer_blocks.{depth - 1}.norm1.weight" not in tensors:
        return "a shortened SDXL (such as SSD-1B)"
    return "sdxl"


def _unknown(why: str) -> str:
    return f"a model of an unknown kind ({why})"


def _inputs(tensors: Mapping[str, TensorInfo], key: str) -> int:
    """Inputs of the layer that ``key`` is the weight of."""
    shape = tensors[key].shape
    return shape[1] if len(shape) > 1 else 0


def _matrices(tensors: Mapping[str, TensorInfo]) -> Iterable[TensorInfo]:
    """The UNet's weights."""
    for key, info in tensors.items():
        if key.startswith(UNET) and key.endswith("weight"):
            yield info


def _told_prediction(header: Header) -> str:
    """The prediction type that a file tells; "" if it tells none.

    By the marker key of SDXL models, or by metadata: ModelSpec's, or what ComfyUI writes instead.
    """
    metadata = header.metadata
    told = metadata.get("modelspec.prediction_type") or metadata.get("modelspec.predict_key") or ""
    told = told.lower() or _by_architecture(metadata.get("modelspec.architecture", ""))
    if "v_pred" in header.tensors or told.startswith("v"):
        return "v_prediction"
    return "epsilon" if told.startswith("eps") else ""


def _by_architecture(name: str) -> str:
    """What ModelSpec's names of the two kinds of SD 2.x tell."""
    return "v" if "-768-v" in name else "epsilon" if "-v2-512" in name else ""


def _not_a_base(tensors: Mapping[str, TensorInfo], model: str) -> StudioError:
    """The refusal of a file without a UNet in its place."""
    modules, _ = group_keys(tensors)
    if any(_LORA_ROLES & parts.keys.keys() for parts in modules.values()):
        return StudioError("base.is_lora", model=model)
    if kind := _kind(_OTHER_FILES, tensors):
        return StudioError("base.unsupported", model=model, kind=kind)
    if any(_VAE.match(key) for key in tensors):
        return StudioError("base.is_vae", model=model)
    if kind := _kind(_PARTS, tensors):
        return StudioError("base.is_part", model=model, kind=kind)
    reason = f"none of its {len(tensors)} tensors belongs to one"
    return StudioError("base.not_a_model", path=model, reason=reason)


def _kind(patterns: Mapping[str, str], keys: Iterable[str]) -> str:
    """The kind of the first pattern that begins some key, or a part of it; "" if none does."""
    for pattern, kind in patterns.items():
        search = re.compile(rf"(^|\.)({pattern})").search
        if any(search(key) for key in keys):
            return kind
    return ""
