"""The open project: its images and captions, what was done to them, and their files kept in step.

Everything the artist does goes through here and onto `undo`. Memory changes at once; `Autosave`
brings the files after it, a `Background` reads what is new.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from studio.data.booru import TagList, read_tag_list
from studio.data.buckets import Crop
from studio.data.captions import save_caption
from studio.data.collection import Caption, Change, Collection, ImageFile
from studio.data.image_file import read_bytes
from studio.errors import StudioError
from studio.files import writing
from studio.project import Project
from ui import trash
from ui.autosave import Autosave
from ui.models.thumbnails import Thumbnails
from ui.models.undo import CaptionEdit, CropEdit, FieldEdit, TrashImages
from ui.reader import Reader
from ui.similar import SimilarSearch
from ui.trash import Trashed
from ui.watcher import Watcher

_LOOKED_AT_UNASKED = 500
"""Projects up to this many images are searched for near-duplicates as soon as they are open."""


class Workspace(QObject):
    """An open project; `close` it before it is let go of."""

    listed = Signal()
    """Images came or went: what is shown has to be chosen anew."""
    changed = Signal(object)
    """list[ImageFile]: something about these is different now."""
    settings_changed = Signal()
    """A field of the project, such as its trigger word."""
    problems_changed = Signal()
    progressed = Signal(str, int, int)
    """What is done of a job, and all of it (0: unknown); equal at its end.

    Jobs are "read" (images), "compare" (them, for similar ones), "copy" (into the project).
    """
    changed_outside = Signal(object)
    """list[Caption]: edited here before, then by another program; undo has the edit."""
    failed = Signal(object)
    """A StudioError to tell."""
    saving = Signal()
    saved = Signal(object)
    """Everything is on the disk since this `datetime`."""
    moved = Signal()
    """The image folders are others: the project has to be opened anew."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.collection = Collection()
        self.undo = QUndoStack(self)
        self.autosave = Autosave(self)
        self.thumbnails = Thumbnails(project.cache, self)
        self.similar = SimilarSearch(self)
        self.reader = Reader(self.collection, self._base(), self)
        self._opened_as: dict[Caption, bytes | None] = {}  # of what was edited
        self.read_only: set[Path] = set()
        self._watcher = Watcher(self.reload, lambda: self.autosave.busy, self)
        self._project_timer = QTimer(self, singleShot=True, interval=400)
        self._project_timer.timeout.connect(self.save_project)
        self._connect()
        self.reader.list_first(project.images_folders())

    # -- what there is

    @property
    def trigger(self) -> str:
        """The project's trigger word."""
        return self.project.settings.trigger.strip()

    def is_edited(self, caption: Caption) -> bool:
        """Whether ``caption`` is another than when the project was opened, by an edit."""
        return caption in self._opened_as and self._opened_as[caption] != caption.data

    # -- what the artist does

    def edit(self, text: str, wanted: Iterable[tuple[Caption, str]], typed: bool = False) -> int:
        """Gives captions new texts as one step of undo called ``text``; returns how many change."""
        changes = [
            change
            for caption, new in wanted
            if (change := self.collection.change(caption, new)) is not None
        ]
        if changes:
            self.undo.push(CaptionEdit(self, text, changes, typed))
        return len(changes)

    def edit_bytes(self, text: str, changes: Sequence[Change]) -> None:
        """Makes changes that are more than another text, such as another encoding."""
        if changes:
            self.undo.push(CaptionEdit(self, text, changes))

    def set_crop(self, text: str, image: ImageFile, crop: Crop | None) -> None:
        """Sets the crop box of ``image`` by hand, or makes it automatic again."""
        if crop != image.crop:
            self.undo.push(CropEdit(self, text, image, image.crop, crop))

    def set_field(self, text: str, field: str, value: object) -> None:
        """Sets a field of the project."""
        before = getattr(self.project.settings, field)
        if value != before:
            self.undo.push(FieldEdit(self, text, field, before, value))

    def keep_ours(self) -> None:
        """Writes unsaved captions over what another program wrote meanwhile."""
        held = {caption: read_bytes(caption.path)[0] for caption in self.autosave.unsaved}
        for caption, data in held.items():
            self.autosave.found(caption, data)
        self.autosave.put(held)

    def take_theirs(self) -> None:
        """Gives up unsaved captions for what their files hold; undo has the edits."""
        unsaved = self.autosave.unsaved
        changes = [Change(c, c.data, read_bytes(c.path)[0]) for c in unsaved]
        for change in changes:
            self.autosave.found(change.caption, change.after)
        self.edit_bytes(self.tr("change by another program"), changes)

    def keep_our_project(self) -> None:
        """Writes ``project.toml`` over what another program wrote meanwhile."""
        self.project.save(overwrite=True)
        self._tell_saved()

    def take_their_project(self) -> None:
        """Gives up changes of the project for what its file holds; `moved` follows."""
        self.project = Project.open(self.project.path)
        self.moved.emit()

    def read_tag_list(self, path: Path, take: Callable[[TagList], object]) -> None:
        """Reads a list of tags to complete from; `failed` tells if it cannot be read."""

        def read() -> Iterator[TagList | StudioError]:
            try:
                yield read_tag_list(path)
            except StudioError as error:
                yield error

        def given(result: TagList | StudioError) -> None:
            if isinstance(result, StudioError):
                self.failed.emit(result)
            else:
                take(result)

        self.reader.background.run(read, given)

    def relink(self, gone: Path, folder: Path) -> None:
        """Tells that an image folder is somewhere else now; `moved` follows."""
        try:
            self.project.relink(gone, folder)
            for caption in [c for c in self.autosave.unsaved if c.folder == gone]:
                known = self.autosave.known(caption)
                save_caption(folder / caption.name, caption.data, known)
                self.autosave.hand_over(caption)
        except StudioError as error:
            self.failed.emit(error)
        else:
            self.save_project()
            self.moved.emit()

    def copy_images(self, folder: Path) -> None:
        """Copies an image folder that cannot be written into the project; `moved` follows.

        Captions that could not be saved go into the copies.
        """
        place = Project.for_images(folder, self.project.path, ("runs", "cache"))

        def copy() -> Iterator[StudioError | None]:
            try:
                with writing(place):
                    shutil.copytree(folder, place)
                yield None
            except StudioError as error:
                yield error

        self.progressed.emit("copy", 0, 0)
        self.reader.background.run(copy, lambda error: self._copied(folder, place, error))

    def way_back(self) -> Callable[[], None]:
        """Undoes what was done last, when it is called before anything else was done."""
        index = self.undo.index()

        def undo() -> None:
            if self.undo.index() == index:
                self.undo.undo()
            else:
                self.failed.emit(StudioError("undo.not_last"))

        return undo

    def trash(self, text: str, images: Sequence[ImageFile]) -> None:
        """Moves images and their captions to the system's trash, from where undo gets them."""
        self.undo.push(TrashImages(self, text, images))

    def reload(self) -> None:
        """Looks at the folders again: F5, another program's work, the window in front again."""
        if self.reader.complete:
            self.reader.list_again(self.project.images_folders())

    # -- what commands of undo do

    def apply(self, changes: Sequence[Change], backwards: bool = False) -> None:
        """Makes changes of captions, in memory and then in their files."""
        self.collection.apply(changes, backwards)
        captions = [change.caption for change in changes]
        for change in changes:
            self._opened_as.setdefault(change.caption, change.after if backwards else change.before)
        self.autosave.put({c.caption: c.after if backwards else c.before for c in changes})
        self.reader.count_tokens(captions)
        self.changed.emit(self._images_of(captions))

    def put_crop(self, image: ImageFile, crop: Crop | None) -> None:
        """Sets a crop box; the project's file follows a moment later."""
        image.crop = crop
        self.project.set_crops(image.folder, {image.name: crop})
        self._project_changed()
        self.changed.emit([image])

    def put_field(self, field: str, value: object) -> None:
        """Sets a field of the project; its file follows a moment later."""
        try:
            self.project.change(**{field: value})
        except StudioError as error:  # such as an undo that leads to a base model that is gone
            self.failed.emit(error)
            return
        if field == "base":
            self.reader.set_base(self._base())
        self._project_changed()
        self.settings_changed.emit()

    def move_to_trash(self, images: Sequence[ImageFile]) -> list[Trashed]:
        """Moves image files away, with the captions that no other image has."""
        self.autosave.flush()
        leaving = set(images)
        captions = {image.caption for image in images}
        alone = [c for c in captions if leaving.issuperset(self.collection.images_of(c))]
        paths = [image.path for image in images]
        paths += [c.path for c in alone if c.data is not None and c not in self.autosave.unsaved]
        trashed = []
        try:
            for path in paths:
                trashed.append(trash.move(path))
        except StudioError as error:
            self.failed.emit(error)
        self.reader.list_again(self.project.images_folders())
        return trashed

    def restore(self, trashed: Sequence[Trashed]) -> None:
        """Moves files back out of the trash."""
        for one in trashed:
            try:
                trash.restore(one)
            except StudioError as error:
                self.failed.emit(error)
        self.reader.list_again(self.project.images_folders())

    def save_project(self) -> None:
        """Writes ``project.toml`` if anything in it changed."""
        self._project_timer.stop()
        try:
            self.project.save()
        except StudioError as error:
            self.failed.emit(error)
        else:
            self._tell_saved()

    # -- closing

    def close(self) -> bool:
        """Writes what is left and ends all work; False if something could not be written."""
        self.save_project()
        if not self.autosave.flush() or self.project.changed:
            return False
        self.stop()
        return True

    def stop(self) -> None:
        """Ends all work, saved or not."""
        self._project_timer.stop()
        self._watcher.stop()
        self.reader.stop()
        self.similar.stop()
        self.thumbnails.stop()

    # -- what is found

    def _connect(self) -> None:
        reader, similar = self.reader, self.similar
        reader.added.connect(self._put_crops)
        reader.listed.connect(self._take_listing)
        reader.changed.connect(self.changed)
        reader.differing.connect(self._take_differing)
        reader.progressed.connect(partial(self.progressed.emit, "read"))
        reader.finished.connect(self._all_read)
        reader.failed.connect(self.failed)
        similar.changed.connect(self._take_similar)
        similar.progressed.connect(partial(self.progressed.emit, "compare"))
        self.thumbnails.cache_failed.connect(self.failed)
        self.autosave.saving.connect(self.saving)
        self.autosave.saved.connect(self._watcher.we_wrote)
        self.autosave.saved.connect(self._tell_saved)
        self.autosave.failed.connect(self._not_saved)

    def _take_listing(self, different: bool) -> None:
        folders = self.project.images_folders()
        self.read_only = {f for f in folders if f.is_dir() and not os.access(f, os.W_OK)}
        self._watcher.watch(folders)
        if different:
            self.listed.emit()
        self.problems_changed.emit()

    def _all_read(self) -> None:
        self.problems_changed.emit()
        images = self.collection.images
        if len(images) <= _LOOKED_AT_UNASKED and not self.similar.busy:
            self.similar.start(images)

    def _take_differing(self, changes: list[Change]) -> None:
        unsettled = self.autosave.unsaved  # of which the artist is being asked
        outside = [
            change
            for change in changes
            if change.caption not in unsettled and not self.autosave.is_writing(change.caption)
        ]
        if outside:
            self._take_outside(outside)

    def _take_outside(self, changes: list[Change]) -> None:
        """Another program's edits: shown at once, and undone like one's own where both edited."""
        quiet = [change for change in changes if change.caption not in self._opened_as]
        both = [change for change in changes if change.caption in self._opened_as]
        self.collection.apply(quiet)
        self.reader.count_tokens([change.caption for change in quiet])
        self.changed.emit(self._images_of(change.caption for change in quiet))
        if both:
            for change in both:
                self.autosave.found(change.caption, change.after)
            self.edit_bytes(self.tr("change by another program"), both)
            self.changed_outside.emit([change.caption for change in both])

    def _copied(self, folder: Path, place: Path, error: StudioError | None) -> None:
        self.progressed.emit("copy", 1, 1)
        if error:
            self.failed.emit(error)
            return
        self.relink(folder, place)

    def _take_similar(self, images: list[ImageFile]) -> None:
        self.changed.emit(images)
        self.problems_changed.emit()

    def _put_crops(self, images: Iterable[ImageFile]) -> None:
        crops = dict(zip(self.project.images_folders(), self.project.settings.dataset, strict=True))
        for image in images:
            if dataset := crops.get(image.folder):  # else the folder left while it was listed
                image.crop = dataset.crops.get(image.name)

    def _base(self) -> str:
        """The base model; a path from the project's folder as one that holds everywhere."""
        base = self.project.settings.base
        path = self.project.path / base
        return str(path) if base != "starter" and path.exists() else base

    def _project_changed(self) -> None:
        self._project_timer.start()
        self.saving.emit()

    def _tell_saved(self) -> None:
        if not (self.autosave.busy or self.autosave.unsaved or self.project.changed):
            self.saved.emit(datetime.now())

    def _not_saved(self, captions: list[Caption]) -> None:
        self.failed.emit(self.autosave.unsaved[captions[0]])
        if not captions[0].folder.is_dir():
            self.reload()

    def _images_of(self, captions: Iterable[Caption]) -> list[ImageFile]:
        return [image for caption in captions for image in self.collection.images_of(caption)]
