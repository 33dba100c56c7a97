"""Takes pictures of the window: every page and dialog, in light, dark and Chinese.

    python packaging/screenshots.py [--out FOLDER] [--look light|dark|zh ...] [PICTURE ...]

Each picture is FOLDER/<name>_<look>.png of 1280 x 720 pixels (by default in build/screenshots). The
window is the real one, offscreen, with preferences, projects and copies of the sample images in a
temporary folder.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageEnhance
from PySide6.QtCore import QEventLoop, QPoint, QThreadPool, QTimer
from PySide6.QtGui import QAction, QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from studio.data.buckets import Crop
from studio.project import Project
from ui import language, theme
from ui.app import make_app
from ui.dialogs.batch_edit import BatchEditDialog
from ui.main_window import MainWindow
from ui.pages.images import ImagesPage
from ui.pages.train import TrainPage
from ui.preferences import Preferences
from ui.projects import OPENED
from ui.widgets.toast import Toast
from ui.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
LOOKS = {"light": ("light", "en"), "dark": ("dark", "en"), "zh": ("light", "zh_CN")}
"""Theme and language of each. The last ones need a translation, which then stays loaded."""

SIZE = (1280, 720)
TRIGGER = "inkwash style"
PATIENCE, QUIET, LOOK = 60_000, 400, 40  # milliseconds

Act = Callable[[MainWindow], None]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screenshots")
    parser.add_argument("--look", choices=LOOKS, nargs="+", default=list(LOOKS))
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=", ".join(PICTURES))
    options = parser.parse_args(words)
    if unknown := set(options.pictures) - set(PICTURES):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    options.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = make_app()
    for look in [look for look in LOOKS if look in options.look]:
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
            shot = PICTURES[picture](window) or window.grab()
            file = out / f"{picture}_{look}.png"
            assert shot.save(str(file)), file
            print(file, flush=True)
    finally:
        for toast in window.findChildren(Toast):
            toast.timer.stop()
        window.projects.abandon()
        window.close()
        window.deleteLater()


# -- projects


def make_projects(own: Path, preferences: Preferences) -> Path:
    """Recent projects, and the path of the one to show."""
    samples = ROOT / "sample_images"
    drawings = own / "drawings"
    for sample_set in ("style_ink", "character_zorgle"):
        shutil.copytree(samples / sample_set, drawings, dirs_exist_ok=True)
    write_captions(drawings)
    make_problems(drawings)
    zorgle = shutil.copytree(samples / "character_zorgle", own / "zorgle")
    boats = own / "boats"
    boats.mkdir()
    for file in (samples / "style_ink").glob("*boat*"):
        shutil.copy(file, boats)
    folder, times = preferences.projects_folder, {}
    now = datetime.now().replace(hour=17, minute=20)
    for age, name, images, trigger in (
        (40, "Old boats", boats, ""),
        (2, "Zorgle", zorgle, "zorgle"),
        (0, "Ink drawings", drawings, TRIGGER),
    ):
        project = Project.create(folder / name, name, [images], trigger=trigger)
        preferences.add_recent(project.path)
        times[str(project.path)] = (now - timedelta(days=age)).isoformat(timespec="minutes")
    preferences.remember(OPENED, times)
    return project.path


def write_captions(images: Path) -> None:
    """Rewrites the captions in ``images``, which are sentences, as tags."""
    for file in sorted(images.glob("*.txt")):
        places = re.sub(r",? ?\b(?:on|in|at)\b", ",", file.read_text("utf-8").strip())
        tags = [re.sub(r"^(drawing of )?(a|an|the) ", "", t.strip()) for t in places.split(",")]
        tags = [tag for tag in tags if tag and tag != TRIGGER]
        look = ["ink outline", "cream paper"] if "zorgle" not in file.name else ["no humans"]
        file.write_text(", ".join([TRIGGER, *tags, *look]) + "\n", "utf-8")


def make_problems(images: Path) -> None:
    """One or two of everything that the problems panel tells."""
    (images / "07_pink_tree.txt").unlink()
    (images / "11_zorgle_hill.txt").write_text("", "utf-8")
    text = (images / "03_zorgle_room.txt").read_text("utf-8")
    (images / "03_zorgle_room.txt").write_text(text.removeprefix(f"{TRIGGER}, "), "utf-8")
    words = "light from the window falls on the floor in long stripes of yellow and orange"
    long = ", ".join(f"{kind} {words}" for kind in ("warm", "soft", "late", "low"))
    (images / "09_zorgle_room.txt").write_text(f"{TRIGGER}, zorgle, {long}, armchair\n", "utf-8")
    house = Image.open(images / "04_yellow_house.png").convert("RGB").resize((160, 160))
    ImageEnhance.Brightness(house).enhance(1.05).save(images / "04_yellow_house_web.jpg")
    shutil.copy(images / "04_yellow_house.txt", images / "04_yellow_house_web.txt")
    data = (images / "14_zorgle_snow.png").read_bytes()
    (images / "21_scan.png").write_bytes(data[: len(data) // 3])
    (images / "21_scan.txt").write_text(f"{TRIGGER}, lighthouse, cream paper\n", "utf-8")
    small = Image.open(images / "16_pink_cup.png").resize((96, 96))
    small.save(images / "16_pink_cup.png")


# -- the window


def work_a_little(window: MainWindow) -> None:
    """Edits a caption and a crop box, so that there is something to undo and to mark."""
    page, workspace = images_page(window), workspace_of(window)
    choose(window, "09_white_cat.png")
    workspace.set_crop(page.tr("crop box"), page.grid.selected_images()[0], Crop(0.2, 0.6, 1.3))
    page.panel.tags_added.emit(["sitting"])
    settle(window)


def start_again(window: MainWindow) -> None:
    """Shows the Images page as it is at first."""
    window.show_page("images")
    page = images_page(window)
    page.filter.set_text("")
    page.tabs.setCurrentIndex(0)
    page.panel.set_mode("tags")
    choose(window, "09_white_cat.png")
    page.grid.setFocus()
    settle(window)


def settle(window: MainWindow) -> None:
    """Lets the event loop run until nothing has been under way for a moment."""
    quiet = waited = 0
    while quiet < QUIET:
        wait(LOOK)
        quiet = 0 if busy(window) else quiet + LOOK
        waited += LOOK
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
        or workspace.similar.busy
        or workspace.thumbnails.busy
        or not workspace.reader.complete
        or workspace.reader.counter is None
    )


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def workspace_of(window: MainWindow) -> Workspace:
    assert window.workspace is not None
    return window.workspace


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

    timer = QTimer(interval=LOOK)
    timer.timeout.connect(look)
    timer.start()
    open_it()
    while not taken:
        wait(LOOK)
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


def home(window: MainWindow) -> None:
    window.show_home()
    settle(window)


def images(window: MainWindow) -> None:
    settle(window)


def images_several(window: MainWindow) -> None:
    choose(window, "02_zorgle_beach.png", "05_zorgle_hill.png", "08_zorgle_beach.png")
    settle(window)


def images_sentence(window: MainWindow) -> None:
    images_page(window).panel.set_mode("sentences")
    choose(window, "09_zorgle_room.png")
    settle(window)


def images_filter(window: MainWindow) -> None:
    page = images_page(window)
    page.filter.set_text('tag:"cream paper" (tag:night OR tag:sunset) -name:*boat*')
    page.grid.step(1)
    settle(window)


def images_problems(window: MainWindow) -> None:
    images_page(window).tabs.setCurrentIndex(1)
    choose(window, "21_scan.png")
    settle(window)


def images_crop(window: MainWindow) -> None:
    choose(window, "11_zorgle_hill.png")
    images_page(window).view.canvas.setFocus()
    settle(window)


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
    settle(window)


def try_it(window: MainWindow) -> None:
    window.show_page("try")
    settle(window)


def export(window: MainWindow) -> None:
    window.show_page("export")
    settle(window)


def settings(window: MainWindow) -> QPixmap:
    return with_dialog(window, action(window, "preferences").trigger, nothing)


def shortcuts(window: MainWindow) -> QPixmap:
    return with_dialog(window, action(window, "help.shortcuts").trigger, nothing)


def nothing(dialog: QWidget) -> None:
    """The dialog stays as it opened."""


def action(window: MainWindow, id: str) -> QAction:
    return window.commands.actions[id]


PICTURES: dict[str, Callable[[MainWindow], QPixmap | None]] = {
    "home": home,
    "images": images,
    "images_several": images_several,
    "images_sentence": images_sentence,
    "images_filter": images_filter,
    "images_problems": images_problems,
    "images_crop": images_crop,
    "batch_edit": batch_edit,
    "similar_images": similar_images,
    "train": train,
    "try": try_it,
    "export": export,
    "settings": settings,
    "shortcuts": shortcuts,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
