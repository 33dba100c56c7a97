"""What a baked checkpoint consists of: every tensor of the base model, changed where adapters act.

Tensors are mapped from the base's files, and made one by one when they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.errors import StudioError
from studio.lora.empty import parameter_shapes
from studio.lora.stream import Entry
from studio.models import ldm
from studio.models.family import BaseLocation
from studio.models.lora_file import LoraModule
from studio.models.names import Place
from studio.models.safetensors_header import Header
from studio.models.weight_files import find_weights
from studio.models.weights import component_tensors, map_tensors

Changes = Mapping[Place, LoraModule]

_ADAPTABLE = (ldm.UNET, "cond_stage_model.", "conditioner.")  # single files: UNet and encoders


def _changed(tensor: Tensor, module: LoraModule | None) -> Tensor:
    """``tensor`` in float32 with the change of ``module``, in the shape that it is stored in."""
    if module is None:
        return tensor
    return tensor.float() + module.delta().reshape(tensor.shape)


def _stored_as(tensor: Tensor, dtype: torch.dtype) -> torch.dtype:
    return dtype if tensor.is_floating_point() else tensor.dtype


def file_entries(
    location: BaseLocation, header: Header, changes: Changes, dtype: torch.dtype
) -> dict[str, Entry]:
    """Every tensor of a single file under its own key; UNet and encoders in ``dtype``.

    Raises ``base.incomplete`` if the file lacks a layer that is to be changed.
    """
    tensors = map_tensors(location.path, header)
    by_key = _by_key(location, changes, tensors)
    return {
        key: _entry(
            tensor,
            _stored_as(tensor, dtype) if key.startswith(_ADAPTABLE) else tensor.dtype,
            by_key.get(key, {}),
        )
        for key, tensor in tensors.items()
    }


def _entry(tensor: Tensor, dtype: torch.dtype, parts: Mapping[int | None, LoraModule]) -> Entry:
    return Entry(dtype, tuple(tensor.shape), lambda: _with_parts(tensor, parts))


def _by_key(
    location: BaseLocation, changes: Changes, keys: Iterable[str]
) -> dict[str, dict[int | None, LoraModule]]:
    """Key in the file -> third of it (None: all of it) -> what changes there."""
    present = set(keys)
    configs = {name: location.config(name) for name in location.components}
    found: dict[str, dict[int | None, LoraModule]] = {}
    for (component, path), module in changes.items():
        name = f"{path}.weight"
        source = ldm.source(component, name, location.naming, configs[component])
        key = next((k for k in (source.key, *ldm.alternatives(source)) if k in present), None)
        if key is None:
            raise StudioError("base.incomplete", path=str(location.path), key=source.key, count=1)
        if source.transposed:
            module = LoraModule(module.up.T, module.down.T, module.alpha)
        found.setdefault(key, {})[source.part] = module
    return found


def _with_parts(tensor: Tensor, parts: Mapping[int | None, LoraModule]) -> Tensor:
    if not parts or None in parts:
        return _changed(tensor, parts.get(None))
    thirds = tensor.chunk(3)
    return torch.cat([_changed(third, parts.get(n)).float() for n, third in enumerate(thirds)])


def folder_entries(
    location: BaseLocation, changes: Changes, dtype: torch.dtype
) -> dict[str, Entry]:
    """Every weight of a diffusers folder under its name in single files.

    The VAE keeps its dtype. SDXL with v-prediction gets the keys by which programs tell it. SD 2.x
    lacks OpenCLIP's last layer, which folders have not and no program uses.
    """
    entries: dict[str, Entry] = {}
    for component in (*location.components, "vae"):
        for key, pieces in _pieces(location, component, changes).items():
            first = pieces[0].tensor
            stored = first.dtype if component == "vae" else _stored_as(first, dtype)
            entries[key] = _assembly(pieces, stored)
    if location.naming == "sdxl" and location.prediction_type == "v_prediction":
        keys = ("v_pred", "ztsnr") if location.zero_terminal_snr else ("v_pred",)
        entries |= {key: Entry(torch.float32, (0,), lambda: torch.empty(0)) for key in keys}
    return entries


def _pieces(location: BaseLocation, component: str, changes: Changes) -> dict[str, list[_Piece]]:
    """Key in single files -> the weights of the folder that it is made of, in their order."""
    config = location.config(component)
    shapes = parameter_shapes(location, component)
    numbered: dict[str, dict[int, _Piece]] = {}
    for name, tensor in component_tensors(location, component, shapes).items():
        source = ldm.source(component, name, location.naming, config)
        module = changes.get(Place(component, name.removesuffix(".weight")))
        piece = _Piece(_as_published(component, name, tensor), module, source.transposed)
        numbered.setdefault(source.key, {})[source.part or 0] = piece
    return {key: [parts[n] for n in sorted(parts)] for key, parts in numbered.items()}


def _assembly(pieces: Sequence[_Piece], dtype: torch.dtype) -> Entry:
    first = pieces[0].tensor.T if pieces[0].transposed else pieces[0].tensor
    shape = (first.shape[0] * len(pieces), *first.shape[1:])
    return Entry(dtype, shape, lambda: _assembled(pieces))


@dataclass(frozen=True)
class _Piece:
    """A weight of the folder, what changes it, and whether files have its rows as columns."""

    tensor: Tensor
    module: LoraModule | None
    transposed: bool


def _as_published(component: str, name: str, tensor: Tensor) -> Tensor:
    """The VAE's attention is made of 1x1 convolutions in single files."""
    if component == "vae" and ".attentions." in name and tensor.ndim == 2:
        return tensor[:, :, None, None]
    return tensor


def _assembled(pieces: Sequence[_Piece]) -> Tensor:
    made = [_changed(piece.tensor, piece.module) for piece in pieces]
    if pieces[0].transposed:
        made = [tensor.T for tensor in made]
    return made[0] if len(made) == 1 else torch.cat([tensor.float() for tensor in made])


def component_entries(
    location: BaseLocation, component: str, changes: Changes, dtype: torch.dtype
) -> dict[str, Entry]:
    """Every tensor in the component's own files in a diffusers folder, whatever it is."""
    paths = {place.path: module for place, module in changes.items() if place[0] == component}
    entries: dict[str, Entry] = {}
    for file in find_weights(location.path / component):
        for key, tensor in map_tensors(file).items():
            path = key.removesuffix(".weight")
            module = paths.get(path) or paths.get(f"text_model.{path}")
            parts: dict[int | None, LoraModule] = {None: module} if module else {}
            entries[key] = _entry(tensor, _stored_as(tensor, dtype), parts)
    return entries
