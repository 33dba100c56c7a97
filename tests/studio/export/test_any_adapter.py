"""Properties of files of any adapter: random targets, ranks, alphas and precisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor

from studio.export.collect import complete_attention, one_alpha, with_rank_two
from studio.export.write import adapter_metadata, diffusers_tensors, kohya_tensors, save
from studio.models.lora_file import LoraModule, assign_shapes, read_lora
from studio.models.names import Place

LAYERS: dict[str, dict[str, tuple[int, ...]]] = {
    "unet": {
        f"{block}.{layer}": shape
        for block in ("down_blocks.1.attentions.0", "mid_block.attentions.0")
        for layer, shape in {
            "proj_in": (6, 6),
            "transformer_blocks.0.attn2.to_k": (6, 8),
            "transformer_blocks.0.attn2.to_out.0": (6, 6),
            "transformer_blocks.1.ff.net.0.proj": (12, 6),
        }.items()
    }
    | {
        "down_blocks.0.downsamplers.0.conv": (5, 5, 3, 3),
        "mid_block.resnets.1.conv2": (6, 6, 3, 3),
    },
    "text_encoder": {
        f"text_model.encoder.layers.{n}.{layer}": shape
        for n in (0, 1)
        for layer, shape in {
            **{f"self_attn.{part}_proj": (4, 4) for part in ("q", "k", "v", "out")},
            "mlp.fc1": (7, 4),
        }.items()
    },
}
SHAPES = {Place(c, path): shape for c, layers in LAYERS.items() for path, shape in layers.items()}
SHAPES |= {Place("text_encoder_2", p): s for p, s in LAYERS["text_encoder"].items()}
DTYPES = {"fp32": 2.0**-24, "fp16": 2.0**-11, "bf16": 2.0**-8}


@st.composite
def adapters(draw: st.DrawFn) -> dict[Place, LoraModule]:
    places = draw(st.lists(st.sampled_from(sorted(SHAPES)), min_size=1, max_size=8, unique=True))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 9)))
    modules = {}
    for place in places:
        rank = draw(st.integers(1, 5))
        alpha = draw(st.sampled_from([0.1, 0.5, 1.0, 3.0, 7.25, 64.0]))
        outer, *inner = SHAPES[place]
        kernel = (1, 1) if len(inner) > 1 else ()
        down = torch.randn((rank, *inner), generator=generator)
        modules[place] = LoraModule(
            down, torch.randn((outer, rank, *kernel), generator=generator), alpha
        )
    return modules


def truth(module: LoraModule) -> Tensor:
    """By the format's definition, in float64."""
    up, down = module.up.double().flatten(1), module.down.double()
    return torch.einsum("or,r...->o...", up, down) * module.alpha / module.rank


def ready(modules: dict[Place, LoraModule]) -> dict[Place, LoraModule]:
    return one_alpha(with_rank_two(complete_attention(modules, SHAPES)))


def compare(path: Path, modules: dict[Place, LoraModule], arch: str, unit: float) -> None:
    file = read_lora(path)
    found, left = assign_shapes(file, SHAPES, arch)
    assert (file.unusable, left) == ({}, {})
    for place, module in modules.items():
        scale = abs(module.alpha) / module.rank
        size = torch.einsum("or,r...->o...", module.up.abs().flatten(1), module.down.abs())
        error = (truth(found[place]) - truth(module)).abs()
        assert bool((error <= 5 * unit * size.double() * scale + 1e-5).all()), place
    for place in found.keys() - modules.keys():  # what completes an attention
        assert not found[place].delta().any()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(adapters(), st.sampled_from(sorted(DTYPES)))
def test_a_kohya_file_has_the_effect_of_the_adapter(
    tmp_path_factory: pytest.TempPathFactory, modules: dict[Place, LoraModule], dtype: Any
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.safetensors"
    save(path, kohya_tensors(ready(modules), "sdxl", dtype), {})
    tensors = load_file(path)
    names: dict[str, set[str]] = {}
    for key in tensors:
        name, _, suffix = key.partition(".")
        names.setdefault(name, set()).add(suffix)
    assert {frozenset(suffixes) for suffixes in names.values()} == {
        frozenset({"lora_down.weight", "lora_up.weight", "alpha"})
    }
    assert len({float(t) for key, t in tensors.items() if key.endswith(".alpha")}) == 1
    assert all(len(t) > 1 for key, t in tensors.items() if key.endswith(".lora_down.weight"))
    attention = {name.rpartition("_self_attn_")[0::2] for name in names if "_self_attn_" in name}
    for parent, _ in attention:
        assert {part for start, part in attention if start == parent} == {
            f"{part}_proj" for part in ("q", "k", "v", "out")
        }
    compare(path, modules, "sdxl", DTYPES[dtype])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(adapters())
def test_a_diffusers_file_has_the_effect_of_the_adapter(
    tmp_path_factory: pytest.TempPathFactory, modules: dict[Place, LoraModule]
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.safetensors"
    complete = ready(modules)
    save(path, diffusers_tensors(complete, "fp32"), adapter_metadata(complete))
    compare(path, modules, "sdxl", DTYPES["fp32"])
