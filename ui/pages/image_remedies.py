"""What can be done about images other than captioning them: menus, dialogs, problems, the trash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QWidget

from studio.data.collection import Caption, ImageFile
from studio.errors import StudioError
from ui import messages, theme
from ui.pages.caption_edits import CaptionEdits, captions_of
from ui.preferences import Preferences
from ui.widgets.banner import Banner
from ui.widgets.toast import Notice
from ui.workspace import Workspace

ENCODINGS = ("cp1252", "shift_jis", "big5", "euc_kr", "koi8_r", "utf_16_le")
"""What a caption that is neither UTF-8 nor gb18030 may be."""

_BATCH = "batch_edit"  # under which the preferences remember the dialog


class ImageRemedies(QObject):
    """Acts on ``workspace`` for ``page``, and says in ``banner`` what must not be overlooked."""

    noticed = Signal(object)
    everywhere = Signal(object)
    """An edit to make of all images of the project, as `CaptionEdits` has them."""

    def __init__(
        self,
        workspace: Workspace,
        edits: CaptionEdits,
        preferences: Preferences,
        banner: Banner,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self.banner = banner
        self._workspace = workspace
        self._edits = edits
        self._preferences = preferences
        self._page = page
        workspace.failed.connect(self._failed)
        workspace.saved.connect(lambda _: self._settled())
        workspace.changed_outside.connect(self._changed_outside)
        workspace.problems_changed.connect(self._look_at_folders)

    # -- dialogs

    def batch_edit(self, selected: Sequence[ImageFile], shown: Sequence[ImageFile]) -> None:
        """Opens the dialog that edits many captions."""
        from ui.dialogs.batch_edit import BatchEditDialog

        workspace = self._workspace
        everything = workspace.collection.images
        if not workspace.reader.read_now(everything):
            self._tell(self.tr("Captions are still being read."), "clock")
            return
        dialog = BatchEditDialog(self._page)

        def show() -> None:
            sets = (captions_of(images) for images in (selected, shown, everything))
            dialog.set_captions(*sets)

        def apply(name: str, wanted: Sequence[tuple[Caption, str]]) -> None:
            count = self._edits.apply(name, wanted)
            self._tell_undoable(self.tr("%n caption(s) changed", "", count))
            show()

        dialog.set_context(workspace.trigger, workspace.collection.tag_counts)
        state: dict[str, Any] = self._preferences.remembered(_BATCH, {})
        if state:
            dialog.restore(state)
        show()
        few, filtered = len(selected) > 1, len(shown) < len(everything)
        dialog.choose_scope("selected" if few else "filtered" if filtered else "all")
        dialog.apply_requested.connect(apply)
        dialog.exec()
        self._preferences.remember(_BATCH, dialog.state())
        dialog.deleteLater()

    def find_similar(self) -> None:
        """Compares all images; the review opens when that is done."""
        similar = self._workspace.similar
        similar.finished.connect(self._review, Qt.ConnectionType.SingleShotConnection)
        if not similar.busy:
            similar.start(self._workspace.collection.images)

    def read_as(self, images: Sequence[ImageFile]) -> None:
        """Asks in which encoding a caption is, showing how it would read."""
        captions = [caption for caption in captions_of(images) if caption.data]
        choices = [choice for caption in captions[:1] for choice in _readings(caption)]
        if not choices:
            self._tell(self.tr("The file holds no text in any usual encoding."), "warning")
            return
        title = self.tr("Read the caption as")
        text = self.tr("Choose the line that reads right; the file is then saved as UTF-8.")
        lines = [f"{encoding}: {reading}" for encoding, reading in choices]
        line, chosen = QInputDialog.getItem(self._page, title, text, lines, 0, False)
        if chosen:
            self._edits.convert(captions, choices[lines.index(line)][0])

    def menu(self, images: Sequence[ImageFile], at: QPoint) -> None:
        """The menu of the selected images."""
        if not images:
            return
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def entry(icon: str, text: str, act: Callable[[], object], enabled: bool = True) -> None:
            menu.addAction(theme.icon(icon), text, act).setEnabled(enabled)

        clipboard = QGuiApplication.clipboard()
        copied = clipboard.text().strip()
        texts = "\n\n".join(image.caption.text for image in images)
        entry("image", self.tr("Open in another program"), lambda: _open(images[0].path))
        entry("folder", self.tr("Show in folder"), lambda: _open(images[0].path.parent))
        menu.addSeparator()
        entry("duplicate", self.tr("Copy caption"), lambda: clipboard.setText(texts), bool(texts))
        paste = self.tr("Paste as caption")
        entry("text", paste, lambda: self._edits.set_text(images, copied), bool(copied))
        reset = [image for image in images if image.crop]
        entry("reset", self.tr("Automatic crop box"), lambda: self._reset(reset), bool(reset))
        menu.addSeparator()
        text = self.tr("Move %n image(s) to the trash", "", len(images))
        entry("trash", text, lambda: self.trash(images))
        menu.popup(at)

    # -- acts

    def trash(self, images: Sequence[ImageFile]) -> None:
        """Moves images away, with a way back."""
        workspace = self._workspace
        if not images or not workspace.reader.complete:
            self._tell(self.tr("Select images first, once all are read."), "info")
            return
        name = self.tr("move %n image(s) to the trash", "", len(images))
        before = workspace.undo.index()
        workspace.trash(name, images)
        if workspace.undo.index() != before:
            self._tell_undoable(self.tr("%n image(s) moved to the trash", "", len(images)))

    def remedy(self, remedy: str, items: Sequence[object]) -> None:
        """What a button of the problems panel says."""
        images = [item for item in items if isinstance(item, ImageFile)]
        paths = [item for item in items if isinstance(item, Path)]
        acts: dict[str, Callable[[], object]] = {
            "review": lambda: self._review(),
            "convert": lambda: self._convert(images),
            "add_trigger": lambda: self.everywhere.emit(self._edits.add_trigger),
            "reveal": lambda: _open(paths[0].parent),
            "locate": lambda: self._locate(paths[0]),
            "copy": lambda: self._workspace.copy_images(paths[0]),
        }
        acts[remedy]()

    def _convert(self, images: Sequence[ImageFile]) -> None:
        count = self._edits.convert(captions_of(images))
        self._tell_undoable(self.tr("%n caption file(s) saved as UTF-8", "", count))

    def _reset(self, images: Sequence[ImageFile]) -> None:
        self._workspace.undo.beginMacro(self.tr("automatic crop box"))
        for image in images:
            self._workspace.set_crop(self.tr("crop"), image, None)
        self._workspace.undo.endMacro()

    def _locate(self, gone: Path) -> None:
        title = self.tr("Where is {0} now?").format(gone.name)
        start = str(self._preferences.last_folder)
        if chosen := QFileDialog.getExistingDirectory(self._page, title, start):
            self._workspace.relink(gone, Path(chosen))

    def _review(self) -> None:
        """The dialog of similar images."""
        from ui.dialogs.duplicates import DuplicatesDialog

        groups: dict[int, list[ImageFile]] = {}
        for image in self._workspace.collection.images:
            if image.similar:
                groups.setdefault(image.similar, []).append(image)
        if not groups:
            self._tell(self.tr("No images look alike."), "good")
            return
        dialog = DuplicatesDialog(self._page)
        dialog.set_groups(list(groups.values()))

        def move(images: Sequence[ImageFile], captions: Sequence[tuple[Caption, str]]) -> None:
            dialog.accept()
            self._edits.apply(self.tr("keep captions"), captions)
            self.trash(images)

        dialog.trash_requested.connect(move)
        dialog.exec()
        dialog.deleteLater()

    # -- what went wrong

    def _failed(self, error: StudioError) -> None:
        text = messages.sentence(error.code, error.params)
        workspace = self._workspace
        if error.code == "caption.changed_outside":
            self.banner.show_message(
                text,
                [
                    (self.tr("Keep mine"), workspace.keep_ours),
                    (self.tr("Use the file"), workspace.take_theirs),
                ],
            )
        elif error.code == "project.changed_outside":
            self.banner.show_message(
                text,
                [
                    (self.tr("Keep mine"), workspace.keep_our_project),
                    (self.tr("Use the file"), workspace.take_their_project),
                ],
            )
        elif workspace.autosave.unsaved:
            self.banner.show_message(text, [(self.tr("Try again"), workspace.autosave.retry)])

    def _settled(self) -> None:
        if self.banner.isVisible():
            self.banner.clear()
            self._look_at_folders()

    def _look_at_folders(self) -> None:
        for problem in self._workspace.collection.problems:
            if problem.code == "dataset.no_folder":
                gone = Path(problem.params["path"])
                text = messages.sentence(problem.code, problem.params)
                self.banner.show_message(text, [(self.tr("Locate…"), partial(self._locate, gone))])
                return
        if self._workspace.autosave.unsaved:
            return
        self.banner.clear()
        for folder in self._workspace.read_only:
            text = self.tr("Captions cannot be saved in {0}: it is read-only.").format(folder)
            copy = partial(self._workspace.copy_images, folder)
            self.banner.show_message(text, [(self.tr("Copy images to the project"), copy)])

    def _changed_outside(self, captions: Sequence[Caption]) -> None:
        count = len(captions)
        text = self.tr("%n caption(s) changed by another program", "", count)
        mine = self.tr("Keep mine")
        self.noticed.emit(Notice(text, "info", mine, self._workspace.way_back()))

    def _tell(self, text: str, icon: str) -> None:
        self.noticed.emit(Notice(text, icon))

    def _tell_undoable(self, text: str) -> None:
        self.noticed.emit(Notice(text, "good", self.tr("Undo"), self._workspace.way_back()))


def _readings(caption: Caption) -> list[tuple[str, str]]:
    """How the file would read in each of `ENCODINGS` that it can be."""
    readings = []
    for encoding in ENCODINGS:
        try:
            readings.append((encoding, (caption.data or b"").decode(encoding)[:80]))
        except UnicodeDecodeError:
            continue
    return readings


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
