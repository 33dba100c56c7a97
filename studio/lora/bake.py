"""Adapters added to the weights of a base model for good: a checkpoint that needs no LoRA.

    W' = W + sum of strength * (alpha / rank) * up @ down

computed in float32 for one layer at a time, then stored in the wanted dtype. What of the base no
adapter can change (its VAE, tokenizers, keys of unknown meaning) is copied as it is.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError
from studio.export.privacy import HASHES
from studio.export.write import DTYPES, Dtype
from studio.lora import metadata
from studio.lora.baked_folder import write_folder
from studio.lora.baked_tensors import file_entries, folder_entries
from studio.lora.factors import joined
from studio.lora.layers import Opened, Warn, open_loras
from studio.lora.saving import refuse_overwriting
from studio.lora.stream import write_tensors
from studio.models.family import BaseLocation, find_base
from studio.models.lora_file import LoraModule
from studio.models.model_header import read_model_header
from studio.models.names import Place

_PICKLES = (".ckpt", ".pt", ".pth", ".bin")


@dataclass(frozen=True)
class Baked:
    """A written checkpoint: how many of its layers the adapters changed."""

    path: Path
    layers: int


def bake(
    base: str,
    inputs: Sequence[tuple[Path, float]],
    out: Path,
    warn: Warn,
    *,
    dtype: Dtype = "fp16",
) -> Generator[tuple[int, int], None, Baked]:
    """``base`` with the adapters in ``inputs``, (file, strength) each. Yields (done, total).

    ``out`` is a file if it ends in .safetensors, else a diffusers folder, which only a folder can
    become. UNet and text encoders are stored in ``dtype``. Raises what `open_loras` and
    `write_tensors` do, ``lora.overwrites``, ``bake.no_pickle``, ``bake.starter``,
    ``bake.no_folder`` or ``bake.not_empty``.
    """
    location = find_base(base)
    paths = [path for path, _ in inputs]
    refuse_overwriting(out, [location.path, *paths])
    _require_place(location, out)
    _, files = open_loras(paths, base, warn)
    changes = _changes(files, [strength for _, strength in inputs])
    if out.suffix != ".safetensors":
        origin = f"{location.name}, {metadata.names_of(paths)}"
        yield from write_folder(location, changes, out, DTYPES[dtype], origin)
        return Baked(out, len(changes))
    if location.is_file:
        header = read_model_header(location.path)
        entries = file_entries(location, header, changes, DTYPES[dtype])
        told = header.metadata
    else:
        entries = folder_entries(location, changes, DTYPES[dtype])
        v_prediction = location.prediction_type == "v_prediction"
        told = metadata.of_checkpoint(location.naming, v_prediction, out.stem)
    told = _named(told, location, paths, out)
    yield from write_tensors(out, entries, told, lambda path: _check(path, location))
    return Baked(out, len(changes))


def _require_place(location: BaseLocation, out: Path) -> None:
    to_file = out.suffix == ".safetensors"
    if out.suffix in _PICKLES:
        raise StudioError("bake.no_pickle", path=str(out))
    if to_file and location.family == "starter":
        raise StudioError("bake.starter", path=str(out))
    if location.is_file and not to_file:
        raise StudioError("bake.no_folder", base=location.name, path=str(out))
    if not to_file and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise StudioError("bake.not_empty", path=str(out))


def _changes(files: Sequence[Opened], strengths: Sequence[float]) -> dict[Place, LoraModule]:
    """What all files together change, each at its strength."""
    parts: dict[Place, list[tuple[LoraModule, float]]] = {}
    for file, strength in zip(files, strengths, strict=True):
        for place, module in file.modules.items():
            parts.setdefault(place, []).append((module, strength))
    return {place: joined(several) for place, several in parts.items()}


def _named(
    told: Mapping[str, str], location: BaseLocation, adapters: Sequence[Path], out: Path
) -> dict[str, str]:
    """The base's metadata, with the origin added, and without hashes that are no longer right."""
    stale = {*HASHES, "modelspec.hash_sha256"}
    kept = {key: value for key, value in told.items() if key not in stale}
    before = kept.get("modelspec.merged_from", location.name)
    kept["modelspec.merged_from"] = f"{before}, {metadata.names_of(adapters)}"
    if "modelspec.title" in kept:
        kept["modelspec.title"] = out.stem
    return kept


def _check(path: Path, location: BaseLocation) -> None:
    """The written file must open as a base model of the same kind."""
    found = find_base(str(path))
    same = (found.naming, found.prediction_type) == (location.naming, location.prediction_type)
    if not same:
        raise StudioError("export.self_check_failed", check="base", detail=found.naming)
