"""What the settings form shows of a draft, and the words for it."""

from __future__ import annotations

import ast
import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import config
from studio.presets.layers import FIELDS
from studio.project import Project
from tests.ui import base_models
from ui.models import setting_rows
from ui.models import setting_words as words
from ui.models.draft import RunDraft
from ui.models.setting_rows import (
    _HIDDEN,
    effective_speed,
    setting_groups,
    setting_states,
    value_text,
)

KEYS = {f"{section}.{name}" for section, name in FIELDS}


@pytest.fixture
def draft(qapp: object, tmp_path: Path) -> Iterator[RunDraft]:
    (tmp_path / "images").mkdir()
    project = Project.create(tmp_path / "p", "Ink", [tmp_path / "images"], trigger="inkwash")
    made = RunDraft(project)
    yield made
    made.save()


def test_every_setting_has_a_name_a_group_and_a_help_sentence() -> None:
    settings = [setting for group in setting_groups() for setting in group.settings]
    assert {setting.key for setting in settings} == KEYS == set(words.LABELS)
    assert all(setting.label and setting.help for setting in settings)
    labels = [setting.label for setting in settings]
    assert len(set(labels)) == len(labels)


def test_settings_get_the_field_of_their_type() -> None:
    found = {s.key: s for group in setting_groups() for s in group.settings}
    kinds = {
        "network.rank": "int",
        "network.alpha": "float",
        "data.flip": "bool",
        "network.target": "choice",
        "preview.prompts": "texts",
        "preview.strengths": "numbers",
        "network.init_from": "file",
        "base.vae": "place",
        "network.text_encoder_2": "choice",
        "optimizer.text_encoder_lr_2": "float",
        "data.max_token_length": "choice",
        "run.name": "text",
    }
    assert {key: found[key].kind for key in kinds} == kinds
    assert (found["network.rank"].least, found["network.rank"].most) == (1, 1024)
    assert found["run.seed"].most == 2**31 - 1
    assert found["data.bucket_step"].step == 8
    assert [key for key, setting in found.items() if setting.optional] == [
        "network.alpha",
        "network.text_encoder_2",
        "optimizer.text_encoder_lr_2",
        "schedule.steps",
        "schedule.epochs",
        "memory.images_at_once",
    ]


def test_states_say_value_default_change_and_error(draft: RunDraft) -> None:
    draft.set("network", "rank", 32)
    draft.set("optimizer", "unet_lr", "1e-4x")
    states = setting_states(draft)
    assert (states["network.rank"].value, states["network.rank"].default) == (32, "16")
    assert states["network.rank"].changed
    assert states["optimizer.unet_lr"].error.startswith("It must be a number")
    assert not any(s.error for key, s in states.items() if key != "optimizer.unet_lr")
    assert states["network.alpha"].placeholder == "32, as the rank"
    assert states["network.alpha"].default == "32, as the rank"


def test_the_effective_speed_stands_beside_the_learning_rate(draft: RunDraft) -> None:
    draft.set("optimizer", "unet_lr", 1e-3)
    draft.set("network", "alpha", 4)
    assert effective_speed(draft) == pytest.approx(2.5e-4)
    assert "2.5e-4" in setting_states(draft)["optimizer.unet_lr"].note
    draft.set("network", "alpha", "x")
    assert effective_speed(draft) is None
    assert setting_states(draft)["optimizer.unet_lr"].note == ""


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ([("network", "text_encoder", True)], "optimizer.text_encoder_lr"),
        ([("schedule", "lr_scheduler", "cosine_with_restarts")], "schedule.restarts"),
        ([("schedule", "lr_scheduler", "polynomial")], "schedule.power"),
        ([("data", "shuffle_tags", True)], "data.keep_tokens"),
        ([("preview", "every", 10)], "preview.guidance"),
    ],
)
def test_what_does_not_matter_is_hidden_until_it_does(
    draft: RunDraft, changes: list[tuple[str, str, object]], key: str
) -> None:
    draft.set("network", "text_encoder", False)
    draft.set("preview", "every", 0)
    assert setting_states(draft)[key].hidden
    for change in changes:
        draft.set(*change)
    assert not setting_states(draft)[key].hidden


