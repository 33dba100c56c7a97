"""Texts before and after an edit: what goes is struck through, what comes is underlined."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextDocument, QTransform
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, str, str]
"""Name, text before, text after."""

_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
_KEPT = 128
_ROW = Qt.ItemDataRole.UserRole


class ChangeList(QListView):
    """Shows rows of (name, before, after)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(self.tr("What changes"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replaces what is shown."""
        self._model.set_rows(rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme.color("muted"))
            centre = Qt.AlignmentFlag.AlignCenter
            painter.drawText(self.viewport().rect(), centre, self.tr("No caption changes"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # heights follow the width


def marked(before: str, after: str) -> tuple[str, str]:
    """Both texts as HTML, with the words that differ marked as removed and as added."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    removed: list[str] = []
    added: list[str] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = _html(old[i:j]), _html(new[k:m])
        same = kind == "equal"
        removed.append(gone if same or not gone else f"<s class='gone'>{gone}</s>")
        added.append(come if same or not come else f"<u class='new'>{come}</u>")
    return "".join(removed), "".join(added)


def _html(words: Sequence[str]) -> str:
    return html.escape("".join(words)).replace("\n", "<br>")


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        if rows != self._rows:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        name, before, after = self._rows[index.row()]
        if role == _ROW:
            return self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("{0}: {1} becomes {2}").format(name, before, after)
        return None


class _Delegate(QStyledItemDelegate):
    """Lays a row out as rich text; layouts are kept, since a view asks for each size often."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._documents: dict[tuple[Any, ...], QTextDocument] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._width()
        return QSize(width, int(self._document(index, width).size().height()) + theme.SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        document = self._document(index, self._width())
        painter.save()
        painter.setPen(theme.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        at = QTransform.fromTranslate(rect.left(), rect.top() + theme.SPACE // 2)
        painter.setTransform(at, combine=True)
        document.drawContents(painter)
        painter.restore()

    def _width(self) -> int:
        view = self.parent()
        assert isinstance(view, QListView)
        return view.viewport().width()

    def _document(self, index: Index, width: int) -> QTextDocument:
        key = (*index.data(_ROW), width, theme.colors())
        if key not in self._documents:
            if len(self._documents) >= _KEPT:
                self._documents.clear()
            self._documents[key] = _document(*key)
        return self._documents[key]


def _document(name: str, before: str, after: str, width: int, c: theme.Colors) -> QTextDocument:
    gone, new = marked(before, after)
    document = QTextDocument()
    document.setDefaultStyleSheet(
        f".gone {{ color: {c.error}; }} .new {{ color: {c.good}; }}"
        f" .name {{ color: {c.muted}; }} p {{ margin: 0 0 2px 0; color: {c.text}; }}"
    )
    document.setDocumentMargin(theme.SPACE)
    document.setTextWidth(width)
    document.setHtml(
        f"<p class='name'>{html.escape(name)}</p><p>{gone or '–'}</p><p>{new or '–'}</p>"
    )
    return document
