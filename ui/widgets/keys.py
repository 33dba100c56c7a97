"""Keys that belong to the window even while a text field has the focus."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_CTRL = Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier
_OF_WINDOW = {
    *(QKeyCombination(_NONE, key) for key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)),
    *(
        QKeyCombination(_CTRL, key)
        for key in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
            Qt.Key.Key_D,
            Qt.Key.Key_F,
            Qt.Key.Key_H,
            Qt.Key.Key_I,
            Qt.Key.Key_J,
            Qt.Key.Key_K,
        )
    ),
}


def is_for_window(event: QKeyEvent) -> bool:
    """Whether the key is left to the window's shortcuts: other image, filter, replace, ..."""
    pressed = event.keyCombination()
    keypad = Qt.KeyboardModifier.KeypadModifier  # arrow keys carry it on macOS
    return QKeyCombination(pressed.keyboardModifiers() & ~keypad, pressed.key()) in _OF_WINDOW


def is_undo(event: QKeyEvent) -> bool:
    """Whether the key means undo."""
    return event.matches(QKeySequence.StandardKey.Undo)


def is_redo(event: QKeyEvent) -> bool:
    """Whether the key means redo; Ctrl+Y does so on every system."""
    ctrl_y = event.key() == Qt.Key.Key_Y and event.modifiers() == _CTRL
    return ctrl_y or event.matches(QKeySequence.StandardKey.Redo)


def is_enter(event: QKeyEvent) -> bool:
    """Whether the key is Enter or Return."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
