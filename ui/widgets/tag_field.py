"""The field in which tags are typed, with suggestions."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.widgets.keys import is_enter, is_for_window, is_redo, is_undo
from ui.widgets.tag_completer import TagCompleter

_COMMA = re.compile(r"[,，、\n]")  # Chinese input methods type the second and the third one


def typed_tags(text: str) -> tuple[str, ...]:
    """The tags in what was typed, stripped; Chinese commas divide them too."""
    return tuple(stripped for tag in _COMMA.split(text) if (stripped := tag.strip()))


class TagField(QLineEdit):
    """Enter or a comma enters what was typed, Ctrl+Enter the first suggestion, Tab fills it in."""

    entered = Signal(list)
    """Tags, stripped, at least one; the field is empty again."""
    left = Signal()
    """The cursor is at the start and goes back: to what stands before the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.suggestions = TagCompleter(self)
        self.suggestions.taken.connect(self._enter)
        self.textEdited.connect(self._split)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if self._is_for_window(event):
                event.ignore()
                return True
            if is_enter(event) or self._is_for_list(event) or self._clears(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, suggestions = event.key(), self.suggestions
        if is_enter(event):
            best = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            tag = suggestions.first() if best else suggestions.current()
            self._enter(tag or self.text())
        elif self._is_for_list(event):
            if key == Qt.Key.Key_Escape:
                suggestions.close()
            else:
                suggestions.move(1 if key == Qt.Key.Key_Down else -1)
        elif self._clears(event):
            self.setText("")
        elif self._goes_back(event):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        if forwards and self.suggestions.is_open:
            self.setText(self.suggestions.first())
            self.suggestions.close()
            return True
        return super().focusNextPrevChild(forwards)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.suggestions.close()
        super().focusOutEvent(event)

    def commit(self) -> None:
        """Enters what was typed so far, if anything."""
        if self.text().strip():
            self._enter(self.text())

    def _split(self, text: str) -> None:
        if _COMMA.search(text):
            self._enter(text)

    def _enter(self, text: str) -> None:
        self.suggestions.close()
        tags = typed_tags(text)
        self.setText("")  # forgets what was typed, so that undo is for the tag
        if tags:
            self.entered.emit(list(tags))

    def _is_for_window(self, event: QKeyEvent) -> bool:
        if is_undo(event):
            return not self.isUndoAvailable()
        if is_redo(event):
            return not self.isRedoAvailable()
        return is_for_window(event)

    def _is_for_list(self, event: QKeyEvent) -> bool:
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape)
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        return self.suggestions.is_open and event.key() in keys and not ctrl

    def _clears(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and bool(self.text())

    def _goes_back(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Backspace:
            return not self.text()
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        return event.key() == Qt.Key.Key_Left and at_start


class RenameField(TagField):
    """A field over a chip. Enter and leaving it rename the tag, Esc does not."""

    renamed = Signal(str, str)
    """Old, new; they differ."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._old = ""
        self.setAccessibleName(self.tr("Rename tag"))
        self.entered.connect(lambda tags: self._finish(", ".join(tags)))
        self.hide()

    def start(self, tag: str, area: QRect) -> None:
        """Opens over ``area`` of the parent with ``tag`` in it."""
        self._old = tag
        self.setGeometry(area)
        self.setText(tag)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus()

    def commit(self) -> None:
        """Renames, if it is open and something else is in it."""
        self._finish(self.text().strip())

    def cancel(self) -> None:
        """Closes it."""
        self._finish("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.suggestions.is_open:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()

    def _finish(self, new: str) -> None:
        old, self._old = self._old, ""
        if not old:
            return
        focused = self.hasFocus()
        self.hide()
        if focused:
            self.closed.emit()
        if new and new != old:
            self.renamed.emit(old, new)

    def _clears(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape
