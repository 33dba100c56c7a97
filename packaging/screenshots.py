"""Takes pictures of the window: every page and dialog, in light, dark and Chinese.

    python packaging/screenshots.py [--out FOLDER] [--look light|dark|zh] [PICTURE ...]

Each picture is FOLDER/<name>_<look>.png of 1280 x 720 pixels (by default in build/screenshots). The
window is the real one, offscreen, with preferences, projects and copies of the sample images in a
temporary folder.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QThreadPool, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from screenshot_projects import make_projects

from studio.data.buckets import Crop
from ui import language, theme
from ui.app import make_app
from ui.dialogs.batch_edit import BatchEditDialog
from ui.main_window import MainWindow
from ui.pages.images import ImagesPage
from ui.pages.train import TrainPage
from ui.preferences import Preferences
from ui.widgets.toast import Toast

ROOT = Path(__file__).resolve().parent.parent
LOOKS = {"light": ("light", "en"), "dark": ("dark", "en"), "zh": ("light", "zh_CN")}
"""Theme and language of each. The last ones need a translation, which then stays loaded."""

SIZE = (1280, 720)
FIRST = "04_yellow_house.png"  # the image that is shown
PATIENCE, QUIET, TICK = 60_000, 400, 40  # milliseconds


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--look", choices=LOOKS, action="append", help="may be given several times")
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=", ".join(PICTURES))
    options = parser.parse_args(words)
    if unknown := set(options.pictures) - set(PICTURES):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    options.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = make_app()
    for look in [look for look in LOOKS if look in (options.look or LOOKS)]:
        with tempfile.TemporaryDirectory(prefix="lora-studio-") as folder:
            wanted = options.pictures or list(PICTURES)
            take_pictures(app, look, wanted, options.out, Path(folder))
    return 0


def take_pictures(app: QApplication, look: str, wanted: list[str], out: Path, own: Path) -> None:
    """Opens a window whose files are all in ``own``, and saves what it shows in ``out``."""
    preferences = Preferences(own / "preferences.ini")
    preferences.projects_folder = own / "LoRA Studio"
    preferences.last_folder = own
    name, preferences.language = LOOKS[look]
    preferences.theme = theme.Theme(name)
    language.install(app, preferences.language)
    theme.apply(app, preferences.theme)
    project = make_projects(own, preferences)
    window = MainWindow(preferences)
    window.resize(*SIZE)
    window.show()
    try:
        window.open_project(project)
        settle(window)
        work_a_little(window)
        for picture in wanted:
            start_again(window)
            shot = PICTURES[picture](window)
            settle(window)
            file = out / f"{picture}_{look}.png"
            assert (shot or window.grab()).save(str(file)), file
            print(file, flush=True)
    finally:
        for toast in window.findChildren(Toast):
            toast.timer.stop()
        window.projects.abandon()
        window.close()
        window.deleteLater()


# -- the window


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


def start_again(window: MainWindow) -> None:
    """Shows the Images page as it is at first."""
    for toast in window.findChildren(Toast):
        toast.fade_out()
    window.show_page("images")
    page = images_page(window)
    page.filter.set_text("")
    page.tabs.setCurrentIndex(0)
    page.panel.mode_changed.emit("tags")
    choose(window, FIRST)
    page.grid.scrollToTop()
    page.grid.setFocus()
    settle(window)


def settle(window: MainWindow) -> None:
    """Lets the event loop run until nothing has been under way for a moment."""
    quiet = waited = 0
    while quiet < QUIET:
        wait(TICK)
        quiet = 0 if busy(window) else quiet + TICK
        waited += TICK
        if waited > PATIENCE:
            raise TimeoutError("the window is busy all the time")


def busy(window: MainWindow) -> bool:
    """Whether what is shown may still change by itself."""
    workspace = window.workspace
    return (
        QThreadPool.globalInstance().activeThreadCount() > 0
        or window.jobs.busy
        or workspace is None
        or workspace.autosave.busy
        or workspace.project.changed
        or workspace.similar.busy
        or workspace.thumbnails.busy
        or not workspace.reader.complete
        or workspace.reader.counter is None
    )


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def images_page(window: MainWindow) -> ImagesPage:
    page = window.findChild(ImagesPage)
    assert page is not None
    return page


def choose(window: MainWindow, *names: str) -> None:
    """Selects the images called ``names``."""
    grid = images_page(window).grid
    places = [row for row, image in enumerate(grid.images()) if image.name in names]
    grid.set_current(grid.images()[places[0]])
    model, selection = grid.model(), grid.selectionModel()
    for row in places[1:]:
        selection.select(model.index(row, 0), selection.SelectionFlag.Select)


def with_dialog(
    window: MainWindow, open_it: Callable[[], object], act: Callable[..., None]
) -> QPixmap:
    """The window with the dialog that ``open_it`` opens, after ``act`` did something in it."""
    taken: list[QPixmap | Exception] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        timer.stop()
        try:
            act(dialog)
            settle(window)
            taken.append(together(window, dialog))
        except Exception as error:  # noqa: BLE001  raised below, outside of Qt's event loop
            taken.append(error)
        dialog.close()

    timer = QTimer(interval=TICK)
    timer.timeout.connect(look)
    timer.start()
    open_it()
    while not taken:
        wait(TICK)
    if isinstance(taken[0], Exception):
        raise taken[0]
    return taken[0]


def together(window: MainWindow, dialog: QWidget) -> QPixmap:
    """Both in one picture, as a desktop shows them, with a line around the dialog."""
    picture, front = window.grab(), dialog.grab()
    place = QPoint(picture.width() - front.width(), picture.height() - front.height()) / 2
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
    painter.drawPixmap(place, front)
    painter.setPen(theme.color("border"))
    painter.drawRect(front.rect().translated(place).adjusted(-1, -1, 0, 0))
    painter.end()
    return picture


# -- pictures


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


def train(window: MainWindow) -> None:
    window.show_page("train")
    page = window.findChild(TrainPage)
    assert page is not None
    page.state.activated.emit()
    page.command.setText('lora-studio train "Ink drawings/run.toml"')  # not the temporary folder


def settings(window: MainWindow) -> QPixmap:
    return with_dialog(window, window.commands.actions["preferences"].trigger, nothing)


def shortcuts(window: MainWindow) -> QPixmap:
    return with_dialog(window, window.commands.actions["help.shortcuts"].trigger, nothing)


def nothing(widget: QWidget) -> None:
    """It stays as it is."""


PICTURES: dict[str, Callable[[MainWindow], QPixmap | None]] = {
    "home": MainWindow.show_home,
    "images": nothing,
    "images_several": images_several,
    "images_sentence": images_sentence,
    "images_filter": images_filter,
    "images_problems": images_problems,
    "images_crop": images_crop,
    "batch_edit": batch_edit,
    "similar_images": similar_images,
    "train": train,
    "try": lambda window: window.show_page("try"),
    "export": lambda window: window.show_page("export"),
    "settings": settings,
    "shortcuts": shortcuts,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
