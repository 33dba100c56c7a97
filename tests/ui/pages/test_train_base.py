"""The base model on the Train page: chosen, refused, downloaded, and told in a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from studio.errors import StudioError
from studio.events import Phase
from studio.jobs import Download
from studio.models import hub
from tests.ui import base_models
from tests.ui.pages.train_project import TrainProject
from ui.dialogs.hub import HubDialog
from ui.pages.train_setup import SetupView
from ui.preferences import Preferences

MODEL = "somebody/some-model"


@pytest.fixture
def made(tmp_path: Path, preferences: Preferences) -> Iterator[TrainProject]:
    project = TrainProject(tmp_path, preferences)
    yield project
    project.close()


@pytest.fixture
def setup(qtbot: QtBot, made: TrainProject) -> SetupView:
    return made.open(qtbot).setup


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """What was downloaded: ids and folders."""
    there: dict[str, Path] = {}
    monkeypatch.setattr(hub, "local_copy", there.get)
    return there


def wait_for(qtbot: QtBot, setup: SetupView, *words: str) -> str:
    """Waits until the line holds ``words``; returns it."""
    line = setup.basics.line
    qtbot.waitUntil(lambda: all(word in line.text() for word in words))
    return line.text()


def entries(setup: SetupView) -> list[str]:
    box = setup.basics.base
    return [box.itemText(place) for place in range(box.count())]


def press(qtbot: QtBot, setup: SetupView, text: str) -> None:
    assert setup.basics.line.button.text() == text
    qtbot.mouseClick(setup.basics.line.button, Qt.MouseButton.LeftButton)


def pick(setup: SetupView, text: str) -> None:
    """Chooses an entry of the list as the mouse does."""
    place = entries(setup).index(text)
    setup.basics.base.setCurrentIndex(place)
    setup.basics.base.activated.emit(place)


# -- files and folders


def test_a_checkpoint_file_becomes_the_base_in_one_step(
    qtbot: QtBot,
    setup: SetupView,
    made: TrainProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = base_models.checkpoint(tmp_path / "dreamshaper_8.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    wait_for(qtbot, setup, "to learn the app with")
    pick(setup, "Choose a checkpoint file…")
    line = wait_for(qtbot, setup, "Stable")
    assert line == "Stable Diffusion 1.x · predicts noise"
    project = made.project
    assert project.settings.base == "../dreamshaper_8.safetensors"
    assert project.settings.resolution == 512
    assert setup.draft.family == "sd1"
    assert entries(setup)[:2] == ["Starter (built in)", "dreamshaper_8 · SD 1.5"]
    assert setup.basics.base.itemData(1, Qt.ItemDataRole.ToolTipRole) == str(file)
    made.workspace.undo.undo()
    assert (project.settings.base, project.settings.resolution) == ("starter", 128)
    wait_for(qtbot, setup, "to learn the app with")


def test_a_size_that_was_chosen_stays(
    qtbot: QtBot, setup: SetupView, made: TrainProject, tmp_path: Path
) -> None:
    setup.set_resolution(256)
    setup.base.choose(str(base_models.folder(tmp_path / "xl", "sdxl")))
    assert wait_for(qtbot, setup, "XL") == "Stable Diffusion XL · predicts noise"
    assert made.project.settings.resolution == 256
    assert "xl · SDXL" in entries(setup)


def test_what_was_assumed_leads_to_its_setting(
    qtbot: QtBot, setup: SetupView, tmp_path: Path
) -> None:
    setup.base.choose(str(base_models.checkpoint(tmp_path / "two.safetensors", "sd2")))
    wait_for(qtbot, setup, "Stable Diffusion 2.x · predicts v (assumed; change it")
    press(qtbot, setup, "Change…")
    assert setup.tier() == "all"
    row = setup.form.rows["base.prediction_type"]
    assert row.editor.field is setup.window().focusWidget()
    qtbot.waitUntil(lambda: not row.editor.field.visibleRegion().isEmpty())
    setup.draft.set("base", "prediction_type", "epsilon")
    wait_for(qtbot, setup, "Stable Diffusion 2.x · predicts noise, as it was set")


def test_what_is_no_base_is_refused_in_place(
    qtbot: QtBot, setup: SetupView, made: TrainProject, tmp_path: Path
) -> None:
    for file, words in (
        (base_models.lora(tmp_path / "ink.safetensors"), "is a LoRA, not a base model"),
        (base_models.checkpoint(tmp_path / "fill.safetensors", channels=9), "an inpainting model"),
        (tmp_path / "gone.safetensors", "is not there"),
    ):
        setup.base.choose(str(file))
        assert file.name in wait_for(qtbot, setup, words)
    assert made.project.settings.base == "starter"
    assert setup.basics.base.currentText() == "Starter (built in)"
    press(qtbot, setup, "OK")
    wait_for(qtbot, setup, "to learn the app with")


def test_a_vae_is_used_as_such(qtbot: QtBot, setup: SetupView, tmp_path: Path) -> None:
    file = base_models.vae(tmp_path / "vae.safetensors")
    setup.base.choose(str(file))
    wait_for(qtbot, setup, "is a VAE")
    press(qtbot, setup, "Use it as VAE")
    assert setup.draft.settings().base.vae == str(file)


def test_a_base_that_went_away_is_told(
    qtbot: QtBot, setup: SetupView, made: TrainProject, tmp_path: Path
) -> None:
    file = base_models.checkpoint(tmp_path / "mine.safetensors")
    setup.base.choose(str(file))
    wait_for(qtbot, setup, "Stable")
    file.unlink()
    made.page.hide()
    made.page.show()
    wait_for(qtbot, setup, "mine.safetensors is not there")


# -- dropped files


def test_a_checkpoint_is_dropped_as_base_and_a_lora_for_its_recipe(
    qtbot: QtBot, setup: SetupView, made: TrainProject, tmp_path: Path
) -> None:
    file = base_models.checkpoint(tmp_path / "mine.safetensors")
    assert made.page.offer([file]) == "Drop to use this base model"
    lora = base_models.lora(tmp_path / "ink.safetensors")
    assert made.page.offer([lora]) == "Drop to read the recipe of this LoRA"
    made.page.take([file])
    wait_for(qtbot, setup, "Stable")
    assert made.project.settings.base == "../mine.safetensors"


# -- the hub


def test_a_model_of_the_hub_is_downloaded_then_used(
    qtbot: QtBot,
    setup: SetupView,
    made: TrainProject,
    downloads: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def answer(dialog: HubDialog) -> int:
        dialog.field.setText(f"https://huggingface.co/{MODEL}/tree/main")
        dialog.mirror_field.setText("mirror.example/")
        return int(HubDialog.DialogCode.Accepted)

    monkeypatch.setattr(HubDialog, "exec", answer)
    pick(setup, "From the Hugging Face hub…")
    qtbot.waitUntil(lambda: bool(made.engine.tasks))
    (task,) = made.engine.tasks
    job: Any = task.job
    assert (job.kind, job.model, job.mirror) == ("download", MODEL, "https://mirror.example")
    assert made.preferences.hub_mirror == "https://mirror.example"
    assert setup.basics.line.text() == f"Downloading {MODEL}…"
    made.engine.tell(task, Phase("download", 1_200_000_000, 6_900_000_000))
    assert setup.basics.line.text() == f"Downloading {MODEL}: 1.2 GB of 6.9 GB"
    assert made.project.settings.base == "starter"
    downloads[MODEL] = base_models.folder(tmp_path / "snapshot", "sdxl")
    made.engine.finish(task)
    wait_for(qtbot, setup, "Stable Diffusion XL")
    assert (made.project.settings.base, made.project.settings.resolution) == (MODEL, 1024)
    assert "some-model · SDXL" in entries(setup)


def test_a_download_fails_and_is_tried_again_or_given_up(
    qtbot: QtBot,
    setup: SetupView,
    made: TrainProject,
    downloads: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    setup.base.choose(MODEL)
    assert wait_for(qtbot, setup, "not downloaded").endswith("to this computer yet.")
    press(qtbot, setup, "Download")
    no = {"model": MODEL, "address": "huggingface.co", "reason": "no route"}
    made.engine.fail(made.engine.tasks[0], "hub.offline", **no)
    assert setup.basics.line.text().startswith("huggingface.co cannot be reached (no route)")
    asked: list[str] = []

    def answer(dialog: HubDialog) -> int:
        asked.append(dialog.model)
        return int(HubDialog.DialogCode.Accepted)

    monkeypatch.setattr(HubDialog, "exec", answer)
    press(qtbot, setup, "Try again…")
    qtbot.waitUntil(lambda: bool(made.engine.tasks))
    (task,) = made.engine.tasks
    assert asked == [MODEL]
    press(qtbot, setup, "Cancel")
    assert task.control.stopping
    made.engine.finish(task)
    wait_for(qtbot, setup, "to learn the app with")
    assert made.project.settings.base == "starter"


def test_a_download_that_waits_says_for_what_and_can_be_cancelled(
    qtbot: QtBot, setup: SetupView, made: TrainProject, downloads: dict[str, Path]
) -> None:
    made.engine.submit(Download(model="a/b"), "Download a/b")
    setup.base.choose(MODEL)
    wait_for(qtbot, setup, "not downloaded")
    press(qtbot, setup, "Download")
    assert setup.basics.line.text() == f"{MODEL} is downloaded after Download a/b."
    press(qtbot, setup, "Cancel")
    assert len(made.engine.tasks) == 1
    wait_for(qtbot, setup, "to learn the app with")


def test_a_project_whose_base_is_not_here_offers_the_download(
    qtbot: QtBot,
    made: TrainProject,
    downloads: dict[str, Path],
    tmp_path: Path,
) -> None:
    downloads[MODEL] = base_models.folder(tmp_path / "snapshot", "sd1")
    made.project.change(base=MODEL)
    there = downloads.pop(MODEL)
    setup = made.open(qtbot).setup
    wait_for(qtbot, setup, "not downloaded")
    assert setup.basics.line.button.text() == "Download"
    qtbot.waitUntil(lambda: bool(setup.panel.findings))
    (finding,) = setup.panel.findings
    assert setup.panel.words.remedy(finding) == "Download"
    setup.panel.acted.emit(finding)
    (task,) = made.engine.tasks
    made.shut()
    setup = made.open(qtbot).setup  # as for another project in between
    assert setup.basics.line.text().startswith("Downloading")
    downloads[MODEL] = there
    made.engine.finish(task)
    wait_for(qtbot, setup, "Stable Diffusion 1.x")


def test_a_damaged_model_is_a_sentence(
    qtbot: QtBot, setup: SetupView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(repo: str) -> None:
        raise StudioError("base.not_a_model", path=repo, reason="no readable unet/config.json")

    monkeypatch.setattr(hub, "local_copy", damaged)
    setup.base.choose(MODEL)
    wait_for(qtbot, setup, "is not a Stable Diffusion model (no readable unet/config.json)")
