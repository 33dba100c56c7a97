"""Whole base models of each family, a few hundred kilobytes small, with random weights.

`tiny_folder` writes a diffusers folder as the hub has them, `tiny_file` one as a single file;
`tiny_configs` the folders without weights, for `studio.models.family.CONFIGS`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.data.tokens import clip_vocabulary
from studio.models.ldm import source

FAMILIES = ("sd1", "sd2", "sdxl")

_WIDTHS = {"sd1": 24, "sd2": 32, "sdxl": 24 + 40}  # of the text embeddings
_VAE: dict[str, Any] = {
    "block_out_channels": [8, 16],
    "down_block_types": ["DownEncoderBlock2D"] * 2,
    "up_block_types": ["UpDecoderBlock2D"] * 2,
    "latent_channels": 4,
    "layers_per_block": 1,
    "norm_num_groups": 4,
    "sample_size": 32,
}
_UNET: dict[str, Any] = {
    "sample_size": 16,
    "block_out_channels": [16, 32],
    "norm_num_groups": 8,
    "layers_per_block": 1,
    "attention_head_dim": 2,
    "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
}
_UNETS: dict[str, dict[str, Any]] = {
    "sd1": {},
    "sd2": {"use_linear_projection": True, "attention_head_dim": [2, 4]},
    "sdxl": {
        "use_linear_projection": True,
        "attention_head_dim": [2, 4],
        "layers_per_block": 2,
        "transformer_layers_per_block": [1, 2],
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"],
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 8,
        "projection_class_embeddings_input_dim": 40 + 6 * 8,
    },
}
_SCHEDULER: dict[str, Any] = {
    "_class_name": "DDIMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}


def tiny_folder(path: Path, family: str, *, weights: bool = True, **scheduler: Any) -> Path:
    """A diffusers folder of ``family`` ("sd1", "sd2", "sdxl") at ``path``, which it returns.

    Two levels in UNet and VAE (the VAE halves the sides of an image), encoders of two or three
    layers with CLIP's own vocabulary; the same weights every time. ``scheduler`` changes entries
    of the scheduler's configuration.
    """
    prediction = "v_prediction" if family == "sd2" else "epsilon"
    config = {**_SCHEDULER, "prediction_type": prediction, **scheduler}
    _write_json(path / "scheduler" / "scheduler_config.json", config)
    xl = family == "sdxl"
    _write_json(
        path / "model_index.json",
        {
            "_class_name": "StableDiffusionXLPipeline" if xl else "StableDiffusionPipeline",
            "scheduler": ["diffusers", config["_class_name"]],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
            **(
                {
                    "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
                    "tokenizer_2": ["transformers", "CLIPTokenizer"],
                    "force_zeros_for_empty_prompt": True,
                }
                if xl
                else {"safety_checker": [None, None], "feature_extractor": [None, None]}
            ),
        },
    )
    _write_tokenizer(path / "tokenizer", "!" if family == "sd2" else "<|endoftext|>")
    _write_encoder(path / "text_encoder", CLIPTextModel, _encoder(family), weights)
    if xl:
        _write_tokenizer(path / "tokenizer_2", "!")
        second = _encoder("sdxl_2")
        _write_encoder(path / "text_encoder_2", CLIPTextModelWithProjection, second, weights)
    torch.manual_seed(1)
    settings = {**_UNET, **_UNETS[family], "cross_attention_dim": _WIDTHS[family]}
    unet = UNet2DConditionModel(**settings)
    vae = AutoencoderKL(**_VAE, scaling_factor=0.13025 if xl else 0.18215)
    for name, model in {"unet": unet, "vae": vae}.items():
        model.save_pretrained(path / name) if weights else model.save_config(path / name)
    return path


def tiny_file(path: Path, folder: Path, family: str, marks: tuple[str, ...] = ()) -> Path:
    """The model of a `tiny_folder` as a .safetensors or .ckpt file, after the ending of ``path``.

    ``marks`` are keys without numbers, such as ``v_pred``.
    """
    tensors = {mark: torch.empty(0) for mark in marks}
    thirds: dict[str, dict[int, Tensor]] = {}
    for config in sorted(folder.glob("*/config.json")):
        described = json.loads(config.read_text("utf-8"))
        component = config.parent.name
        for name, tensor in load_file(next(config.parent.glob("*.safetensors"))).items():
            key, part, transposed = source(component, name, family, described)
            if component == "vae" and ".attn_1." in key and tensor.ndim == 2:
                tensor = tensor[:, :, None, None]
            if part is None:
                tensors[key] = tensor.t().contiguous() if transposed else tensor
            else:
                thirds.setdefault(key, {})[part] = tensor
    tensors |= {key: torch.cat([parts[n] for n in range(3)]) for key, parts in thirds.items()}
    if path.suffix == ".ckpt":
        torch.save({"state_dict": tensors, "global_step": 7}, path)
    else:
        save_file(tensors, path, {"format": "pt"})
    return path


def tiny_configs(path: Path) -> Path:
    """A folder for `studio.models.family.CONFIGS`: the tiny configurations of all families."""
    for family in FAMILIES:
        tiny_folder(path / family, family, weights=False)
    return path


def _encoder(kind: str) -> CLIPTextConfig:
    """As the hub's files have it, with the wrong ids of special tokens: pooling allows for them."""
    width, layers = {"sd1": (24, 2), "sd2": (32, 2), "sdxl": (24, 2), "sdxl_2": (40, 3)}[kind]
    return CLIPTextConfig(
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        projection_dim=width,
        hidden_act="gelu" if kind in ("sd2", "sdxl_2") else "quick_gelu",
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=1,
        vocab_size=49408,
    )


def _write_encoder(path: Path, kind: Any, config: CLIPTextConfig, weights: bool) -> None:
    path.mkdir(parents=True, exist_ok=True)
    config.architectures = [kind.__name__]
    config.save_pretrained(path)
    if weights:
        torch.manual_seed(2)
        named = kind(config).state_dict()
        canonical = {
            name if name.startswith("text_") else f"text_model.{name}": tensor.contiguous()
            for name, tensor in named.items()
        }
        save_file(canonical, path / "model.safetensors", {"format": "pt"})


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[str, str]:
    """The texts of vocab.json and merges.txt."""
    ids, pairs = clip_vocabulary()
    return json.dumps(ids), "\n".join(["#version: 0.2", *map(" ".join, pairs)])


def _write_tokenizer(path: Path, padding: str) -> None:
    vocabulary, merges = _vocabulary()
    tokens = {
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": padding,
    }
    path.mkdir(parents=True, exist_ok=True)
    (path / "vocab.json").write_text(vocabulary, "utf-8")
    (path / "merges.txt").write_text(merges + "\n", "utf-8")
    config = {**tokens, "tokenizer_class": "CLIPTokenizer", "model_max_length": 77}
    _write_json(path / "tokenizer_config.json", config)
    _write_json(path / "special_tokens_map.json", tokens)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2), "utf-8")
