"""Which base model a reference means, and what is told of it before anything is opened."""

from __future__ import annotations

import json
import math
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.errors import StudioError
from studio.messages import sentence
from studio.models.family import CONFIGS, STARTER, find_base

CONV_IN = "model.diffusion_model.input_blocks.0.0.weight"
TO_K = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
SD1 = {CONV_IN: (320, 4, 3, 3), TO_K: (320, 768), "cond_stage_model.logit_scale": ()}
SD2 = {**SD1, TO_K: (320, 1024)}


def single_file(path: Path, shapes: dict[str, tuple[int, ...]], **metadata: str) -> Path:
    table: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for key, shape in shapes.items():
        begin, end = end, end + 2 * math.prod(shape)
        table[key] = {"dtype": "F16", "shape": shape, "data_offsets": [begin, end]}
    header = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(end))
    return path


def folder(path: Path, family: str = "sd1", **changes: dict[str, Any]) -> Path:
    """A diffusers folder without weights; ``changes`` by the names of its files' folders."""
    shutil.copytree(CONFIGS / family, path)
    names = {
        "index": "model_index.json",
        "scheduler": "scheduler/scheduler_config.json",
        "unet": "unet/config.json",
    }
    for name, entries in changes.items():
        file = path / names[name]
        file.write_text(json.dumps(json.loads(file.read_text()) | entries))
    return path


def refusal(call: Callable[..., Any], *args: Any) -> StudioError:
    with pytest.raises(StudioError) as caught:
        call(*args)
    assert sentence(caught.value.code, caught.value.params)
    return caught.value


def test_the_starter_by_name_and_by_folder() -> None:
    starter = find_base("starter")
    assert find_base(str(STARTER)) == starter
    assert (starter.family, starter.naming, starter.name) == ("starter", "sd1", "starter")
    assert (starter.path, starter.configs, starter.is_file) == (STARTER, STARTER, False)
    assert (starter.prediction_type, starter.certain) == ("v_prediction", True)
    assert starter.components == ("unet", "text_encoder")


@pytest.mark.parametrize("family", ["sd1", "sd2", "sdxl"])
def test_folders_of_each_family(tmp_path: Path, family: str) -> None:
    path = folder(tmp_path / "my.model", family)
    base = find_base("my.model", tmp_path)
    assert (base.family, base.naming, base.name) == (family, family, "my.model")
    assert (base.reference, base.path, base.configs) == (str(path), path, path)
    assert base.prediction_type == ("v_prediction" if family == "sd2" else "epsilon")
    assert (base.zero_terminal_snr, base.certain, base.is_file) == (False, True, False)
    assert ("text_encoder_2" in base.components) == (family == "sdxl")


def test_the_scheduler_tells_prediction_and_terminal_noise(tmp_path: Path) -> None:
    told = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
    base = find_base(str(folder(tmp_path / "m", scheduler=told)))
    assert (base.prediction_type, base.zero_terminal_snr) == ("v_prediction", True)


def test_folders_with_widths_of_their_own(tmp_path: Path) -> None:
    narrow = {"cross_attention_dim": 128}
    assert find_base(str(folder(tmp_path / "a", "sd1", unet=narrow))).family == "sd1"
    assert find_base(str(folder(tmp_path / "b", "sd2", unet=narrow))).family == "sd2"
    assert find_base(str(folder(tmp_path / "c", "sdxl", unet=narrow))).family == "sdxl"
    per_block = {"cross_attention_dim": [768] * 4}
    assert find_base(str(folder(tmp_path / "d", "sd1", unet=per_block))).family == "sd1"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"unet": {"in_channels": 9}}, "an inpainting model"),
        ({"unet": {"in_channels": 8}}, "InstructPix2Pix"),
        ({"unet": {"in_channels": 3}}, "3 input channels"),
        ({"index": {"requires_aesthetics_score": True}}, "an SDXL refiner"),
        ({"index": {"_class_name": "FluxPipeline"}}, "a Flux model"),
        ({"index": {"_class_name": "StableDiffusion3Pipeline"}}, "Stable Diffusion 3"),
        ({"index": {"_class_name": "KolorsPipeline"}}, "of the kind Kolors"),
    ],
)
def test_folders_that_cannot_be_trained(tmp_path: Path, changes: Any, kind: str) -> None:
    error = refusal(find_base, str(folder(tmp_path / "m", **changes)))
    assert error.code == "base.unsupported"
    assert kind in error.params["kind"]
    assert error.params["model"] == "m"


@pytest.mark.parametrize(
    "missing",
    [
        *("model_index.json", "unet/config.json", "scheduler/scheduler_config.json"),
        "text_encoder_2/config.json",
    ],
)
def test_incomplete_folders(tmp_path: Path, missing: str) -> None:
    path = folder(tmp_path / "m", "sdxl")
    (path / missing).unlink()
    error = refusal(find_base, str(path))
    assert error.code == "base.not_a_model"
    assert missing in error.params["reason"]
    for content in ("[]", "{", "\xff"):
        (path / missing).write_text(content, "latin-1")
        assert refusal(find_base, str(path)).code == "base.not_a_model"


