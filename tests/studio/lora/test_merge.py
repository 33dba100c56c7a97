"""Merged files do what all of their parts do together, whatever the parts look like."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from studio.data.problems import Problem
from studio.errors import StudioError
from studio.lora.merge import merge
from studio.lora.saving import Saved
from tests.studio.lora.made import (
    ATTENTION,
    KERNEL,
    KEY,
    PROJECTION,
    QUERY,
    TEXT,
    Files,
    deltas_of,
    finished,
    off,
    refused,
    silent,
)


def merged(inputs: list[tuple[Path, float]], out: Path, **options: object) -> Saved:
    work = merge(inputs, out, silent, **options)  # type: ignore[arg-type]
    return finished(work)


def test_the_sum_is_exact_and_keeps_what_only_one_file_has(files: Files) -> None:
    one = files.kohya("one", [KEY, QUERY, KERNEL], rank=4, alpha=1.0)
    two = files.kohya("two", [KEY, PROJECTION], rank=8, alpha=16.0, seed=9)
    out = files.folder / "sum.safetensors"
    saved = merged([(one.path, 0.5), (two.path, -1.25)], out, dtype="fp32")

    places = [KEY, QUERY, KERNEL, PROJECTION]
    wanted: dict[object, Tensor] = {
        KEY: 0.5 * one.deltas[KEY] - 1.25 * two.deltas[KEY],
        QUERY: 0.5 * one.deltas[QUERY],
        KERNEL: 0.5 * one.deltas[KERNEL],
        PROJECTION: -1.25 * two.deltas[PROJECTION],
    }
    for place, delta in deltas_of(out, "sd1", places).items():
        assert off(delta, wanted[place]) < 1e-6
    assert saved.ranks == {12: 1, 4: 2, 8: 1}
    assert saved.energy == 1.0
    alphas = {float(t) for key, t in load_file(out).items() if key.endswith(".alpha")}
    assert len(alphas) == 1
    assert [verdict.works for verdict in saved.verdicts] == ["yes"] * 5


def test_the_spelling_of_the_parts_does_not_matter(files: Files) -> None:
    one = files.kohya("one", [KEY], alpha=4.0)
    name = f"unet.{ATTENTION}.attn2.to_k"
    tensors = load_file(one.path)
    down, up = (
        next(t for k, t in tensors.items() if part in k) for part in ("lora_down", "lora_up")
    )
    peft = files.save("peft", {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up})
    out = files.folder / "sum.safetensors"
    merged([(one.path, 1.0), (peft, 1.0)], out, dtype="fp32")
    assert off(deltas_of(out, "sd1", [KEY])[KEY], 2 * one.deltas[KEY]) < 1e-6


def test_a_rank_cuts_the_sum(files: Files) -> None:
    one = files.kohya("one", [QUERY], rank=4, alpha=4.0)
    two = files.kohya("two", [QUERY], rank=4, alpha=4.0, seed=5)
    out = files.folder / "sum.safetensors"
    saved = merged([(one.path, 1.0), (two.path, 1.0)], out, rank=5, dtype="fp32", base="sd1")
    whole = one.deltas[QUERY] + two.deltas[QUERY]
    left, values, right = torch.linalg.svd(whole, full_matrices=False)
    best = (left[:, :5] * values[:5]) @ right[:5]
    assert saved.ranks == {5: 1}
    assert off(deltas_of(out, "sd1", [QUERY])[QUERY], best) < 1e-5
    assert saved.energy == pytest.approx(
        float(values[:5].square().sum() / values.square().sum()), rel=1e-5
    )


def test_no_layer_gets_more_directions_than_it_has(files: Files) -> None:
    """The first convolution has 36 inputs: four channels of nine pixels."""
    one = files.kohya("one", [KEY, KERNEL], rank=20, alpha=20.0)
    two = files.kohya("two", [KEY, KERNEL], rank=30, alpha=30.0, seed=5)
    out = files.folder / "sum.safetensors"
    saved = merged([(one.path, 1.0), (two.path, 1.0)], out, dtype="fp32")
    assert saved.ranks == {50: 1, 36: 1}
    for place, delta in deltas_of(out, "sd1", [KEY, KERNEL]).items():
        assert off(delta, one.deltas[place] + two.deltas[place]) < 1e-6


def test_metadata_tells_the_origin_and_no_path(files: Files) -> None:
    base = {"ss_base_model_version": "sd_v1", "ss_sd_model_name": "C:\\Users\\ada\\base.ckpt"}
    one = files.kohya("one", metadata={**base, "modelspec.trigger_phrase": "ink, kelo"})
    two = files.kohya("two", metadata={**base, "modelspec.trigger_phrase": "kelo, mark"})
    out = files.folder / "both together.safetensors"
    merged([(one.path, 1.0), (two.path, 1.0)], out)
    with safe_open(out, "pt") as file:
        told = file.metadata()
    assert told["modelspec.merged_from"] == "one, two"
    assert told["modelspec.trigger_phrase"] == "ink, kelo, mark"
    assert told["modelspec.architecture"] == "stable-diffusion-v1/lora"
    assert told["ss_sd_model_name"] == "base.ckpt"
    assert told["ss_base_model_version"] == "sd_v1"
    assert told["ss_output_name"] == told["modelspec.title"] == "both together"
    assert told["ss_network_dim"] == "8"
    assert str(files.folder) not in str(told)
    assert "ada" not in str(told)


def test_kinds_of_base_models_do_not_mix(files: Files) -> None:
    one = files.kohya("one", [KEY])
    two = files.kohya("two", [KEY], arch="sd2")
    with pytest.raises(StudioError) as refused:
        merged([(one.path, 1.0), (two.path, 1.0)], files.folder / "sum.safetensors")
    assert refused.value.code == "lora.mixed"
    assert refused.value.params["kind"] == "Stable Diffusion 1.x"
    assert not (files.folder / "sum.safetensors").exists()


def test_a_file_that_does_not_tell_goes_with_the_others(files: Files) -> None:
    telling = files.kohya("telling", [KEY])
    without = files.kohya("without", [QUERY])
    out = files.folder / "sum.safetensors"
    merged([(without.path, 1.0), (telling.path, 1.0)], out, dtype="fp32")
    assert off(deltas_of(out, "sd1", [QUERY])[QUERY], without.deltas[QUERY]) < 1e-6


def test_metadata_tell_the_kind_where_shapes_do_not(files: Files) -> None:
    one = files.kohya("one", [QUERY], metadata={"ss_base_model_version": "sd_v1"})
    merged([(one.path, 1.0)], files.folder / "out.safetensors")


def test_a_file_that_does_not_tell_needs_a_base(files: Files) -> None:
    one = files.kohya("one", [QUERY])
    out = files.folder / "out.safetensors"
    with refused("lora.base_unknown"):
        merged([(one.path, 1.0)], out)
    saved = merged([(one.path, 1.0)], out, base="sd2")
    with safe_open(out, "pt") as file:
        assert file.metadata()["ss_v2"] == "True"
    assert sum(saved.ranks.values()) == 1


def test_half_an_encoder_attention_is_completed(files: Files) -> None:
    one = files.kohya("one", [KEY, TEXT])
    out = files.folder / "out.safetensors"
    saved = merged([(one.path, 1.0)], out, dtype="fp32")
    assert sum(saved.ranks.values()) == 5
    assert [verdict.works for verdict in saved.verdicts] == ["yes"] * 5
    assert off(deltas_of(out, "sd1", [TEXT])[TEXT], one.deltas[TEXT]) < 1e-6


def test_an_input_is_never_written_over(files: Files) -> None:
    one = files.kohya("one")
    before = one.path.read_bytes()
    with refused("lora.overwrites"):
        merged([(one.path, 1.0)], one.path)
    assert one.path.read_bytes() == before


def test_what_of_an_input_is_not_used_is_told(files: Files) -> None:
    tensors = load_file(files.kohya("one").path)
    odd = files.save("odd", {**tensors, "lora_unet_nowhere.bias": torch.ones(2)})
    told: list[Problem] = []
    following_all = merge([(odd, 1.0)], files.folder / "out.safetensors", told.append)
    for _ in following_all:
        pass
    assert [(problem.code, problem.params["count"]) for problem in told] == [
        ("lora.partly_used", 1)
    ]


@pytest.mark.parametrize("rank", [None, 2])
def test_nothing_in_nothing_out(files: Files, rank: int | None) -> None:
    empty = files.save("empty", {"a": torch.ones(2)})
    with refused("lora.no_keys"):
        merged([(empty, 1.0)], files.folder / "out.safetensors", rank=rank)
    with refused("lora.not_found"):
        merged([(files.folder / "none.safetensors", 1.0)], files.folder / "out.safetensors")
