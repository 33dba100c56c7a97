"""The layers that an adapter can change, and files of adapters in their shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.data.problems import Problem
from studio.errors import StudioError
from studio.inspect.words import LEFT_OUT
from studio.models.family import BaseLocation, find_base
from studio.models.lora_file import LoraFile, LoraModule, assign_shapes, read_lora
from studio.models.names import Place
from studio.models.schema import schema

FAMILIES = {"sd1": "Stable Diffusion 1.x", "sd2": "Stable Diffusion 2.x", "sdxl": "SDXL"}
_VERSIONS = {"sd_v1": "sd1", "sd_v2": "sd2", "sdxl_": "sdxl"}  # of ss_base_model_version

Warn = Callable[[Problem], None]


@dataclass(frozen=True)
class Layers:
    """Weight shapes of a base model's layers by canonical place; ``arch`` names them in files.

    ``base`` is the name of a model of its own make, such as the starter, and "" for a family.
    """

    arch: str
    shapes: Mapping[Place, tuple[int, ...]]
    base: str = ""


@dataclass(frozen=True)
class Opened:
    """A LoRA file in the shapes of its layers; ``left`` is what did not fit: key -> reason."""

    path: Path
    metadata: Mapping[str, str]
    modules: dict[Place, LoraModule]
    left: dict[str, str]


def layers_of(base: str) -> Layers:
    """The layers of ``base``: "sd1", "sd2", "sdxl", or a base model as `find_base` takes it."""
    if base in FAMILIES:
        return Layers(base, schema(base))
    from studio.lora.empty import layer_shapes  # builds modules: diffusers takes 3 s to import

    location = find_base(base)
    shapes = layer_shapes(location)
    return Layers(location.naming, shapes, own_name(location, shapes))


def own_name(location: BaseLocation, shapes: Mapping[Place, tuple[int, ...]]) -> str:
    """The name of a base model of its own make; "" if its layers are those of its family."""
    return "" if dict(shapes) == dict(schema(location.naming)) else location.name


def open_loras(
    paths: Sequence[Path], base: str, warn: Warn | None = None
) -> tuple[Layers, list[Opened]]:
    """LoRA files for one base model, which their shapes tell, or ``base`` where they do not.

    ``warn`` hears of each file that could be used in part only. Raises ``lora.not_found``,
    ``safetensors.*``, ``lora.no_keys``, ``lora.unusable``, ``lora.mixed``,
    ``lora.base_unknown`` or ``lora.no_match``.
    """
    files = [_read(path) for path in paths]
    layers = layers_of(base) if base else _told(paths, files)
    opened = [_fit(path, file, layers) for path, file in zip(paths, files, strict=True)]
    for file in opened:
        if file.left and warn:
            key, reason = next(iter(file.left.items()))
            params = {"path": str(file.path), "count": len(file.left), "key": key}
            warn(Problem("lora.partly_used", {**params, "reason": LEFT_OUT[reason]}))
    return layers, opened


def _read(path: Path) -> LoraFile:
    if not path.is_file():
        raise StudioError("lora.not_found", path=str(path))
    file = read_lora(path)
    if not file.modules:
        known = [item for item in file.unusable.items() if item[1] != "unknown_suffix"]
        if not known:
            raise StudioError("lora.no_keys", path=str(path))
        key, reason = known[0]
        raise StudioError("lora.unusable", path=str(path), key=key, reason=LEFT_OUT[reason])
    return file


def _told(paths: Sequence[Path], files: Sequence[LoraFile]) -> Layers:
    """The layers of the family that the files agree on.

    Shapes tell it; where they tell nothing, the starter if it fits, and else the metadata.
    """
    told = {file.arch: path for path, file in zip(paths, files, strict=True) if file.arch}
    if len(told) > 1:
        (arch, path), (other_arch, other) = list(told.items())[:2]
        raise StudioError(
            "lora.mixed",
            path=path.name,
            kind=FAMILIES[arch],
            other=other.name,
            other_kind=FAMILIES[other_arch],
        )
    if told:
        return layers_of(next(iter(told)))
    starter = layers_of("starter")
    if any(assign_shapes(file, starter.shapes, starter.arch)[0] for file in files):
        return starter
    version = files[0].metadata.get("ss_base_model_version", "")
    arch = next((arch for start, arch in _VERSIONS.items() if version.startswith(start)), "")
    if not arch:
        raise StudioError("lora.base_unknown", path=str(paths[0]))
    return layers_of(arch)


def _fit(path: Path, file: LoraFile, layers: Layers) -> Opened:
    modules, left = assign_shapes(file, layers.shapes, layers.arch)
    if not modules:
        name = layers.base or FAMILIES[layers.arch]
        raise StudioError("lora.no_match", path=str(path), base=name)
    return Opened(path, file.metadata, modules, {**file.unusable, **left})
