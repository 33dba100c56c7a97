"""Pictures of the pages Train, Try and Export in all their states; see `screenshots.py`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import screenshot_runs as runs
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from safetensors.numpy import load_file, save_file
from screenshot_projects import INK
from screenshot_window import (
    answer,
    hide_toasts,
    nothing,
    settle,
    shown_page,
    wait_until,
    with_dialog,
)

from studio.runs import runs_in
from ui.dialogs.grid import GridDialog
from ui.main_window import MainWindow
from ui.pages.export import ExportPage
from ui.pages.train import TrainPage
from ui.pages.try_grid import GridPanel
from ui.pages.try_page import TryPage
from ui.widgets.compare_view import DIVIDER, SIDE, SINGLE

PROMPT = "inkwash style, a yellow robot in the city at night"
OTHERS = ("inkwash style, a red duck in the snow", "inkwash style, a green boat at sunset")
AT_WORK = 3 * runs.EVERY + 12
"""The step at which a run that goes on is seen; its speed is known by then."""

KOHYA = {
    "ss_network_module": "networks.lora",
    "ss_network_dim": "32",
    "ss_network_alpha": "16.0",
    "ss_unet_lr": "0.0002",
    "ss_text_encoder_lr": "5e-05",
    "ss_optimizer": "bitsandbytes.optim.adamw.AdamW8bit(weight_decay=0.1)",
    "ss_lr_scheduler": "cosine_with_restarts",
    "ss_lr_warmup_steps": "100",
    "ss_max_train_steps": "2000",
    "ss_num_epochs": "10",
    "ss_resolution": "(768, 512)",
    "ss_batch_size_per_device": "2",
    "ss_min_snr_gamma": "5.0",
    "ss_noise_offset": "0.05",
    "ss_multires_noise_iterations": "6",
    "ss_keep_tokens": "2",
    "ss_shuffle_caption": "True",
    "ss_flip_aug": "False",
    "ss_gradient_checkpointing": "True",
    "ss_mixed_precision": "bf16",
    "ss_sd_model_name": "dream.safetensors",
    "modelspec.trigger_phrase": "watercolour",
}
"""What kohya's scripts write into a file, shortened."""


@dataclass
class Ink:
    """The project whose runs are shown; ``trained`` is its like with a finished run."""

    window: MainWindow
    trained: Path

    @property
    def path(self) -> Path:
        """The project's folder."""
        return self.window.preferences.projects_folder.resolve() / INK

    def show(self, page: str, state: str) -> None:
        """Opens ``page`` anew, with the project's runs in ``state``."""
        window = self.window
        runs.stop(window.engine)
        hide_toasts(window)
        if window.workspace is None or window.workspace.project.path != self.path:
            window.open_project(self.path)
            settle(window)
        window.show_page("images")
        for name in ("train", "try", "export"):
            window.frame.drop_page(name)
        runs.put(self.trained, self.path, state)
        shutil.rmtree(self.path / "pictures", ignore_errors=True)
        window.preferences.remember(f"try/{self.path.as_posix()}", {})
        window.show_page(page)
        settle(window)

    def train(self) -> TrainPage:
        """The Train page, which is shown."""
        return shown_page(self.window, TrainPage)

    def paint(self) -> TryPage:
        """The Try page, which is shown."""
        return shown_page(self.window, TryPage)

    def past(self, state: str) -> TrainPage:
        """The Train page with the one run in ``state``."""
        self.show("train", state)
        page = self.train()
        (run,) = runs_in(self.path / "runs")
        page.runs.past_chosen.emit(run.path)
        wait_until(lambda: page.stack.currentWidget() is page.run)
        settle(self.window)
        return page

    def at_work(self) -> TrainPage:
        """The Train page with a run that goes on."""
        self.show("train", "to_resume")
        page = self.train()
        page.desk.resume(runs_in(self.path / "runs")[0].path)
        wait_until(lambda: page.run.state.step >= AT_WORK)
        return page

    def holding(self) -> TrainPage:
        """The Train page with a run that holds; the one before may have left it."""
        task = self.window.engine.training
        if task is None:
            page = self.at_work()
        else:
            self.window.show_page("train")
            page = self.train()
        if page.run.state.status != "paused":
            page.run.pause.click()
        wait_until(lambda: page.run.state.status == "paused")
        return page


def drawn(ink: Ink, *prompts: str) -> TryPage:
    """The Try page after it drew ``prompts``."""
    ink.show("try", "finished")
    page = ink.paint()
    page.compare.set_mode(SINGLE)
    page.recipe.steps.setValue(runs.DRAWING_STEPS)
    for prompt in prompts:
        page.prompt.setPlainText(prompt)
        page.generate.click()
        wait_until(page.stop.isHidden)
    return page


# -- Train