def test_a_single_file_takes_its_familys_configurations(tmp_path: Path) -> None:
    path = single_file(tmp_path / "my.v1.safetensors", SD1)
    base = find_base("my.v1.safetensors", tmp_path)
    assert (base.family, base.name, base.is_file) == ("sd1", "my.v1", True)
    assert (base.reference, base.path, base.configs) == (str(path), path, CONFIGS / "sd1")
    assert (base.prediction_type, base.zero_terminal_snr, base.certain) == ("epsilon", False, True)


def test_what_a_file_does_not_tell_is_said(tmp_path: Path) -> None:
    base = find_base(str(single_file(tmp_path / "a.safetensors", SD2)))
    assert (base.family, base.prediction_type, base.certain) == ("sd2", "v_prediction", False)
    told = {"modelspec.prediction_type": "epsilon"}
    base = find_base(str(single_file(tmp_path / "b.safetensors", SD2, **told)))
    assert (base.prediction_type, base.certain) == ("epsilon", True)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = single_file(tmp_path / "a.safetensors", SD1)
    assert find_base(str(path)).family == "sd1"
    assert find_base(str(path)) is find_base(str(path))
    single_file(path, SD2)
    assert find_base(str(path)).family == "sd2"
    single_file(path, {"x.lora_down.weight": (4, 8), "x.lora_up.weight": (8, 4)})
    assert refusal(find_base, str(path)).code == "base.is_lora"


def test_configurations_can_lie_elsewhere(tmp_path: Path, monkeypatch: Any) -> None:
    shutil.copytree(CONFIGS, tmp_path / "configs")
    file = tmp_path / "configs" / "sd2" / "unet" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"cross_attention_dim": 32}))
    monkeypatch.setattr("studio.models.family.CONFIGS", tmp_path / "configs")
    path = single_file(tmp_path / "a.safetensors", {**SD1, TO_K: (16, 32)})
    base = find_base(str(path))
    assert (base.family, base.configs) == ("sd2", tmp_path / "configs" / "sd2")


@pytest.mark.parametrize(
    "reference", ["nowhere", "a/b/c", "./a", "/a/b", "~/a", "a/b.safetensors", "../b", ""]
)
def test_paths_that_are_not_there(tmp_path: Path, reference: str, monkeypatch: Any) -> None:
    no_hub(monkeypatch)
    expected = "base.not_a_model" if reference == "" else "base.not_found"
    assert refusal(find_base, reference, tmp_path).code == expected


def no_hub(monkeypatch: Any, copy: Path | None = None, asked: list[str] | None = None) -> None:
    def local_copy(repo: str) -> Path | None:
        if asked is None:
            raise AssertionError(repo)
        asked.append(repo)
        return copy

    monkeypatch.setattr("studio.models.hub.local_copy", local_copy)


def test_a_hub_id_means_its_download(tmp_path: Path, monkeypatch: Any) -> None:
    asked: list[str] = []
    copy = folder(tmp_path / "snapshots" / "0123abc", "sdxl")
    no_hub(monkeypatch, copy, asked)
    base = find_base("stabilityai/sd_xl-base.1.0", tmp_path)
    assert asked == ["stabilityai/sd_xl-base.1.0"]
    assert (base.reference, base.path, base.name) == (asked[0], copy, "sd_xl-base.1.0")
    assert base.family == "sdxl"


def test_a_hub_id_that_is_not_downloaded(tmp_path: Path, monkeypatch: Any) -> None:
    no_hub(monkeypatch, None, [])
    error = refusal(find_base, "owner/name", tmp_path)
    assert (error.code, error.params) == ("hub.not_downloaded", {"model": "owner/name"})


def test_a_path_goes_before_a_hub_id_of_that_name(tmp_path: Path, monkeypatch: Any) -> None:
    no_hub(monkeypatch)
    path = folder(tmp_path / "owner" / "name")
    assert find_base("owner/name", tmp_path).path == path


@pytest.mark.parametrize(("spread", "prediction"), [(0.03, "epsilon"), (0.2, "v_prediction")])
def test_a_bias_tells_what_stable_diffusion_2_predicts(
    tmp_path: Path, spread: float, prediction: str
) -> None:
    bias = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"
    path = single_file(tmp_path / "a.safetensors", {**SD2, bias: (4,)})
    content = path.read_bytes()
    path.write_bytes(content[:-8] + struct.pack("<4e", spread, -spread, spread, -spread))
    base = find_base(str(path))
    assert (base.prediction_type, base.certain) == (prediction, False)
