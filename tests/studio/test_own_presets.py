"""The artist's own presets, and settings files that are imported."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from studio.config import to_toml, validate
from studio.errors import StudioError
from studio.presets.layers import lay
from studio.presets.own import (
    Preset,
    find_preset,
    list_presets,
    preset_path,
    read_preset,
    read_settings_file,
    write_preset,
)


def write(folder: Path, text: str) -> Path:
    path = folder / "some.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_preset_comes_back_as_it_was_written(tmp_path: Path) -> None:
    preset = Preset("Ink v2", "style", {"network": {"rank": 8, "alpha": None}})
    path = preset_path(tmp_path, preset.name)
    write_preset(path, preset)
    assert read_preset(path) == preset
    assert "alpha =" not in path.read_text("utf-8")


def test_the_name_of_a_preset_need_not_be_one_of_a_file(tmp_path: Path) -> None:
    preset = Preset("Ink: 水墨/1", "style", {})
    path = preset_path(tmp_path, preset.name)
    write_preset(path, preset)
    assert path.parent == tmp_path
    assert find_preset(tmp_path, "Ink: 水墨/1") == preset


def test_presets_are_listed_by_name_and_broken_ones_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("b", "A"):
        write_preset(preset_path(tmp_path, name), Preset(name, "style", {}))
    write(tmp_path, "[network]\nrank = 0")
    with caplog.at_level(logging.WARNING):
        assert [preset.name for preset in list_presets(tmp_path)] == ["A", "b"]
    assert "network.rank" in caplog.text
    assert list_presets(tmp_path / "nowhere") == []


def test_a_preset_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as error:
        find_preset(tmp_path, "Ink")
    assert (error.value.code, error.value.params) == ("preset.not_found", {"name": "Ink"})


def test_what_a_project_decides_is_left_out_and_listed(tmp_path: Path) -> None:
    text = '[run]\nname = "x"\nseed = 3\n[base]\nmodel = "m"\n[[dataset]]\npath = "p"\n'
    imported = read_settings_file(write(tmp_path, text))
    assert imported.preset.tables == {"run": {"seed": 3}}
    assert imported.ignored == ["dataset", "run.name", "base.model"]


def test_a_frozen_run_says_what_it_left_unset(tmp_path: Path) -> None:
    settings = validate({"dataset": [{"path": "p"}], "schedule": {"epochs": 3}})
    tables = read_settings_file(write(tmp_path, to_toml(settings))).preset.tables
    assert tables["network"]["alpha"] is None
    assert tables["schedule"]["steps"] is None
    assert tables["schedule"]["epochs"] == 3


def test_paths_in_a_file_start_at_its_folder(tmp_path: Path) -> None:
    imported = read_settings_file(write(tmp_path, '[network]\ninit_from = "old.safetensors"'))
    assert imported.preset.tables["network"]["init_from"] == str(tmp_path / "old.safetensors")


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("[network]\nrnak = 3", "config.unknown_key", "network.rnak"),
        ("[network]\nrank = 'big'", "config.invalid", "network.rank"),
        ("[schedule]\nsteps = 3\nepochs = 3", "config.invalid", "schedule"),
        ("network = 3", "config.invalid", "network"),
        ("metadata = 3", "config.invalid", "metadata"),
        ("[nonsense]\na = 1", "config.unknown_key", "nonsense"),
        ("[network", "config.not_toml", None),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    tmp_path: Path, text: str, code: str, key: str | None
) -> None:
    with pytest.raises(StudioError) as error:
        read_settings_file(write(tmp_path, text))
    assert error.value.code == code
    assert error.value.params.get("key") == key


@pytest.mark.parametrize("unset", ['"network.alpha"', "[3]", '["network.rank", "a", "a.b.c"]'])
def test_odd_words_for_unset_settings_do_nothing(tmp_path: Path, unset: str) -> None:
    text = f"[metadata]\nunset = {unset}\n[network]\nrank = 3"
    assert read_settings_file(write(tmp_path, text)).preset.tables == {"network": {"rank": 3}}


def test_steps_and_epochs_push_one_another_out() -> None:
    steps, epochs = {"schedule": {"steps": 5}}, {"schedule": {"epochs": 2}}
    assert lay(steps, epochs) == {"schedule": {"steps": None, "epochs": 2}}
    assert lay(epochs, steps) == {"schedule": {"steps": 5, "epochs": None}}
