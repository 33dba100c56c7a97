"""The pictures of a project that were drawn before: listed, and what can be done with one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRunnable, QThreadPool, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.errors import StudioError
from studio.files import writing
from studio.sampling.picture_info import PictureInfo, read_picture_info
from ui import messages, trash
from ui.preferences import Preferences
from ui.widgets.history_strip import HistoryStrip
from ui.widgets.toast import Notice

_MOST = 500  # pictures that are listed
_DRAFTS = 200  # files of live pictures that are left lying


class History(QObject):
    """Fills ``strip`` with the pictures in ``folder`` and offers a menu for each.

    Of those in ``drafts``, the oldest are deleted.
    """

    use_wanted = Signal(object)
    """A `PictureInfo`: draw like this."""
    noticed = Signal(object)
    removed = Signal(object)
    """Path of a picture that went to the trash."""

    def __init__(
        self,
        strip: HistoryStrip,
        folder: Path,
        drafts: Path,
        preferences: Preferences,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._strip = strip
        self._folder = folder
        self._preferences = preferences
        self._page = parent
        strip.menu_wanted.connect(self.menu)
        listing = _List(folder, drafts)
        listing.signals.done.connect(self._fill)
        QThreadPool.globalInstance().start(listing)

    def add(self, path: Path) -> None:
        """A new picture."""
        self._strip.add(path, describe(path, read_picture_info(path)))

    def menu(self, path: Path, at: QPoint) -> None:
        """Offers what can be done with the picture ``path``."""
        info = read_picture_info(path)
        menu = QMenu(self._page)
        use = menu.addAction(self.tr("Use these settings"))
        use.setEnabled(info is not None)
        use.triggered.connect(lambda: self.use_wanted.emit(info))
        menu.addSeparator()
        for text, act in (
            (self.tr("Copy"), self.copy),
            (self.tr("Save as…"), self.save_as),
            (self.tr("Show in folder"), show_in_folder),
            (self.tr("Move to the trash"), self.trash),
        ):
            menu.addAction(text).triggered.connect(partial(_call, act, path))
        menu.exec(at)
        menu.deleteLater()

    def copy(self, path: Path) -> None:
        """Puts the picture into the clipboard."""
        QGuiApplication.clipboard().setImage(QImage(str(path)))
        self.noticed.emit(Notice(self.tr("Copied")))

    def save_as(self, path: Path) -> None:
        """Asks where to, and copies the file there."""
        start = self._preferences.last_folder / path.name
        kinds = self.tr("PNG pictures (*.png)")
        chosen, _ = QFileDialog.getSaveFileName(
            self._page, self.tr("Save the picture"), str(start), kinds
        )
        if chosen:
            target = Path(chosen) if Path(chosen).suffix else Path(f"{chosen}.png")
            self._preferences.last_folder = target.parent
            if self._try(lambda: _copy(path, target)):
                self.noticed.emit(Notice(self.tr("Saved {0}").format(target.name)))

    def trash(self, path: Path) -> None:
        """Moves the picture to the system's trash; a notice offers the way back."""

        def restore() -> None:
            if self._try(lambda: trash.restore(trashed)):
                self.add(path)

        moved: list[trash.Trashed] = []
        if self._try(lambda: moved.append(trash.move(path))):
            trashed = moved[0]
            self._strip.take_off(path)
            self.removed.emit(path)
            text = self.tr("Moved to the trash")
            self.noticed.emit(Notice(text, "trash", self.tr("Undo"), restore))

    def _fill(self, items: list[tuple[Path, PictureInfo | None]]) -> None:
        shown = set(self._strip.paths)  # drawn while these were listed
        old = [(path, describe(path, info)) for path, info in items if path not in shown]
        new = [(path, describe(path, read_picture_info(path))) for path in self._strip.paths]
        self._strip.set_items([*new, *old])

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except StudioError as error:
            text = messages.sentence(error.code, error.params)
            self.noticed.emit(Notice(text, "error"))
            return False
        return True


def describe(path: Path, info: PictureInfo | None) -> str:
    """A picture's prompt and adapters; its file's name if it says nothing."""
    if info is None:
        return path.name
    loras = ", ".join(f"{name} {strength:g}" for name, strength in info.loras)
    return "\n".join(filter(None, (info.prompt, loras, f"{info.seed}")))


def show_in_folder(path: Path) -> None:
    """Opens the folder of ``path`` in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


class _Signals(QObject):
    done = Signal(object)


class _List(QRunnable):
    """Lists the pictures in a folder, the newest first, and deletes old live ones."""

    def __init__(self, folder: Path, drafts: Path) -> None:
        super().__init__()
        self.signals = _Signals()
        self._folder = folder
        self._drafts = drafts

    def run(self) -> None:
        pictures = sorted(self._folder.glob("*.png"), key=_age, reverse=True)[:_MOST]
        self.signals.done.emit([(path, read_picture_info(path)) for path in pictures])
        for old in sorted(self._drafts.glob("*/*.png"), key=_age)[:-_DRAFTS]:
            old.unlink(missing_ok=True)
        for place in self._drafts.glob("*/"):
            if not any(place.iterdir()):
                place.rmdir()


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _copy(path: Path, target: Path) -> None:
    with writing(target):
        shutil.copyfile(path, target)


def _call(act: Callable[[Path], object], path: Path, _checked: bool = False) -> None:
    act(path)
