"""A LoRA out of a fine-tuned checkpoint and the base model that it was made from."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import torch
from torch import Tensor

from studio.errors import StudioError
from studio.export.write import Dtype
from studio.lora.empty import layer_shapes
from studio.lora.factors import Size, cut_matrix
from studio.lora.layers import FAMILIES, Layers, own_name
from studio.lora.saving import Saved, refuse_overwriting, save_lora
from studio.models.family import BaseLocation, find_base
from studio.models.lora_file import LoraModule
from studio.models.names import Place
from studio.models.targets import matching
from studio.models.weights import component_tensors

Shape = tuple[int, ...]


def extract(
    base: str,
    tuned: str,
    out: Path,
    size: Size,
    *,
    target: str = "attention",
    text_encoder: bool = True,
    dtype: Dtype = "fp16",
) -> Generator[tuple[int, int], None, Saved]:
    """What ``tuned`` changes in the layers of ``target``, cut to ``size``. Yields (done, total).

    Both are base models as `find_base` takes them; one layer at a time is in memory. Layers that do
    not differ, or only by the rounding of the less precise of the two, are left out. Raises what
    `find_base`, `component_tensors` and `save_lora` do, ``lora.other_family``,
    ``lora.same_model`` or ``lora.not_finite``.
    """
    before, after = find_base(base), find_base(tuned)
    if before.naming != after.naming:
        kinds = {"kind": FAMILIES[before.naming], "other_kind": FAMILIES[after.naming]}
        raise StudioError("lora.other_family", path=before.name, other=after.name, **kinds)
    refuse_overwriting(out, [before.path, after.path])
    shapes = layer_shapes(before)
    layers = Layers(before.naming, shapes, own_name(before, shapes))
    wanted = _wanted(shapes, target, text_encoder)
    modules: dict[Place, LoraModule] = {}
    kept = total = 0.0
    done = 0
    for component, paths in wanted.items():
        old, new = (_mapped(model, component, paths) for model in (before, after))
        for path in paths:
            yield done, sum(map(len, wanted.values()))
            done += 1
            name = f"{path}.weight"
            change = _change(old[name], new[name])
            if change is None:
                continue
            if not change.isfinite().all():
                raise StudioError("lora.not_finite", path=tuned, layer=f"{component}.{path}")
            cut = cut_matrix(change, size)
            kept, total = kept + cut.kept, total + cut.total
            if cut.module is not None:
                modules[Place(component, path)] = cut.module
    yield done, done
    if not modules:
        raise StudioError("lora.same_model", path=after.name, other=before.name, target=target)
    told = {
        "ss_sd_model_name": before.name,
        "modelspec.description": f"What {after.name} changes in {before.name}",
    }
    v_prediction = "v" if after.prediction_type == "v_prediction" else "epsilon"
    sources = [{"modelspec.prediction_type": v_prediction}]
    return save_lora(out, modules, layers, told, sources, dtype=dtype, energy=kept / total)


def _wanted(
    shapes: dict[Place, Shape], target: str, text_encoder: bool
) -> dict[str, dict[str, Shape]]:
    """Component -> path -> weight shape of the layers that ``target`` means."""
    wanted: dict[str, dict[str, Shape]] = {}
    for component in dict.fromkeys(place.component for place in shapes):
        if component == "unet" or text_encoder:
            paths = [place.path for place in shapes if place.component == component]
            chosen = matching(paths, target, component)
            wanted[component] = {path: shapes[Place(component, path)] for path in chosen}
    return wanted


def _mapped(location: BaseLocation, component: str, paths: dict[str, Shape]) -> dict[str, Tensor]:
    names = {f"{path}.weight": shape for path, shape in paths.items()}
    return component_tensors(location, component, names)


def _change(old: Tensor, new: Tensor) -> Tensor | None:
    """``new - old`` in float32; None where they are equal in the less precise of their dtypes."""
    coarse = max(old.dtype, new.dtype, key=lambda dtype: torch.finfo(dtype).eps)
    if torch.equal(old.to(coarse), new.to(coarse)):
        return None
    return new.float() - old.float()
