"""The field in which a filter is typed: completion, a bubble at what is wrong, keys to the grid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QWidget

from studio.data.filters import FIELDS, STATES
from studio.data.query import quote
from ui import theme
from ui.widgets.icon_label import IconLabel

_SUGGESTIONS = 12
_TERM = re.compile(r'(?:[^\s()"]|"(?:\\.|[^"\\])*"?)*\Z')
_NOTCH = 6


class FilterField(QLineEdit):
    """A line edit for queries; `show_error` marks a place in it."""

    grid_requested = Signal()
    """Enter or the down key: go on in the grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Filter: words, tag:hat, is:uncaptioned …"))
        self.setAccessibleName(self.tr("Filter"))
        self._tags: Sequence[str] = ()
        self._search = self.addAction(theme.icon("search", "muted"), _leading())
        self._clear = self.addAction(
            theme.icon("clear", "muted"), QLineEdit.ActionPosition.TrailingPosition
        )
        self._clear.setToolTip(self.tr("Clear the filter (Esc)"))
        self._clear.triggered.connect(self.clear)
        self._clear.setVisible(False)
        self._model = QStringListModel(self)
        self._popup = QListView()
        self._popup.setObjectName("popup")
        self._completer = QCompleter(self._model, self)
        self._completer.setMaxVisibleItems(_SUGGESTIONS)
        self._completer.setPopup(self._popup)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.activated[str].connect(self._complete)  # type: ignore[index]
        self._bubble = _Bubble(self)
        self.textChanged.connect(self._text_changed)
        self.textEdited.connect(self._suggest)

    def set_tags(self, tags: Sequence[str]) -> None:
        """The tags offered after ``tag:``, the most used first."""
        self._tags = tags

    def show_error(self, position: int, sentence: str) -> None:
        """Marks the place ``position`` (from 0) as wrong; an empty sentence: all is well."""
        self.setProperty("invalid", bool(sentence))
        self.style().polish(self)
        self.setAccessibleDescription(sentence)
        self._paint_icons()
        if sentence and self.isVisible():
            self._bubble.point_at(self._left_of(position), sentence)
        else:
            self._bubble.hide()

    @property
    def error(self) -> str:
        """What is wrong, "" if nothing is."""
        return self.accessibleDescription()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enters = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._popup.isVisible() and event.key() in (*enters, Qt.Key.Key_Escape):
            event.ignore()  # the completer asks the field first
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (*enters, Qt.Key.Key_Down):
            self.grid_requested.emit()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        self._bubble.hide()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_clear"):
            self._paint_icons()
        super().changeEvent(event)

    def _paint_icons(self) -> None:
        name = ("warning", "error") if self.error else ("search", "muted")
        self._search.setIcon(theme.icon(*name))
        self._clear.setIcon(theme.icon("clear", "muted"))

    def _text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    def _term(self) -> str:
        """What is being typed, from the last gap to the cursor."""
        match = _TERM.search(self.text()[: self.cursorPosition()])
        assert match is not None
        return match[0].lstrip("-")

    def _suggest(self) -> None:
        found = suggestions(self._term(), self._tags)
        self._model.setStringList(found)
        if found and self.hasFocus():
            width = min(self.width(), max(240, self._popup.sizeHintForColumn(0) + 48))
            self._completer.complete(QRect(0, 0, width, self.height() + 2))
        else:
            self._popup.hide()

    def _complete(self, chosen: str) -> None:
        end = self.cursorPosition()
        start = end - len(self._term())
        gap = "" if chosen.endswith(":") else " "
        self.setText(self.text()[:start] + chosen + gap + self.text()[end:].lstrip())
        self.setCursorPosition(start + len(chosen + gap))
        self.textEdited.emit(self.text())

    def _left_of(self, position: int) -> int:
        """Where the character at ``position`` begins, in pixels; the nearest place if scrolled."""
        middle, left, right = self.height() // 2, 0, self.width()
        while right - left > 1:
            x = (left + right) // 2
            before = self.cursorPositionAt(QPoint(x, middle)) < position
            left, right = (x, right) if before else (left, x)
        return left


def suggestions(term: str, tags: Sequence[str]) -> list[str]:
    """What ``term`` could become: fields, kinds after ``is:``, tags after ``tag:``."""
    field, colon, value = term.partition(":")
    if not colon:
        found = [f"{name}:" for name in FIELDS if term and name.startswith(field.casefold())]
        return [name for name in found if name != term]
    value = value.strip('"').casefold()
    if field.casefold() == "is":
        return [f"is:{kind}" for kind in STATES if kind.startswith(value) and kind != value]
    if field.casefold() != "tag":
        return []
    known = [(tag.casefold(), tag) for tag in tags]
    found = [tag for key, tag in known if key.startswith(value)][:_SUGGESTIONS]
    if len(found) < _SUGGESTIONS:
        found += [tag for key, tag in known if value in key and not key.startswith(value)]
    return [f"tag:{written(tag)}" for tag in found[:_SUGGESTIONS]]


def written(tag: str) -> str:
    """``tag`` as a query takes it literally, in quotes only where they are needed."""
    return tag if re.fullmatch(r"[\w\-'.&+]+", tag) else quote(tag)


def _leading() -> QLineEdit.ActionPosition:
    return QLineEdit.ActionPosition.LeadingPosition


class _Bubble(QFrame):
    """A line of text below a field, with a notch that points at a place in it."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self._notch = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE, _NOTCH + 4, theme.SPACE, 5)
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel("warning", "error"))
        row.addWidget(self._text)
        self.hide()

    def point_at(self, x: int, sentence: str) -> None:
        """Shows ``sentence`` with the notch below ``x`` of the field."""
        window = self._field.window()
        if self.parent() is not window:
            self.setParent(window)
        self._text.setText(sentence)
        self.adjustSize()
        at = self._field.mapTo(window, QPoint(x, self._field.height() - 1))
        left = min(at.x() - 3 * theme.SPACE, window.width() - self.width() - theme.SPACE)
        left = max(left, self._field.mapTo(window, QPoint()).x())
        self._notch = at.x() - left
        self.move(left, at.y())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("raised"))
        painter.setPen(theme.color("error"))
        body = self.rect().adjusted(0, _NOTCH, -1, -1)
        painter.drawRoundedRect(body, theme.RADIUS, theme.RADIUS)
        x, y = self._notch, _NOTCH
        tip = [QPoint(x - _NOTCH, y), QPoint(x, 1), QPoint(x + _NOTCH, y)]
        painter.drawPolyline(QPolygon(tip))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(
            QPolygon([tip[0] + QPoint(1, 1), tip[1] + QPoint(0, 1), tip[2] + QPoint(-1, 1)])
        )
