"""The Images page: find, look, caption, crop.

The page holds what is chosen and connects `images_face` to the `Workspace`, which holds all else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer

from studio.data.booru import TagList
from studio.data.collection import ImageFile
from studio.data.facets import count_facets
from studio.data.filters import Context
from studio.data.query import Query, parse, quote, toggle_term
from ui import shortcuts
from ui.pages.badges import Badges
from ui.pages.caption_edits import CaptionEdits, captions_of
from ui.pages.image_problems import problem_groups
from ui.pages.image_remedies import ImageRemedies
from ui.pages.images_face import ImagesFace
from ui.pages.selection import Selection
from ui.pages.suggestions import Suggestions
from ui.preferences import HINTS, Preferences
from ui.widgets.toast import Notice
from ui.workspace import Workspace

_SETTLE = 120
"""Milliseconds after an edit until counts follow: 20 ms of work for 20,000 images."""

_MOSAIC = 9
_ENGLISH = "english"  # the name of a hint among those that the preferences remember

SORTS: dict[str, Callable[[ImageFile], object]] = {
    "name": lambda image: image.row,
    "newest": lambda image: -image.stamp[0],
    "size": lambda image: min(image.size or (0, 0)),
    "tags": lambda image: len(image.caption.tags),
    "tokens": lambda image: -(image.caption.tokens or 0),
}


class ImagesPage(ImagesFace):
    """Shows the images of ``workspace`` and turns what the artist does into edits of it."""

    def __init__(self, workspace: Workspace, preferences: Preferences) -> None:
        super().__init__(preferences)
        self._workspace = workspace
        self._edits = CaptionEdits(workspace, self)
        self._remedies = ImageRemedies(workspace, self._edits, preferences, self.banner, self)
        self._suggestions = Suggestions()
        self._selection = Selection(workspace, self)
        self._query: Query = parse("")
        self._sort = "name"
        self._index = workspace.undo.index()
        self._touched: list[ImageFile] = []
        self._later = QTimer(self, singleShot=True, interval=_SETTLE)
        self._later.timeout.connect(self._count)
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
        self._selection.show_position()
        self._say_status()

    def _filter(self, text: str) -> None:
        self._query = parse(text, self._context)
        self._show_images()

    def _sort_by(self, key: str) -> None:
        self._sort = key
        self._show_images()

    def _select(self, images: list[ImageFile]) -> None:
        self._selection.show(images)
        self._say_status()

    def _show_settings(self) -> None:
        settings = self._workspace.project.settings
        self.set_resolution(settings.resolution)
        self.trigger.set_trigger(settings.trigger)
        self.panel.set_mode(settings.captions)
        self.grid.set_sentences(settings.captions == "sentences")
        self._filter(self._query.text)
        self._selection.show_settings()
        self._later.start()

    def _count(self) -> None:
        """What counts over all images follows an edit after a moment, in three short parts."""
        workspace = self._workspace
        images = workspace.collection.images
        facets = count_facets(images, self._context)
        self.filter.set_facets({"all": len(images), **facets})
        captioned = sum(1 for caption in captions_of(images) if caption.text)
        self.trigger.set_missing(facets["is:untriggered"], captioned)
        self._say_status()
        QTimer.singleShot(0, self, self._count_tags)

    def _count_tags(self) -> None:
        counts = self._workspace.collection.tag_counts
        self.tags.set_counts(counts)
        self._suggestions.set_counts(counts)
        self.filter.set_tags([tag for tag, _ in counts.most_common(2000)])
        QTimer.singleShot(0, self, self._count_problems)

    def _count_problems(self) -> None:
        groups = problem_groups(self._workspace, self._context)
        self.problems.set_problems(groups)
        self.set_problem_count(sum(group.count > 0 for group in groups))

    def _say_status(self) -> None:
        total, shown = len(self._workspace.collection.images), len(self.grid.images())
        parts = [self.tr("%n image(s)", "", total)]
        if shown != total:
            parts.append(self.tr("{0} shown").format(shown))
        if self._selection.images:
            parts.append(self.tr("%n selected", "", len(self._selection.images)))
        self.status_changed.emit(" · ".join(parts))

    @property
    def _context(self) -> Context:
        project, trigger = self._workspace.project, self._workspace.trigger
        return Context(project.settings.resolution, project.bucket_step(), trigger)

    # -- what happens

    def _undone(self, index: int) -> None:
        """After undo the filter is applied anew, and an image that changed unseen is selected."""
        back, self._index = index < self._index, index
        if back:
            self._show_images()
            if self._touched and not set(self._touched) & set(self._selection.images):
                self.grid.choose(self._touched[:1])

    def _changed(self, images: list[ImageFile]) -> None:
        self._touched = images
        self.grid.refresh(images)
        self._selection.take_changes(images)
        self._later.start()

    def _listed(self) -> None:
        self._show_images()
        if self.grid.images() and not self.grid.currentIndex().isValid():
            self.grid.step(0)
        self._later.start()

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
            if image.caption.known and not (image.caption.text or image.problem):
                self.grid.set_current(image)
                self.panel.focus()
                return
        self.noticed.emit(Notice(self.tr("Every image here has a caption."), "good"))

    def _set_mode(self, mode: str) -> None:
        self._workspace.set_field(self.tr("kind of captions"), "captions", mode)

    def _set_trigger(self, trigger: str) -> None:
        self._workspace.set_field(self.tr("trigger word"), "trigger", trigger)

    def _set_resolution(self) -> None:
        pixels = self.resolution.currentData()
        self._workspace.set_field(self.tr("training size"), "resolution", pixels)

    def _batch(self) -> None:
        self.panel.flush()
        self._remedies.batch_edit(self._selection.images, self.grid.images())

    def _invert(self) -> None:
        model = self.grid.model()
        whole = QItemSelection(model.index(0, 0), model.index(model.rowCount() - 1, 0))
        self.grid.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.Toggle)

    # -- connections

    def _connect_workspace(self) -> None:
        workspace = self._workspace
        workspace.listed.connect(self._listed)
        workspace.changed.connect(self._changed)
        workspace.undo.indexChanged.connect(self._undone)
        workspace.settings_changed.connect(self._show_settings)
        workspace.problems_changed.connect(self._later.start)
        workspace.reader.counter_ready.connect(
            lambda: self.panel.set_counter(workspace.reader.counter)
        )
        self.panel.set_counter(workspace.reader.counter)
        self.grid.set_thumbnails(workspace.thumbnails)
        self.grid.set_badges(Badges(workspace, self))

    def _connect_widgets(self) -> None:
        edits = self._edits
        self.filter.changed.connect(self._filter)
        self.filter.sort_changed.connect(self._sort_by)
        self.filter.grid_requested.connect(self.grid.setFocus)
        self.grid.selection_changed.connect(self._select)
        self.grid.clear_requested.connect(lambda: self.filter.set_text(""))
        self.grid.opened.connect(lambda _: self.panel.focus())
        self.grid.menu_requested.connect(lambda at: self._remedies.menu(self._selection.images, at))
        self.view.menu_requested.connect(lambda at: self._remedies.menu(self._selection.images, at))
        self.view.previous_requested.connect(partial(self.grid.step, -1))
        self.view.next_requested.connect(partial(self.grid.step, 1))
        self.panel.text_changed.connect(lambda text: edits.type_text(self._selection.images, text))
        self.panel.tags_added.connect(lambda tags: edits.add(self._selection.images, tags))
        self.panel.tags_removed.connect(lambda tags: edits.remove(self._selection.images, tags))
        self.panel.tag_renamed.connect(
            lambda old, new: edits.rename(self._selection.images, old, new)
        )
        self.panel.tags_reordered.connect(lambda tags: edits.reorder(self._selection.images, tags))
        self.panel.tag_clicked.connect(self._toggle_tag)
        self.panel.mode_changed.connect(self._set_mode)
        self.panel.batch_requested.connect(self._batch)
        self.panel.language_hint_dismissed.connect(self._dismiss_language_hint)
        self.panel.set_language_hint(_ENGLISH not in self._dismissed())
        self.panel.set_provider(self._suggestions)
        self._preferences.changed.connect(self._preference_changed)
        self.panel.convert_requested.connect(lambda: self._remedies.read_as(self._selection.images))
        self.tags.filter_requested.connect(self._toggle_tag)
        self.tags.add_requested.connect(lambda tags: edits.add(self._selection.images, tags))
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
        self._remedies.everywhere.connect(self._everywhere)
        self.zoom.valueChanged.connect(self._set_size)
        self.zoom.setValue(self._preferences.thumbnail_size)
        self.grid.tile_changed.connect(self.zoom.setValue)
        self.resolution.activated.connect(self._set_resolution)
        self.batch_button.clicked.connect(self._batch)
        self.similar_button.clicked.connect(self._remedies.find_similar)

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
            "image.trash", self.grid, lambda: self._remedies.trash(self._selection.images)
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
        self._preferences.remember(HINTS, [*self._dismissed(), _ENGLISH])

    def _dismissed(self) -> list[str]:
        hints: list[str] = self._preferences.remembered(HINTS, [])
        return hints

    def _set_size(self, pixels: int) -> None:
        self.grid.set_tile(pixels)
        self._preferences.thumbnail_size = pixels

    def _show_problem(self, what: str | list[object]) -> None:
        """Shows the images of a problem: by a query where there is one, else by selecting them."""
        if isinstance(what, str):
            self.filter.set_text(what)
            return
        images = [item for item in what if isinstance(item, ImageFile)]
        self.filter.set_text("")
        self.grid.choose(images)