def train_setup(ink: Ink) -> None:
    ink.show("train", "none")
    page = ink.train()
    page.setup.show_tier("simple")
    findings = page.setup.panel
    wait_until(lambda: any(f.params.get("checking") is False for f in findings.findings))


def train_all_settings(ink: Ink) -> None:
    train_setup(ink)
    page = ink.train()
    page.draft.set("network", "rank", 8)
    page.setup.show_tier("all")
    chinese = ink.window.preferences.language == "zh_CN"
    page.setup.form.search.setText("学习" if chinese else "learn")


def recipe_dialog(ink: Ink) -> QPixmap:
    train_setup(ink)
    page = ink.train()
    page.draft.reset_all()
    (run,) = runs_in(ink.trained / "runs")
    file = ink.path / "watercolour_v3.safetensors"
    save_file(load_file(next(run.path.glob("*.safetensors"))), file, KOHYA)
    return with_dialog(ink.window, lambda: page.take([file]), nothing)


def train_running(ink: Ink) -> QPixmap:
    ink.at_work()
    return ink.window.grab()


def train_paused(ink: Ink) -> None:
    ink.holding()


def closing_while_training(ink: Ink) -> QPixmap:
    ink.holding()
    return with_dialog(ink.window, ink.window.close, nothing)


def try_paused_run(ink: Ink) -> None:
    ink.holding().run.try_this.click()
    page = ink.paint()
    page.recipe.steps.setValue(runs.DRAWING_STEPS)
    page.compare.set_mode(SIDE)
    page.prompt.setPlainText(PROMPT)
    page.generate.click()
    wait_until(page.stop.isHidden)


def train_interrupted(ink: Ink) -> None:
    ink.show("train", "interrupted")
    page = ink.train()
    wait_until(page.runs.banner.isVisible)
    findings = page.setup.panel
    wait_until(lambda: any(f.params.get("checking") is False for f in findings.findings))


def viewer(ink: Ink) -> None:
    page = ink.past("finished")
    last = len(page.run.grid.samples.steps) - 1
    page.run.grid.opened.emit([(0, 1), (last, 1)])


# -- Try


def try_compare(ink: Ink) -> None:
    page = drawn(ink, *OTHERS, PROMPT)
    page.compare.set_mode(SIDE)
    wait_until(page.stop.isHidden)


def try_divider(ink: Ink) -> None:
    page = drawn(ink, PROMPT)
    page.compare.set_mode(DIVIDER)
    wait_until(page.stop.isHidden)


def grid_dialog(ink: Ink) -> QPixmap:
    page = drawn(ink, PROMPT)
    return with_dialog(ink.window, page.grid_button.click, nothing)


def try_grid(ink: Ink) -> None:
    page = drawn(ink, PROMPT)

    def fill(dialog: GridDialog) -> None:
        for row in range(dialog.list.count()):
            chosen = Qt.CheckState.Checked if row in (0, 3, 5) else Qt.CheckState.Unchecked
            dialog.list.item(row).setCheckState(chosen)
        dialog.strengths.setText("0, 0.5, 1")
        dialog.draw.click()

    answer(page.grid_button.click, fill)
    panel = page.findChild(GridPanel)
    assert panel is not None
    wait_until(lambda: not panel.busy)


# -- Export


def export_ready(ink: Ink) -> None:
    place = ink.window.preferences.projects_folder.parent / "ComfyUI" / "models" / "loras"
    place.mkdir(parents=True, exist_ok=True)
    ink.window.preferences.remember("export_places", {str(place): True})
    ink.show("export", "finished")
    wait_until(shown_page(ink.window, ExportPage).start.isEnabled)


def export_done(ink: Ink) -> None:
    export_ready(ink)
    page = shown_page(ink.window, ExportPage)
    page.start.click()
    wait_until(page.start.isEnabled)


PICTURES: dict[str, Callable[[Ink], QPixmap | None]] = {
    "train_setup": train_setup,
    "train_all_settings": train_all_settings,
    "recipe_dialog": recipe_dialog,
    "train_running": train_running,
    "train_paused": train_paused,
    "closing_while_training": closing_while_training,
    "try_paused_run": try_paused_run,
    "train_interrupted": train_interrupted,
    "train_interrupted_run": lambda ink: nothing(ink.past("interrupted")),
    "train_failed": lambda ink: nothing(ink.past("failed")),
    "train_finished": lambda ink: nothing(ink.past("finished")),
    "viewer": viewer,
    "try_empty": lambda ink: ink.show("try", "none"),
    "try_drawn": lambda ink: nothing(drawn(ink, *OTHERS, PROMPT)),
    "try_compare": try_compare,
    "try_divider": try_divider,
    "grid_dialog": grid_dialog,
    "try_grid": try_grid,
    "export_empty": lambda ink: ink.show("export", "none"),
    "export_ready": export_ready,
    "export_done": export_done,
}
