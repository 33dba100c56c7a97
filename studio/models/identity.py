"""What tells one VAE or text encoder from another: half of the key of everything cached.

Made of the weights themselves, so that a model keeps its cache as a file, as a folder, or under
another name.
"""

from __future__ import annotations

import hashlib
from typing import Any

import torch


def identity(module: Any, *more: str, without: tuple[str, ...] = ()) -> str:
    """SHA-256 (hex) over a module's configuration, its weights and ``more``; 0.6 s per GB.

    Weights whose names begin with one of ``without`` do not count. Nothing is copied on a CPU.
    """
    digest = hashlib.sha256(str(configuration(module)).encode())
    for name, tensor in sorted(module.state_dict().items()):
        if name.startswith(without):
            continue
        digest.update(name.encode())
        flat = tensor.detach().cpu().contiguous().flatten()
        digest.update(flat.view(torch.uint8).numpy().data)
    for text in more:
        digest.update(text.encode())
    return digest.hexdigest()


def configuration(module: Any) -> list[tuple[str, Any]]:
    """What a module was built by, sorted; without diffusers' private notes.

    One of these lists defaults in the order of a set, which is another in every process.
    """
    config = module.config if isinstance(module.config, dict) else module.config.to_dict()
    return sorted((name, value) for name, value in config.items() if not name.startswith("_"))
