"""Weights of base models, memory-mapped from whatever files they lie in, under canonical names.

A file is mapped once per call and its tensors are views of it: nothing is read from the disk until
it is used. Files: a single checkpoint (.safetensors or .ckpt with the names of `studio.models.ldm`)
or a diffusers folder (safetensors or .bin, whole or in shards). No pickle is ever carried out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.errors import StudioError
from studio.models import ldm
from studio.models.family import BaseLocation
from studio.models.ldm import Source
from studio.models.mapped import map_file
from studio.models.model_header import read_model_header
from studio.models.safetensors_header import Header, TensorInfo
from studio.models.weight_files import find_weights

Shape = tuple[int, ...]

DTYPES = {
    **{"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32, "F64": torch.float64},
    **{"I8": torch.int8, "I16": torch.int16, "I32": torch.int32, "I64": torch.int64},
    **{"U8": torch.uint8, "U16": torch.uint16, "U32": torch.uint32, "U64": torch.uint64},
    **{"BOOL": torch.bool, "C64": torch.complex64},
    **{"F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2},
    **{"F8_E4M3FNUZ": torch.float8_e4m3fnuz, "F8_E5M2FNUZ": torch.float8_e5m2fnuz},
    **{"F8_E8M0": torch.float8_e8m0fnu},
}
_WEIGHTS = {"F16", "BF16", "F32", "F64", "F8_E4M3", "F8_E5M2"}
"""Types that weights can be cast from as they are; others need scales that stand elsewhere."""


def map_tensors(path: Path, header: Header | None = None) -> dict[str, Tensor]:
    """Every tensor of a model file as stored, on the CPU, mapped: changes never reach the file.

    Raises what `read_model_header` raises.
    """
    stored = _Stored.of([path], header)
    return {key: stored.tensor(key) for key in stored.places}


def component_tensors(
    location: BaseLocation, component: str, names: Mapping[str, Shape]
) -> dict[str, Tensor]:
    """Canonical name -> its mapped tensor in the shape that ``names`` gives, in the file's dtype.

    Raises ``base.incomplete`` if names are missing or of another shape, ``base.not_floats`` if
    their numbers are of a type that does not stand for weights by itself.
    """
    files = component_files(location, component)
    if location.is_file:
        config = location.config(component)

        def candidates(name: str) -> Iterator[Source]:
            return _in_file(component, name, location.naming, config)

        return _collect(location.path, files, names, candidates)
    return _collect(location.path / component, files, names, _in_folder)


def component_files(location: BaseLocation, component: str) -> list[Path]:
    """The files in which a component's weights lie; empty if there are none."""
    return [location.path] if location.is_file else find_weights(location.path / component)


def vae_tensors(path: Path, names: Mapping[str, Shape]) -> dict[str, Tensor]:
    """The same for a VAE of its own: a diffusers folder, or a file with either kind of names."""
    files = vae_files(path)
    if path.is_dir():
        return _collect(path, files, names, _in_folder)
    config = _vae_config(names)

    def candidates(name: str) -> Iterator[Source]:
        yield from _in_folder(name)
        for source in _in_file("vae", name, "sd1", config):
            yield source
            yield source._replace(key=source.key.removeprefix("first_stage_model."))

    return _collect(path, files, names, candidates)


def vae_files(path: Path) -> list[Path]:
    """The files of a VAE of its own, which may lie in a base model's folder."""
    if not path.is_dir():
        return [path]
    return find_weights(path) or find_weights(path / "vae")


@dataclass(frozen=True)
class _Place:
    """A tensor in a mapped file: its description, and where it begins (bytes)."""

    info: TensorInfo
    begin: int
    storage: torch.UntypedStorage


