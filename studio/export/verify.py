"""Proof that an exported file is the live adapter: matched, multiplied out, hashed, rendered.

Each check states a figure and can fail. Names are compared with the published schema and not with
the importer, which forgives spellings that other programs do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from studio.errors import StudioError
from studio.export.collect import adapted_layers
from studio.export.write import DTYPES, Dtype, Format
from studio.models.lora_file import LoraFile, LoraModule, assign, read_lora
from studio.models.names import PREFIXES, Place, recognise
from studio.models.safetensors_header import data_sha256, read_header

_TENSORS: dict[str, tuple[str, ...]] = {
    "kohya": (".lora_down.weight", ".lora_up.weight", ".alpha"),
    "diffusers": (".lora_A.weight", ".lora_B.weight"),
}
_BLOCK = 1 << 18  # entries of a weight that are compared at once: 2 MB, which stay in the cache


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

    Effective weights must agree within the rounding of ``dtype``. Raises
    ``export.self_check_failed`` with the check, and where it failed.
    """
    file = read_lora(path)
    if file.unusable:
        _fail("keys", next(iter(file.unusable)))
    yield _check_tensor_set(path, file, dtype, format)
    yield _check_hash(path)
    if format == "kohya":
        yield _check_names(file, arch)
    yield _check_weights(file, components, arch, adapter_name, dtype)


def compare_renders(live: Tensor, from_file: Tensor, tolerance: float = 0.0) -> Check:
    """One seed rendered with the live adapter and with the file's: mean difference <= tolerance.

    Units are those of the tensors. Raises ``export.self_check_failed``.
    """
    if live.shape != from_file.shape:
        _fail("render", f"{tuple(live.shape)} against {tuple(from_file.shape)}")
    difference = (live.double() - from_file.double()).abs()
    mean = float(difference.mean())
    if not mean <= tolerance:  # also true for NaN
        _fail("render", f"mean difference {mean:.3g}, allowed {tolerance:.3g}")
    return Check("render", {"mean_difference": mean, "largest": float(difference.max())})


def _fail(check: str, detail: str) -> NoReturn:
    raise StudioError("export.self_check_failed", check=check, detail=detail)


def _check_tensor_set(path: Path, file: LoraFile, dtype: Dtype, format: Format) -> Check:
    header = read_header(path)
    wanted = {name + suffix for name in file.modules for suffix in _TENSORS[format]}
    if wrong := sorted(wanted ^ header.tensors.keys()):
        _fail("tensors", wrong[0])
    stored = {"fp16": "F16", "bf16": "BF16", "fp32": "F32"}[dtype]
    for key, info in header.tensors.items():
        if info.dtype != stored:
            _fail("tensors", f"{key} is {info.dtype}")
    return Check("tensors", {"count": len(wanted), "dtype": dtype})


def _check_hash(path: Path) -> Check:
    header = read_header(path)
    computed = data_sha256(path, header)
    if header.metadata.get("sshs_model_hash") != computed:
        _fail("hash", computed)
    return Check("hash", {"sshs_model_hash": computed})


def _check_names(file: LoraFile, arch: str) -> Check:
    """Every name must be one that other programs know, in the spelling of ``arch``."""
    spelling = "sgm" if arch == "sdxl" else "diffusers"
    for name in file.modules:
        entry = recognise(name)
        if (
            entry is None
            or entry.prefix not in PREFIXES[arch].values()
            or entry.spelling not in (spelling, "text")
        ):
            _fail("names", name)
    return Check("names", {"modules": len(file.modules)})


def _check_weights(
    file: LoraFile,
    components: Mapping[str, nn.Module],
    arch: str,
    adapter_name: str,
    dtype: Dtype,
) -> Check:
    read, left = assign(file, components, arch)
    if left:
        _fail("keys", next(iter(left)))
    live = {
        Place(component, path): _live(layer, adapter_name)
        for component, model in components.items()
        for path, layer in adapted_layers(model, adapter_name)
    }
    if missing := live.keys() - read.keys():
        _fail("keys", str(next(iter(missing))))
    worst, largest = 0.0, 0.0
    for place, module in read.items():
        error, size = _difference(place, module, live.get(place), dtype)
        worst, largest = max(worst, error), max(largest, size)
    figures = {"modules": len(live), "largest_error": worst, "largest_weight_change": largest}
    return Check("weights", figures)


def _live(layer: Any, adapter_name: str) -> LoraModule:
    """The layer's factors with the scale that peft itself gives it at strength 1."""
    current = layer.scaling[adapter_name]
    try:
        layer.set_scale(adapter_name, 1.0)
        scale = float(layer.scaling[adapter_name])
    finally:
        layer.scaling[adapter_name] = current
    down, up = (
        side[adapter_name].weight.detach().to("cpu", torch.float64)
        for side in (layer.lora_A, layer.lora_B)
    )
    return LoraModule(down, up, scale * down.shape[0])


def _difference(
    place: Place, module: LoraModule, live: LoraModule | None, dtype: Dtype
) -> tuple[float, float]:
    """Largest error of the file's weight change, and the largest change; fails beyond rounding."""
    name = f"{place.component}.{place.path}"
    if live is None:  # zeros that complete an attention
        if module.up.any():
            _fail("weights", f"{name} is not in the adapter")
        return 0.0, 0.0
    error, size = 0.0, 0.0
    module = LoraModule(module.down.double(), module.up.double(), module.alpha)
    for rows in _blocks_of_rows(live):
        file_block, live_block = _rows(module, rows), _rows(live, rows)
        truth = live_block.delta(torch.float64)
        off = (file_block.delta(torch.float64) - truth).abs_()
        bound = _rounding(file_block, live_block, DTYPES[dtype]).reshape(truth.shape)
        if not bool((off <= bound).all()):  # also for NaN
            _fail("weights", f"{name}: off by {float(off.max()):.3g}")
        error, size = max(error, float(off.max())), max(size, float(truth.abs_().max()))
    return error, size


def _blocks_of_rows(module: LoraModule) -> list[slice]:
    """Slices of the outputs: a layer's full weight in float64 at once costs 20 times the time."""
    step = max(1, _BLOCK // module.down[0].numel())
    return [slice(first, first + step) for first in range(0, module.up.shape[0], step)]


def _rows(module: LoraModule, rows: slice) -> LoraModule:
    return LoraModule(module.down, module.up[rows], module.alpha)


def _rounding(module: LoraModule, live: LoraModule, dtype: torch.dtype) -> Tensor:
    """Upper bound per entry of what rounding both factors to ``dtype`` can change.

    Each factor is off by half a unit in the last place, or half the smallest number that ``dtype``
    has; folding alpha into ``up`` adds a float32 rounding.
    """
    info = torch.finfo(dtype)
    unit = info.eps / 2 + torch.finfo(torch.float32).eps
    tiny = info.smallest_normal * info.eps / 2
    relative = (2 * unit + unit**2) * abs(live.scale)
    absolute = 2 * tiny * max(abs(module.scale), abs(live.scale))
    down, up = live.down.abs().flatten(1), live.up.abs().flatten(1)
    # relative * up @ down + absolute * (sums of both), as one product: the entries are many
    lefts = [
        relative * up,
        torch.full_like(up[:, :1], absolute),
        absolute * up.sum(1, keepdim=True),
    ]
    rights = [down, down.sum(0, keepdim=True) + live.rank * tiny, torch.ones_like(down[:1])]
    return torch.cat(lefts, dim=1) @ torch.cat(rights)
