"""Presets by base model, and settings files resolved over them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from studio.config import validate
from studio.errors import StudioError
from studio.models.family import STARTER, find_base
from studio.presets import load_settings, merge, preset


def write(folder: Path, **table: Any) -> Path:
    path = folder / "run.toml"
    path.write_text(tomlkit.dumps({"dataset": [{"path": "images"}], **table}), "utf-8")
    return path


def pipeline(folder: Path, context: int = 768, channels: int = 4, kind: str = "") -> Path:
    (folder / "unet").mkdir(parents=True)
    unet = {"cross_attention_dim": context, "in_channels": channels}
    (folder / "unet" / "config.json").write_text(json.dumps(unet))
    index = {"_class_name": kind or "StableDiffusionPipeline"}
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text("{}")
    return folder


@pytest.mark.parametrize("family", ["starter", "sd1", "sd2", "sdxl"])
def test_presets_are_valid_and_state_only_differences(family: str) -> None:
    table = preset(family)
    settings = validate(merge(table, {"dataset": [{"path": "x"}]})).model_dump()
    defaults = validate({"dataset": [{"path": "x"}]}).model_dump()
    for section, values in table.items():
        for key, value in values.items():
            assert settings[section][key] == value
    said = {f"{s}.{k}" for s, values in table.items() for k in values}
    same = {
        f"{s}.{k}" for s, values in table.items() for k in values if defaults[s][k] == values[k]
    }
    assert same <= {"data.resolution", "data.batch_size", "network.rank", "optimizer.unet_lr"} | {
        "optimizer.text_encoder_lr"
    }, said


def test_the_base_model_chooses_the_preset(tmp_path: Path) -> None:
    starter = load_settings(write(tmp_path))
    assert starter.optimizer.unet_lr == preset("starter")["optimizer"]["unet_lr"]
    pipeline(tmp_path / "model")
    sd1 = load_settings(write(tmp_path, base={"model": "model"}))
    assert sd1.data.resolution == 512
    assert sd1.base.model == str(tmp_path / "model")


def test_file_beats_preset_and_assignment_beats_file(tmp_path: Path) -> None:
    path = write(tmp_path, network={"rank": 5})
    assert load_settings(path).network.rank == 5
    assert load_settings(path, ["network.rank=6"]).network.rank == 6


def test_epochs_replace_the_presets_steps(tmp_path: Path) -> None:
    schedule = load_settings(write(tmp_path, schedule={"epochs": 3})).schedule
    assert (schedule.epochs, schedule.steps) == (3, None)


def test_paths_are_meant_from_the_files_own_folder(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, run={"output": "out"}))
    assert settings.run.output == str(tmp_path / "out")
    assert settings.dataset[0].path == str(tmp_path / "images")


@pytest.mark.parametrize(("context", "family"), [(768, "sd1"), (1024, "sd2"), (128, "sd1")])
def test_families_are_told_by_the_text_width(tmp_path: Path, context: int, family: str) -> None:
    assert find_base(str(pipeline(tmp_path / "m", context))).family == family


def test_the_starter_is_itself_by_name_and_by_folder() -> None:
    assert find_base("starter").family == "starter"
    assert find_base(str(STARTER)).reference == "starter"
    assert find_base("starter").naming == "sd1"


def test_what_cannot_be_trained_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    cases = {
        "nowhere": "base.not_found",
        "model.safetensors": "model.unknown_format",
        "empty": "base.not_a_model",
        str(pipeline(tmp_path / "inpaint", channels=9)): "base.unsupported",
        str(pipeline(tmp_path / "xl", context=2048)): "base.not_a_model",
        str(pipeline(tmp_path / "flux", kind="FluxPipeline")): "base.unsupported",
    }
    for model, code in cases.items():
        with pytest.raises(StudioError) as error:
            find_base(model, tmp_path)
        assert error.value.code == code