def test_the_second_text_encoder_matters_for_sdxl_alone(draft: RunDraft, tmp_path: Path) -> None:
    keys = ("network.text_encoder_2", "optimizer.text_encoder_lr_2", "base.zero_terminal_snr")
    reason = "only SDXL has a second text encoder"
    assert [setting_states(draft)[key].hidden for key in keys] == [reason, reason, ""]
    draft.set("network", "text_encoder_2", True)
    states = setting_states(draft)
    assert "SDXL" in states[keys[0]].error
    assert not states[keys[0]].hidden
    draft.reset("network", "text_encoder_2")
    draft.project.change(base=str(base_models.folder(tmp_path / "xl", "sdxl")))
    draft.refresh()
    states = setting_states(draft)
    assert [states[key].hidden for key in keys[1:]] == [
        "the second text encoder is not trained",
        "the base model predicts noise",
    ]
    assert states[keys[0]].placeholder == states[keys[0]].default == "As the first one"
    assert states["base.prediction_type"].note == "For this base model: Noise (epsilon)"
    draft.set("network", "text_encoder", True)  # the second one goes along
    draft.set("optimizer", "text_encoder_lr", 5e-5)
    assert setting_states(draft)[keys[1]].placeholder == "5e-5, as the first one"


@pytest.mark.parametrize("card", [True, False])
def test_settings_of_memory_show_where_they_do_something(
    draft: RunDraft, monkeypatch: pytest.MonkeyPatch, card: bool
) -> None:
    monkeypatch.setattr(setting_rows, "has_graphics_card", lambda: card)
    states = setting_states(draft)
    reason = "there is no graphics card here with memory of its own"
    offloading = [states[f"memory.{name}"].hidden for name in ("offload", "offload_activations")]
    assert offloading == ["" if card else reason] * 2
    packing = states["memory.pack_weights"].hidden
    assert packing == ("training runs on the graphics card here" if card else "")
    assert not states["memory.adapt"].hidden


def test_a_graphics_card_is_told_by_its_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    for tools, there in (({"rocm-smi"}, True), ({"python"}, False)):
        monkeypatch.setattr(
            shutil, "which", lambda name, known=tools: name if name in known else ""
        )
        setting_rows.has_graphics_card.cache_clear()
        assert setting_rows.has_graphics_card() is there
    setting_rows.has_graphics_card.cache_clear()


def test_a_wrong_value_is_never_hidden(draft: RunDraft) -> None:
    draft.set("schedule", "power", -1)
    state = setting_states(draft)["schedule.power"]
    assert state.error == "It must be more than 0."
    assert not state.hidden


def test_prompts_can_be_written_while_previews_are_off(draft: RunDraft) -> None:
    draft.set("preview", "prompts", ())
    states = setting_states(draft)
    assert not states["preview.every"].hidden
    assert not states["preview.prompts"].hidden
    assert states["preview.guidance"].hidden


def test_rules_of_hiding_name_settings_and_reasons_that_there_are() -> None:
    for keys, reason, _ in _HIDDEN:
        assert set(keys) <= KEYS
        assert reason in words.REASONS


def test_every_rule_between_settings_has_words_of_the_window() -> None:
    tree = ast.parse(inspect.getsource(config))
    rules = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "ValueError"
        if isinstance(call.args[0], ast.Constant)
    }
    assert rules == set(words.RULES)


def test_every_choice_that_is_a_word_has_one_of_the_window() -> None:
    plain = {"fp16", "fp32", "bf16", "l1", "l2", "sdpa", "eager"}
    values = {v for g in setting_groups() for s in g.settings for v, _ in s.choices}
    values = {value for value in values if isinstance(value, str)}
    assert values - plain == set(words.CHOICES)


def test_values_are_said_in_words() -> None:
    assert value_text("data.flip", True) == "on"
    assert value_text("preview.every", 0) == "Off"
    assert value_text("optimizer.unet_lr", 2.5e-5) == "2.5e-5"
    assert value_text("preview.strengths", (0.0, 0.5, 1.0)) == "0, 0.5, 1"
    assert value_text("network.target", "attention+ff") == "Attention and feed-forward"
    assert value_text("base.vae", "") == ""


def test_all_words_can_be_translated() -> None:
    sources = [text for text in words.sources() if text]
    assert "Rank (network_dim)" in sources
    assert "There is nothing like it here." in sources
    assert all(str(info.description) in sources for info in FIELDS.values())
    assert words.not_taken("absent") == "There is nothing like it here."
