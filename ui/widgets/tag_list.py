"""The list inside `AllTags`: how rows look, and what keys and clicks mean in it."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.models.tag_counts import Role, TagCounts
from ui.widgets.keys import is_enter

Index = QModelIndex | QPersistentModelIndex
_TICK = 16


class TagList(QListView):
    """A click chooses a tag, Ctrl+click or Enter adds it, F2 renames, Del removes."""

    chosen = Signal(str)
    added = Signal(list)
    removed = Signal(list)
    menu_wanted = Signal(QPoint)

    def __init__(self, model: TagCounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags = model
        self._pressed = QModelIndex()
        self.setModel(model)
        self.setItemDelegate(_Row(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("All tags"))

    def tags(self) -> list[str]:
        """The selected tags, from top to bottom."""
        rows = sorted(self.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return [self._tags.tag(index) for index in rows]

    @property
    def is_editing(self) -> bool:
        """Whether a tag is being renamed."""
        return self.state() == QAbstractItemView.State.EditingState

    def rename(self) -> None:
        """Opens the field for a new name on the current tag."""
        self.edit(self.currentIndex())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            own = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Space)
            if own or is_enter(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tags, key = self.tags(), event.key()
        if not tags:
            super().keyPressEvent(event)
        elif is_enter(event):
            self.added.emit(tags)
        elif key == Qt.Key.Key_Space:
            self.chosen.emit(self._tags.tag(self.currentIndex()))
        elif key == Qt.Key.Key_F2:
            self.rename()
        elif key == Qt.Key.Key_Delete:
            self.removed.emit(tags)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QModelIndex()
        index = self.indexAt(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton and index.isValid()
        if left and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.added.emit([self._tags.tag(index)])
            return
        if left and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._pressed = index
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, QModelIndex()
        super().mouseReleaseEvent(event)
        if pressed.isValid() and self.indexAt(event.position().toPoint()) == pressed:
            self.chosen.emit(self._tags.tag(pressed))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Renames; what its first click chose is chosen again, which takes it back."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._tags.tag(index))
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())


class _Row(QStyledItemDelegate):
    """A tick if the selected images have the tag, a dash if some do; the tag; its count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme.TARGET)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter, option)
        area = option.rect.adjusted(theme.SPACE, 0, -theme.SPACE, 0)
        self._paint_tick(painter, area, *index.data(Role.SELECTED))
        count = str(index.data(Role.COUNT))
        painter.setPen(theme.color("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, count)
        metrics = painter.fontMetrics()
        right = area.right() - metrics.horizontalAdvance(count) - theme.SPACE
        area.setLeft(area.left() + _TICK + theme.SPACE // 2)
        area.setRight(right)
        painter.setPen(theme.color("text"))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(area, middle, metrics.elidedText(index.data(), elide, area.width()))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, TagCounts)
        return _RenameField(parent, model, model.tag(index))

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.color("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.color("hover"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(option.rect.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    @staticmethod
    def _paint_tick(painter: QPainter, area: QRect, count: int, images: int) -> None:
        place = QRect(area.left(), area.center().y() - _TICK // 2 + 1, _TICK, _TICK)
        if count and count == images:
            theme.icon("check", "accent").paint(painter, place)
        elif count:
            painter.setPen(QPen(theme.color("accent"), 1.5))
            y = place.center().y()
            painter.drawLine(place.left() + 4, y, place.right() - 4, y)


class _RenameField(QLineEdit):
    """Says at its right in how many captions the tag is, or that it becomes one with another."""

    def __init__(self, parent: QWidget, model: TagCounts, tag: str) -> None:
        super().__init__(parent)
        self._model = model
        self._tag = tag
        self._note = QLabel(self)
        self._note.setProperty("muted", True)
        self.setAccessibleName(self.tr("New name of the tag"))
        self.textChanged.connect(self._update)
        self._update(tag)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _update(self, text: str) -> None:
        new = text.strip()
        text = self.tr("in %n image(s)", "", self._model.count(self._tag))
        if new != self._tag and (count := self._model.count(new)):
            text = self.tr("merges with %n image(s)", "", count)
        self._note.setText(text)
        self.setAccessibleDescription(text)
        self._place()

    def _place(self) -> None:
        width = self._note.sizeHint().width()
        self._note.setGeometry(self.width() - width - theme.SPACE, 0, width, self.height())
        self.setTextMargins(0, 0, width + theme.SPACE // 2, 0)
