"""The setup of a run: what the artist moves, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from studio.config import Settings
from studio.planning.preflight import Finding
from tests.lora_files import unet
from tests.ui.pages.train_project import TrainProject
from ui.dialogs.recipe import RecipeDialog
from ui.pages import train_files
from ui.pages.train_prompts import suggested_prompts
from ui.pages.train_setup import SetupView
from ui.pages.train_sliders import tidy_steps
from ui.preferences import Preferences
from ui.widgets.toast import Notice


@pytest.fixture
def made(tmp_path: Path, preferences: Preferences) -> Iterator[TrainProject]:
    project = TrainProject(tmp_path, preferences)
    yield project
    project.close()


@pytest.fixture
def setup(qtbot: QtBot, made: TrainProject) -> SetupView:
    return made.ready(qtbot).setup


def settle(qtbot: QtBot, setup: SetupView, steps: int) -> None:
    """Waits until the findings are those of a run of ``steps``."""

    def there() -> bool:
        found = {finding.code: finding for finding in setup.panel.findings}
        return "steps" in found and found["steps"].params["steps"] == steps

    qtbot.waitUntil(there)


# -- the simple settings


def test_the_sliders_say_what_they_do(setup: SetupView) -> None:
    sliders = setup.sliders
    effect = sliders.length.effect.text()
    assert effect.startswith("250 step(s) · 250 pass(es) over 4 image(s) · about ")
    assert sliders.strength.effect.text() == "learning rate 0.003 · effective speed 0.003"
    assert sliders.detail.effect.text().startswith("rank 16 · ")


def test_longer_takes_previews_and_checkpoints_along(qtbot: QtBot, setup: SetupView) -> None:
    setup.sliders.length.slider.setValue(5)
    settle(qtbot, setup, 500)
    settings = setup.draft.settings()
    assert settings.preview.every == settings.save.every == 50
    assert settings.schedule.warmup == 25
    assert setup.cards.cards["style"].text() == "Style (changed)"
    qtbot.mouseClick(setup.reset, Qt.MouseButton.LeftButton)
    settle(qtbot, setup, 250)
    assert setup.cards.cards["style"].text() == "Style"
    assert not setup.reset.isVisible()


def test_what_was_set_by_hand_does_not_follow(setup: SetupView) -> None:
    setup.draft.set("preview", "every", 7)
    setup.sliders.length.slider.setValue(5)
    assert setup.draft.value("preview", "every") == 7
    assert setup.draft.value("save", "every") == 50


def test_both_learning_rates_move_together(setup: SetupView) -> None:
    setup.sliders.strength.slider.setValue(2)
    assert setup.draft.value("optimizer", "unet_lr") == 0.0015
    assert setup.draft.value("optimizer", "text_encoder_lr") == 0.000375


def test_detail_is_the_rank_and_the_size_of_the_file(qtbot: QtBot, setup: SetupView) -> None:
    before = setup.sliders.detail.effect.text()
    setup.sliders.detail.slider.setValue(4)
    assert setup.draft.value("network", "rank") == 64
    qtbot.waitUntil(lambda: "rank 64 · " in setup.sliders.detail.effect.text())
    assert setup.sliders.detail.effect.text() != before


def test_a_card_sets_real_settings(qtbot: QtBot, setup: SetupView) -> None:
    qtbot.mouseClick(setup.cards.cards["object"], Qt.MouseButton.LeftButton)
    settle(qtbot, setup, 200)
    assert setup.draft.intent == "object"
    assert setup.cards.cards["object"].isChecked()
    assert "10–25 images" in setup.cards.cards["object"].facts()
    qtbot.waitUntil(lambda: "memory" in setup.cards.cards["object"].facts())


def test_the_name_the_size_and_the_base_model(qtbot: QtBot, setup: SetupView) -> None:
    setup.basics.name.selectAll()
    qtbot.keyClicks(setup.basics.name, "Ink at night")
    assert setup.draft.settings().run.name == "Ink at night"
    setup.basics.resolution_chosen.emit(256)
    assert setup.draft.settings().data.resolution == 256
    setup.basics.base_chosen.emit("/no/model")
    qtbot.waitUntil(lambda: "not there" in setup.basics.line.text())
    assert setup.draft.settings().base.model == "starter"


# -- previews


def test_prompts_come_from_the_captions_until_someone_types(
    qtbot: QtBot, setup: SetupView, made: TrainProject
) -> None:
    prompts = setup.prompts
    assert prompts.list.prompts()[0] == "inky, a red apple on a hill"
    (first, *_) = made.workspace.collection.images
    made.workspace.edit("x", [(first.caption, "a violet pear")])
    qtbot.waitUntil(lambda: prompts.list.prompts()[0] == "inky, a violet pear")
    qtbot.keyClicks(prompts.list.rows[0].field, "Big: ")
    made.workspace.edit("x", [(first.caption, "a green pear")])
    qtbot.wait(50)
    assert prompts.list.prompts()[0] == "Big: inky, a violet pear"
    assert setup.cards.cards["style"].text() == "Style"  # every project has its own prompts


def test_previews_can_be_off(qtbot: QtBot, setup: SetupView) -> None:
    setup.prompts.shown.click()
    assert setup.draft.settings().preview.every == 0
    qtbot.waitUntil(lambda: not setup.prompts.list.isVisible())
    setup.prompts.shown.click()
    assert setup.draft.settings().preview.every == 25


def test_without_a_prompt_it_says_so(qtbot: QtBot, setup: SetupView) -> None:
    setup.draft.set("preview", "prompts", ())
    label = "Without a prompt, nothing is drawn"
    qtbot.waitUntil(lambda: label in [x.text() for x in setup.prompts.findChildren(QLabel)])
    assert setup.draft.settings().preview.every == 0


@pytest.mark.parametrize(
    ("captions", "trigger", "prompts"),
    [
        (["cat\nand more", "", "dog, inky"], "inky", ("inky, cat", "dog, inky")),
        ([], "inky", ("inky",)),
        (["cat"], "", ("cat",)),
        ([], "", ()),
        ([str(n) for n in range(9)], "", ("0", "3", "6")),
    ],
)
def test_suggested_prompts(captions: list[str], trigger: str, prompts: tuple[str, ...]) -> None:
    assert suggested_prompts(captions, trigger) == prompts


# -- before the start


def test_a_mistake_is_told_and_gone_to(qtbot: QtBot, setup: SetupView) -> None:
    started: list[Settings] = []
    setup.start_wanted.connect(lambda settings, queue: started.append(settings))
    setup.draft.set("schedule", "warmup", -1)
    qtbot.waitUntil(lambda: setup.panel.findings[0].code == "setting")
    setup.try_start()
    assert not started
    assert "at least 0" in setup.problem.text()
    assert setup.tier() == "all"
    focus = QApplication.focusWidget()
    assert focus
    assert setup.form.rows["schedule.warmup"].isAncestorOf(focus)


def test_a_bad_name_is_gone_to(qtbot: QtBot, setup: SetupView) -> None:
    setup.draft.set("run", "name", "a/b")
    qtbot.waitUntil(lambda: setup.basics.name.property("invalid"))
    setup.try_start()
    assert setup.basics.name.hasFocus()
    assert setup.problem.text()


def test_problems_of_images_lead_to_them(
    qtbot: QtBot, setup: SetupView, made: TrainProject
) -> None:
    (first, *_) = sorted(made.images.glob("*.txt"))
    first.unlink()
    made.workspace.reload()
    qtbot.waitUntil(lambda: "caption.missing" in [f.code for f in setup.panel.findings])
    (missing,) = (f for f in setup.panel.findings if f.code == "caption.missing")
    with qtbot.waitSignal(setup.images_wanted) as wanted:
        setup.panel.acted.emit(missing)
    assert wanted.args == ["is:uncaptioned"]


def test_memory_can_be_saved_from_the_list(qtbot: QtBot, setup: SetupView) -> None:
    for place, value in {"memory.gradient_checkpointing": True, "data.resolution": 64}.items():
        params = {"value": value, "need": 10**9, "fits": True}
        with qtbot.waitSignal(setup.noticed):
            setup.panel.acted.emit(Finding("relief", "info", params, place))
    assert setup.draft.settings().memory.gradient_checkpointing
    assert setup.draft.settings().data.resolution == 64


def test_nothing_is_looked_at_while_the_page_is_hidden(
    qtbot: QtBot, setup: SetupView, made: TrainProject
) -> None:
    made.page.hide()
    before = setup.panel.findings
    setup.draft.set("schedule", "steps", 30)
    qtbot.wait(300)
    assert setup.panel.findings == before
    made.page.show()
    settle(qtbot, setup, 30)


# -- files


def test_the_tier_is_remembered(setup: SetupView, preferences: Preferences) -> None:
    setup.tiers.buttons["all"].click()
    assert preferences.remembered("train_tier", "") == "all"


def test_settings_become_a_preset_and_come_back(
    qtbot: QtBot, setup: SetupView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Bold ink", True))
    setup.draft.set("network", "rank", 64)
    setup.cards.save_wanted.emit()
    assert setup.draft.intent == "preset:Bold ink"
    qtbot.waitUntil(lambda: setup.cards.cards["mine"].text() == "Bold ink")
    setup.cards.chosen.emit("style")
    assert setup.draft.value("network", "rank") == 16
    setup.cards.chosen.emit("preset:Bold ink")
    assert setup.draft.value("network", "rank") == 64
    assert not setup.draft.is_changed("network", "rank")


def test_settings_go_out_and_come_in_again(
    setup: SetupView, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = str(tmp_path / "mine")
    monkeypatch.setattr(train_files.QFileDialog, "getSaveFileName", lambda *_: (place, ""))
    setup.draft.set("network", "rank", 8)
    setup.files.export_settings()
    setup.draft.reset_all()
    setup.files.read(tmp_path / "mine.toml")
    assert setup.draft.value("network", "rank") == 8


def test_the_recipe_of_a_lora_is_shown_then_applied(
    setup: SetupView, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "other.safetensors"
    metadata = {"ss_learning_rate": "0.0002", "ss_unet_lr": "0.0002", "ss_scale_weight_norms": "1"}
    save_file(unet(), file, metadata)
    dialogs: list[RecipeDialog] = []

    def answer(dialog: RecipeDialog) -> int:
        dialogs.append(dialog)
        return int(RecipeDialog.DialogCode.Accepted)

    monkeypatch.setattr(RecipeDialog, "exec", answer)
    setup.files.read(file)
    assert dialogs[0].taken.topLevelItemCount() > 2
    assert setup.draft.value("network", "rank") == 4
    assert setup.draft.value("optimizer", "unet_lr") == 0.0002


def test_a_file_without_a_recipe_is_refused(setup: SetupView, tmp_path: Path) -> None:
    told: list[Notice] = []
    setup.noticed.connect(told.append)
    file = tmp_path / "model.safetensors"
    save_file({"weight": torch.ones(2)}, file)
    setup.files.read(file)
    assert "holds no LoRA" in told[-1].text


def test_what_follows_the_steps_or_was_suggested_is_not_counted_as_changed(
    setup: SetupView,
) -> None:
    assert setup.form.changed_only.text() == "Changed only (0)"
    setup.sliders.length.slider.setValue(5)
    assert setup.draft.is_changed("save", "every")
    assert setup.form.changed_only.text() == "Changed only (1)"
    setup.draft.set("save", "every", 7)
    assert setup.form.changed_only.text() == "Changed only (2)"


@pytest.mark.parametrize(("steps", "tidy"), [(0.4, 1), (37, 37), (62.5, 60), (1125, 1100)])
def test_steps_are_easy_to_read(steps: float, tidy: int) -> None:
    assert tidy_steps(steps) == tidy
