"""Takes pictures of the window: every page and dialog in each state, in light, dark and Chinese.

    python packaging/screenshots.py [--out FOLDER] [--look light|dark|zh] [--tour] [PICTURE ...]

Each picture is FOLDER/<name>_<look>.png of 1280 x 720 pixels (by default in build/screenshots).
``--tour`` takes those of the README instead, in light and dark, into this folder. The window is the
real one, offscreen, with preferences, projects and copies of the sample images in a temporary
folder. Its engine trains one run, in a minute or so, that is shown in all its states; ``--trained
FOLDER`` keeps the project of that run, or takes the one that lies there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import screenshot_images as images
import screenshot_pages as pages
import screenshot_runs as runs
from PySide6.QtWidgets import QApplication
from screenshot_projects import INK, make_ink, make_projects
from screenshot_window import settle

from ui import language, theme
from ui.app import make_app
from ui.main_window import MainWindow
from ui.preferences import Preferences
from ui.widgets.toast import Toast

HERE = Path(__file__).resolve().parent
LOOKS = {"light": ("light", "en"), "dark": ("dark", "en"), "zh": ("light", "zh_CN")}
"""Theme and language of each. The last ones need a translation, which then stays loaded."""

PICTURES = (*images.PICTURES, *pages.PICTURES)
TOUR = {
    "train_setup": "tour_train",
    "train_running": "tour_running",
    "try_compare": "tour_try",
    "export_done": "tour_export",
}
"""Pictures that the README shows, and what they are called there."""

SIZE = (1280, 720)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE.parent / "build" / "screenshots")
    parser.add_argument("--look", choices=LOOKS, action="append", help="may be given several times")
    parser.add_argument("--tour", action="store_true", help="those of the README, into packaging")
    parser.add_argument("--trained", type=Path, help="folder with a trained project, or for one")
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=", ".join(PICTURES))
    options = parser.parse_args(words)
    if unknown := set(options.pictures) - set(PICTURES):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    out, wanted, looks = options.out, options.pictures or list(PICTURES), options.look or LOOKS
    if options.tour:
        out, wanted, looks = HERE, list(TOUR), ("light", "dark")
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = make_app()
    with tempfile.TemporaryDirectory() as folder:
        trained = (options.trained or Path(folder)).resolve() / INK
        if not trained.exists() and set(wanted) & set(pages.PICTURES):
            runs.train(make_ink(trained.parent))
        for look in [look for look in LOOKS if look in looks]:
            files = {
                name: out / f"{TOUR[name] if options.tour else name}_{look}.png"
                for name in PICTURES
                if name in wanted
            }
            with tempfile.TemporaryDirectory(prefix="ida-") as own:  # short: it is seen
                take_pictures(app, look, files, Path(own), trained)
    return 0


def take_pictures(
    app: QApplication, look: str, wanted: dict[str, Path], own: Path, trained: Path
) -> None:
    """Opens a window whose files are all in ``own``, and saves each ``wanted`` picture."""
    preferences = Preferences(own / "preferences.ini")
    preferences.projects_folder = own / "LoRA Studio"
    preferences.last_folder = own
    name, preferences.language = LOOKS[look]
    preferences.theme = theme.Theme(name)
    language.install(app, preferences.language)
    theme.apply(app, preferences.theme)
    make_projects(own, preferences)
    window = MainWindow(preferences)
    window.resize(*SIZE)
    window.show()
    try:
        for picture, file in wanted.items():
            if picture in images.PICTURES:
                images.open_drawings(window)
                shot = images.PICTURES[picture](window)
            else:
                shot = pages.PICTURES[picture](pages.Ink(window, trained))
            if shot is None:
                settle(window)
                shot = window.grab()
            assert shot.save(str(file)), file
            print(file, flush=True)
    finally:
        for toast in window.findChildren(Toast):
            toast.timer.stop()
        window.engine.close()
        window.projects.abandon()
        window.close()
        window.deleteLater()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