@dataclass(frozen=True)
class _Stored:
    """All tensors of one or more mapped files, by key."""

    places: dict[str, _Place]

    @classmethod
    def of(cls, files: list[Path], header: Header | None = None) -> _Stored:
        places: dict[str, _Place] = {}
        for path in files:
            read = header or read_model_header(path)
            storage = map_file(path)
            for key, info in read.tensors.items():
                places[key] = _Place(info, read.data_start + info.begin, storage)
        return cls(places)

    def tensor(self, key: str) -> Tensor:
        """A view of the file; a copy only where the file keeps numbers at odd addresses."""
        place = self.places[key]
        dtype, length = DTYPES[place.info.dtype], place.info.end - place.info.begin
        if place.begin % dtype.itemsize == 0:
            start = place.begin // dtype.itemsize
            return _view(place.storage, dtype, start, place.info.shape)
        raw = _view(place.storage, torch.uint8, place.begin, (length,))
        return raw.clone().view(dtype).reshape(place.info.shape)


def _view(storage: torch.UntypedStorage, dtype: torch.dtype, start: int, shape: Shape) -> Tensor:
    strides = torch.empty(shape, device="meta").stride()
    return torch.empty(0, dtype=dtype).set_(storage, start, shape, strides)


def _collect(
    path: Path,
    files: list[Path],
    names: Mapping[str, Shape],
    candidates: Callable[[str], Iterator[Source]],
) -> dict[str, Tensor]:
    """For each name the first candidate that is stored, in its shape."""
    stored = _Stored.of(files)
    found: dict[str, Tensor] = {}
    wrong: list[str] = []
    for name, shape in names.items():
        source = next((s for s in candidates(name) if s.key in stored.places), None)
        tensor = _shaped(stored, source, shape, path) if source else None
        if tensor is None:
            wrong.append(source.key if source else name)
        else:
            found[name] = tensor
    if wrong:
        raise StudioError("base.incomplete", path=str(path), key=wrong[0], count=len(wrong))
    return found


def _shaped(stored: _Stored, source: Source, shape: Shape, path: Path) -> Tensor | None:
    """The tensor at ``source``; None if it does not have ``shape``, trailing ones aside."""
    dtype = stored.places[source.key].info.dtype
    if dtype not in _WEIGHTS:
        raise StudioError("base.not_floats", path=str(path), key=source.key, dtype=dtype)
    tensor = stored.tensor(source.key)
    if source.part is not None:
        third = len(tensor) // 3
        tensor = tensor[third * source.part : third * (source.part + 1)]
    if source.transposed:
        tensor = tensor.t().contiguous()
    if _core(tuple(tensor.shape)) != _core(shape):
        return None
    return tensor.reshape(shape)


def _core(shape: Shape) -> Shape:
    """``shape`` without the ones at its end: a linear layer is stored as a 1x1 convolution."""
    while shape[1:] and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _in_file(component: str, name: str, arch: str, config: Mapping[str, Any]) -> Iterator[Source]:
    source = ldm.source(component, name, arch, config)
    yield source
    for key in ldm.alternatives(source):
        yield source._replace(key=key)


_OLD_ATTENTION = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def _in_folder(name: str) -> Iterator[Source]:
    """Spellings of a canonical name in files of diffusers and transformers, old and new.

    Before diffusers 0.17 the VAE's attention had other names; transformers wrote its encoders with
    and without ``text_model.``.
    """
    yield Source(name)
    yield Source(name.removeprefix("text_model."))
    old = re.fullmatch(r"(.*\.attentions\.\d+)\.(to_q|to_k|to_v|to_out\.0)\.(weight|bias)", name)
    if old:
        yield Source(f"{old[1]}.{_OLD_ATTENTION[old[2]]}.{old[3]}")


def _vae_config(names: Mapping[str, Shape]) -> dict[str, Any]:
    """What `ldm.source` needs to know of a VAE, read off the shapes of its layers."""
    widths = {
        int(found[1]): shape[0]
        for name, shape in names.items()
        if (found := re.match(r"encoder\.down_blocks\.(\d+)\.resnets\.0\.conv2\.weight", name))
    }
    return {"block_out_channels": [widths[level] for level in sorted(widths)]}
