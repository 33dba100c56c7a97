"""Settings: what is refused and in which words, and that a file comes back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomlkit

from studio.config import (
    Section,
    Settings,
    merge,
    override,
    read_toml,
    setting_fields,
    to_toml,
    validate,
)
from studio.data.buckets import Crop
from studio.errors import StudioError

MINIMAL: dict[str, Any] = {"dataset": [{"path": "images"}]}


def table(**sections: Any) -> dict[str, Any]:
    return {**MINIMAL, **sections}


def refusal(raw: dict[str, Any]) -> StudioError:
    with pytest.raises(StudioError) as caught:
        validate(raw)
    return caught.value


def test_a_folder_is_all_that_must_be_given() -> None:
    settings = validate(MINIMAL)
    assert settings.base.model == "starter"
    assert settings.dataset[0].path == "images"


@pytest.mark.parametrize(
    ("section", "name", "close"),
    [
        ("network", "ranks", "network.rank"),
        ("optimizer", "unet_learning_rate", "optimizer.unet_lr"),
        ("data", "batchsize", "data.batch_size"),
        ("schedule", "step", "schedule.steps"),
    ],
)
def test_an_unknown_key_is_refused_with_the_closest_one(
    section: str, name: str, close: str
) -> None:
    error = refusal(table(**{section: {name: 1}}))
    assert error.code == "config.unknown_key"
    assert error.params == {"key": f"{section}.{name}", "close": close}


def test_an_unknown_key_of_a_dataset_folder_is_refused() -> None:
    error = refusal({"dataset": [{"path": "a"}, {"path": "b", "repeat": 2}]})
    assert error.code == "config.unknown_key"
    assert error.params == {"key": "dataset.1.repeat", "close": "dataset.repeats"}


def test_an_unknown_section_is_refused() -> None:
    error = refusal(table(networks={"rank": 4}))
    assert (error.code, error.params["key"]) == ("config.unknown_key", "networks")


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("network", "rank", 0),
        ("network", "alpha", 0),
        ("network", "dropout", 1.0),
        ("optimizer", "unet_lr", -1e-4),
        ("optimizer", "text_encoder_lr", float("nan")),
        ("optimizer", "type", "prodigy"),
        ("data", "batch_size", 0),
        ("data", "resolution", 32),
        ("data", "caption_dropout", 1.5),
        ("data", "cache", "ram"),
        ("data", "max_token_length", 100),
        ("base", "zero_terminal_snr", True),
        ("optimizer", "text_encoder_lr_2", -1e-4),
        ("schedule", "steps", 0),
        ("schedule", "steps", 2.5),
        ("preview", "size", "512"),
        ("run", "seed", -1),
        ("run", "name", "a/b"),
        ("run", "name", ""),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_rule(
    section: str, name: str, value: Any
) -> None:
    error = refusal(table(**{section: {name: value}}))
    assert error.code == "config.invalid"
    assert error.params["key"].startswith(section)
    assert error.params["rule"]
    if error.params["key"] == f"{section}.{name}":
        assert error.params["value"] == repr(value)
    else:  # a rule about the section names the setting itself
        assert name in error.params["rule"]


@pytest.mark.parametrize(
    ("sections", "named"),
    [
        ({"data": {"resolution": 500}}, ("data.resolution", "data.bucket_step")),
        ({"schedule": {"steps": 10, "epochs": 2}}, ("steps", "epochs")),
        ({"preview": {"every": 10}}, ("preview.every", "preview.prompts")),
        ({"optimizer": {"unet_lr": 0}}, ("optimizer.unet_lr",)),
        (
            {"base": {"zero_terminal_snr": "on", "prediction_type": "epsilon"}},
            ("zero_terminal_snr", "prediction_type", "v_prediction"),
        ),
        (
            {
                "optimizer": {"unet_lr": 0, "text_encoder_lr_2": 0},
                "network": {"text_encoder_2": True},
            },
            ("optimizer.unet_lr",),
        ),
    ],
)
def test_a_contradiction_is_refused_naming_both_sides(
    sections: dict[str, Any], named: tuple[str, ...]
) -> None:
    error = refusal(table(**sections))
    assert error.code == "config.invalid"
    assert all(name in error.params["rule"] for name in named)


def test_crops_are_three_numbers_in_the_file_and_in_json() -> None:
    folder = validate({"dataset": [{"path": "a", "crops": {"b.png": [0.2, 0.5, 1.3]}}]}).dataset[0]
    assert folder.crops == {"b.png": Crop(0.2, 0.5, 1.3)}
    assert folder.model_dump(mode="json")["crops"] == {"b.png": [0.2, 0.5, 1.3]}
    assert validate({"dataset": [folder]}).dataset[0] == folder


@pytest.mark.parametrize(
    "crop", [[0.5, 0.5], [2, 0.5, 1], [0.5, 0.5, 0.5], [0.5, 0.5, float("nan")], ["a", 0, 1], 3, {}]
)
def test_a_wrong_crop_is_refused_with_its_image_and_the_rule(crop: Any) -> None:
    error = refusal({"dataset": [{"path": "a", "crops": {"b.png": crop}}]})
    assert (error.code, error.params["key"]) == ("config.invalid", "dataset.0.crops.b.png")
    assert error.params["value"] == repr(crop)
    assert "[x, y, zoom]" in error.params["rule"]
    assert "from 1 to 8" in error.params["rule"]


def test_no_dataset_is_refused() -> None:
    assert refusal({}).params["key"] == "dataset"
    assert refusal({"dataset": []}).params["key"] == "dataset"


def test_alpha_defaults_to_rank() -> None:
    assert validate(table(network={"rank": 24})).network.effective_alpha == 24
    assert validate(table(network={"rank": 24, "alpha": 6})).network.effective_alpha == 6


@pytest.mark.parametrize(
    ("network", "learn"),
    [
        ({}, ("unet",)),
        ({"text_encoder": True}, ("unet", "text_encoder", "text_encoder_2")),
        ({"text_encoder": True, "text_encoder_2": False}, ("unet", "text_encoder")),
        ({"text_encoder_2": True}, ("unet", "text_encoder_2")),
    ],
)
def test_a_second_text_encoder_learns_as_the_first_unless_told(
    network: dict[str, Any], learn: tuple[str, ...]
) -> None:
    settings = validate(table(network=network)).network
    assert settings.trained(("unet", "text_encoder", "text_encoder_2")) == learn
    if settings.text_encoder_2:
        with pytest.raises(StudioError, match=r"network\.no_second_encoder"):
            settings.trained(("unet", "text_encoder"))
    else:
        assert settings.trained(("unet", "text_encoder")) == learn[:2]


def test_a_second_text_encoder_has_the_rate_of_the_first_unless_told() -> None:
    same = validate(table(optimizer={"text_encoder_lr": 3e-5})).optimizer
    own = validate(table(optimizer={"text_encoder_lr": 3e-5, "text_encoder_lr_2": 0})).optimizer
    components = ("unet", "text_encoder", "text_encoder_2")
    assert list(map(same.rate, components)) == [1e-4, 3e-5, 3e-5]
    assert list(map(own.rate, components)) == [1e-4, 3e-5, 0]


def test_settings_come_back_from_their_toml(tmp_path: Path) -> None:
    settings = validate(
        {
            "run": {"name": "墨", "seed": 7},
            "dataset": [
                {"path": 'my "ink"', "repeats": 3, "trigger": "inkstyle"},
                {"path": "reg", "crops": {'我 "a".png': [0.2, 0.5, 1.3], "sub/b.png": [0, 1, 1]}},
            ],
            "network": {"rank": 8, "alpha": 4.5, "target": "all"},
            "schedule": {"epochs": 3},
            "preview": {"every": 5, "prompts": ["a cat", "a dog"], "strengths": [0.0, 1.0]},
        }
    )
    file = tmp_path / "run.toml"
    file.write_text(to_toml(settings), encoding="utf-8")
    assert validate(read_toml(file)) == settings


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        validate(MINIMAL).network.rank = 3


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("network.rank=8", 8),
        ("optimizer.unet_lr=1e-3", 1e-3),
        ("network.text_encoder=true", True),
        ("preview.strengths=[0, 0.5]", [0, 0.5]),
        ('run.name="a b"', "a b"),
        ("run.name=ink", "ink"),
        ("run.output=a/b c", "a/b c"),
        ("preview.negative_prompt=a=b", "a=b"),
    ],
)
def test_set_words_take_the_type_of_their_text(word: str, value: Any) -> None:
    section, name = word.partition("=")[0].split(".")
    overridden = override([word])[section][name]
    assert overridden == value
    assert type(overridden) is type(value)


def test_later_set_words_win() -> None:
    assert override(["network.rank=8", "network.alpha=4", "network.rank=2"]) == {
        "network": {"rank": 2, "alpha": 4}
    }


@pytest.mark.parametrize("word", ["rank=8", "network.rank", "network.=8", "network", "=8"])
def test_a_set_word_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(StudioError) as caught:
        override([word])
    assert caught.value.code == "config.bad_set"
    assert caught.value.params["word"] == word


def test_merging_goes_into_tables_and_replaces_lists() -> None:
    under = {"a": {"x": 1, "y": [1, 2]}, "b": 1}
    over = {"a": {"y": [3]}, "c": 2}
    assert merge(under, over) == {"a": {"x": 1, "y": [3]}, "b": 1, "c": 2}
    assert under == {"a": {"x": 1, "y": [1, 2]}, "b": 1}


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        read_toml(tmp_path / "none.toml")
    assert caught.value.code == "config.unreadable"
    broken = tmp_path / "broken.toml"
    broken.write_text("[run\nname = 1")
    with pytest.raises(StudioError) as caught:
        read_toml(broken)
    assert caught.value.code == "config.not_toml"
    assert "line 1" in caught.value.params["reason"]


@pytest.mark.parametrize("key", list(setting_fields()), ids=".".join)
def test_every_setting_is_described(key: tuple[str, str]) -> None:
    field = setting_fields()[key]
    assert field.description, "a help sentence"
    assert field.description.endswith(".")
    extra = field.json_schema_extra
    assert extra["tier"] in ("simple", "advanced")
    assert isinstance(extra["unit"], str)


def test_the_sections_are_those_of_the_design() -> None:
    assert list(Settings.model_fields) == (
        [
            "run",
            "base",
            "dataset",
            "data",
            "network",
            "optimizer",
            "schedule",
            "loss",
            "memory",
            "preview",
            "save",
        ]
    )
    assert all(isinstance(name, str) for _, name in setting_fields())
    assert issubclass(Settings, Section)


def test_defaults_written_out_load_as_the_defaults() -> None:
    plain = validate(MINIMAL)
    assert validate(tomlkit.loads(to_toml(plain)).unwrap()) == plain
