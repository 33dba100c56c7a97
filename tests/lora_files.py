"""LoRA files typed by hand, for the tests of inspection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from studio.inspect import inspect_file

ATTN = "down_blocks.0.attentions.0.transformer_blocks.0.attn"
UNET = "lora_unet_" + ATTN.replace(".", "_")
SGM = "lora_unet_input_blocks_4_1_transformer_blocks_0_attn"
TEXT = "text_model_encoder_layers_0_self_attn"
V1 = {"ss_v2": "False", "ss_base_model_version": "sd_v1"}
Tensors = dict[str, Tensor]


def module(
    name: str,
    inner: int = 768,
    alpha: float | None = 2.0,
    layout: str = "kohya",
    outer: int = 8,
) -> Tensors:
    down, up = {
        "kohya": (".lora_down.weight", ".lora_up.weight"),
        "peft": (".lora_A.weight", ".lora_B.weight"),
        "diffusers": (".lora.down.weight", ".lora.up.weight"),
        "old": ("_lora.down.weight", "_lora.up.weight"),
    }[layout]
    tensors = {name + down: torch.ones(4, inner), name + up: torch.ones(outer, 4)}
    return tensors if alpha is None else {**tensors, f"{name}.alpha": torch.tensor(alpha)}


def modules(*names: str, **options: Any) -> Tensors:
    return {k: t for name in names for k, t in module(name, **options).items()}


def unet(inner: int = 768, **options: Any) -> Tensors:
    return modules(*(f"{UNET}2_to_{part}" for part in "qkv"), inner=inner, **options)


def text(prefix: str, parts: tuple[str, ...] = ("q", "k", "v", "out"), inner: int = 768) -> Tensors:
    return modules(*(f"{prefix}_{TEXT}_{part}_proj" for part in parts), inner=inner)


def inspected(tmp_path: Path, tensors: Tensors, metadata: Any = None) -> Any:
    path = tmp_path / "a.safetensors"
    save_file(tensors, path, metadata)
    return inspect_file(path)


def dora(shape: tuple[int, ...], suffix: str = ".dora_scale") -> Tensors:
    scales = {f"{UNET}2_to_{part}{suffix}": torch.ones(shape) for part in "qkv"}
    return {**unet(), **scales}


def loha() -> Tensors:
    shapes = {"w1_a": (320, 4), "w1_b": (4, 768), "w2_a": (320, 4), "w2_b": (4, 768)}
    return {f"{UNET}2_to_k.hada_{part}": torch.ones(shape) for part, shape in shapes.items()}


def lokr() -> Tensors:
    shapes = {"w1": (16, 16), "w2_a": (20, 4), "w2_b": (4, 48)}
    return {f"{UNET}2_to_k.lokr_{part}": torch.ones(shape) for part, shape in shapes.items()}
