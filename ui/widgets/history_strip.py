"""The pictures drawn before, side by side, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.errors import StudioError
from ui import theme
from ui.bounded import Bounded, size_of
from ui.widgets.compare_layout import fitted
from ui.widgets.image_loader import ImageLoader
from ui.widgets.keys import is_enter
from ui.widgets.picture_marks import paint_frame

Index = QModelIndex | QPersistentModelIndex

THUMB = 56
"""The longer side of a thumbnail in pixels."""

_EDGE = 3
_BAR = 12
_SHARP = 2  # device pixels per pixel that thumbnails have enough for
_KEPT = 24 * 1024 * 1024  # bytes: 480 square thumbnails


class HistoryStrip(QListView):
    """Thumbnails of picture files, read when they come into sight; they can be dragged out."""

    chosen = Signal(object)
    """The Path of a picture that was clicked, or that a key went to."""
    menu_wanted = Signal(object, QPoint)
    """The context menu of a Path is wanted, at this place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = _Files(self)
        self._failed: set[Path] = set()
        self._thumbs: Bounded[Path, QPixmap] = Bounded(_KEPT, size_of)
        self._loader = ImageLoader(THUMB * _SHARP, 1, self)
        self._loader.loaded.connect(self._take)
        self._loader.failed.connect(self._take_failure)
        self._look = QTimer(self, singleShot=True, interval=0)
        self._look.timeout.connect(self._want)
        self.setModel(self._files)
        self.setItemDelegate(_Thumb(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFixedHeight(THUMB + 2 * _EDGE + _BAR + 2)
        self.setAccessibleName(self.tr("Pictures drawn before"))
        self.horizontalScrollBar().setSingleStep((THUMB + 2 * _EDGE) // 2)
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._look.start())
        self.clicked.connect(lambda index: self.chosen.emit(self._files.path(index)))

    def set_items(self, items: Sequence[tuple[Path, str]]) -> None:
        """Shows these files, the newest first, each with its tool tip."""
        self._failed.clear()
        self._files.set_items(items)
        self._look.start()

    def add(self, path: Path, tooltip: str) -> None:
        """Puts a new picture before all others; what is selected stays so."""
        self._files.insert(path, tooltip)
        self._look.start()

    def take_off(self, path: Path) -> None:
        """Shows a picture no longer, as when its file is gone."""
        self._files.take_off(path)
        self._look.start()

    @property
    def paths(self) -> list[Path]:
        """The files that are shown, the newest first."""
        return [path for path, _ in self._files.items]

    def select(self, path: Path | None) -> None:
        """Marks a picture as the one that is seen, without a signal; None: none of them."""
        paths = self.paths
        index = self._files.index(paths.index(path)) if path in paths else QModelIndex()
        self.setCurrentIndex(index)
        if not index.isValid():
            self.clearSelection()

    def path(self, index: Index) -> Path:
        """The file of a row."""
        return self._files.path(index)

    def thumb(self, path: Path) -> QPixmap | None:
        """The thumbnail, once it has been read."""
        return self._thumbs.get(path)

    def is_broken(self, path: Path) -> bool:
        """Whether the file could not be read."""
        return path in self._failed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        if is_enter(event):
            if before.isValid() and not event.modifiers():
                self.chosen.emit(self._files.path(before))
            else:
                event.ignore()
            return
        super().keyPressEvent(event)
        if self.currentIndex() != before and self.currentIndex().isValid():
            self.chosen.emit(self._files.path(self.currentIndex()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if index.isValid():
            self.menu_wanted.emit(self._files.path(index), event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look.start()

    def showEvent(self, event: QEvent) -> None:
        self._look.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._files.items:
            painter = QPainter(self.viewport())
            painter.setPen(theme.color("muted"))
            text = self.tr("The pictures that you generate are kept here.")
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, text)

    def _want(self) -> None:
        """Asks for what is in sight and not yet read."""
        if not self.isVisible():
            return
        seen = self.viewport().rect()
        width = THUMB + 2 * _EDGE
        offset = self.horizontalOffset()
        rows = range(max(0, offset // width), (offset + seen.width()) // width + 2)
        paths = [self._files.items[row][0] for row in rows if row < len(self._files.items)]
        self._loader.want(
            [path for path in paths if not (self.thumb(path) or path in self._failed)]
        )

    def _take(self, path: Path, image: QImage) -> None:
        self._thumbs.put(path, QPixmap.fromImage(image))
        self.viewport().update()

    def _take_failure(self, path: Path, error: StudioError) -> None:
        self._failed.add(path)
        self.viewport().update()


class _Files(QAbstractListModel):
    """The files and their tool tips."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: list[tuple[Path, str]] = []

    def path(self, index: Index) -> Path:
        return self.items[index.row()][0]

    def set_items(self, items: Sequence[tuple[Path, str]]) -> None:
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def insert(self, path: Path, tooltip: str) -> None:
        self.beginInsertRows(QModelIndex(), 0, 0)
        self.items.insert(0, (path, tooltip))
        self.endInsertRows()

    def take_off(self, path: Path) -> None:
        rows = [row for row, (other, _) in enumerate(self.items) if other == path]
        for row in reversed(rows):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self.items[row]
            self.endRemoveRows()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        path, tooltip = self.items[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tooltip or path.name
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.path(index))) for index in indexes])
        return data


class _Thumb(QStyledItemDelegate):
    """Paints a thumbnail, a frame around the selected one, and a sign for what cannot be read."""

    def __init__(self, strip: HistoryStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(THUMB + 2 * _EDGE, THUMB + 2 * _EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place: QRect = option.rect
        square = QRectF(place).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        state: QStyle.StateFlag = option.state
        path = self._strip.path(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thumb = self._strip.thumb(path)
        shown = square
        if thumb is not None:
            shown = fitted((thumb.width(), thumb.height()), square)
            painter.drawPixmap(shown, thumb, QRectF(thumb.rect()))
        else:
            painter.fillRect(square, theme.color("hover"))
        if self._strip.is_broken(path):
            icon = QRect(0, 0, 24, 24)
            icon.moveCenter(place.center())
            theme.icon("broken", "muted").paint(painter, icon)
        if state & QStyle.StateFlag.State_Selected:
            paint_frame(painter, shown, "accent", 2.5)
        elif state & QStyle.StateFlag.State_MouseOver:
            paint_frame(painter, shown, "muted", 1.5)
        painter.restore()
