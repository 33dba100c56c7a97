"""The Images page: find, look, caption, crop.

Left the grid under the filter, right the image as training sees it, its caption, and below these
all tags and all problems. The page holds what is chosen; `Workspace` holds everything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, islice

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio.data.booru import TagList
from studio.data.buckets import Crop, Size, assign, make_buckets
from studio.data.collection import ImageFile
from studio.data.facets import count_facets
from studio.data.filters import Context
from studio.data.query import Query, parse, quote, toggle_term
from ui import messages, shortcuts, theme
from ui.pages.caption_edits import CaptionEdits, captions_of
from ui.pages.image_problems import problem_groups
from ui.pages.image_remedies import ImageRemedies
from ui.pages.page import Page
from ui.pages.suggestions import Suggestions
from ui.preferences import THUMBNAILS, Preferences
from ui.widgets.all_tags import AllTags
from ui.widgets.caption_panel import CaptionPanel
from ui.widgets.crop_view import CropView
from ui.widgets.filter_bar import FilterBar
from ui.widgets.image_grid import ImageGrid
from ui.widgets.image_tile import Badge
from ui.widgets.problems_panel import ProblemsPanel
from ui.widgets.toast import Notice
from ui.widgets.trigger_bar import TriggerBar
from ui.workspace import Workspace

_SETTLE = 120
"""Milliseconds after an edit until counts follow: 20 ms of work for 20,000 images."""

_MOSAIC = 9
_HINT, _SPLIT, _RIGHT = (
    "language_hint",
    "images_split",
    "images_right",
)  # what the preferences remember

SORTS: dict[str, Callable[[ImageFile], object]] = {
    "name": lambda image: image.row,
    "newest": lambda image: -image.stamp[0],
    "size": lambda image: min(image.size or (0, 0)),
    "tags": lambda image: len(image.caption.tags),
    "tokens": lambda image: -(image.caption.tokens or 0),
}


class ImagesPage(Page):
    """Shows the images of ``workspace`` and turns what the artist does into edits of it."""

    def __init__(self, workspace: Workspace, preferences: Preferences) -> None:
        super().__init__()
        self._workspace = workspace
        self._preferences = preferences
        self._edits = CaptionEdits(workspace, self)
        self._remedies = ImageRemedies(workspace, self._edits, preferences, self)
        self._suggestions = Suggestions()
        self._selected: list[ImageFile] = []
        self._viewed: ImageFile | None = None
        self._viewed_size: Size | None = None
        self._query: Query = parse("")
        self._sort = "name"
        self._buckets: tuple[Size, ...] = ()
        self._make_parts()
        self._lay_out()
        self._connect_workspace()
        self._connect_widgets()
        self._make_actions()
        self._show_settings()
        self._preference_changed("tag_list")
        self._count()
        self.setFocusProxy(self.grid)

    # -- what is shown

    def _show_images(self) -> None:
        """Filters and sorts; what an edit makes fit or not stays until this is called again."""
        matches = self._query.matches
        shown = [image for image in self._workspace.collection.images if matches(image)]
        if self._sort != "name":
            shown.sort(key=SORTS[self._sort])  # type: ignore[arg-type]  # numbers all
        self.grid.set_images(shown)
        self._say_status()

    def _filter(self, text: str) -> None:
        self._query = parse(text, self._context)
        self._show_images()

    def _sort_by(self, key: str) -> None:
        self._sort = key
        self._show_images()

    def _select(self, images: list[ImageFile]) -> None:
        self.panel.flush()
        self._selected = images
        ready = self._workspace.reader.read_now(images)
        self._show_view()
        self._show_captions(other_images=True)
        self.panel.setEnabled(ready)
        self._say_status()

    def _show_view(self) -> None:
        """The image or images in the upper right."""
        if not self._selected:
            self.view.clear()
        elif len(self._selected) > 1:
            made = filter(None, map(self._thumbnail, self._selected[: 4 * _MOSAIC]))
            self.view.set_selection(len(self._selected), list(islice(made, _MOSAIC)))
        else:
            self._show_image(self._selected[0])

    def _show_image(self, image: ImageFile) -> None:
        bucket = assign(image.size, self._buckets) if image.size else None
        self.view.set_image(image.path, image.size, bucket, image.crop)
        self._viewed, self._viewed_size = image, image.size
        if (preview := self._thumbnail(image)) is not None:
            self.view.set_preview(preview)
        if image.problem:
            self.view.set_problem(messages.sentence(image.problem.code, image.problem.params))
        shown, row = self.grid.images(), self.grid.currentIndex().row()
        self.view.set_position(row + 1, len(shown))
        self.view.prefetch(
            [i.path for i in (*shown[row + 1 : row + 2], *shown[max(row - 1, 0) : row])]
        )

    def _show_captions(self, other_images: bool = False) -> None:
        captions = captions_of(self._selected)
        problem = captions[0].problem if len(captions) == 1 else None
        self.panel.set_problem(messages.sentence(problem.code, problem.params) if problem else "")
        folder = next((c.folder for c in captions if c.folder in self._workspace.read_only), None)
        locked = self.tr("Captions cannot be saved in {0}.").format(folder.name) if folder else ""
        self.panel.set_read_only(locked)
        texts = [caption.text for caption in captions]
        split = [caption.tags for caption in captions]
        self.panel.show_captions(texts, self._workspace.trigger, other_images, split)
        tags = chain.from_iterable(dict.fromkeys(image.caption.tags) for image in self._selected)
        self.tags.set_selected(Counter(tags), len(self._selected))

    def _show_settings(self) -> None:
        settings = self._workspace.project.settings
        self._buckets = make_buckets(settings.resolution, self._workspace.project.bucket_step())
        self.trigger.set_trigger(settings.trigger)
        self.panel.set_mode(settings.captions)
        self.grid.set_sentences(settings.captions == "sentences")
        self._filter(self._query.text)
        self._show_view()
        self._show_captions()
        self._later.start()

    def _count(self) -> None:
        """Everything that counts over all images; it follows an edit after a moment."""
        workspace = self._workspace
        images = workspace.collection.images
        facets = count_facets(images, self._context)
        self.filter.set_facets({"all": len(images), **facets})
        counts = workspace.collection.tag_counts
        self.tags.set_counts(counts)
        self._suggestions.set_counts(counts)
        self.filter.set_tags([tag for tag, _ in counts.most_common(2000)])
        captioned = sum(1 for caption in captions_of(images) if caption.text)
        self.trigger.set_missing(facets["is:untriggered"], captioned)
        groups = problem_groups(workspace, self._context)
        self.problems.set_problems(groups)
        number = sum(group.count > 0 for group in groups)
        title = self.tr("Problems ({0})").format(number) if number else self.tr("Problems")
        self._tabs.setTabText(1, title)
        self._tabs.setTabIcon(
            1, theme.icon(*("warning", "warning") if number else ("good", "good"))
        )
        self._say_status()

    def _say_status(self) -> None:
        total, shown = len(self._workspace.collection.images), len(self.grid.images())
        parts = [self.tr("%n image(s)", "", total)]
        if shown != total:
            parts.append(self.tr("{0} shown").format(shown))
        if self._selected:
            parts.append(self.tr("%n selected", "", len(self._selected)))
        self.status_changed.emit(" · ".join(parts))

    def _thumbnail(self, image: ImageFile) -> QPixmap | None:
        return self._workspace.thumbnails.get(image, 256)

    def _badges(self, image: ImageFile) -> Sequence[Badge]:
        """Called for each visible tile at each painting."""
        badges = []
        caption = image.caption
        if image.problem or caption.problem:
            badges.append(self._badge["problem"])
        if image.crop:
            badges.append(self._badge["crop"])
        if image.similar:
            badges.append(self._badge["similar"])
        if (caption.tokens or 0) > 75:
            badges.append(self._badge["long"])
        if caption in self._workspace.edited:
            badges.append(self._badge["edited"])
        return badges

    @property
    def _context(self) -> Context:
        project, trigger = self._workspace.project, self._workspace.trigger
        return Context(project.settings.resolution, project.bucket_step(), trigger)

    # -- what happens

    def _changed(self, images: list[ImageFile]) -> None:
        self.grid.refresh(images)
        self._later.start()
        if self._selected and not self._of_selection.isActive():
            selected = set(self._selected)
            if any(image in selected for image in images):
                self._of_selection.start()

    def _selection_changed_inside(self) -> None:
        self.panel.setEnabled(self._workspace.reader.read_now(self._selected))
        self._show_captions()
        if len(self._selected) == 1:
            image = self._selected[0]
            if self._viewed is image and self._viewed_size == image.size:
                self.view.set_crop(image.crop)
            else:
                self._show_image(image)

    def _listed(self) -> None:
        self._show_images()
        if self.grid.images() and not self.grid.currentIndex().isValid():
            self.grid.step(0)
        self._later.start()

    def _crop(self, crop: Crop | None, final: bool) -> None:
        """The view's own image: it may tell of the one before while another is selected."""
        image = self._viewed
        if final and image and image.path == self.view.path:
            self._workspace.set_crop(self.tr("crop box"), image, crop)

    def _toggle_tag(self, tag: str) -> None:
        self.filter.set_text(toggle_term(self._query.text, f"tag:{quote(tag)}"))

    def _everywhere(self, edit: Callable[[Sequence[ImageFile]], int]) -> None:
        """An edit of the whole dataset, which one may not see: it is told, with a way back."""
        if not self._workspace.reader.read_now(self._workspace.collection.images):
            self.noticed.emit(Notice(self.tr("Captions are still being read."), "clock"))
            return
        if count := edit(self._workspace.collection.images):
            text = self.tr("%n caption(s) changed", "", count)
            undo = self._workspace.way_back()
            self.noticed.emit(Notice(text, "good", self.tr("Undo"), undo))

    def _next_uncaptioned(self) -> None:
        images, row = self.grid.images(), self.grid.currentIndex().row()
        order = [*images[row + 1 :], *images[: row + 1]]
        for image in order:
            if image.caption.known and not image.caption.text:
                self.grid.set_current(image)
                self.panel.focus()
                return
        self.noticed.emit(Notice(self.tr("Every image here has a caption."), "good"))

    def _set_mode(self, mode: str) -> None:
        self._workspace.set_field(self.tr("kind of captions"), "captions", mode)

    def _set_trigger(self, trigger: str) -> None:
        self._workspace.set_field(self.tr("trigger word"), "trigger", trigger)

    def _batch(self) -> None:
        self.panel.flush()
        self._remedies.batch_edit(self._selected, self.grid.images())

    def _invert(self) -> None:
        model = self.grid.model()
        whole = QItemSelection(model.index(0, 0), model.index(model.rowCount() - 1, 0))
        self.grid.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.Toggle)

    # -- building

    def _make_parts(self) -> None:
        self.filter, self.grid = FilterBar(), ImageGrid()
        self.view, self.panel = CropView(), CaptionPanel()
        self.tags, self.problems, self.trigger = AllTags(), ProblemsPanel(), TriggerBar()
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(*THUMBNAILS)
        self._size.setFixedWidth(120)
        self._size.setAccessibleName(self.tr("Size of the thumbnails"))
        self._size.setToolTip(self.tr("Size of the thumbnails (Ctrl+wheel)"))
        self._batch_button = QPushButton(self.tr("Batch edit…"))
        self._similar_button = QPushButton(self.tr("Find similar…"))
        self._later = QTimer(self, singleShot=True, interval=_SETTLE)
        self._later.timeout.connect(self._count)
        self._of_selection = QTimer(self, singleShot=True, interval=0)
        self._of_selection.timeout.connect(self._selection_changed_inside)
        self._badge = {
            "problem": Badge("warning", self.tr("cannot be read"), "warning"),
            "crop": Badge("crop", self.tr("crop box set by hand")),
            "similar": Badge("similar", self.tr("looks like another image")),
            "long": Badge("long", self.tr("caption is cut off after 75 tokens"), "warning"),
            "edited": Badge("edit", self.tr("edited since the project was opened")),
        }

    def _lay_out(self) -> None:
        self._tabs = QTabWidget()
        self._tabs.addTab(self.tags, theme.icon("tag"), self.tr("All tags"))
        self._tabs.addTab(self.problems, self.tr("Problems"))
        right = QSplitter(Qt.Orientation.Vertical)
        for widget in (self.view, self.panel, self._tabs):
            right.addWidget(widget)
        right.setStretchFactor(0, 1)
        right.setSizes(self._preferences.remembered(_RIGHT, [300, 180, 200]))
        right.setChildrenCollapsible(False)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.filter)
        column.addWidget(self.grid, 1)
        self._split = QSplitter()
        self._split.addWidget(left)
        self._split.addWidget(right)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes(self._preferences.remembered(_SPLIT, [800, 400]))
        for split, key in ((self._split, _SPLIT), (right, _RIGHT)):
            split.splitterMoved.connect(partial(self._remember_sizes, split, key))
        self._split.setHandleWidth(theme.SPACE * 3 // 2)
        self._split.setChildrenCollapsible(False)
        bottom = QHBoxLayout()
        bottom.setSpacing(theme.SPACE)
        bottom.addWidget(self.trigger, 1)
        bottom.addWidget(QLabel(self.tr("Size")))
        bottom.addWidget(self._size)
        bottom.addWidget(self._similar_button)
        bottom.addWidget(self._batch_button)
        page = QVBoxLayout(self)
        page.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        page.setSpacing(theme.SPACE)
        page.addWidget(self._remedies.banner)
        page.addWidget(self._split, 1)
        page.addLayout(bottom)

    def _connect_workspace(self) -> None:
        workspace = self._workspace
        workspace.listed.connect(self._listed)
        workspace.changed.connect(self._changed)
        workspace.settings_changed.connect(self._show_settings)
        workspace.problems_changed.connect(self._later.start)
        workspace.reader.counter_ready.connect(
            lambda: self.panel.set_counter(workspace.reader.counter)
        )
        self.panel.set_counter(workspace.reader.counter)
        self.grid.set_thumbnails(workspace.thumbnails)
        self.grid.set_badges(self._badges)

    def _connect_widgets(self) -> None:
        edits = self._edits
        self.filter.changed.connect(self._filter)
        self.filter.sort_changed.connect(self._sort_by)
        self.filter.grid_requested.connect(self.grid.setFocus)
        self.grid.selection_changed.connect(self._select)
        self.grid.clear_requested.connect(lambda: self.filter.set_text(""))
        self.grid.opened.connect(lambda _: self.panel.focus())
        self.grid.menu_requested.connect(lambda at: self._remedies.menu(self._selected, at))
        self.view.menu_requested.connect(lambda at: self._remedies.menu(self._selected, at))
        self.view.crop_changed.connect(self._crop)
        self.view.previous_requested.connect(partial(self.grid.step, -1))
        self.view.next_requested.connect(partial(self.grid.step, 1))
        self.panel.text_changed.connect(lambda text: edits.type_text(self._selected, text))
        self.panel.tags_added.connect(lambda tags: edits.add(self._selected, tags))
        self.panel.tags_removed.connect(lambda tags: edits.remove(self._selected, tags))
        self.panel.tag_renamed.connect(lambda old, new: edits.rename(self._selected, old, new))
        self.panel.tags_reordered.connect(lambda tags: edits.reorder(self._selected, tags))
        self.panel.tag_clicked.connect(self._toggle_tag)
        self.panel.mode_changed.connect(self._set_mode)
        self.panel.batch_requested.connect(self._batch)
        self.panel.language_hint_dismissed.connect(self._dismiss_language_hint)
        self.panel.set_language_hint(self._preferences.remembered(_HINT, True))
        self.panel.set_provider(self._suggestions)
        self._preferences.changed.connect(self._preference_changed)
        self.panel.convert_requested.connect(lambda: self._remedies.read_as(self._selected))
        self.tags.filter_requested.connect(self._toggle_tag)
        self.tags.add_requested.connect(lambda tags: edits.add(self._selected, tags))
        self.tags.rename_requested.connect(
            lambda old, new: self._everywhere(lambda images: edits.rename(images, old, new))
        )
        self.tags.remove_requested.connect(
            lambda tags: self._everywhere(lambda images: edits.remove(images, tags))
        )
        self.tags.merge_requested.connect(
            lambda tags, into: self._everywhere(lambda images: edits.merge(images, tags, into))
        )
        self.trigger.trigger_changed.connect(self._set_trigger)
        self.trigger.add_trigger.connect(lambda: self._everywhere(edits.add_trigger))
        self.problems.show_requested.connect(self._show_problem)
        self.problems.remedy_requested.connect(self._remedies.remedy)
        self._remedies.noticed.connect(self.noticed)
        self._remedies.show_requested.connect(self._show_problem)
        self._remedies.everywhere.connect(self._everywhere)
        self._size.valueChanged.connect(self._set_size)
        self._size.setValue(self._preferences.thumbnail_size)
        self._batch_button.clicked.connect(self._batch)
        self._similar_button.clicked.connect(self._remedies.find_similar)

    def _make_actions(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "image.previous": partial(self.grid.step, -1),
            "image.next": partial(self.grid.step, 1),
            "image.next_uncaptioned": self._next_uncaptioned,
            "filter": self.filter.field.setFocus,
            "filter.clear": lambda: self.filter.set_text(""),
            "replace": self._batch,
            "select.all": self.grid.selectAll,
            "select.invert": self._invert,
            "select.none": self.grid.clearSelection,
            "reload": self._workspace.reload,
        }
        for id, slot in slots.items():
            shortcuts.action(id, self, slot)
        trash = shortcuts.action(
            "image.trash", self.grid, lambda: self._remedies.trash(self._selected)
        )
        trash.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # Del removes tags elsewhere

    def _preference_changed(self, name: str) -> None:
        if name != "tag_list":
            return
        path = self._preferences.tag_list
        if path is None:
            self._suggestions.tag_list = None
        else:
            self._workspace.read_tag_list(path, self._take_tag_list)

    def _take_tag_list(self, tags: TagList) -> None:
        self._suggestions.tag_list = tags

    def _dismiss_language_hint(self) -> None:
        self._preferences.remember(_HINT, False)

    def _set_size(self, pixels: int) -> None:
        self.grid.set_tile(pixels)
        self._preferences.thumbnail_size = pixels

    def _remember_sizes(self, split: QSplitter, key: str) -> None:
        self._preferences.remember(key, split.sizes())

    def _show_problem(self, what: str | list[object]) -> None:
        """Shows the images of a problem: by a query where there is one, else just these."""
        if isinstance(what, str):
            self.filter.set_text(what)
            return
        images = [item for item in what if isinstance(item, ImageFile)]
        if images:
            self.filter.set_text("")
            self.grid.set_images(images)
            self._say_status()
