"""The list of suggestions below a field in which a tag is typed.

It is a child of the field's window rather than a window of its own: it cannot take the focus, nor
come between the field and an input method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ui import theme

SHOWN = 10
"""Suggestions at a time."""

_DELAY = 30  # ms
_WIDTH = 280
_CATEGORY_TINTS = {
    "artist": "error",
    "copyright": "accent",
    "character": "good",
    "meta": "warning",
}

Index = QModelIndex | QPersistentModelIndex


class Suggestion(Protocol):
    """What a provider gives, as `studio.data.booru.Completion` does."""

    @property
    def tag(self) -> str: ...
    @property
    def alias(self) -> str:
        """What matched, if not the tag itself."""

    @property
    def count(self) -> int: ...
    @property
    def category(self) -> str:
        """ "" for a tag of the dataset."""


Provider = Callable[[str, int], Sequence[Suggestion]]
"""(what was typed, how many at most) -> suggestions, the best first."""


class SuggestionModel(QAbstractListModel):
    """The suggestions for one text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.typed = ""
        self._rows: list[Suggestion] = []

    def show(self, typed: str, rows: Sequence[Suggestion]) -> None:
        """Replaces the list."""
        self.beginResetModel()
        self.typed, self._rows = typed, list(rows)
        self.endResetModel()

    def row(self, index: Index) -> Suggestion:
        """The suggestion at ``index``."""
        return self._rows[index.row()]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.alias} → {row.tag}" if row.alias else row.tag
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self.tr("{0}, {1} in the dataset") if not row.category else "{0}, {1}, {2}"
            return words.format(row.tag, row.count, self.category(row))
        return None

    def category(self, row: Suggestion) -> str:
        """The category of a suggestion in the artist's language."""
        names = {
            "general": self.tr("general"),
            "artist": self.tr("artist"),
            "copyright": self.tr("copyright"),
            "character": self.tr("character"),
            "meta": self.tr("meta"),
        }
        return names.get(row.category, row.category)


class _Delegate(QStyledItemDelegate):
    """Draws a suggestion: what matches is bold, the count at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_WIDTH, theme.TARGET)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, SuggestionModel)
        row, rect = model.row(index), option.rect
        painter.save()
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        area = rect.adjusted(theme.SPACE, 0, -theme.SPACE, 0)
        painter.setPen(theme.color(_CATEGORY_TINTS.get(row.category, "muted")))
        note = "   ".join(filter(None, (model.category(row), _short(row.count))))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(note) - theme.SPACE)
        painter.setPen(theme.color("text"))
        _draw_matched(painter, area, index.data(), model.typed)
        painter.restore()


class TagCompleter(QObject):
    """Suggests tags below ``field``; the field gives it the keys that are its own."""

    taken = Signal(str)
    """A suggestion was clicked."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self._provider: Provider | None = None
        self._model = SuggestionModel(self)
        self.view = QListView(field)
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(self.tr("Suggestions"))
        self.view.hide()
        self.view.clicked.connect(lambda index: self.taken.emit(self._model.row(index).tag))
        self._pause = QTimer(self, singleShot=True, interval=_DELAY)
        self._pause.timeout.connect(self._suggest)
        field.textEdited.connect(lambda _: self._pause.start())
        field.destroyed.connect(self.view.deleteLater)

    def set_provider(self, provider: Provider | None) -> None:
        """Who suggests; None: no suggestions."""
        self._provider = provider

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self.view.isVisible()

    def close(self) -> None:
        """Hides the list, also one that is about to come."""
        self._pause.stop()
        self.view.hide()

    def move(self, by: int) -> None:
        """Goes up or down in the list; above the first one is what was typed."""
        count = self._model.rowCount() + 1
        row = (self.view.currentIndex().row() + 1 + by) % count - 1
        self.view.setCurrentIndex(self._model.index(row) if row >= 0 else QModelIndex())
        if row < 0:
            self.view.clearSelection()

    def current(self) -> str:
        """The tag that is chosen in the list, "" if none is."""
        index = self.view.currentIndex()
        return self._model.row(index).tag if self.is_open and index.isValid() else ""

    def first(self) -> str:
        """The chosen tag, else the best one for the text as it is now; "" without any."""
        if chosen := self.current():
            return chosen
        typed = self._field.text().strip()
        best = self._provider(typed, 1) if self._provider and typed else ()
        return best[0].tag if best else ""

    def _suggest(self) -> None:
        typed = self._field.text().strip()
        rows = self._provider(typed, SHOWN) if self._provider and typed else ()
        if not rows or not self._field.hasFocus():
            self.view.hide()
            return
        self._model.show(typed, rows)
        self._place(len(rows))
        self.view.show()
        self.view.raise_()

    def _place(self, rows: int) -> None:
        window = self._field.window()
        if self.view.parent() is not window:
            self.view.setParent(window)
        height = rows * theme.TARGET + 2 * self.view.frameWidth()
        width = min(max(_WIDTH, self._field.width()), window.width() - 2 * theme.SPACE)
        place = self._field.mapTo(window, QPoint(0, self._field.height() + theme.SPACE // 2))
        if place.y() + height > window.height():
            above = self._field.mapTo(window, QPoint(0, -theme.SPACE // 2)).y() - height
            place.setY(max(0, above))
        place.setX(max(theme.SPACE, min(place.x(), window.width() - theme.SPACE - width)))
        self.view.setGeometry(QRect(place, QSize(width, height)))


def _short(count: int) -> str:
    if count < 10_000:
        return str(count) if count else ""
    return f"{count / 1e6:.1f}M" if count >= 1_000_000 else f"{count // 1000}k"


def _draw_matched(painter: QPainter, area: QRect, text: str, typed: str) -> None:
    """Draws ``text`` with the first place of ``typed`` in bold, elided at the right."""
    plain, bold = QFont(painter.font()), QFont(painter.font())
    bold.setBold(True)
    start = text.casefold().find(typed.casefold())
    end = start + len(typed) if start >= 0 else 0
    start = max(start, 0)
    left = area.left()
    for font, part in ((plain, text[:start]), (bold, text[start:end]), (plain, text[end:])):
        painter.setFont(font)
        metrics, room = QFontMetrics(font), area.right() - left
        shown = metrics.elidedText(part, Qt.TextElideMode.ElideRight, max(0, room))
        place = QRect(left, area.top(), max(0, room) + 1, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        left += metrics.horizontalAdvance(shown)
