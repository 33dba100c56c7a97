"""Shows the selected images: as training sees them, their captions, their tags."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmap

from studio.data.buckets import Crop, Size, assign, make_buckets
from studio.data.collection import ImageFile
from ui import messages
from ui.pages.caption_edits import captions_of
from ui.pages.images_face import ImagesFace
from ui.workspace import Workspace

_MOSAIC = 9


class Selection(QObject):
    """Keeps view, caption panel and tag list of ``face`` equal to what is selected."""

    def __init__(self, workspace: Workspace, face: ImagesFace) -> None:
        super().__init__(face)
        self.images: list[ImageFile] = []
        self._workspace = workspace
        self._face = face
        self._viewed: ImageFile | None = None
        self._viewed_size: Size | None = None
        self._buckets: tuple[Size, ...] = ()
        self.soon = QTimer(self, singleShot=True, interval=0)
        self.soon.timeout.connect(self._refresh)
        face.view.crop_changed.connect(self._crop)

    def show(self, images: list[ImageFile]) -> None:
        """Other images are selected."""
        self._face.panel.flush()
        self.images = images
        ready = self._workspace.reader.read_now(images)
        self._show_view()
        self._show_captions(other_images=True)
        self._face.panel.setEnabled(ready)

    def show_settings(self) -> None:
        """Training size or trigger word are others."""
        project = self._workspace.project
        self._buckets = make_buckets(project.settings.resolution, project.bucket_step())
        self._show_view()
        self._show_captions()

    def take_changes(self, images: list[ImageFile]) -> None:
        """Something about ``images`` is different; it shows in a moment, once for many."""
        if self.images and not self.soon.isActive():
            selected = set(self.images)
            if any(image in selected for image in images):
                self.soon.start()

    def _refresh(self) -> None:
        self._face.panel.setEnabled(self._workspace.reader.read_now(self.images))
        self._show_captions()
        if len(self.images) == 1:
            image = self.images[0]
            if self._viewed is image and self._viewed_size == image.size:
                self._face.view.set_crop(image.crop)
            else:
                self._show_image(image)

    def _show_view(self) -> None:
        if not self.images:
            self._face.view.clear()
        elif len(self.images) > 1:
            made = filter(None, map(self._thumbnail, self.images[: 4 * _MOSAIC]))
            self._face.view.set_selection(len(self.images), list(islice(made, _MOSAIC)))
        else:
            self._show_image(self.images[0])

    def _show_image(self, image: ImageFile) -> None:
        view, grid = self._face.view, self._face.grid
        bucket = assign(image.size, self._buckets) if image.size else None
        view.set_image(image.path, image.size, bucket, image.crop)
        self._viewed, self._viewed_size = image, image.size
        if (preview := self._thumbnail(image)) is not None:
            view.set_preview(preview)
        if image.problem:
            view.set_problem(messages.sentence(image.problem.code, image.problem.params))
        self.show_position()
        shown, row = grid.images(), grid.currentIndex().row()
        neighbours = (*shown[row + 1 : row + 2], *shown[max(row - 1, 0) : row])
        view.prefetch([neighbour.path for neighbour in neighbours])

    def show_position(self) -> None:
        """Which of the images that are shown is the current one."""
        grid = self._face.grid
        self._face.view.set_position(grid.currentIndex().row() + 1, len(grid.images()))

    def _show_captions(self, other_images: bool = False) -> None:
        panel, captions = self._face.panel, captions_of(self.images)
        problem = captions[0].problem if len(captions) == 1 else None
        panel.set_problem(messages.sentence(problem.code, problem.params) if problem else "")
        folder = next((c.folder for c in captions if c.folder in self._workspace.read_only), None)
        locked = self.tr("Captions cannot be saved in {0}.").format(folder.name) if folder else ""
        panel.set_read_only(locked)
        texts = [caption.text for caption in captions]
        split = [caption.tags for caption in captions]
        panel.show_captions(texts, self._workspace.trigger, other_images, split)
        tags = chain.from_iterable(dict.fromkeys(image.caption.tags) for image in self.images)
        self._face.tags.set_selected(Counter(tags), len(self.images))

    def _thumbnail(self, image: ImageFile) -> QPixmap | None:
        return self._workspace.thumbnails.get(image, 256)

    def _crop(self, crop: Crop | None, final: bool) -> None:
        """Of the image in view, which may be the one before while another is selected."""
        image = self._viewed
        if final and image and image.path == self._face.view.path:
            self._workspace.set_crop(self.tr("crop box"), image, crop)
