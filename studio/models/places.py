"""Where the layers of a UNet or text encoder stand: in which order, on how large a map; no torch.

A latent of ``height`` x ``width`` is halved from level to level, as `UNet2DConditionModel` does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Order = tuple[int, ...]

_BLOCK = re.compile(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.")
_MIDDLE = re.compile(r"mid_block\.(\w+)\.(\d+)\.")
_KINDS = {"resnets": 0, "attentions": 1, "downsamplers": 2, "upsamplers": 2}


@dataclass(frozen=True)
class Place:
    """Of one layer: it runs after all of lower ``order``, on ``level``, 0 the largest map."""

    order: Order
    level: int
    output_level: int


def place(path: str, levels: int) -> Place:
    """The place of the UNet's layer at a module path; ``levels`` is how many maps there are."""
    if found := _BLOCK.match(path):
        side, block, kind, number = found[1], int(found[2]), found[3], int(found[4])
        level = block if side == "down" else levels - 1 - block
        # Upsamplers enlarge the map first; downsamplers halve it themselves.
        level, after = {
            "downsamplers": (level, level + 1),
            "upsamplers": (level - 1, level - 1),
        }.get(kind, (level, level))
        last = 99 if _KINDS[kind] == 2 else number
        return Place((0 if side == "down" else 2, block, last, _KINDS[kind]), level, after)
    if found := _MIDDLE.match(path):
        order = (1, 0, int(found[2]), _KINDS[found[1]])
        return Place(order, levels - 1, levels - 1)
    return Place((3,) if path.startswith("conv_out") else (-1,), 0, 0)


def pixels(height: int, width: int, level: int) -> int:
    """Positions of the map of a level."""
    for _ in range(level):
        height, width = -(-height // 2), -(-width // 2)
    return height * width


def heads(config: Mapping[str, Any], level: int) -> int:
    """Heads of attention on a level; diffusers calls their number ``attention_head_dim``."""
    found: Any = config.get("num_attention_heads") or config["attention_head_dim"]
    return int(found[level] if isinstance(found, list) else found)


def tokens_of(path: str) -> bool:
    """Whether a layer of the UNet reads text, not the map."""
    return path.endswith(("attn2.to_k", "attn2.to_v"))


def is_single(path: str) -> bool:
    """Whether a layer of the UNet runs once for a whole picture, not at each position."""
    return path.endswith("time_emb_proj") or path.startswith(("time_embedding", "add_embedding"))
