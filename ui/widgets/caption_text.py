"""A caption as running text; each line is a caption of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ui import theme
from ui.widgets.keys import is_for_window, is_redo, is_undo

_PAUSE = 300  # ms


class CaptionText(QPlainTextEdit):
    """Undo belongs to the window: its keys pass through, once what was typed has been told."""

    edited = Signal(str)
    """The text, stripped; told after a word, a pause, and when the focus leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Caption"))
        self._told = ""
        self._cuts: list[int] = []
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.flush)
        self.textChanged.connect(self._on_change)

    def set_text(self, text: str, to_end: bool = False) -> None:
        """Shows ``text``; the cursor goes where it differs from what is there, or to its end.

        Spaces at the ends do not count as different: they are still being typed.
        """
        if text.strip() == self._told and not to_end:
            return  # what was told comes back, while typing has gone on
        self._pause.stop()
        self._told = text.strip()
        now = self.toPlainText()
        if now.strip() != self._told:
            self._replace(now, text)
        if to_end:
            self.moveCursor(QTextCursor.MoveOperation.End)

    def flush(self) -> None:
        """Tells at once what was typed."""
        self._pause.stop()
        text = self.toPlainText().strip()
        if text != self._told and not self.isReadOnly():
            self._told = text
            self.edited.emit(text)

    def set_cuts(self, cuts: Sequence[int]) -> None:
        """For each line the character from which on the model does not read, or its length."""
        self._cuts = list(cuts)
        dim = QTextCharFormat()
        dim.setForeground(theme.color("muted"))
        dim.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        dim.setUnderlineColor(theme.color("warning"))
        marks = []
        for number, cut in enumerate(self._cuts):
            block = self.document().findBlockByNumber(number)
            if cut >= len(block.text()):
                continue
            mark = QTextEdit.ExtraSelection()
            mark.format, mark.cursor = dim, QTextCursor(block)
            mark.cursor.setPosition(block.position() + _units(block.text()[:cut]))
            mark.cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            marks.append(mark)
        self.setExtraSelections(marks)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo = is_undo(event) or is_redo(event)
            if undo or is_for_window(event):
                self.flush()
                event.ignore()
                return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.set_cuts(self._cuts)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.flush()
        super().focusOutEvent(event)

    def _replace(self, now: str, text: str) -> None:
        """Replaces only what differs, so that the view stays where it is."""
        start = _same(now, text)
        after = _same(now[start:][::-1], text[start:][::-1])
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(now[:start]))
        end = _units(now[: len(now) - after])
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[start : len(text) - after])
        self.setTextCursor(cursor)

    def _on_change(self) -> None:
        if self.toPlainText().strip() == self._told:
            return
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
        last = cursor.selectedText()
        if last and not last.isalnum():
            self.flush()
        else:
            self._pause.start()


def _same(one: str, other: str) -> int:
    """How many characters at the start are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _units(text: str) -> int:
    """How many positions of a QTextDocument ``text`` takes: UTF-16 counts some characters twice."""
    return len(text.encode("utf-16-le")) // 2
