"""Which files of a hub repository a diffusers pipeline needs, and how their content is known."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.models.weight_files import choose, shards_beside

INDEX = "model_index.json"
WEIGHTS = ("unet", "vae", "text_encoder", "text_encoder_2")  # the last one in SDXL alone
_TOKENIZER = (
    *("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("tokenizer.json", "vocab.json", "merges.txt"),
)
_SMALL = {
    **dict.fromkeys(WEIGHTS, ("config.json",)),
    **dict.fromkeys(("tokenizer", "tokenizer_2"), _TOKENIZER),
    "scheduler": ("scheduler_config.json",),
}


@dataclass(frozen=True)
class RemoteFile:
    """A file of a repository: its size in bytes, and the digest (hex) that names its content.

    That is the SHA-256 of a large one, git's SHA-1 of a small one.
    """

    name: str
    size: int
    digest: str

    @classmethod
    def described(cls, entry: Mapping[str, Any]) -> RemoteFile:
        """From the hub's description; ValueError or KeyError if it lacks something."""
        large = entry.get("lfs") or {}
        digest = str(large.get("sha256") or entry.get("blobId"))
        size = large.get("size", entry.get("size"))
        if type(size) is not int or size < 0:
            raise ValueError(f"no size: {size}")
        if not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", digest):
            raise ValueError(f"no digest: {digest}")
        return cls(str(entry["rfilename"]), size, digest)

    def is_whole(self, path: Path) -> bool:
        """Whether ``path`` has this content; takes a second per GB."""
        if path.stat().st_size != self.size:
            return False
        digest = hashlib.sha256()
        if len(self.digest) == 40:
            digest = hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: digest).hexdigest() == self.digest


def needed(names: Iterable[str]) -> set[str]:
    """Of all files of a repository those of a diffusers pipeline; none if it has no pipeline.

    A pipeline has weights of UNet, VAE and each text encoder. Of these one form is taken:
    safetensors in full precision, if there are such.
    """
    folders: dict[str, list[str]] = {}
    for name in names:
        folder, _, file = name.rpartition("/")
        if re.fullmatch(r"[\w.-]+", file, re.ASCII):
            folders.setdefault(folder, []).append(file)
    if INDEX not in folders.get("", ()):
        return set()
    wanted = {INDEX}
    for folder, small in _SMALL.items():
        files = folders.get(folder, [])
        weights = choose(files) if folder in WEIGHTS else None
        if folder in WEIGHTS and weights is None and (files or folder != "text_encoder_2"):
            return set()
        shards = shards_beside(weights, files) if weights and weights.endswith(".json") else []
        chosen = [*(file for file in files if file in small), *([weights] if weights else ())]
        wanted |= {f"{folder}/{file}" for file in (*chosen, *shards)}
    return wanted
