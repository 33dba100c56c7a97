"""The settings of the next run: defaults, differences, what is wrong, how they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.errors import StudioError
from studio.presets import preset
from studio.presets.own import Preset, preset_path, read_settings_file, write_preset
from studio.project import Project
from ui.models.draft import RunDraft


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "images").mkdir()
    images = [tmp_path / "images"]
    return Project.create(tmp_path / "p", "Ink style", images, trigger="inkwash")


@pytest.fixture
def draft(qapp: object, project: Project, tmp_path: Path) -> Iterator[RunDraft]:
    made = RunDraft(project, presets=tmp_path / "presets")
    yield made
    made.save()


def test_defaults_are_those_of_base_intent_and_project(draft: RunDraft, project: Project) -> None:
    settings = draft.settings()
    assert settings.optimizer.unet_lr == preset("starter")["optimizer"]["unet_lr"]
    assert settings.data.resolution == project.settings.resolution
    assert settings.run.name == "Ink style v1"
    assert settings.preview.prompts == ("inkwash",)
    assert settings.dataset[0].trigger == "inkwash"
    assert draft.problems() == {}
    assert draft.changed_keys() == []


def test_the_intent_changes_defaults_and_keeps_differences(
    draft: RunDraft, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ui.models.draft_defaults.intent_tables",
        lambda intent, family: {"network": {"rank": {"style": 16, "object": 8}[intent]}},
    )
    draft.set("optimizer", "unet_lr", 5e-4)
    draft.set("network", "rank", 8)
    draft.set_intent("object")
    assert draft.default("network", "rank") == 8
    assert draft.changed_keys() == [("optimizer", "unet_lr")]
    with pytest.raises(StudioError):
        draft.set_intent("nonsense")
    assert draft.intent == "object"


def test_a_value_equal_to_the_default_is_no_difference(draft: RunDraft, qtbot: QtBot) -> None:
    with qtbot.waitSignal(draft.changed):
        draft.set("network", "rank", 32)
    assert draft.is_changed("network", "rank")
    assert draft.tables() == {"network": {"rank": 32}}
    draft.set("network", "rank", draft.default("network", "rank"))
    assert draft.tables() == {}
    draft.set("network", "rank", 32)
    draft.reset("network", "rank")
    assert draft.tables() == {}


def test_steps_and_epochs_take_turns(draft: RunDraft) -> None:
    draft.set("schedule", "epochs", 5)
    assert draft.value("schedule", "steps") is None
    assert (draft.settings().schedule.steps, draft.settings().schedule.epochs) == (None, 5)
    draft.set("schedule", "steps", 77)
    assert draft.changed_keys() == [("schedule", "steps")]
    draft.set("schedule", "epochs", 5)
    draft.set("schedule", "epochs", None)
    assert draft.changed_keys() == []


def test_wrong_values_are_kept_as_typed_and_told(draft: RunDraft) -> None:
    draft.set("optimizer", "unet_lr", "1e-")
    draft.set("network", "rank", 0)
    assert draft.value("optimizer", "unet_lr") == "1e-"
    problems = draft.problems()
    assert set(problems) == {"optimizer.unet_lr", "network.rank"}
    code, params = problems["network.rank"]
    assert (code, params["type"], params["ge"]) == ("config.invalid", "greater_than_equal", 1)
    with pytest.raises(StudioError):
        draft.settings()
    draft.set("optimizer", "unet_lr", "1e-4")
    assert draft.value("optimizer", "unet_lr") == 1e-4


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("data", "resolution", 500),
        ("run", "name", "a/b"),
        ("preview", "strengths", (0.5, "x")),
        ("preview", "size", "big"),
        ("optimizer", "unet_lr", 0.0),
    ],
)
def test_a_rule_is_told_at_the_setting_it_names(
    draft: RunDraft, section: str, name: str, value: object
) -> None:
    draft.set("network", "text_encoder", False)
    draft.set(section, name, value)
    assert list(draft.problems()) == [f"{section}.{name}"]


def test_previews_without_a_prompt_are_off_unless_wanted(draft: RunDraft) -> None:
    draft.set("preview", "prompts", ())
    assert draft.value("preview", "every") == 0
    assert draft.problems() == {}
    draft.set("preview", "every", 50)
    assert list(draft.problems()) == ["preview.every"]


def test_a_base_model_that_is_gone_is_told(draft: RunDraft, project: Project) -> None:
    project.settings = project.settings.model_copy(update={"base": "nowhere"})
    draft.refresh()
    assert draft.problems()["base.model"][0] == "base.not_found"
    assert draft.family == "sd1"
    with pytest.raises(StudioError):
        draft.settings()


def test_the_version_counts_up(draft: RunDraft, project: Project) -> None:
    for name in ("2026-11-21_14-02-33_Ink style v1", "2026-11-21_14-02-34_ink STYLE v9_2", "x v20"):
        (project.runs / name).mkdir(parents=True)
    draft.refresh()
    assert draft.value("run", "name") == "Ink style v10"


def test_it_comes_back_as_it_was(draft: RunDraft, project: Project, qtbot: QtBot) -> None:
    draft.set_intent("character")
    draft.set("network", "alpha", 4)
    draft.set("run", "name", "Mine")
    draft.set("preview", "strengths", (0.0, 0.5))
    draft.set("optimizer", "unet_lr", "?")
    draft.save()
    again = RunDraft(project)
    assert (again.intent, again.tables()) == (draft.intent, draft.tables())
    assert again.trouble is None


def test_it_is_written_by_itself_a_moment_later(draft: RunDraft, qtbot: QtBot) -> None:
    draft.set("network", "rank", 4)
    assert not draft.file.exists()
    qtbot.waitUntil(draft.file.exists, timeout=3000)


def test_what_cannot_be_written_is_told_and_tried_again(draft: RunDraft, qtbot: QtBot) -> None:
    draft.file.mkdir()
    draft.set("network", "rank", 4)
    with qtbot.waitSignal(draft.failed) as told:
        draft.save()
    assert told.args[0].code == "disk.unwritable"
    draft.file.rmdir()
    draft.save()
    assert draft.file.exists()


def test_a_broken_file_is_told_and_kept_beside(qapp: object, project: Project) -> None:
    file = project.path / "train.toml"
    file.write_text("[network")
    draft = RunDraft(project)
    assert draft.trouble is not None
    assert draft.trouble.code == "config.not_toml"
    assert (project.path / "train.toml.broken").read_text() == "[network"
    assert draft.tables() == {}


def test_settings_of_another_version_are_left_out(qapp: object, project: Project) -> None:
    text = "[metadata]\nintent = 'preset:Gone'\n[network]\nrank = 4\nmagic = 1\n[new]\na = 1\n"
    (project.path / "train.toml").write_text(text)
    draft = RunDraft(project)
    assert draft.tables() == {"network": {"rank": 4}}
    assert draft.trouble is not None
    assert draft.trouble.code == "preset.not_found"
    assert draft.intent == "style"


def test_reset_all_keeps_what_the_artist_wrote(draft: RunDraft) -> None:
    draft.set("run", "name", "Mine")
    draft.set("preview", "prompts", ("a fox",))
    draft.set("network", "rank", 4)
    draft.reset_all()
    assert draft.changed_keys() == [("run", "name"), ("preview", "prompts")]


def test_an_own_preset_is_an_intent(draft: RunDraft, tmp_path: Path) -> None:
    draft.set("run", "name", "Mine")
    draft.set("network", "rank", 4)
    draft.set("network", "alpha", 2)
    own = draft.as_preset("Soft ink")
    assert own == Preset("Soft ink", "style", {"network": {"rank": 4, "alpha": 2.0}})
    write_preset(preset_path(tmp_path / "presets", own.name), own)
    draft.set_intent("preset:Soft ink")
    assert draft.changed_keys() == [("run", "name")]
    assert draft.settings().network.rank == 4
    draft.set("network", "alpha", None)  # which TOML cannot say
    draft.save()
    again = RunDraft(draft.project, presets=tmp_path / "presets")
    assert again.settings().network.alpha is None
    assert again.as_preset("x").tables == {"network": {"rank": 4, "alpha": None}}


def test_imported_settings_are_laid_over_what_is_set(draft: RunDraft) -> None:
    draft.set("optimizer", "unet_lr", 5e-4)
    draft.apply_tables({"network": {"rank": 4}, "schedule": {"epochs": 3}})
    assert draft.tables() == {
        **{"network": {"rank": 4}, "optimizer": {"unet_lr": 5e-4}, "schedule": {"epochs": 3}},
    }
    assert draft.problems() == {}


def test_an_imported_preset_replaces_what_is_set(draft: RunDraft) -> None:
    draft.set("optimizer", "unet_lr", 5e-4)
    draft.set("preview", "prompts", ("a fox",))
    draft.apply_tables({"network": {"rank": 4}}, intent="object")
    assert draft.intent == "object"
    assert draft.tables() == {"network": {"rank": 4}, "preview": {"prompts": ("a fox",)}}


@pytest.mark.parametrize(
    ("tables", "intent"),
    [
        ({"network": {"rank": 0}}, ""),
        ({"network": {"rnak": 4}}, ""),
        ({"network": {"rank": 4}}, "preset:Gone"),
    ],
)
def test_what_cannot_be_imported_changes_nothing(
    draft: RunDraft, tables: dict[str, dict[str, int]], intent: str
) -> None:
    draft.set("optimizer", "unet_lr", 5e-4)
    before = draft.intent, draft.tables()
    with pytest.raises(StudioError):
        draft.apply_tables(tables, intent)
    assert (draft.intent, draft.tables()) == before


def test_its_text_is_a_file_that_can_be_imported(draft: RunDraft, tmp_path: Path) -> None:
    draft.set("network", "rank", 4)
    draft.set("preview", "prompts", ("a fox",))
    file = tmp_path / "exported.toml"
    file.write_text(draft.text(), encoding="utf-8")
    imported = read_settings_file(file)
    assert imported.preset.intent == "style"
    assert imported.preset.tables == {"network": {"rank": 4}, "preview": {"prompts": ["a fox"]}}
    draft.reset_all()
    draft.apply_tables(imported.preset.tables, imported.preset.intent)
    assert draft.value("preview", "prompts") == ("a fox",)
