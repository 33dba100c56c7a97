"""diffusers' own reader as an oracle: it finds the same effect in our files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from torch import Tensor, nn

from studio.models.lora_file import assign, read_lora
from studio.models.names import Place

Components = dict[str, nn.Module]
Adapt = Callable[..., Components]
NAME = "lora_0"


def loaded_by_diffusers(tools: Any, path: Path, components: Components) -> dict[Place, Tensor]:
    state, alphas, metadata = StableDiffusionPipeline.lora_state_dict(
        path.parent, weight_name=path.name, return_lora_metadata=True
    )
    StableDiffusionPipeline.load_lora_into_unet(
        dict(state), alphas, components["unet"], adapter_name="oracle", metadata=metadata
    )
    StableDiffusionPipeline.load_lora_into_text_encoder(
        dict(state),
        alphas,
        components["text_encoder"],
        prefix="text_encoder",
        adapter_name="oracle",
        metadata=metadata,
    )
    return tools.live_deltas(components, "oracle")


@pytest.mark.parametrize("format", ["kohya", "diffusers"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lora_alpha": 1},
        {"r": 3, "lora_alpha": 7, "use_rslora": True},
        {"r": 1, "lora_alpha": 2},
        {"rank_pattern": {"to_q": 8, "fc1": 2}, "alpha_pattern": {"to_k": 1, "conv1": 9}},
        {"text": ("q_proj", "v_proj"), "lora_alpha": 2},
        {"unet": ("to_q", "to_k", "to_v", "to_out.0"), "lora_alpha": 2},
    ],
)
def test_diffusers_reads_the_same_effect(
    tools: Any, tmp_path: Path, adapt: Adapt, bare: Components, options: dict[str, Any], format: Any
) -> None:
    components = adapt(**options)
    path = tools.export(tmp_path / "a.safetensors", components, dtype="fp32", format=format)
    truth, found = tools.live_deltas(components), loaded_by_diffusers(tools, path, bare)
    assert truth.keys() <= found.keys()
    for place, delta in found.items():
        expected = truth.get(place, torch.zeros_like(delta))
        torch.testing.assert_close(delta, expected, atol=1e-6, rtol=1e-5)


def test_a_diffusers_file_comes_back_through_our_importer(
    tools: Any, tmp_path: Path, adapt: Adapt
) -> None:
    components = adapt(lora_alpha=2, rank_pattern={"to_q": 8})
    path = tools.export(tmp_path / "a.safetensors", components, dtype="fp32", format="diffusers")
    found, left = assign(read_lora(path), components, "sd1")
    assert left == {}
    for place, delta in tools.live_deltas(components).items():
        torch.testing.assert_close(found[place].delta(), delta, atol=1e-6, rtol=1e-5)
