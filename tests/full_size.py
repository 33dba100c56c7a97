"""Single-file checkpoints in the published sizes of SD 1.5, SD 2.1 and SDXL, with random weights.

No pretrained weights can be had where the tests run. These have every tensor of the real files,
under the real names, so that opening, training and exporting cost what they cost an artist.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from studio.models.components import build, file_shapes
from studio.models.family import CONFIGS
from studio.models.ldm import source

_STORED = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32"}
_SCALE = 0.02  # of random weights; UNet, encoders and VAE stay finite in half precision

Shape = tuple[int, ...]


def write_base(path: Path, arch: str, dtype: torch.dtype = torch.float16) -> Path:
    """A checkpoint of ``arch`` ("sd1", "sd2", "sdxl") at ``path``, tensor after tensor.

    2.1 GB, 2.6 GB and 6.9 GB in half precision; the same bytes every time.
    """
    shapes = key_shapes(arch)
    header: dict[str, object] = {}
    end = 0
    for key, shape in shapes.items():
        begin, end = end, end + math.prod(shape) * dtype.itemsize
        header[key] = {
            "dtype": _STORED[dtype],
            "shape": list(shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in _tensors(shapes, dtype):
            file.write(tensor.view(torch.uint8).numpy().data)
    return path


def key_shapes(arch: str) -> dict[str, Shape]:
    """Every key of a single file of ``arch``, with its shape there."""
    shapes: dict[str, Shape] = {}
    for component in ("unet", "vae", "text_encoder", "text_encoder_2"):
        file = CONFIGS / arch / component / "config.json"
        if not file.is_file():
            continue
        config = json.loads(file.read_text("utf-8"))
        for name, shape in file_shapes(component, build(component, config, file)).items():
            place = source(component, name, arch, config)
            if place.part is not None:
                shape = (3 * shape[0], *shape[1:])
            if component == "vae" and ".attentions." in name and len(shape) == 2:
                shape = (*shape, 1, 1)  # convolutions there
            shapes[place.key] = shape[::-1] if place.transposed else shape
    return shapes


def _tensors(shapes: dict[str, Shape], dtype: torch.dtype) -> Iterator[Tensor]:
    """Norms are ones and zeros; the rest is cut from one random block, which costs no time."""
    block = torch.randn(1 << 24, generator=torch.Generator().manual_seed(0)).mul_(_SCALE).to(dtype)
    for number, (key, shape) in enumerate(shapes.items()):
        size = math.prod(shape)
        if len(shape) == 1:
            ones = key.endswith("weight")  # biases are zero
            yield torch.full((size,), float(ones), dtype=dtype)
            continue
        start = number * 7919 % 4096
        copies = -(-(start + size) // len(block))
        yield block.repeat(copies)[start : start + size].contiguous()
