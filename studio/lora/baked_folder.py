"""A baked base model as a diffusers folder."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

import torch

from studio.errors import StudioError
from studio.files import sync_folder, writing
from studio.lora.baked_tensors import Changes, component_entries
from studio.lora.stream import write_tensors
from studio.models.family import BaseLocation, find_base

_WEIGHT_FILES = (
    "*.safetensors",
    "*.bin",
    "*.msgpack",
    "*.h5",
    "*.onnx*",
    "*.index*.json",
    "*.ckpt",
)


def write_folder(
    location: BaseLocation, changes: Changes, out: Path, dtype: torch.dtype, origin: str
) -> Generator[tuple[int, int], None, None]:
    """Writes the folder ``out`` whole or not at all. Yields (done, total).

    ``origin`` is written into the weights' metadata as ``modelspec.merged_from``.
    Raises what `write_tensors` does, ``disk.full`` or ``disk.unwritable``.
    """
    told = {"format": "pt", "modelspec.merged_from": origin}
    parts = {
        component: component_entries(location, component, changes, dtype)
        for component in location.components
    }
    total = 2 * sum(map(len, parts.values()))
    unfinished = out.with_name(f".unchecked-{out.name}")
    with writing(out):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        try:
            _copy_rest(location, unfinished)
            before = 0
            for component, entries in parts.items():
                stem = "diffusion_pytorch_model" if component == "unet" else "model"
                target = unfinished / component / f"{stem}.safetensors"
                for done, _ in write_tensors(target, entries, told):
                    yield before + done, total
                before += 2 * len(entries)
            if find_base(str(unfinished)).naming != location.naming:
                raise StudioError("export.self_check_failed", check="base", detail=out.name)
            if out.exists():  # empty; Windows replaces no folder
                out.rmdir()
            unfinished.replace(out)
            sync_folder(out.parent)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def _copy_rest(location: BaseLocation, out: Path) -> None:
    """The folders of the model, except the weights that adapters change."""
    shutil.copyfile(location.path / "model_index.json", out / "model_index.json")
    for folder in sorted(location.path.iterdir()):
        if folder.is_dir() and not folder.name.startswith("."):
            weights = _WEIGHT_FILES if folder.name in location.components else ()
            shutil.copytree(
                folder,
                out / folder.name,
                ignore=shutil.ignore_patterns(*weights),
                copy_function=shutil.copyfile,
            )
