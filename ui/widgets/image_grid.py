"""The images of a dataset as a grid to look through and to select from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Protocol

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.data.collection import ImageFile
from ui.models.images import ImageListModel
from ui.widgets.image_tile import PADDING, Badge, ImageTile, ThumbnailSource
from ui.widgets.tile_view import TileView

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag


class Thumbnails(ThumbnailSource, Protocol):
    """What the grid needs of `ui.models.thumbnails.Thumbnails`."""

    ready: SignalInstance

    def expect(self, images: Iterable[ImageFile], edge: int) -> None: ...


class ImageGrid(TileView):
    """Tiles of `ImageFile` objects. Selection and current image outlast a change of what is shown.

    It knows images by identity; `refresh` them when they changed.
    """

    selection_changed = Signal(object)
    """list[ImageFile] in order; a moment after the change, once for many."""

    current_changed = Signal(object)
    """ImageFile or None: the one that has the focus."""

    opened = Signal(object)
    """ImageFile, by double click, Enter or Space."""

    menu_requested = Signal(QPoint)
    """Where on the screen to show the menu for the selected images."""

    clear_requested = Signal()
    """The link that is shown when there is no image to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = ImageListModel(self)
        self._tile_look = ImageTile(self._images, self)
        self._thumbnails: Thumbnails | None = None
        self._expected: tuple[range, int] | None = None
        self._told: list[ImageFile] = []
        self._current: ImageFile | None = None
        self._empty = self._make_empty()
        self._telling = QTimer(self, singleShot=True, interval=0)
        self._telling.timeout.connect(self._tell)
        self.setModel(self._images)
        self.setItemDelegate(self._tile_look)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName(self.tr("Images"))
        self.activated.connect(lambda index: self.opened.emit(self._images.images[index.row()]))
        self._restyle()

    def set_thumbnails(self, thumbnails: Thumbnails | None) -> None:
        """Where thumbnails come from; None when the project is closed."""
        if self._thumbnails is not None:
            self._thumbnails.ready.disconnect(self._show_ready)
        self._thumbnails = self._tile_look.thumbnails = thumbnails
        self._expected = None
        if thumbnails is not None:
            thumbnails.ready.connect(self._show_ready)
        self.viewport().update()

    def set_badges(self, badges: Callable[[ImageFile], Sequence[Badge]]) -> None:
        """What is to be shown on an image's tile; asked at every painting, so it must be quick."""
        self._tile_look.badges = badges
        self.viewport().update()

    def set_images(self, images: Sequence[ImageFile]) -> None:
        """Shows ``images``, which must not be changed later, with the same ones selected.

        If the current one is not among them, the next that is becomes current. What is looked at
        stays in its place.
        """
        shown, row = self._images.images, self.currentIndex().row()
        chosen = set(self.selected_images())
        anchor = row if row in self.visible_rows() else self.visible_rows().start
        height = self.visualRect(self._images.index(anchor, 0)).top()
        self._images.set_images(images)
        self.executeDelayedItemsLayout()
        self._expected = None
        self._empty.setVisible(not images)
        if images:
            bar = self.verticalScrollBar()
            place = self.visualRect(self._index_near(shown, anchor))
            bar.setValue(bar.value() + place.top() - height if shown else 0)
            self._select(chosen, self._index_near(shown, row))
        self._telling.start()

    def set_sentences(self, sentences: bool) -> None:
        """Whether captions are sentences: tiles then tell their tokens instead of their tags."""
        self._images.sentences = sentences
        self.viewport().update()

    def refresh(self, images: Iterable[ImageFile]) -> None:
        """Paints ``images`` again, as far as they are shown."""
        self._images.refresh(images)

    def images(self) -> Sequence[ImageFile]:
        """What is shown, in order; not to be changed."""
        return self._images.images

    def selected_images(self) -> list[ImageFile]:
        """In order; 1 ms for 100,000."""
        ranges = sorted((r.top(), r.bottom()) for r in self.selectionModel().selection().toList())
        images = self._images.images
        return [image for top, bottom in ranges for image in images[top : bottom + 1]]

    def current_image(self) -> ImageFile | None:
        row = self.currentIndex().row()
        return self._images.images[row] if row >= 0 else None

    def set_current(self, image: ImageFile) -> None:
        """Selects ``image`` alone and scrolls to it; nothing if it is not shown."""
        row = self._images.row_of(image)
        if row is not None:
            self._go_to(row)

    def choose(self, images: Iterable[ImageFile]) -> None:
        """Selects ``images``, as far as they are shown, and scrolls to the first."""
        rows = sorted(row for image in images if (row := self._images.row_of(image)) is not None)
        if rows:
            shown = self._images.images
            self._select({shown[row] for row in rows}, self._images.index(rows[0], 0))
            self.scrollTo(self.currentIndex())

    def step(self, by: int) -> None:
        """Makes the image ``by`` places on from the current one current, or the outermost."""
        last = len(self._images.images) - 1
        if last >= 0:
            self._go_to(min(max(self.currentIndex().row() + by, 0), last))

    def _go_to(self, row: int) -> None:
        """Not by `setCurrentIndex`, which selects nothing while Ctrl of a shortcut is held."""
        self.selectionModel().setCurrentIndex(self._images.index(row, 0), Flag.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Space and plain and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).center()
            self.menu_requested.emit(self.viewport().mapToGlobal(place))
        else:
            self.menu_requested.emit(event.globalPos())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._telling.start()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._telling.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._expect()
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)
        if event.type() in kinds and hasattr(self, "_tile_look"):
            self._restyle()

    def _restyle(self) -> None:
        self._tile_look.restyle(self.font())
        self.set_label(self._tile_look.label_height())

    def _expect(self) -> None:
        """Says what is in sight, then what the next page down and up would show."""
        edge = round((self.side() - 2 * PADDING) * self.devicePixelRatioF())
        rows = self.visible_rows()
        if self._thumbnails is None or self._expected == (rows, edge):
            return
        self._expected = rows, edge
        images, page = self._images.images, len(rows)
        after, before = rows.stop + page, max(0, rows.start - page)
        wanted = chain(images[rows.start : after], reversed(images[before : rows.start]))
        self._thumbnails.expect(wanted, edge)

    def _show_ready(self, images: list[ImageFile]) -> None:
        for image in images:
            row = self._images.row_of(image)
            if row is not None and row in self.visible_rows():
                self.update(self._images.index(row, 0))

    def _index_near(self, shown: Sequence[ImageFile], row: int) -> QModelIndex:
        """Where the first of ``shown`` from ``row`` on, else the last before it, is shown now."""
        row = max(row, 0)
        candidates = chain(shown[row:], reversed(shown[:row]))
        rows = (self._images.row_of(image) for image in candidates)
        return self._images.index(next((r for r in rows if r is not None), 0), 0)

    def _select(self, chosen: set[ImageFile], current: QModelIndex) -> None:
        selection = QItemSelection()
        for top, bottom in _runs(self._images.images, chosen):
            selection.select(self._images.index(top, 0), self._images.index(bottom, 0))
        if selection.isEmpty():
            selection.select(current, current)
        self.selectionModel().setCurrentIndex(current, Flag.NoUpdate)
        self.selectionModel().select(selection, Flag.ClearAndSelect)

    def _tell(self) -> None:
        current, selected = self.current_image(), self.selected_images()
        if current is not self._current:
            self._current = current
            self.current_changed.emit(current)
        if selected != self._told:
            self._told = selected
            self.selection_changed.emit(selected)

    def _make_empty(self) -> QWidget:
        """What is shown instead of tiles, in the middle of the view."""
        empty = QWidget(visible=False)
        words = QLabel(self.tr("No image matches the filter"))
        words.setProperty("muted", True)
        button = QPushButton(self.tr("Clear filter"))
        button.clicked.connect(self.clear_requested)
        inner = QVBoxLayout(empty)
        inner.addWidget(words, alignment=Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        outer = QVBoxLayout(self.viewport())
        outer.addWidget(empty, alignment=Qt.AlignmentFlag.AlignCenter)
        return empty


def _runs(images: Sequence[ImageFile], chosen: set[ImageFile]) -> list[tuple[int, int]]:
    """First and last rows of the stretches of ``images`` that are chosen."""
    if not chosen:
        return []
    runs: list[tuple[int, int]] = []
    for row, image in enumerate(images):
        if image in chosen:
            if runs and runs[-1][1] == row - 1:
                runs[-1] = runs[-1][0], row
            else:
                runs.append((row, row))
    return runs
