"""Modules as a LoRA file that every program loads: written, read again, and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError
from studio.export.collect import complete_attention, one_alpha, with_rank_two
from studio.export.compare import difference, fail
from studio.export.placing import Placing
from studio.export.write import (
    Dtype,
    Format,
    adapter_metadata,
    diffusers_tensors,
    file_bytes,
    kohya_tensors,
)
from studio.inspect import Verdict, inspect_file
from studio.lora import metadata
from studio.lora.layers import Layers
from studio.models.lora_file import LoraModule, assign_shapes, read_lora
from studio.models.names import Place

Modules = Mapping[Place, LoraModule]


@dataclass(frozen=True)
class Saved:
    """A written file: rank -> layers, verdicts, and what of the inputs is not in it.

    ``energy`` is the share of the weight changes that was kept (sums of squares); ``left`` is
    key -> reason.
    """

    path: Path
    ranks: dict[int, int]
    verdicts: list[Verdict]
    energy: float
    left: dict[str, str]


def save_lora(
    out: Path,
    modules: Modules,
    layers: Layers,
    told: Mapping[str, str],
    sources: Sequence[Mapping[str, str]],
    *,
    dtype: Dtype = "fp16",
    format: Format = "kohya",
    energy: float = 1.0,
    left: Mapping[str, str] | None = None,
) -> Saved:
    """Writes ``modules`` to ``out``, which changes whole or not, after the file passed its checks.

    ``told`` is metadata to keep, ``sources`` those of the inputs, which tell the prediction type.
    Raises ``export.overflow``, ``export.self_check_failed``, ``disk.full``, ``disk.unwritable``.
    """
    exact = {
        place: LoraModule(module.down.float(), module.up.float(), module.alpha)
        for place, module in modules.items()
    }
    ready = one_alpha(with_rank_two(complete_attention(exact, layers.shapes)))
    v_prediction = metadata.is_v_prediction(sources, layers.arch)
    texts = metadata.complete(told, out.stem, layers.arch, v_prediction, ready)
    if layers.base:
        texts["ss_sd_model_name"] = layers.base
    if format == "kohya":
        tensors = kohya_tensors(ready, layers.arch, dtype)
    else:
        tensors = diffusers_tensors(ready, dtype)
        texts |= adapter_metadata(ready)
    with Placing() as files:
        candidate = files.add(out, file_bytes(tensors, texts))
        _check(candidate, exact, layers, dtype)
        inspection = inspect_file(candidate)
        if not inspection.hash_matches:
            fail("hash", inspection.sha256)
        files.commit()
    return Saved(out, inspection.ranks, inspection.verdicts, energy, dict(left or {}))


def refuse_overwriting(out: Path, inputs: Iterable[Path]) -> None:
    """Raises ``lora.overwrites`` if ``out`` is one of ``inputs``."""
    for path in inputs:
        if out.exists() and path.exists() and out.samefile(path):
            raise StudioError("lora.overwrites", path=str(out))


def _check(path: Path, meant: Modules, layers: Layers, dtype: Dtype) -> None:
    """Reads ``path`` as any other file: its layers must do what was meant, and no others may."""
    file = read_lora(path)
    found, left = assign_shapes(file, layers.shapes, layers.arch)
    if wrong := [*file.unusable, *left, *map(str, meant.keys() - found.keys())]:
        fail("keys", wrong[0])
    for place, module in found.items():
        difference(place, module, meant.get(place), dtype)
