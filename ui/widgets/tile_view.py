"""A view of equal tiles in rows that fill its width.

Qt's own (`QListView` in icon mode) lays out each item: 100,000 take it 0.2 s at every change of a
filter, or, laid out in batches, cannot be scrolled to for as long; selecting all takes it 0.5 s.
Here an item's place follows from its number, so that nothing depends on how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QCursor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QRubberBand,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import SPACE
from ui.widgets.tile_layout import TileLayout

Index = QModelIndex | QPersistentModelIndex
Move = QAbstractItemView.CursorAction

SMALLEST, LARGEST = 96, 320
"""Limits of what `set_tile` takes, in pixels."""

_NOTCH = 16
"""Pixels that a notch of the wheel adds to a tile."""


class TileView(QAbstractItemView):
    """Shows the rows of a list model as tiles: a square of about `tile` pixels and a label below.

    The squares are stretched or shrunk so that each row of tiles fills the width.
    """

    tile_changed = Signal(int)
    """By Ctrl and the wheel: the new `tile`."""

    def __init__(self, parent: QWidget | None = None, gap: int = SPACE) -> None:
        super().__init__(parent)
        self._label = 0
        self._gap = gap
        self._tile = 160
        self._layout = TileLayout(1, 1, 1, 0)
        self._pressed: QPoint | None = None  # where dragging began, from the top of all tiles
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def tile(self) -> int:
        """The wanted side of the squares in pixels."""
        return self._tile

    def set_tile(self, pixels: int) -> None:
        """Sets the wanted side of the squares; what is in the middle of the view stays there."""
        pixels = min(max(pixels, SMALLEST), LARGEST)
        if pixels != self._tile:
            self._tile = pixels
            self.updateGeometries()
            self.viewport().update()

    def set_label(self, pixels: int) -> None:
        """Sets the height of what the delegate paints below the squares."""
        self._label = pixels
        self.updateGeometries()
        self.viewport().update()

    def side(self) -> int:
        """The side of the squares in pixels as they are shown."""
        return self._layout.width - self._gap

    def visible_rows(self) -> range:
        """The rows of the model that are at least partly in sight."""
        top = self.verticalOffset()
        return self._layout.rows(top, top + self._page() - 1, self._count())

    # layout

    def updateGeometries(self) -> None:
        """Computes columns and cells for the width, whether or not there is a scroll bar."""
        anchor, before, bar = self._anchor(), self._layout, self.verticalScrollBar()
        width = self.maximumViewportSize().width() - bar.sizeHint().width()
        self._layout = TileLayout.filling(width, self._tile, self._label, self._gap)
        page = self._page()
        bar.setRange(0, max(0, self._layout.total(self._count()) - page))
        bar.setPageStep(page)
        bar.setSingleStep(self._layout.height // 3)
        super().updateGeometries()
        if self._layout != before:
            self._restore(anchor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self._layout.tile(index.row()).translated(0, -self.verticalOffset())

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._row_near(point)
        index = self.model().index(row, 0) if row is not None else QModelIndex()
        return index if self.visualRect(index).contains(point) else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        above = rect.top() - self._gap
        below = rect.bottom() + self._gap - self._page()
        hints = QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + (above + below) // 2)
        elif above < 0 or hint == hints.PositionAtTop:
            bar.setValue(bar.value() + above)
        elif below > 0 or hint == hints.PositionAtBottom:
            bar.setValue(bar.value() + below)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    # selection

    def moveCursor(self, action: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, row = self._count(), self.currentIndex().row()
        if count == 0:
            return QModelIndex()
        columns = self._layout.columns
        page = max(1, self._page() // self._layout.height) * columns
        steps = {
            Move.MoveLeft: -1,
            Move.MovePrevious: -1,
            Move.MoveRight: 1,
            Move.MoveNext: 1,
            Move.MoveUp: -columns,
            Move.MoveDown: columns,
            Move.MovePageUp: -page,
            Move.MovePageDown: page,
            Move.MoveHome: -row,
            Move.MoveEnd: count - 1 - row,
        }
        return self.model().index(
            0 if row < 0 else self._layout.moved(row, steps[action], count), 0
        )

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Tiles that the rubber band touches; else all from the one at a corner to the other."""
        selection = QItemSelection()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            band = rect.normalized().translated(0, self.verticalOffset())
            runs = self._layout.touched(band, self._count())
        else:
            ends = [self._row_near(rect.topLeft()), self._row_near(rect.bottomRight())]
            rows = sorted(row for row in ends if row is not None)
            runs = [range(rows[0], rows[-1] + 1)] if rows else []
        for run in runs:
            selection.select(self.model().index(run[0], 0), self.model().index(run[-1], 0))
        self.selectionModel().select(selection, command)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paints anew what is in sight of the rows; Qt would ask each of them for its place."""
        rows = self.visible_rows()
        if first.row() == last.row():
            super().dataChanged(first, last, list(roles))
        elif first.row() < rows.stop and last.row() >= rows.start:
            self.viewport().update()

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """All that is in sight: repainting 30 tiles is cheaper than finding the changed ones."""
        return QRegion(self.viewport().rect())

    # events

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~QStyle.StateFlag.State_HasFocus
        current = self.currentIndex() if self.hasFocus() else QModelIndex()
        hovered = self._hovered()
        painter = QPainter(self.viewport())
        for row in self.visible_rows():
            index = self.model().index(row, 0)
            rect = self.visualRect(index)
            if not event.rect().intersects(rect):
                continue
            state = plain
            if self.selectionModel().isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if index == current:
                state |= QStyle.StateFlag.State_HasFocus
            if index == hovered:
                state |= QStyle.StateFlag.State_MouseOver
            option.rect, option.state = rect, state
            self.itemDelegate().paint(painter, option, index)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        in_gap = event.button() == Qt.MouseButton.LeftButton and not self.indexAt(point).isValid()
        self._pressed = point + QPoint(0, self.verticalOffset()) if in_gap else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._pressed and self.state() == QAbstractItemView.State.DragSelectingState:
            begin = self._pressed - QPoint(0, self.verticalOffset())
            self._band.setGeometry(QRect(begin, event.position().toPoint()).normalized())
            self._band.show()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pressed = None
        self._band.hide()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self.set_tile(self._tile + round(event.angleDelta().y() / 120 * _NOTCH))
        self.tile_changed.emit(self._tile)
        event.accept()

    # helpers

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if model else 0

    def _page(self) -> int:
        return self.viewport().height()

    def _row_near(self, point: QPoint) -> int | None:
        """The row in whose cell, gaps included, ``point`` of the viewport is, or None."""
        return self._layout.row_near(point + QPoint(0, self.verticalOffset()), self._count())

    def _hovered(self) -> QModelIndex:
        if not self.viewport().underMouse():
            return QModelIndex()
        return self.indexAt(self.viewport().mapFromGlobal(QCursor.pos()))

    def _anchor(self) -> tuple[int, int]:
        """The row that keeps its place in a new layout, and how far down its middle is."""
        visible, current = self.visible_rows(), self.currentIndex().row()
        row = current if current in visible else visible.start
        return row, self._layout.middle(row) - self.verticalOffset()

    def _restore(self, anchor: tuple[int, int]) -> None:
        row, down = anchor
        if row == self.currentIndex().row():
            half = self._layout.height // 2
            down = min(max(down, half), self._page() - half)
        self.verticalScrollBar().setValue(self._layout.middle(row) - down)
