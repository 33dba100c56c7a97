"""Writes the tables of `studio.models.schema` from the published configurations.

    python packaging/key_schemas.py           writes studio/models/schemas/*.json
    python packaging/key_schemas.py --check   tells which of them are not up to date

The models are built on the meta device, so this takes a second and no memory.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.models.detect import FAMILIES
from studio.models.family import CONFIGS
from studio.models.names import text_model_path
from studio.models.schema import SCHEMAS

ENCODERS: dict[str, Any] = {
    "text_encoder": CLIPTextModel,
    "text_encoder_2": CLIPTextModelWithProjection,
}


def main(words: list[str]) -> int:
    texts = {SCHEMAS / f"{family}.json": as_text(layers(family)) for family in FAMILIES}
    if words == ["--check"]:
        old = [f for f, text in texts.items() if not f.exists() or f.read_text("utf-8") != text]
        print("\n".join(f"{file.name} is not up to date" for file in old) or "All up to date.")
        return 1 if old else 0
    SCHEMAS.mkdir(exist_ok=True)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    return 0


def layers(family: str) -> dict[str, dict[str, list[int]]]:
    """Component -> module path -> shape of the weight, in the order of the modules."""
    unet = json.loads((CONFIGS / family / "unet" / "config.json").read_text("utf-8"))
    with torch.device("meta"):
        tables = {"unet": weights(UNet2DConditionModel.from_config(unet))}
        for component, kind in ENCODERS.items():
            file = CONFIGS / family / component / "config.json"
            if file.exists():
                encoder = kind(CLIPTextConfig(**json.loads(file.read_text("utf-8"))))
                named = weights(encoder)
                tables[component] = {text_model_path(path): named[path] for path in named}
    return tables


def weights(model: nn.Module) -> dict[str, list[int]]:
    return {
        path: list(module.weight.shape)
        for path, module in model.named_modules()
        if isinstance(module, nn.Linear | nn.Conv2d)
    }


def as_text(tables: dict[str, dict[str, list[int]]]) -> str:
    """JSON with a line for each layer, so that differences can be read."""
    parts = [
        f'"{component}": {{\n'
        + ",\n".join(f'"{path}": {json.dumps(shape)}' for path, shape in named.items())
        + "\n}"
        for component, named in tables.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
