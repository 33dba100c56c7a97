"""Proof that an exported file is the live adapter: matched, multiplied out, hashed, rendered.

Each check states a figure and can fail. Names and shapes are compared with the published schema and
not with the importer, which forgives spellings that other programs do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from studio.export.collect import adapted_layers
from studio.export.compare import difference, fail, live_module
from studio.export.write import Dtype, Format
from studio.inspect.facts import gather
from studio.inspect.verdicts import verdicts
from studio.inspect.words import reason
from studio.models.keys import layer_shapes
from studio.models.lora_file import LoraFile, LoraModule, assign, read_lora
from studio.models.names import PREFIXES, Place, kohya_name, recognise, text_model_path
from studio.models.safetensors_header import data_sha256, read_header
from studio.models.schema import schema

_TENSORS: dict[str, tuple[str, ...]] = {
    "kohya": (".lora_down.weight", ".lora_up.weight", ".alpha"),
    "diffusers": (".lora_A.weight", ".lora_B.weight"),
}


@dataclass(frozen=True)
class Check:
    """A check that held, with its figures (plain values, for ``report.json``)."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)


def self_check(
    path: Path,
    components: Mapping[str, nn.Module],
    arch: str,
    adapter_name: str,
    dtype: Dtype,
    format: Format = "kohya",
) -> Iterator[Check]:
    """Checks ``path`` against the live adapter at its trained strength, one thing after another.

    Effective weights must agree within the rounding of ``dtype``. What other programs make of the
    file is told by the check "programs"; the kohya format of a published architecture must load in
    all of them. Raises ``export.self_check_failed`` with the check, and where it failed.
    """
    file = read_lora(path)
    if file.unusable:
        fail("keys", next(iter(file.unusable)))
    yield _check_tensor_set(path, file, dtype, format)
    yield _check_hash(path)
    layers = _canonical(layer_shapes(components))
    published = _is_published(layers, arch)
    if format == "kohya":
        yield _check_names(file, layers, arch, published=published)
    yield _check_weights(file, components, arch, adapter_name, dtype)
    yield _check_programs(path, strict=published and format == "kohya")


def compare_renders(live: Tensor, from_file: Tensor, tolerance: float = 0.0) -> Check:
    """One seed rendered with the live adapter and with the file's: mean difference <= tolerance.

    Units are those of the tensors. Raises ``export.self_check_failed``.
    """
    if live.shape != from_file.shape:
        fail("render", f"{tuple(live.shape)} against {tuple(from_file.shape)}")
    off = (live.double() - from_file.double()).abs()
    mean = float(off.mean())
    if not mean <= tolerance:  # also true for NaN
        fail("render", f"mean difference {mean:.3g}, allowed {tolerance:.3g}")
    return Check("render", {"mean_difference": mean, "largest": float(off.max())})


def _check_tensor_set(path: Path, file: LoraFile, dtype: Dtype, format: Format) -> Check:
    header = read_header(path)
    wanted = {name + suffix for name in file.modules for suffix in _TENSORS[format]}
    if wrong := sorted(wanted ^ header.tensors.keys()):
        fail("tensors", wrong[0])
    stored = {"fp16": "F16", "bf16": "BF16", "fp32": "F32"}[dtype]
    for key, info in header.tensors.items():
        if info.dtype != stored:
            fail("tensors", f"{key} is {info.dtype}")
    return Check("tensors", {"count": len(wanted), "dtype": dtype})


def _check_hash(path: Path) -> Check:
    header = read_header(path)
    computed = data_sha256(path, header)
    if header.metadata.get("sshs_model_hash") != computed:
        fail("hash", computed)
    return Check("hash", {"sshs_model_hash": computed})


def _canonical(layers: Mapping[Place, tuple[int, ...]]) -> dict[Place, tuple[int, ...]]:
    """The layers under the paths of published files, whatever the installed transformers says."""
    return {
        place
        if place.component == "unet"
        else Place(place.component, text_model_path(place.path)): s
        for place, s in layers.items()
    }


def _is_published(layers: Mapping[Place, tuple[int, ...]], arch: str) -> bool:
    """Whether the base model is the published architecture, and not one of its own make."""
    components = {place.component for place in layers}
    known = {place: s for place, s in schema(arch).items() if place.component in components}
    return dict(layers) == known


def _check_names(
    file: LoraFile, layers: Mapping[Place, tuple[int, ...]], arch: str, *, published: bool
) -> Check:
    """Every name must be one that other programs know, in the spelling of ``arch``.

    The layer of that name must have the module's shape.
    """
    spelling = "sgm" if arch == "sdxl" else "diffusers"
    shapes = {kohya_name(*place, arch): shape for place, shape in layers.items()}
    for name, module in file.modules.items():
        entry = recognise(name)
        if (
            entry is None
            or entry.prefix not in PREFIXES[arch].values()
            or entry.spelling not in (spelling, "text")
            or name not in shapes
        ):
            fail("names", name)
        if not _has_shape(module, shapes[name]):
            fail("names", f"{name}: not {shapes[name]}")
    against = f"published {arch}" if published else "base model"
    return Check("names", {"modules": len(file.modules), "against": against})


def _has_shape(module: LoraModule, shape: tuple[int, ...]) -> bool:
    """Exactly: diffusers refuses a file with 2-D factors for a 1x1 convolution, and the reverse."""
    kernel = (1, 1) if len(shape) == 4 else ()
    down, up = (module.rank, *shape[1:]), (shape[0], module.rank, *kernel)
    return tuple(module.down.shape) == down and tuple(module.up.shape) == up


def _check_programs(path: Path, *, strict: bool) -> Check:
    """Whether each program loads the file; those that do not may fail the check."""
    found = verdicts(gather(path))
    for verdict in found:
        if strict and verdict.works != "yes":
            fail("programs", f"{verdict.program}: {reason(verdict.reason, verdict.params)}")
    return Check("programs", {verdict.program: verdict.works for verdict in found})


def _check_weights(
    file: LoraFile,
    components: Mapping[str, nn.Module],
    arch: str,
    adapter_name: str,
    dtype: Dtype,
) -> Check:
    read, left = assign(file, components, arch)
    if left:
        fail("keys", next(iter(left)))
    live = {
        Place(component, path): layer
        for component, model in components.items()
        for path, layer in adapted_layers(model, adapter_name)
    }
    if missing := live.keys() - read.keys():
        fail("keys", str(next(iter(missing))))
    worst, largest = 0.0, 0.0
    for place, module in read.items():
        layer = live.get(place)
        truth = None if layer is None else live_module(layer, adapter_name)
        error, size = difference(place, module, truth, dtype)
        worst, largest = max(worst, error), max(largest, size)
    figures = {"modules": len(live), "largest_error": worst, "largest_weight_change": largest}
    return Check("weights", figures)
