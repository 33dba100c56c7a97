"""The exported tensors against the published format and peft's own weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file
from torch import nn

from studio.export.collect import collect
from studio.export.write import kohya_tensors
from studio.models.lora_file import assign, read_lora

Components = dict[str, nn.Module]
Adapt = Callable[..., Components]
NAME = "lora_0"


@pytest.mark.parametrize("dtype", ["fp16", "bf16", "fp32"])
def test_a_file_holds_down_up_alpha_and_nothing_else(
    tools: Any, tmp_path: Path, adapt: Adapt, dtype: str
) -> None:
    components = adapt(lora_alpha=2)
    tensors = load_file(tools.export(tmp_path / "a.safetensors", components, dtype=dtype))
    suffixes = (".lora_down.weight", ".lora_up.weight", ".alpha")
    names = {tools.golden_name(place) for place in tools.live_deltas(components)}
    assert tensors.keys() == {name + suffix for name in names for suffix in suffixes}
    kinds = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32}
    assert {tensor.dtype for tensor in tensors.values()} == {kinds[dtype]}
    assert {tuple(t.shape) for k, t in tensors.items() if k.endswith(".alpha")} == {()}


@pytest.mark.parametrize(
    ("options", "alpha"),
    [
        ({"r": 4, "lora_alpha": 1}, 1.0),
        ({"r": 4, "lora_alpha": 8}, 8.0),
        ({"r": 3, "lora_alpha": 5}, 5.0),
        ({"r": 4, "lora_alpha": 4, "use_rslora": True}, 8.0),
    ],
)
def test_alpha_is_the_trained_one(
    tools: Any, tmp_path: Path, adapt: Adapt, options: dict[str, Any], alpha: float
) -> None:
    components = adapt(**options)
    truth = tools.live_deltas(components)
    path = tools.export(tmp_path / "a.safetensors", components, dtype="fp32")
    found = tools.file_deltas(path)
    assert len(found) == len(truth)
    for place, delta in truth.items():
        torch.testing.assert_close(found[tools.golden_name(place)], delta, atol=1e-6, rtol=1e-5)
    stored = {float(t) for k, t in load_file(path).items() if k.endswith(".alpha")}
    assert stored == {alpha}


@pytest.mark.parametrize("strength", [0.0, 0.5, 2.0])
def test_strength_changes_neither_the_file_nor_itself(
    tools: Any, tmp_path: Path, adapt: Adapt, strength: float
) -> None:
    components = adapt(lora_alpha=2)
    full = tools.export(tmp_path / "full.safetensors", components).read_bytes()
    layers = [m for c in components.values() for m in c.modules() if isinstance(m, LoraLayer)]
    for layer in layers:
        layer.set_scale(NAME, strength)
    assert tools.export(tmp_path / "scaled.safetensors", components).read_bytes() == full
    assert {layer.scaling[NAME] for layer in layers} == {strength * 2 / 4}


def test_live_to_file_to_modules_is_bit_identical_in_fp32(
    tools: Any, tmp_path: Path, adapt: Adapt
) -> None:
    components = adapt(lora_alpha=3)
    file = read_lora(tools.export(tmp_path / "a.safetensors", components, dtype="fp32"))
    found, left = assign(file, components, "sd1")
    assert (file.unusable, left) == ({}, {})
    assert found.keys() == tools.live_deltas(components).keys()
    for place, module in found.items():
        layer: Any = components[place.component].get_submodule(place.path)
        assert torch.equal(module.down, layer.lora_A[NAME].weight)
        assert torch.equal(module.up, layer.lora_B[NAME].weight)
        assert module.alpha == 3.0


def test_mixed_alphas_and_ranks_become_one_alpha(tools: Any, tmp_path: Path, adapt: Adapt) -> None:
    components = adapt(
        r=4,
        lora_alpha=4,
        rank_pattern={"to_q": 8, "conv1": 2},
        alpha_pattern={"to_k": 1, "fc1": 7, "to_q": 16},
    )
    path = tools.export(tmp_path / "a.safetensors", components, dtype="fp32")
    tensors = load_file(path)
    assert {float(t) for k, t in tensors.items() if k.endswith(".alpha")} == {4.0}
    ranks = {t.shape[0] for k, t in tensors.items() if k.endswith(".lora_down.weight")}
    assert ranks == {2, 4, 8}
    found = tools.file_deltas(path)
    for place, delta in tools.live_deltas(components).items():
        torch.testing.assert_close(found[tools.golden_name(place)], delta, atol=1e-6, rtol=1e-5)


def test_rank_one_is_stored_as_two(tools: Any, tmp_path: Path, adapt: Adapt) -> None:
    components = adapt(r=1, lora_alpha=3)
    path = tools.export(tmp_path / "a.safetensors", components, dtype="fp32")
    tensors = load_file(path)
    assert {t.shape[0] for k, t in tensors.items() if k.endswith(".lora_down.weight")} == {2}
    assert {t.shape[1] for k, t in tensors.items() if k.endswith(".lora_up.weight")} == {2}
    assert {float(t) for k, t in tensors.items() if k.endswith(".alpha")} == {6.0}
    found = tools.file_deltas(path)
    for place, delta in tools.live_deltas(components).items():
        torch.testing.assert_close(found[tools.golden_name(place)], delta, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("alpha", [0.1, 1 / 3, 100_000.0, 1e-9])
@pytest.mark.parametrize("dtype", ["fp16", "bf16"])
def test_an_alpha_that_the_dtype_cannot_hold_costs_no_accuracy(
    tools: Any, tmp_path: Path, adapt: Adapt, alpha: float, dtype: str
) -> None:
    components = adapt(lora_alpha=alpha, text=())
    for layer in components["unet"].modules():  # keep the folded factors within fp16
        if isinstance(layer, LoraLayer):
            size = 1e-3 if alpha > 1 else 1e3 if alpha < 1e-3 else 1.0
            layer.lora_B[NAME].weight.data *= size
    modules = collect(components, NAME)
    found = kohya_tensors(modules, "sd1", dtype)  # type: ignore[arg-type]
    for place, module in modules.items():
        name = tools.golden_name(place)
        up = found[f"{name}.lora_up.weight"].double() * found[f"{name}.alpha"].double()
        unit = {"fp16": 2**-11, "bf16": 2**-8}[dtype]
        error = (up - module.up.double() * module.alpha).abs()
        smallest = {"fp16": 2**-25, "bf16": 2**-134}[dtype] * float(found[f"{name}.alpha"])
        assert bool((error <= unit * (module.up * module.alpha).abs() * 1.001 + smallest).all())


def test_incomplete_encoder_attention_is_completed_with_zeros(
    tools: Any, tmp_path: Path, adapt: Adapt
) -> None:
    components = adapt(text=("q_proj", "v_proj"), unet=("to_q",))
    path = tools.export(tmp_path / "a.safetensors", components)
    names = {k.partition(".")[0] for k in load_file(path) if k.startswith("lora_te_")}
    assert names == {
        f"lora_te_text_model_encoder_layers_{n}_self_attn_{p}_proj" for n in (0, 1) for p in "qkv"
    } | {f"lora_te_text_model_encoder_layers_{n}_self_attn_out_proj" for n in (0, 1)}
    found = tools.file_deltas(path)
    for n in (0, 1):
        assert not found[f"lora_te_text_model_encoder_layers_{n}_self_attn_out_proj"].any()
        assert found[f"lora_te_text_model_encoder_layers_{n}_self_attn_q_proj"].any()


def test_mlp_alone_needs_no_attention(tools: Any, tmp_path: Path, adapt: Adapt) -> None:
    components = adapt(text=("fc1",), unet=("to_q",))
    path = tools.export(tmp_path / "a.safetensors", components)
    assert not [key for key in load_file(path) if "self_attn" in key]


@pytest.mark.parametrize("poison", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("side", ["lora_A", "lora_B"])
def test_not_finite_is_refused_by_name(
    tools: Any, tmp_path: Path, adapt: Adapt, poison: float, side: str
) -> None:
    components = adapt()
    path = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_v"
    layer: Any = components["unet"].get_submodule(path)
    getattr(layer, side)[NAME].weight.data[0, 0] = poison
    params = tools.refused(
        "export.not_finite", lambda: tools.export(tmp_path / "a.safetensors", components)
    )
    assert params["module"] == f"unet.{path}"
    assert list(tmp_path.iterdir()) == []


def test_values_beyond_fp16_are_refused_there_only(
    tools: Any, tmp_path: Path, adapt: Adapt
) -> None:
    components = adapt()
    layer: Any = components["text_encoder"].get_submodule("encoder.layers.1.mlp.fc2")
    layer.lora_B[NAME].weight.data[0, 0] = 70_000.0
    target = tmp_path / "a.safetensors"
    params = tools.refused(
        "export.overflow", lambda: tools.export(target, components, dtype="fp16")
    )
    assert params == {"module": "text_encoder.encoder.layers.1.mlp.fc2", "dtype": "fp16"}
    tools.export(target, components, dtype="bf16")


@pytest.mark.parametrize(
    ("options", "kind"), [({"use_dora": True}, "DoRA"), ({"lora_bias": True}, "bias")]
)
def test_what_the_format_cannot_hold_is_refused(
    tools: Any, tmp_path: Path, adapt: Adapt, options: dict[str, Any], kind: str
) -> None:
    components = adapt(unet=("to_out.0",), text=(), **options)
    params = tools.refused(
        "export.unsupported", lambda: tools.export(tmp_path / "a.safetensors", components)
    )
    assert params["kind"] == kind


def test_no_adapter_is_refused(tools: Any, tmp_path: Path, bare: Components) -> None:
    tools.refused("export.nothing", lambda: tools.export(tmp_path / "a.safetensors", bare))
