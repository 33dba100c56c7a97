"""Files of every spelling become the one that every program loads, with the same effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from studio.export.write import kohya_tensors
from studio.lora import saving
from studio.lora.convert import convert
from studio.lora.layers import layers_of
from studio.lora.saving import Saved
from studio.models.lora_file import assign_shapes, read_lora
from studio.models.names import PREFIXES, Place, kohya_name
from studio.models.schema import schema
from tests.studio.lora.made import (
    KEY,
    QUERY,
    TEXT,
    Files,
    deltas_of,
    factors,
    finished,
    off,
    product,
    refused,
)

SECOND = TEXT._replace(component="text_encoder_2")
DEEPER = [Place("unet", p.path.replace("blocks.0", "blocks.1", 1)) for p in (KEY, QUERY)]
PLACES = {
    "sd1": [KEY, QUERY, TEXT],
    "sd2": [KEY, QUERY, TEXT],
    "sdxl": [*DEEPER, TEXT, SECOND],  # its first level has no attention
}
Spelled = tuple[str, str, str]  # name, endings of down and up


def converted(path: Path, out: Path, **options: Any) -> Saved:
    return finished(convert(path, out, **options))


def kohya(place: Place, arch: str) -> Spelled:
    return kohya_name(*place, arch), ".lora_down.weight", ".lora_up.weight"


def diffusers_blocks(place: Place, arch: str) -> Spelled:
    flat = place.path.replace(".", "_")
    name = f"{PREFIXES[arch][place.component]}_{flat}"
    return name, ".lora_down.weight", ".lora_up.weight"


def peft(place: Place, arch: str) -> Spelled:
    return f"{place.component}.{place.path}", ".lora_A.weight", ".lora_B.weight"


def old_diffusers(place: Place, arch: str) -> Spelled:
    if place.component == "unet":
        name = f"unet.{place.path.replace('.to_', '.processor.to_')}"
        return name, "_lora.down.weight", "_lora.up.weight"
    name = f"{place.component}.{place.path}"
    return name, ".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"


@pytest.mark.parametrize("arch", list(PLACES))
@pytest.mark.parametrize("spell", [kohya, diffusers_blocks, peft, old_diffusers])
def test_any_spelling_becomes_the_standard(
    files: Files, arch: str, spell: Callable[[Place, str], Spelled]
) -> None:
    tensors: dict[str, Tensor] = {}
    wanted: dict[Place, Tensor] = {}
    for number, place in enumerate(PLACES[arch]):
        down, up = factors(place, arch, 4, number)
        name, below, above = spell(place, arch)
        tensors |= {name + below: down, name + above: up}
        wanted[place] = product(down, up, 1.0)
    out = files.folder / "out.safetensors"
    saved = converted(files.save("in", tensors), out, dtype="fp32")
    assert saved.left == {}
    assert [verdict.works for verdict in saved.verdicts] == ["yes"] * 5
    for place, delta in deltas_of(out, arch, wanted).items():
        assert off(delta, wanted[place]) < 1e-6
    blocks = "lora_unet_input_blocks_4_1" if arch == "sdxl" else "lora_unet_down_blocks_0"
    assert any(key.startswith(blocks) for key in load_file(out))


def test_alphas_of_the_metadata_and_mixed_ones_become_one(files: Files) -> None:
    tensors: dict[str, Tensor] = {}
    for number, place in enumerate((KEY, QUERY)):
        down, up = factors(place, "sd1", 4, number)
        name = f"unet.{place.path}"
        tensors |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    table = {"unet.r": 4, "unet.lora_alpha": 2, "unet.alpha_pattern": {"attn1.to_q": 12}}
    path = files.save("in", tensors, {"lora_adapter_metadata": json.dumps(table)})
    out = files.folder / "out.safetensors"
    converted(path, out, dtype="fp32")
    found = deltas_of(out, "sd1", [KEY, QUERY])
    assert off(found[KEY], product(*factors(KEY, "sd1", 4, 0), 0.5)) < 1e-6
    assert off(found[QUERY], product(*factors(QUERY, "sd1", 4, 1), 3.0)) < 1e-6
    assert len({float(t) for key, t in load_file(out).items() if key.endswith("alpha")}) == 1
    with safe_open(out, "pt") as file:
        assert "lora_adapter_metadata" not in file.metadata()


def test_the_diffusers_format(files: Files) -> None:
    one = files.kohya("one", [KEY, TEXT], alpha=2.0)
    out = files.folder / "out.safetensors"
    saved = converted(one.path, out, format="diffusers", dtype="fp32")
    keys = set(load_file(out))
    assert f"unet.{KEY.path}.lora_A.weight" in keys
    assert f"text_encoder.{TEXT.path}.lora_B.weight" in keys
    assert {v.program: v.works for v in saved.verdicts}["diffusers"] == "yes"
    modules, left = assign_shapes(read_lora(out), schema("sd1"), "sd1")
    assert left == {}
    assert off(modules[KEY].delta(), one.deltas[KEY]) < 1e-6


@pytest.mark.parametrize(("dtype", "limit"), [("fp16", 1e-3), ("bf16", 8e-3)])
def test_precision(files: Files, dtype: str, limit: float) -> None:
    one = files.kohya("one", [KEY], alpha=3.0)
    out = files.folder / "out.safetensors"
    converted(one.path, out, dtype=dtype)
    assert 0 < off(deltas_of(out, "sd1", [KEY])[KEY], one.deltas[KEY]) < limit


def test_what_cannot_be_taken_is_listed_with_reasons(files: Files) -> None:
    tensors = load_file(files.kohya("one").path)
    tensors |= {
        "lora_unet_elsewhere.lora_down.weight": torch.ones(4, 8),
        "lora_unet_elsewhere.lora_up.weight": torch.ones(8, 4),
        "lora_unet_x.hada_w1_a": torch.ones(8, 4),
    }
    saved = converted(files.save("odd", tensors), files.folder / "out.safetensors")
    assert saved.left == {"lora_unet_x.hada_w1_a": "other_type", "lora_unet_elsewhere": "no_layer"}


def test_the_starters_files_are_known_by_their_shapes(files: Files) -> None:
    layers = layers_of("starter")
    place = next(p for p in layers.shapes if p.path.endswith("attn2.to_k"))
    outputs, inputs = layers.shapes[place]
    name, below, above = kohya(place, "sd1")
    tensors = {name + below: torch.ones(4, inputs), name + above: torch.ones(outputs, 4)}
    out = files.folder / "out.safetensors"
    saved = converted(files.save("in", tensors), out)
    assert {verdict.reason for verdict in saved.verdicts} >= {"own_base"}
    with safe_open(out, "pt") as file:
        assert file.metadata()["ss_sd_model_name"] == layers.base == "starter"


Spoil = Callable[[dict[str, Tensor]], object]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tensors: tensors.update({k: 2 * t for k, t in tensors.items() if "lora_up" in k}),
        lambda tensors: [tensors.pop(key) for key in list(tensors) if "attn2_to_k" in key],
        lambda tensors: tensors.update({"lora_unet_x.lora_up.weight": torch.ones(2, 2)}),
    ],
    ids=["another strength", "a layer less", "a tensor more"],
)
def test_a_file_that_is_not_what_was_meant_is_not_kept(
    files: Files, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    def spoiled(*arguments: Any) -> dict[str, Tensor]:
        tensors = kohya_tensors(*arguments)
        spoil(tensors)
        return tensors

    monkeypatch.setattr(saving, "kohya_tensors", spoiled)
    one = files.kohya("one")
    with refused("export.self_check_failed"):
        converted(one.path, files.folder / "out.safetensors")
    assert list(files.folder.iterdir()) == [one.path]


def test_other_files_are_refused_by_name(files: Files) -> None:
    out = files.folder / "out.safetensors"
    with refused("lora.no_keys"):
        converted(files.save("model", {"a.b": torch.ones(2)}), out)
    with refused("lora.unusable"):
        converted(files.save("loha", {"lora_unet_x.hada_w1_a": torch.ones(8, 4)}), out)
    (files.folder / "text.safetensors").write_text("hello there, this is no model")
    with refused("safetensors.invalid"):
        converted(files.folder / "text.safetensors", out)
    with refused("base.not_found"):
        converted(files.kohya("one").path, out, base="nowhere.safetensors")
    with refused("lora.no_match"):
        converted(files.kohya("one", [KEY]).path, out, base="sdxl")
    assert not out.exists()
