"""The layers of the published models that an adapter can stand on, as tables.

An adapter file is checked against them without opening a base model. Written by
``packaging/key_schemas.py`` from the configurations in ``configs``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from studio.models.names import Place

SCHEMAS = Path(__file__).with_name("schemas")


@cache  # 1 ms for SDXL's 1059 layers
def schema(arch: str) -> Mapping[Place, tuple[int, ...]]:
    """Every Linear and Conv2d of UNet and text encoders of ``arch`` ("sd1", "sd2", "sdxl").

    Place -> shape of the weight, (out, in) or (out, in, k, k), in the order of the model; paths
    as in diffusers folders, those of encoders with ``text_model.``. Raises FileNotFoundError for
    another ``arch``.
    """
    table: dict[str, dict[str, list[int]]]
    table = json.loads((SCHEMAS / f"{arch}.json").read_text("utf-8"))
    return {
        Place(component, path): tuple(shape)
        for component, layers in table.items()
        for path, shape in layers.items()
    }
