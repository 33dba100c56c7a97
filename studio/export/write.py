"""Plain modules as the tensors of a file, and the file: the same bytes each time.

The safetensors library writes metadata in a random order, so the container is written here (30
lines); tests read it back with the library.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from studio.errors import StudioError
from studio.export.collect import one_alpha
from studio.files import write_atomically
from studio.models.lora_file import LoraModule
from studio.models.lora_header import ADAPTER_METADATA
from studio.models.names import Place, kohya_name, text_model_path

Dtype = Literal["fp16", "bf16", "fp32"]
Format = Literal["kohya", "diffusers"]
DTYPES: dict[str, torch.dtype] = {
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "fp32": torch.float32,
}
_STORED = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32"}
_LEGACY_BEGIN, _LEGACY_LENGTH = 0x100000, 0x10000


def kohya_tensors(
    modules: Mapping[Place, LoraModule], arch: str, dtype: Dtype
) -> dict[str, Tensor]:
    """``NAME.lora_down.weight``, ``.lora_up.weight`` and ``.alpha`` per module, and nothing else.

    An alpha that ``dtype`` cannot hold exactly is replaced by one it can; ``up`` takes the rest.
    Raises ``export.overflow`` for values beyond ``dtype``'s range.
    """
    tensors: dict[str, Tensor] = {}
    for place, module in _with_exact_alpha(modules, DTYPES[dtype]).items():
        name = kohya_name(place.component, place.path, arch)
        tensors[f"{name}.lora_down.weight"] = _cast(module.down, dtype, place)
        tensors[f"{name}.lora_up.weight"] = _cast(module.up, dtype, place)
        tensors[f"{name}.alpha"] = _cast(torch.tensor(module.alpha), dtype, place)
    return tensors


def diffusers_tensors(modules: Mapping[Place, LoraModule], dtype: Dtype) -> dict[str, Tensor]:
    """peft's own keys (``unet.PATH.lora_A.weight``); encoders with ``text_model.`` as of old."""
    tensors: dict[str, Tensor] = {}
    for place, module in modules.items():
        path = place.path if place.component == "unet" else text_model_path(place.path)
        tensors[f"{place.component}.{path}.lora_A.weight"] = _cast(module.down, dtype, place)
        tensors[f"{place.component}.{path}.lora_B.weight"] = _cast(module.up, dtype, place)
    return tensors


def adapter_metadata(modules: Mapping[Place, LoraModule]) -> dict[str, str]:
    """``lora_adapter_metadata`` as diffusers reads it: a LoraConfig per component, as JSON.

    Encoder paths go without ``text_model.``: peft matches ends of paths, so both kinds fit.
    """
    table: dict[str, Any] = {}
    for component in dict.fromkeys(place.component for place in modules):
        ranks = {
            place.path.removeprefix("text_model."): module.rank
            for place, module in modules.items()
            if place.component == component
        }
        common = max(ranks.values(), key=list(ranks.values()).count)
        table |= {
            f"{component}.peft_type": "LORA",
            f"{component}.r": common,
            f"{component}.lora_alpha": next(iter(modules.values())).alpha,
            f"{component}.rank_pattern": {p: r for p, r in ranks.items() if r != common},
            f"{component}.target_modules": list(ranks),
        }
    return {"format": "pt", ADAPTER_METADATA: json.dumps(table)}


def _with_exact_alpha(
    modules: Mapping[Place, LoraModule], dtype: torch.dtype
) -> dict[Place, LoraModule]:
    alpha = next(iter(modules.values())).alpha
    stored = float(torch.tensor(alpha).to(dtype))
    return one_alpha(modules, stored if 0.0 < stored < float("inf") else 1.0)


def _cast(tensor: Tensor, dtype: Dtype, place: Place) -> Tensor:
    cast = tensor.to(DTYPES[dtype]).contiguous()
    if not cast.isfinite().all():
        name = f"{place.component}.{place.path}"
        raise StudioError("export.overflow", module=name, dtype=dtype)
    return cast


def file_bytes(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """The whole file of ``tensors`` with ``metadata`` and both sshs hashes."""
    data = b"".join(tensor_bytes(tensors[key]) for key in sorted(tensors))
    hashes = {
        "sshs_model_hash": hashlib.sha256(data).hexdigest(),
        "sshs_legacy_hash": _legacy_hash(tensors, metadata, data),
    }
    return _header(tensors, {**metadata, **hashes}) + data


def save(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Writes `file_bytes`; ``path`` changes whole or not. Raises what `write_atomically` does."""
    write_atomically(path, file_bytes(tensors, metadata))


def _legacy_hash(tensors: Mapping[str, Tensor], metadata: Mapping[str, str], data: bytes) -> str:
    """kohya's old hash: of 64 KiB at 1 MiB of a file with only the ``ss_*`` metadata."""
    only = {key: value for key, value in metadata.items() if key.startswith("ss_")}
    header = _header(tensors, only)
    end = _LEGACY_BEGIN + _LEGACY_LENGTH
    part = (header + data[:end])[_LEGACY_BEGIN:end]
    return hashlib.sha256(part).hexdigest()[:8]


def _header(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    stored = {key: (_STORED[tensor.dtype], tuple(tensor.shape), tensor.nbytes)
              for key, tensor in sorted(tensors.items())}  # fmt: skip
    return container_header(stored, metadata)


def container_header(
    tensors: Mapping[str, tuple[str, tuple[int, ...], int]], metadata: Mapping[str, str]
) -> bytes:
    """Length and JSON, padded to 8 bytes; the bytes of ``tensors`` follow in their order.

    ``tensors`` maps keys to safetensors dtype name, shape and length in bytes. The library orders
    by size of number, the largest first, so that all are aligned, and then by name.
    """
    table: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    begin = 0
    for key, (dtype, shape, length) in tensors.items():
        offsets = [begin, begin + length]
        table[key] = {"dtype": dtype, "shape": list(shape), "data_offsets": offsets}
        begin += length
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def tensor_bytes(tensor: Tensor) -> bytes:
    """The numbers of ``tensor`` as a file has them."""
    return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
