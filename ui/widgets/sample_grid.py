"""The previews of a run to look through: steps from top to bottom, prompts side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QPushButton,
    QTableView,
    QWidget,
)

from studio.training.progress import Sample
from ui import theme
from ui.widgets.sample_cell import PADDING, SampleCell, StepHeader
from ui.widgets.sample_model import SampleModel
from ui.widgets.sample_pictures import SamplePictures

SMALLEST, LARGEST = 80, 640
"""Limits of the longer side of pictures, in pixels."""

_FITTED = 320
"""The most that pictures are fitted to by themselves."""

_NOTCH = 1.15
"""A notch of the wheel makes pictures larger by this factor."""

_SOON = 15
"""Milliseconds after which what has come in sight is loaded."""


class SampleGrid(QTableView):
    """Shows a `SampleModel`; follows its newest row until the artist scrolls away from it."""

    opened = Signal(list)
    """[(row, column)] of the cell to look at, or of two to compare."""
    favourite_changed = Signal(int, bool)
    """A step, and whether it shall be a favourite."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = SampleModel(self)
        self.pictures = SamplePictures(self)
        self.newest = QPushButton(self.tr("Newest"), self)
        self.following = True
        self._zoom: int | None = None  # None: as large as fits
        self._aspect = 1.0
        self._aspect_known = False
        self._pressed = QModelIndex()
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._load_visible)
        self.setModel(self.samples)
        self.setItemDelegate(SampleCell(self.pictures, self))
        self._headers()
        self._behave()
        self.pictures.ready.connect(self._show_picture)
        self.samples.rowsInserted.connect(self._grown)
        self.samples.columnsInserted.connect(self._grown)
        self.samples.modelReset.connect(self._grown)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._stay)
        self.horizontalScrollBar().valueChanged.connect(lambda: self._soon.start())
        self.newest.clicked.connect(self.follow)
        self._place_button()

    def set_samples(self, samples: Iterable[Sample]) -> None:
        """Replaces all."""
        self._aspect_known = False
        self.samples.set_samples(samples)
        self.follow()

    def add(self, sample: Sample) -> None:
        """Adds one; the view goes to a new row if it follows."""
        self.pictures.forget(sample.path)
        self.samples.add(sample)
        self._soon.start()

    def set_checkpoints(self, steps: Sequence[int]) -> None:
        """Marks the rows that can be tried and exported."""
        self.samples.set_checkpoints(steps)

    def set_favourites(self, steps: Iterable[int]) -> None:
        """Marks rows with a star."""
        self.samples.set_favourites(steps)

    def edge(self) -> int:
        """The longer side of the pictures in pixels."""
        return self._zoom or self._fitting()

    def set_zoom(self, edge: int | None) -> None:
        """The longer side of all pictures in pixels; None fits them to the view."""
        self._zoom = None if edge is None else min(max(edge, SMALLEST), LARGEST)
        self._resize_cells()

    def follow(self) -> None:
        """Goes to the newest row and stays there when more come."""
        self.following = True
        self.scrollToBottom()
        self._place_button()

    def show_cell(self, row: int, column: int) -> None:
        """Makes the cell the current one."""
        self.setCurrentIndex(self.samples.index(row, column))

    # what the artist does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        key, index = event.key(), self.currentIndex()
        if ctrl and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(round(self.edge() * _NOTCH))
        elif ctrl and key == Qt.Key.Key_Minus:
            self.set_zoom(round(self.edge() / _NOTCH))
        elif ctrl and key == Qt.Key.Key_0:
            self.set_zoom(None)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._open()
        elif key == Qt.Key.Key_F and not ctrl and index.isValid():
            self._star(index.row())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self.set_zoom(round(self.edge() * _NOTCH ** (event.angleDelta().y() / 120)))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = (
            self.indexAt(event.position().toPoint()) if plain and left else QModelIndex()
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, QModelIndex()
        if pressed.isValid() and self.indexAt(event.position().toPoint()) == pressed:
            self.setCurrentIndex(pressed)
            self._open()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here."""

    def _open(self) -> None:
        cells = sorted((index.row(), index.column()) for index in self.selectedIndexes())
        current = self.currentIndex()
        if len(cells) != 2:
            cells = [(current.row(), current.column())]
        if all(self.samples.sample(*cell) for cell in cells):
            self.opened.emit(cells)

    def _star(self, row: int) -> None:
        step = self.samples.steps[row]
        if step:
            self.favourite_changed.emit(step, step not in self.samples.favourites)

    # layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resize_cells()
        self._place_button()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.newest.setIcon(theme.icon("newest"))

    def _fitting(self) -> int:
        """Prompts fill the width, and two rows can be compared."""
        size = self.maximumViewportSize()  # without scroll bars: they come and go with the size
        room = size.width() - self.verticalScrollBar().sizeHint().width()
        across = room // max(1, len(self.samples.prompts)) - 2 * PADDING
        across = round(across / min(1.0, self._aspect))
        down = round((size.height() // 2 - 2 * PADDING) * max(1.0, self._aspect))
        return min(max(min(across, down), SMALLEST), _FITTED)

    def _resize_cells(self) -> None:
        edge = self.edge()
        width = round(edge * min(1.0, self._aspect)) + 2 * PADDING
        height = round(edge / max(1.0, self._aspect)) + 2 * PADDING
        self.horizontalHeader().setDefaultSectionSize(width)
        self.verticalHeader().setDefaultSectionSize(height)
        self.updateGeometries()  # the headers told of their change while the view was resized
        if self.following:
            self.scrollToBottom()
        self._soon.start()

    def _grown(self) -> None:
        self._resize_cells()
        self._place_button()

    def _scrolled(self, value: int) -> None:
        self.following = value >= self.verticalScrollBar().maximum()
        self._place_button()
        self._soon.start()

    def _stay(self, lowest: int, highest: int) -> None:
        """At the newest row, if it is followed."""
        if self.following:
            self.verticalScrollBar().setValue(highest)

    def _place_button(self) -> None:
        self.newest.setVisible(not self.following)
        self.newest.adjustSize()
        corner = self.viewport().geometry().bottomRight()
        size = self.newest.size()
        gap = 2 * theme.SPACE
        self.newest.move(corner - QPoint(size.width() + gap, size.height() + gap))

    def _load_visible(self) -> None:
        edge = round(self.edge() * self.devicePixelRatioF())
        self.pictures.want(self._near(), edge)

    def _near(self) -> list[Path]:
        """The pictures in sight, then those of the rows next to them."""
        last = len(self.samples.steps) - 1
        if last < 0:
            return []
        top = max(0, self.rowAt(0))
        bottom = self.rowAt(self.viewport().height() - 1)
        bottom = last if bottom < 0 else bottom
        rows = [*range(top, bottom + 1), *range(bottom + 1, bottom + 3), top - 1, top - 2]
        found = [
            self.samples.sample(row, column)
            for row in rows
            if 0 <= row <= last
            for column in range(len(self.samples.prompts))
        ]
        return [sample.path for sample in found if sample]

    def _show_picture(self, path: Path) -> None:
        picture = self.pictures.get(path)
        if picture is not None and not self._aspect_known:
            self._aspect_known = True
            self._aspect = picture.width() / max(1, picture.height())
            self._resize_cells()
        self.viewport().update()

    def _headers(self) -> None:
        steps, prompts = StepHeader(self.samples, self), self.horizontalHeader()
        steps.starred.connect(self._star)
        self.setVerticalHeader(steps)
        prompts.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        prompts.setHighlightSections(False)
        prompts.setTextElideMode(Qt.TextElideMode.ElideRight)
        prompts.setMinimumSectionSize(1)
        steps.setMinimumSectionSize(1)

    def _behave(self) -> None:
        self.setAccessibleName(self.tr("Previews by step and prompt"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("quiet", True)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.newest.setIcon(theme.icon("newest"))
        self.newest.setToolTip(self.tr("Go to the newest previews and follow them"))
