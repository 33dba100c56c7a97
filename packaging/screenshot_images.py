"""Pictures of the Images page and of what belongs to no page; see `screenshots.py`."""

from __future__ import annotations

from PySide6.QtGui import QPixmap
from screenshot_projects import DRAWINGS
from screenshot_window import (
    choose,
    hide_toasts,
    images_page,
    nothing,
    settle,
    wait_until,
    with_dialog,
)

from studio.data.buckets import Crop
from ui.dialogs.batch_edit import BatchEditDialog
from ui.main_window import MainWindow
from ui.pages.train import TrainPage

FIRST = "04_yellow_house.png"  # the image that is shown


def open_drawings(window: MainWindow) -> None:
    """Shows the Images page of the drawings as it is at first."""
    hide_toasts(window)
    project = window.preferences.projects_folder / DRAWINGS
    if window.workspace is None or window.workspace.project.path != project.resolve():
        window.open_project(project)
        settle(window)
    window.show_page("images")
    settle(window)
    page = images_page(window)
    if not (window.workspace and window.workspace.undo.count()):
        work_a_little(window)
    page.filter.set_text("")
    page.tabs.setCurrentIndex(0)
    page.panel.mode_changed.emit("tags")
    choose(window, FIRST)
    page.grid.scrollToTop()
    page.grid.setFocus()
    settle(window)


def work_a_little(window: MainWindow) -> None:
    """Edits a caption and a crop box, so that there is something to undo and to mark."""
    page, workspace = images_page(window), window.workspace
    assert workspace is not None
    choose(window, FIRST)
    settle(window)
    workspace.set_crop(page.tr("crop box"), page.grid.selected_images()[0], Crop(0.5, 0.7, 1.3))
    settle(window)
    page.panel.tags_added.emit(["bright colors"])
    settle(window)


def images_several(window: MainWindow) -> None:
    choose(window, "02_zorgle_beach.png", "05_zorgle_hill.png", "08_zorgle_beach.png")


def images_sentence(window: MainWindow) -> None:
    images_page(window).panel.mode_changed.emit("sentences")
    choose(window, "09_zorgle_room.png")


def images_filter(window: MainWindow) -> None:
    page = images_page(window)
    page.filter.set_text('tag:"cream paper" (tag:night OR tag:sunset) -name:*boat*')
    page.grid.step(1)


def images_problems(window: MainWindow) -> None:
    images_page(window).tabs.setCurrentIndex(1)
    choose(window, "21_scan.png")


def images_crop(window: MainWindow) -> None:
    choose(window, "07_zorgle_forest.png")
    images_page(window).view.canvas.setFocus()


def batch_edit(window: MainWindow) -> QPixmap:
    def fill(dialog: BatchEditDialog) -> None:
        page = dialog.pages["replace"]
        dialog.restore({**dialog.state(), "scope": "all"})
        page.restore({"find": "cream paper", "by": "old paper"})

    return with_dialog(window, images_page(window).batch_button.click, fill)


def similar_images(window: MainWindow) -> QPixmap:
    return with_dialog(window, images_page(window).similar_button.click, nothing)


def train_preflight_problems(window: MainWindow) -> None:
    """These images have all kinds of them."""
    window.show_page("train")
    page = window.findChild(TrainPage)
    assert page is not None
    panel = page.setup.panel
    wait_until(lambda: any(found.params.get("checking") is False for found in panel.findings))


def preferences(window: MainWindow) -> QPixmap:
    return with_dialog(window, window.commands.actions["preferences"].trigger, nothing)


def shortcuts(window: MainWindow) -> QPixmap:
    return with_dialog(window, window.commands.actions["help.shortcuts"].trigger, nothing)


PICTURES = {
    "home": MainWindow.show_home,
    "images": nothing,
    "images_several": images_several,
    "images_sentence": images_sentence,
    "images_filter": images_filter,
    "images_problems": images_problems,
    "images_crop": images_crop,
    "batch_edit": batch_edit,
    "similar_images": similar_images,
    "preferences": preferences,
    "shortcuts": shortcuts,
    "train_preflight_problems": train_preflight_problems,
}
