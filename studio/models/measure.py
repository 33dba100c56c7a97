"""The size and the layers of a base model, by the headers of its files, without torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from studio.models import ldm
from studio.models.family import BaseLocation
from studio.models.model_header import read_model_header
from studio.models.safetensors_header import Header
from studio.models.schema import schema
from studio.models.weight_files import find_weights

Shapes = dict[str, tuple[int, ...]]


def measure(base: BaseLocation) -> tuple[dict[str, Shapes], dict[str, int]]:
    """The layers of ``base.components``, and the parameters of these and of "vae".

    Layers are module path -> weight shape of Linear (out, in) and Conv2d (out, in, k, k). A single
    file may be without VAE, which then counts 0. Raises what `read_model_header` raises.
    """
    header = read_model_header(base.path) if base.is_file else None
    layers: dict[str, Shapes] = {}
    counts: dict[str, int] = {}
    for part in (*base.components, "vae"):
        if header:
            shapes, counts[part] = _of_file(header, base, part), _size_in_file(header, base, part)
        else:
            shapes = _of_folder(base, part)
            counts[part] = sum(map(math.prod, shapes.values()))
        if part != "vae":
            layers[part] = _layers(shapes)
    return layers, counts


def _of_folder(base: BaseLocation, part: str) -> Shapes:
    """Tensor name -> shape over the weight files of a part."""
    shapes: Shapes = {}
    for file in find_weights(base.path / part):
        shapes |= {name: info.shape for name, info in read_model_header(file).tensors.items()}
    return shapes


def _of_file(header: Header, base: BaseLocation, part: str) -> Shapes:
    """The weights of published layers that a single file has, in the shapes that it gives them."""
    config = base.config(part)
    found: Shapes = {}
    for component, path in schema(base.naming):
        if component != part:
            continue
        name = f"{path}.weight"
        try:
            source = ldm.source(part, name, base.naming, config)
        except KeyError:  # a smaller model than the published one
            continue
        for key in (source.key, *ldm.alternatives(source)):
            if (info := header.tensors.get(key)) and info.shape:
                rows = info.shape[0] if source.part is None else info.shape[0] // 3
                found[name] = (rows, *info.shape[1:])
    return found


def _size_in_file(header: Header, base: BaseLocation, part: str) -> int:
    if part.startswith("text_encoder"):  # files have more of them than is used
        return _encoder_size(base.config(part))
    prefix = ldm.UNET if part == "unet" else ldm.VAE
    return sum(math.prod(t.shape) for key, t in header.tensors.items() if key.startswith(prefix))


def _encoder_size(config: Mapping[str, Any]) -> int:
    """Parameters of a CLIP text encoder."""
    width, inner = config["hidden_size"], config["intermediate_size"]
    words = config["vocab_size"] + config["max_position_embeddings"]
    norm = 2 * width
    layer = 4 * (width * width + width) + 2 * norm + 2 * width * inner + inner + width
    projected = "CLIPTextModelWithProjection" in config["architectures"]
    projection = width * config["projection_dim"] if projected else 0
    return int(words * width + config["num_hidden_layers"] * layer + norm + projection)


def _layers(shapes: Shapes) -> Shapes:
    return {
        name.removesuffix(".weight"): shape
        for name, shape in shapes.items()
        if name.endswith(".weight") and len(shape) in (2, 4) and "embedding" not in name
    }
