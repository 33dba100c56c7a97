"""The open project: its images and captions, what was done to them, and their files kept in step.

Everything the artist does goes through here and onto `undo`. Memory changes at once; `Autosave`
brings the files after it, a `Background` reads what is new.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from studio.data.booru import TagList, read_tag_list
from studio.data.buckets import Crop
from studio.data.captions import save_caption
from studio.data.collection import (
    Caption,
    Change,
    Collection,
    Details,
    ImageFile,
    read_details,
)
from studio.data.scanning import Batch, list_images
from studio.data.tokens import TokenCounter
from studio.errors import StudioError
from studio.files import writing
from studio.project import Project
from ui import trash
from ui.autosave import Autosave
from ui.background import Background
from ui.models.thumbnails import Thumbnails
from ui.models.undo import CaptionEdit, CropEdit, FieldEdit, TrashImages
from ui.similar import SimilarSearch
from ui.trash import Trashed
from ui.watcher import Watcher

JOBS = ("read", "compare", "copy")
"""Reading images, looking for similar ones, copying a folder into the project."""

CHUNK = 100
"""Images read, or captions counted, between two visits of the event loop."""

_AT_ONCE = 200
"""So many images are read on the spot if they are needed before their turn."""

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
    """A job of `JOBS`, what is done of it, and all of it (0: unknown); equal at its end."""
    changed_outside = Signal(object)
    """list[Caption]: edited here before, then by another program; undo has the edit."""
    failed = Signal(object)
    """A StudioError to tell."""
    counter_ready = Signal()
    """`counter` is there."""
    moved = Signal()
    """The image folders are others: the project has to be opened anew."""

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.collection = Collection()
        self.undo = QUndoStack(self)
        self.autosave = Autosave(self)
        self.thumbnails = Thumbnails(project.cache, self)
        self.counter: TokenCounter | None = None
        self.edited: set[Caption] = set()
        self.read_only: set[Path] = set()
        self._background = Background(self)
        self.similar = SimilarSearch(self)
        self.similar.changed.connect(self._take_similar)
        self.similar.progressed.connect(partial(self.progressed.emit, "compare"))
        self._watcher = Watcher(self.reload, lambda: self.autosave.busy, self)
        self._unread = 0
        self._listing = False
        self._project_timer = QTimer(self, singleShot=True, interval=400)
        self._project_timer.timeout.connect(self.save_project)
        self.autosave.saved.connect(self._watcher.we_wrote)
        self.autosave.failed.connect(self._not_saved)
        self._load_counter()
        self._list()

    # -- what there is

    @property
    def complete(self) -> bool:
        """Whether all images and captions have been read."""
        return not self._listing and self._unread == 0

    @property
    def trigger(self) -> str:
        """The project's trigger word."""
        return self.project.settings.trigger.strip()

    def read_now(self, images: Iterable[ImageFile]) -> bool:
        """Reads captions that are needed before their turn; False if they are too many for that."""
        unknown = list(islice((i for i in images if not i.caption.known), _AT_ONCE + 1))
        if len(unknown) > _AT_ONCE:
            return False
        if unknown:
            self._take_details([read_details(image) for image in unknown])
        return True

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
        unsaved = {caption: read_details(caption.images[0]).data for caption in self._unsaved()}
        for caption, data in unsaved.items():
            self.autosave.found(caption, data)
        self.autosave.put(unsaved)

    def take_theirs(self) -> None:
        """Gives up unsaved captions for what their files hold; undo has the edits."""
        details = [read_details(caption.images[0]) for caption in self._unsaved()]
        changes = [Change(d.image.caption, d.image.caption.data, d.data) for d in details]
        for change in changes:
            self.autosave.found(change.caption, change.after)
        self.edit_bytes(self.tr("change by another program"), changes)

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

        self._background.run(read, given)

    def relink(self, gone: Path, folder: Path) -> None:
        """Tells that an image folder is somewhere else now; `moved` follows."""
        try:
            self.project.relink(gone, folder)
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

        def copy() -> Iterator[Path]:
            with writing(place):
                yield Path(shutil.copytree(folder, place))

        self.progressed.emit("copy", 0, 0)
        self._background.run(copy, lambda _: self._copied(folder, place))

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
        if self.complete:
            self._list(again=True)

    # -- what commands of undo do

    def apply(self, changes: Sequence[Change], backwards: bool = False) -> None:
        """Makes changes of captions, in memory and then in their files."""
        self.collection.apply(changes, backwards)
        captions = [change.caption for change in changes]
        self.edited.update(captions)
        self.autosave.put({c.caption: c.after if backwards else c.before for c in changes})
        self._count_tokens(captions)
        self.changed.emit(self._images_of(captions))

    def put_crop(self, image: ImageFile, crop: Crop | None) -> None:
        """Sets a crop box; the project's file follows a moment later."""
        image.crop = crop
        self.project.set_crops(image.folder, {image.name: crop})
        self._project_timer.start()
        self.changed.emit([image])

    def put_field(self, field: str, value: object) -> None:
        """Sets a field of the project; its file follows a moment later."""
        self.project.change(**{field: value})
        self._project_timer.start()
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
        self._list(again=True)
        return trashed

    def restore(self, trashed: Sequence[Trashed]) -> None:
        """Moves files back out of the trash."""
        for one in trashed:
            try:
                trash.restore(one)
            except StudioError as error:
                self.failed.emit(error)
        self._list(again=True)

    def save_project(self) -> None:
        """Writes ``project.toml`` if anything in it changed."""
        self._project_timer.stop()
        try:
            self.project.save()
        except StudioError as error:
            self.failed.emit(error)

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
        self._background.stop()
        self.similar.stop()
        self.thumbnails.stop()

    # -- reading

    def _load_counter(self) -> None:
        base = self.project.settings.base
        self._background.run(lambda: iter([TokenCounter.for_base(base)]), self._take_counter)

    def _take_counter(self, counter: TokenCounter) -> None:
        self.counter = counter
        self.counter_ready.emit()

    def _list(self, again: bool = False) -> None:
        self._listing = True
        folders = self.project.images_folders()
        if again:
            self._background.run(lambda: iter([list(list_images(folders))]), self._take_listing)
        else:
            self._background.run(lambda: list_images(folders), self._take_batch, self._listed)

    def _take_batch(self, batch: Batch) -> None:
        first = not self.collection.images
        self._put_crops(self.collection.add(batch))
        if first:
            self.listed.emit()

    def _look_at_rights(self) -> None:
        folders = self.project.images_folders()
        self.read_only = {f for f in folders if f.is_dir() and not os.access(f, os.W_OK)}

    def _listed(self) -> None:
        self._listing = False
        self._look_at_rights()
        self.listed.emit()
        self._watcher.watch(self.project.images_folders())
        self._read(self.collection.images)

    def _take_listing(self, batches: list[Batch]) -> None:
        self._listing = False
        self._look_at_rights()
        difference = self.collection.merge(batches)
        self._put_crops(difference.added)
        if difference.added or difference.removed:
            self.listed.emit()
        self.changed.emit(difference.changed)
        self.problems_changed.emit()
        self._read(difference.unread)

    def _read(self, images: Sequence[ImageFile]) -> None:
        images = list(images)
        self._unread += len(images)

        def work() -> Iterator[list[Details]]:
            for start in range(0, len(images), CHUNK):
                yield [read_details(image) for image in images[start : start + CHUNK]]

        self._background.run(work, self._take_chunk, self._all_read)

    def _take_chunk(self, details: list[Details]) -> None:
        self._unread -= len(details)
        self._take_details(details)
        total = len(self.collection.images)
        self.progressed.emit("read", total - self._unread, total)

    def _take_details(self, details: list[Details]) -> None:
        differing = self.collection.apply_details(details)
        outside = [c for c in differing if not self.autosave.waits(c.caption, c.after)]
        if outside:
            self._take_outside(outside)
        self.changed.emit([found.image for found in details])

    def _all_read(self) -> None:
        images = self.collection.images
        self._count_tokens({image.caption for image in images})
        self.problems_changed.emit()
        if self.complete and len(images) <= _LOOKED_AT_UNASKED and not self.similar.busy:
            self.similar.start(images)

    def _take_outside(self, changes: list[Change]) -> None:
        """Another program's edits: shown at once, and undone like one's own where both edited."""
        quiet = [change for change in changes if change.caption not in self.edited]
        both = [change for change in changes if change.caption in self.edited]
        self.collection.apply(quiet)
        self._count_tokens([change.caption for change in quiet])
        self.changed.emit(self._images_of(change.caption for change in quiet))
        if both:
            for change in both:
                self.autosave.found(change.caption, change.after)
            self.edit_bytes(self.tr("change by another program"), both)
            self.changed_outside.emit([change.caption for change in both])

    def _copied(self, folder: Path, place: Path) -> None:
        self.progressed.emit("copy", 1, 1)
        for caption in [c for c in self.autosave.unsaved if c.folder == folder]:
            save_caption(place / caption.name, caption.data, self.autosave.hand_over(caption))
        self.relink(folder, place)

    def _take_similar(self, images: list[ImageFile]) -> None:
        self.changed.emit(images)
        self.problems_changed.emit()

    def _count_tokens(self, captions: Iterable[Caption]) -> None:
        texts = [(c, c.text) for c in captions if c.known and c.tokens is None]
        if len(texts) == 1 and self.counter:
            ((caption, text),) = texts
            caption.tokens = _longest(self.counter, text)
        elif texts:
            self._background.run(lambda: self._counted(texts), self._take_tokens)

    def _counted(
        self, texts: list[tuple[Caption, str]]
    ) -> Iterator[list[tuple[Caption, str, int]]]:
        counter = self.counter or TokenCounter.for_base(self.project.settings.base)
        for start in range(0, len(texts), CHUNK):
            part = texts[start : start + CHUNK]
            yield [(caption, text, _longest(counter, text)) for caption, text in part]

    def _take_tokens(self, counted: list[tuple[Caption, str, int]]) -> None:
        current = [(caption, tokens) for caption, text, tokens in counted if caption.text == text]
        for caption, tokens in current:
            caption.tokens = tokens
        self.changed.emit(self._images_of(caption for caption, _ in current))

    def _put_crops(self, images: Iterable[ImageFile]) -> None:
        crops = dict(zip(self.project.images_folders(), self.project.settings.dataset, strict=True))
        for image in images:
            image.crop = crops[image.folder].crops.get(image.name)

    def _not_saved(self, captions: list[Caption]) -> None:
        self.failed.emit(self.autosave.unsaved[captions[0]])

    def _unsaved(self) -> list[Caption]:
        return [caption for caption in self.autosave.unsaved if caption.images]

    def _images_of(self, captions: Iterable[Caption]) -> list[ImageFile]:
        return [image for caption in captions for image in self.collection.images_of(caption)]


def _longest(counter: TokenCounter, text: str) -> int:
    return max(map(counter.count, text.split("\n")))
