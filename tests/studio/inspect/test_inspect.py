"""Inspection of files of every kind, typed by hand, and verdicts by the published rules."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from studio.errors import StudioError
from studio.inspect import PROGRAMS, describe, inspect_file
from tests.lora_files import (
    ATTN,
    SGM,
    UNET,
    V1,
    Tensors,
    dora,
    inspected,
    loha,
    lokr,
    modules,
    text,
    unet,
)


def test_a_kohya_file_is_told_in_full(tmp_path: Path) -> None:
    metadata = {
        **V1,
        "ss_tag_frequency": json.dumps({"4_ink": {"cat": 3, "sun": 1}, "b": {"cat": 2}}),
        "modelspec.trigger_phrase": "inkstyle, ink",
        "ss_steps": "400",
        "sshs_model_hash": "0" * 64,
    }
    conv = {
        "lora_unet_down_blocks_0_resnets_0_conv1.lora_down.weight": torch.ones(2, 8, 3, 3),
        "lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight": torch.ones(8, 2, 1, 1),
        "lora_unet_down_blocks_0_resnets_0_conv1.alpha": torch.tensor(1.0).half(),
    }
    found = inspected(tmp_path, {**unet(), **text("lora_te"), **conv}, metadata)
    assert found.arch == "sd1"
    assert found.types == {"LoRA": 7, "LoCon": 1}
    assert found.ranks == {4: 7, 2: 1}
    assert found.alphas == {2.0: 7, 1.0: 1}
    assert found.targets == {"attention": 3, "text_attention": 4, "conv": 1}
    assert found.layouts == {"kohya": 8}
    assert found.trigger_words == ["inkstyle", "ink"]
    assert found.tags == {"cat": 5, "sun": 1}
    assert found.training["ss_steps"] == "400"
    assert found.hash_matches is False
    lines = "\n".join(describe(found))
    for words in ("Stable Diffusion 1.x", "inkstyle, ink", "cat (5)", "steps: 400", "WRONG"):
        assert words in lines
    table = json.loads(found.to_json())
    assert table["sha256"] == found.sha256
    assert [verdict["program"] for verdict in table["verdicts"]] == list(PROGRAMS)


def test_the_hash_is_checked(tmp_path: Path) -> None:
    sha256 = inspected(tmp_path, unet()).sha256
    assert inspected(tmp_path, unet(), {"sshs_model_hash": sha256}).hash_matches is True
    assert inspected(tmp_path, unet()).hash_matches is None


@pytest.mark.parametrize(
    ("tensors", "kind"),
    [
        (unet(), "LoRA"),
        (dora((1, 768)), "DoRA by input"),
        (dora((8, 1)), "DoRA by output"),
        (dora((1, 8, 1, 1), ".lora_magnitude_vector"), "DoRA by output"),
        (loha(), "LoHa"),
        (lokr(), "LoKr"),
        ({"oft_unet_x.oft_blocks": torch.ones(2, 2)}, "OFT"),
        ({"lora_unet_x.weight": torch.ones(2), "lora_unet_x.on_input": torch.ones(1)}, "IA3"),
        ({"lora_unet_x.diff": torch.ones(2, 2)}, "full"),
        ({"lora_unet_x.a1.weight": torch.ones(2, 2)}, "GLoRA"),
        ({"lora_unet_x.lora_up.weight": torch.ones(2, 2)}, "incomplete"),
    ],
)
def test_adapter_types(tmp_path: Path, tensors: Tensors, kind: str) -> None:
    assert list(inspected(tmp_path, tensors).types) == [kind]


@pytest.mark.parametrize(
    ("tensors", "layout"),
    [
        (unet(), "kohya"),
        (modules(f"{SGM}2_to_k", inner=2048), "kohya (SGM)"),
        (modules("lora_te_encoder_layers_0_mlp_fc1"), "kohya without text_model"),
        (modules(f"unet.{ATTN}2.to_k", layout="peft"), "peft"),
        (modules(f"unet.{ATTN}2.to_k", layout="diffusers"), "diffusers"),
        (modules(f"unet.{ATTN}2.processor.to_k", layout="old", alpha=None), "diffusers, old"),
        (modules(f"{UNET}2_to_k", layout="peft"), "kohya names, peft endings"),
        (modules(f"lycoris_{UNET[10:]}2_to_k"), "LyCORIS"),
    ],
)
def test_key_layouts(tmp_path: Path, tensors: Tensors, layout: str) -> None:
    assert list(inspected(tmp_path, tensors).layouts) == [layout]


PEFT = modules(f"unet.{ATTN}2.to_k", layout="peft", alpha=None)


def test_files_that_are_no_lora(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"model.diffusion_model.x.weight": torch.ones(2)}, path)
    with pytest.raises(StudioError) as caught:
        inspect_file(path)
    assert caught.value.code == "lora.no_keys"


def test_hostile_files(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_file(unet(), path)
    whole = path.read_bytes()
    for content in (whole[:100], whole[:-1], whole + b"x", b"GIF89a", struct.pack("<Q", 2**40)):
        path.write_bytes(content)
        with pytest.raises(StudioError) as caught:
            inspect_file(path)
        assert caught.value.code == "safetensors.invalid"


@pytest.mark.parametrize("value", ["{", "[" * 50_000, "[1]", '{"a": {"b": "c"}}', '{"a": 3}'])
def test_odd_metadata_does_not_stop_it(tmp_path: Path, value: str) -> None:
    metadata = {"ss_tag_frequency": value, "lora_adapter_metadata": value, "ss_steps": "\x00"}
    assert inspected(tmp_path, PEFT, metadata).tags == {}


def test_it_imports_no_torch() -> None:
    code = "import sys, studio.inspect; sys.exit('torch' in sys.modules or 'peft' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
