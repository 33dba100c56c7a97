"""Which files of a component's folder hold its weights, as diffusers and transformers name them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from studio.errors import StudioError

_STEMS = ("diffusion_pytorch_model", "model", "pytorch_model")
_ENDINGS = (".safetensors", ".bin")
_SHARD = re.compile(r"(.+)-\d{5}-of-\d{5}(\.\w+)")


def find_weights(folder: Path) -> list[Path]:
    """The weight file of ``folder``, or its shards; empty if it has none.

    Raises ``base.not_a_model`` for a list of shards that cannot be followed.
    """
    if not folder.is_dir():
        return []
    name = choose(file.name for file in folder.iterdir())
    if name is None:
        return []
    return _shards(folder, name) if name.endswith(".json") else [folder / name]


def choose(names: Iterable[str]) -> str | None:
    """Of the files in a folder the one with the weights, or the list of its shards.

    Safetensors before .bin, full precision before fp16, other variants last; whole before shards.
    """
    known = [name for name in names if name.partition(".")[0] in _STEMS]
    for ending in _ENDINGS:
        fitting = [
            name for name in known
            if (name.endswith(ending) and not _SHARD.fullmatch(name)) or _is_index(name, ending)
        ]  # fmt: skip
        if fitting:
            return min(fitting, key=lambda name: (_rank(name), name))
    return None


def shards_beside(index: str, names: Iterable[str]) -> list[str]:
    """The shards among ``names`` that the list ``index`` is about, told by their names alone."""
    stem, ending = index.partition(".")[0], ".bin" if ".bin." in index else ".safetensors"
    whole = ".".join((stem, *sorted(_variant(index)))) + ending
    found = ((name, _SHARD.fullmatch(name)) for name in names)
    return [name for name, match in found if match and match[1] + match[2] == whole]


def _is_index(name: str, ending: str) -> bool:
    """Such as ``model.safetensors.index.json``; a variant stands on either side of "index"."""
    return name.endswith(".json") and f"{ending}." in name and ".index" in name


def _variant(name: str) -> set[str]:
    return set(name.split(".")[1:]) - {"safetensors", "bin", "index", "json"}


def _rank(name: str) -> int:
    """Full precision first, then fp16, then such as ``non_ema``."""
    variant = _variant(name)
    return 0 if not variant else 1 if variant == {"fp16"} else 2


def _shards(folder: Path, index: str) -> list[Path]:
    try:
        table = json.loads((folder / index).read_text(encoding="utf-8"))["weight_map"]
        names = sorted(set(table.values()))
        if not all(Path(name).name == name and (folder / name).is_file() for name in names):
            raise ValueError("a shard is missing")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"the shards that {index} lists are not all there"
        raise StudioError("base.not_a_model", path=str(folder), reason=reason) from error
    return [folder / name for name in names]
