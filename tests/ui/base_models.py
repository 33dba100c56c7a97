"""Base models of which only headers and configurations are there: enough to be chosen."""

from __future__ import annotations

import json
import math
import shutil
import struct
from pathlib import Path
from typing import Any

from studio.models.family import CONFIGS

_UNET = "model.diffusion_model."
_CONV_IN = f"{_UNET}input_blocks.0.0.weight"
_TO_K = f"{_UNET}input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"


def checkpoint(path: Path, family: str = "sd1", channels: int = 4) -> Path:
    """A single file of "sd1" or "sd2" with 9 ``channels`` for an inpainting model."""
    width = {"sd1": 768, "sd2": 1024}[family]
    shapes = {_CONV_IN: (8, channels, 3, 3), _TO_K: (8, width), "cond_stage_model.scale": (1,)}
    return tensors(path, shapes)


def lora(path: Path) -> Path:
    """A LoRA file of one layer."""
    name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_k"
    return tensors(path, {f"{name}.lora_down.weight": (4, 320), f"{name}.lora_up.weight": (320, 4)})


def vae(path: Path) -> Path:
    """A VAE file."""
    return tensors(path, {"first_stage_model.encoder.conv_in.weight": (8, 3, 3, 3)})


def folder(path: Path, family: str) -> Path:
    """A diffusers folder without weights."""
    shutil.copytree(CONFIGS / family, path)
    return path


def tensors(path: Path, shapes: dict[str, tuple[int, ...]]) -> Path:
    """A safetensors file of zeros."""
    table: dict[str, Any] = {}
    end = 0
    for key, shape in shapes.items():
        begin, end = end, end + 2 * math.prod(shape)
        table[key] = {"dtype": "F16", "shape": shape, "data_offsets": [begin, end]}
    header = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(end))
    return path
