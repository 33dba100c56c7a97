"""The self-check passes what is right and finds every kind of wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft.tuners.lora import LoraLayer
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from studio.export.checked import export_adapter
from studio.export.verify import compare_renders, self_check
from studio.export.write import save
from studio.models.lora_file import LoraModule

Components = dict[str, nn.Module]
Adapt = Callable[..., Components]
NAME = "lora_0"


@pytest.mark.parametrize("dtype", ["fp16", "bf16", "fp32"])
@pytest.mark.parametrize("format", ["kohya", "diffusers"])
@pytest.mark.parametrize("scale", [1.0, 1e-5])
def test_self_check_passes_a_right_file(
    tools: Any, tmp_path: Path, adapt: Adapt, dtype: Any, format: Any, scale: float
) -> None:
    components = adapt(lora_alpha=3, alpha_pattern={"to_k": 0.7}, rank_pattern={"fc2": 1})
    for model in components.values():
        for layer in model.modules():
            if isinstance(layer, LoraLayer):
                layer.lora_B[NAME].weight.data *= scale  # fp16's subnormal range at 1e-5
    path = tmp_path / "a.safetensors"
    checks = export_adapter(path, components, "sd1", NAME, {}, dtype=dtype, format=format)
    figures = {check.name: check.figures for check in checks}
    assert figures["weights"]["modules"] == len(tools.live_deltas(components))
    assert figures["weights"]["largest_weight_change"] > 0
    assert figures["tensors"]["dtype"] == dtype
    assert ("names" in figures) == (format == "kohya")
    assert figures["programs"]["diffusers"] == "yes"
    json.dumps(figures)


def tampered(path: Path, change: Callable[[dict[str, Tensor]], None], rehash: bool = True) -> None:
    """Rewrites a file with changed tensors and, unless told otherwise, a right hash."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    tensors = load_file(path)
    change(tensors)
    if rehash:
        save(path, tensors, {k: v for k, v in metadata.items() if not k.startswith("sshs_")})
    else:
        save_file(tensors, path, metadata)


def first(tensors: dict[str, Tensor], part: str) -> str:
    return next(key for key in sorted(tensors) if part in key)


def wrong_alpha(tensors: dict[str, Tensor]) -> None:
    key = first(tensors, ".alpha")
    tensors[key] = tensors[key] * 1.01


def one_wrong_value(tensors: dict[str, Tensor]) -> None:
    tensors[first(tensors, "lora_up")][0, 0] += 0.01


def no_alpha(tensors: dict[str, Tensor]) -> None:
    del tensors[first(tensors, ".alpha")]


def missing_module(tensors: dict[str, Tensor]) -> None:
    name = first(tensors, "lora_unet").partition(".")[0]
    for key in [key for key in tensors if key.startswith(f"{name}.")]:
        del tensors[key]


def renamed(old: str, new: str) -> Callable[[dict[str, Tensor]], None]:
    def change(tensors: dict[str, Tensor]) -> None:
        for key in [key for key in tensors if old in key]:
            tensors[key.replace(old, new)] = tensors.pop(key)

    return change


def flat_projection(tensors: dict[str, Tensor]) -> None:
    """As old files have it for SD 1.x: our importer takes it, diffusers refuses the file."""
    key = first(tensors, "proj_in.lora_down")
    tensors[key] = tensors[key].flatten(1)


def stray(tensors: dict[str, Tensor]) -> None:
    tensors["lora_unet_conv_in.bias"] = torch.zeros(2, dtype=torch.float16)


def other_dtype(tensors: dict[str, Tensor]) -> None:
    key = first(tensors, "lora_up")
    tensors[key] = tensors[key].float()


def not_finite(tensors: dict[str, Tensor]) -> None:
    tensors[first(tensors, "lora_up")][0, 0] = math.nan


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (wrong_alpha, "weights"),
        (one_wrong_value, "weights"),
        (no_alpha, "tensors"),
        (missing_module, "keys"),
        (renamed("lora_te_text_model_", "lora_te_"), "names"),
        (renamed("lora_te_", "lora_te1_"), "names"),
        (renamed("conv1", "conv7"), "names"),
        (renamed("down_blocks_0_resnets_0", "down_blocks_3_resnets_0"), "names"),
        (flat_projection, "names"),
        (renamed("lora_down", "lora_A"), "tensors"),
        (stray, "keys"),
        (other_dtype, "tensors"),
        (not_finite, "keys"),
    ],
)
def test_self_check_finds_what_is_wrong(
    tools: Any,
    tmp_path: Path,
    adapt: Adapt,
    change: Callable[[dict[str, Tensor]], None],
    check: str,
) -> None:
    components = adapt(lora_alpha=2)
    path = tools.export(tmp_path / "a.safetensors", components)
    tampered(path, change) if change is not other_dtype else tampered(path, change, rehash=False)
    params = tools.refused(
        "export.self_check_failed", lambda: list(self_check(path, components, "sd1", NAME, "fp16"))
    )
    assert params["check"] == check


def test_self_check_finds_a_wrong_hash(tools: Any, tmp_path: Path, adapt: Adapt) -> None:
    components = adapt()
    path = tools.export(tmp_path / "a.safetensors", components)
    tampered(path, one_wrong_value, rehash=False)
    params = tools.refused(
        "export.self_check_failed", lambda: list(self_check(path, components, "sd1", NAME, "fp16"))
    )
    assert params["check"] == "hash"


def test_self_check_notices_an_effect_that_was_not_trained(
    tools: Any, tmp_path: Path, adapt: Adapt
) -> None:
    components = adapt(text=("q_proj",), unet=("to_q",))
    path = tools.export(tmp_path / "a.safetensors", components)
    tampered(path, lambda tensors: tensors[first(tensors, "out_proj.lora_up")].fill_(0.1))
    tampered(path, lambda tensors: tensors[first(tensors, "out_proj.lora_down")].fill_(0.1))
    tools.refused(
        "export.self_check_failed", lambda: list(self_check(path, components, "sd1", NAME, "fp16"))
    )


def test_renders_are_compared(
    tools: Any,
) -> None:
    picture = torch.rand(3, 4, 4)
    assert compare_renders(picture, picture.clone()).figures["largest"] == 0.0
    assert compare_renders(picture, picture + 0.01, tolerance=0.02).name == "render"
    for other in (picture + 0.03, picture * math.nan, picture[:2]):
        tools.refused(
            "export.self_check_failed", lambda other=other: compare_renders(picture, other, 0.02)
        )


def test_the_effective_weight_of_a_module_is_defined_by_the_format() -> None:
    down, up = torch.randn(3, 5, 2, 2), torch.randn(4, 3, 1, 1)
    expected = torch.zeros(4, 5, 2, 2)
    for r in range(3):
        expected += up[:, r].reshape(4, 1, 1, 1) * down[r] * (6 / 3)
    torch.testing.assert_close(LoraModule(down, up, 6.0).delta(), expected)
