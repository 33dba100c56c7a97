"""A labelled grid of pictures that come one by one: checkpoints, strengths and prompts compared."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from ui import theme
from ui.widgets.enlarging import Enlarged
from ui.widgets.keys import is_enter
from ui.widgets.picture_marks import paint_frame

_GAP = theme.SPACE
_HEAD = 132  # the widest column of row labels, in pixels
_SMALLEST, _LARGEST = 48, 1024
_ZOOM = 1.15
_FITTED = 384  # pixels: cells that fit by themselves become no wider
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class ContactSheet(QAbstractScrollArea):
    """Cells by number, row by row; labels stay in sight while it is scrolled."""

    chosen = Signal(int)
    """A cell was clicked, or Enter pressed on it."""
    menu_wanted = Signal(int, QPoint)
    """The context menu of a cell is wanted, at this place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str] = []
        self._columns: list[str] = []
        self._cells: list[Enlarged] = []
        self._shape = (1, 1)
        self._current = 0
        self._width: float | None = None  # of a cell; None: as many as fit
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Grid of pictures"))
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(lambda _: self.viewport().update())

    def set_labels(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """A new empty sheet with a label for each row and each column."""
        self._rows, self._columns = list(rows), list(columns)
        self._cells = [Enlarged() for _ in range(len(rows) * len(columns))]
        self._current = 0
        self._width = None
        self._arrange()
        self._describe()

    def set_cell(self, index: int, image: QImage) -> None:
        """The picture of cell ``index``."""
        self._cells[index].set_image(image)
        if self._cells[index].size != self._shape:
            self._shape = self._cells[index].size
            self._arrange()
        self.viewport().update()

    def clear(self) -> None:
        """Nothing but the labels is left."""
        for cell in self._cells:
            cell.set_image(QImage())
        self.viewport().update()

    def image(self, index: int) -> QImage:
        """The picture of a cell; a null one if it has not come."""
        return self._cells[index].image

    @property
    def current(self) -> int:
        """The cell that keys act on."""
        return self._current

    def cell_rect(self, index: int) -> QRectF:
        """Where a cell is in the viewport."""
        line, column = divmod(index, max(1, len(self._columns)))
        size, origin = self._cell_size(), self._origin()
        return QRectF(
            origin.x() + column * (size.width() + _GAP),
            origin.y() + line * (size.height() + _GAP),
            size.width(),
            size.height(),
        )

    # what the artist does

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        before = self._cell_size().width()
        wanted = before * _ZOOM ** (event.angleDelta().y() / 120)
        self._zoom(min(max(wanted, _SMALLEST), _LARGEST), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go_to(self._index_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index == self._current:
            self._choose(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self._index_at(QPointF(event.pos())) if by_mouse else self._current
        if 0 <= index < len(self._cells) and not self._cells[index].is_null:
            self.menu_wanted.emit(index, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = len(self._columns)
        ways = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        if event.key() in ways:
            self._go_to(self._current + ways[Qt.Key(event.key())])
        elif is_enter(event) and not event.modifiers():
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tells by a tool tip what a cell is."""
        if isinstance(event, QHelpEvent):
            text = self._words(self._index_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = QRectF(self.viewport().rect())
        for index, cell in enumerate(self._cells):
            place = self.cell_rect(index)
            if not place.intersects(seen):
                continue
            if cell.is_null:
                painter.fillRect(place, theme.color("hover"))
            else:
                cell.paint(painter, place, self.devicePixelRatioF())
            if index == self._current and self.hasFocus():
                paint_frame(painter, place, "accent", 2)
        self._paint_labels(painter)

    def _paint_labels(self, painter: QPainter) -> None:
        """The labels over the cells, so that they can be read wherever it is scrolled to."""
        left, top = self._head_width(), self._head_height()
        ground = theme.color("surface")
        painter.fillRect(0, 0, self.viewport().width(), top, ground)
        painter.fillRect(0, 0, left, self.viewport().height(), ground)
        painter.setPen(theme.color("text"))
        painter.setClipRect(left, 0, self.viewport().width(), top)
        metrics = painter.fontMetrics()
        for column, label in enumerate(self._columns):
            place = self.cell_rect(column)
            text = metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, int(place.width()))
            place.setRect(place.left(), 0, place.width(), top)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        painter.setClipRect(0, top, left, self.viewport().height())
        for line, label in enumerate(self._rows):
            place = self.cell_rect(line * len(self._columns))
            place.setRect(_GAP, place.top(), left - 2 * _GAP, place.height())
            painter.drawText(place, int(_WRAP), shortened(label, metrics, place.toRect()))

    def _head_width(self) -> int:
        if not any(self._rows):
            return _GAP
        widest = max(map(self.fontMetrics().horizontalAdvance, self._rows))
        return int(min(widest, _HEAD)) + 2 * _GAP

    def _head_height(self) -> int:
        return self.fontMetrics().height() + 2 * _GAP if any(self._columns) else _GAP

    def _cell_size(self) -> QSize:
        width = self._width if self._width is not None else self._fitting()
        across, down = self._shape
        return QSize(round(width), max(1, round(width * down / across)))

    def _fitting(self) -> float:
        columns = max(1, len(self._columns))
        # with the room of a scroll bar, which else came and went with what it makes room for
        bar = self.verticalScrollBar().sizeHint().width()
        room = self.maximumViewportSize().width() - bar - self._head_width()
        return min(max(room // columns - _GAP, _SMALLEST), _FITTED)

    def _origin(self) -> QPointF:
        """Where the first cell begins in the viewport."""
        return QPointF(
            self._head_width() - self.horizontalScrollBar().value(),
            self._head_height() - self.verticalScrollBar().value(),
        )

    # helpers

    def _arrange(self) -> None:
        size = self._cell_size()
        width = self._head_width() + len(self._columns) * (size.width() + _GAP)
        height = self._head_height() + len(self._rows) * (size.height() + _GAP)
        for bar, whole, page, step in (
            (self.horizontalScrollBar(), width, self.viewport().width(), size.width()),
            (self.verticalScrollBar(), height, self.viewport().height(), size.height()),
        ):
            bar.setRange(0, max(0, whole - page))
            bar.setPageStep(page)
            bar.setSingleStep(max(1, step // 4))
        self.viewport().update()

    def _zoom(self, width: float, fixed: QPointF) -> None:
        """Makes cells ``width`` wide; what is at ``fixed`` of the viewport stays there."""
        before, origin = self._cell_size(), self._origin()
        share_x = (fixed.x() - origin.x()) / (before.width() + _GAP)
        share_y = (fixed.y() - origin.y()) / (before.height() + _GAP)
        self._width = width
        self._arrange()
        size, origin = self._cell_size(), self._origin()
        left = origin.x() + share_x * (size.width() + _GAP) - fixed.x()
        down = origin.y() + share_y * (size.height() + _GAP) - fixed.y()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(left))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(down))

    def _index_at(self, point: QPointF) -> int:
        """The cell at a point of the viewport that no label covers, or -1."""
        if point.x() < self._head_width() or point.y() < self._head_height():
            return -1
        places = map(self.cell_rect, range(len(self._cells)))
        return next((index for index, place in enumerate(places) if place.contains(point)), -1)

    def _go_to(self, index: int) -> None:
        if not 0 <= index < len(self._cells):
            return
        self._current = index
        place = self.cell_rect(index)
        for bar, before, after in (
            (
                self.horizontalScrollBar(),
                place.left() - self._head_width(),
                place.right() - self.viewport().width() + _GAP,
            ),
            (
                self.verticalScrollBar(),
                place.top() - self._head_height(),
                place.bottom() - self.viewport().height() + _GAP,
            ),
        ):
            bar.setValue(bar.value() + round(min(before, 0) or max(after, 0)))
        self._describe()

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._cells) and not self._cells[index].is_null:
            self.chosen.emit(index)

    def _words(self, index: int) -> str:
        if not 0 <= index < len(self._cells):
            return ""
        line, column = divmod(index, len(self._columns))
        return ", ".join(filter(None, (self._rows[line], self._columns[column])))

    def _describe(self) -> None:
        self.setAccessibleDescription(self._words(self._current))
        self.viewport().update()


def shortened(text: str, metrics: QFontMetrics, room: QRect) -> str:
    """``text``, cut at its end so that its wrapped lines are in ``room``."""

    def fits(shown: str) -> bool:
        needed = metrics.boundingRect(room, int(_WRAP), shown)
        return needed.height() <= room.height()

    if fits(text):
        return text
    words = text.split(" ")
    while len(words) > 1 and not fits(" ".join(words) + " …"):
        words.pop()
    return " ".join(words) + " …"
