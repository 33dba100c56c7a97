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
from studio.inspect.words import LEFT_OUT
from studio.models.lora_file import assign_shapes, read_lora
from studio.models.schema import schema
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
    module,
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


def test_a_file_for_sdxl_is_told_in_words(tmp_path: Path) -> None:
    conv = "lora_unet_input_blocks_1_0_in_layers_2"
    shapes = {"lora_down": (2, 320, 3, 3), "lora_up": (320, 2, 1, 1)}
    tensors = {f"{conv}.{part}.weight": torch.ones(shape) for part, shape in shapes.items()}
    tensors |= module(f"{SGM}2_to_k", inner=2048, outer=640)
    tensors |= module(f"{SGM[:-5]}_ff_net_2", inner=2560, outer=640)
    tensors |= module("lora_te1_text_model_encoder_layers_0_mlp_fc1", outer=3072)
    tensors |= module("lora_te2_text_model_encoder_layers_31_mlp_fc1", inner=1280, outer=5120)
    metadata = {"ss_base_model_version": "sdxl_base_v1-0", "modelspec.prediction_type": "v"}
    found = inspected(tmp_path, tensors, metadata)
    assert (found.arch, found.left_out) == ("sdxl", {})
    assert found.components == {"unet": 3, "text_encoder": 1, "text_encoder_2": 1}
    lines = describe(found)
    told = {line.strip().partition(": ")[0]: line.partition(": ")[2] for line in lines}
    assert told["base"] == "Stable Diffusion XL, v-prediction"
    assert told["changes"] == (
        "image model (UNet) (3 layers), text encoder (1 layer), second text encoder (1 layer)"
    )
    assert told["layers"] == (
        "text encoder feed-forward (2 layers), convolutions (1 layer), attention (1 layer), "
        "feed-forward (1 layer)"
    )
    assert told["LoRA Studio"] == "loads"
    assert {told[program] for program in PROGRAMS[:4]} == {"loads"}


def test_a_file_for_sd2_is_told_in_words(tmp_path: Path) -> None:
    tensors = module(f"{UNET}2_to_k", inner=1024, outer=320)
    tensors |= module("lora_te_text_model_encoder_layers_22_mlp_fc1", inner=1024, outer=4096)
    metadata = {"ss_base_model_version": "sd_v2_v", "ss_v2": "True"}
    found = inspected(tmp_path, tensors, metadata)
    assert (found.arch, found.left_out) == ("sd2", {})
    assert "  base: Stable Diffusion 2.x, v-prediction" in describe(found)


def test_what_is_left_out_is_told_by_key_and_reason(tmp_path: Path) -> None:
    """As the importer does, by the same rules."""
    tensors = module(f"{UNET}2_to_k", outer=320)
    tensors |= module(f"{UNET}2_to_v", inner=768, outer=8)
    tensors |= module("lora_unet_up_blocks_7_attentions_0_proj_in")
    tensors |= module(f"unet.{ATTN}2.to_k", outer=320, layout="peft", alpha=None)
    tensors |= {f"{UNET}1_to_q.{part}": t for part, t in HALF.items()}
    tensors |= {"bundle_emb.word.clip_l": torch.ones(2, 768), "x.bias": torch.ones(1)}
    found = inspected(tmp_path, tensors)
    parts = ("lora_down.weight", "lora_up.weight", "alpha")
    expected = {f"{UNET}2_to_v.{part}": "layer_shape" for part in parts}
    expected |= {f"lora_unet_up_blocks_7_attentions_0_proj_in.{p}": "no_layer" for p in parts}
    expected |= {f"unet.{ATTN}2.to_k.lora_{side}.weight": "twice" for side in "AB"}
    expected |= {f"{UNET}1_to_q.{part}": "other_type" for part in HALF}
    expected |= {"bundle_emb.word.clip_l": "embedding", "x.bias": "unknown_suffix"}
    assert found.left_out == expected
    file = read_lora(tmp_path / "a.safetensors")
    _, left = assign_shapes(file, schema("sd1"), "sd1")
    assert {key.partition(".lora")[0] for key in file.unusable} | left.keys() == {
        key.partition(".lora")[0].removesuffix(".alpha") for key in expected
    }
    lines = "\n".join(describe(found))
    assert f"LoRA Studio: leaves out {len(expected)} of the file's keys" in lines
    for reason in set(expected.values()):
        assert LEFT_OUT[reason] in lines


def test_a_file_of_torch_is_told(tmp_path: Path) -> None:
    torch.save(unet(), tmp_path / "a.bin")
    found = inspect_file(tmp_path / "a.bin")
    assert (found.arch, found.alphas, found.hash_matches) == ("sd1", {2.0: 3}, None)


def test_alpha_beside_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text('{"lora_alpha": 3, "r": 4}')
    tensors = modules(f"base_model.model.{ATTN}2.to_k", layout="peft", alpha=None)
    assert inspected(tmp_path, tensors).alphas == {3.0: 1}


HALF = {"lora_down.weight": torch.ones(4, 320), "dora_scale": torch.ones(1, 320)}
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
