"""Keeps the mouse wheel from changing a field that it only scrolls past."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


def guard_wheel(*fields: QWidget) -> None:
    """Lets the wheel change each of ``fields`` only while it has the focus, else scroll on."""
    for field in fields:
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a turn must not give it the focus
        field.installEventFilter(_Guard(field))


class _Guard(QObject):
    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not self._field.hasFocus():
            event.ignore()  # and so it goes to what holds the field
            return True
        return super().eventFilter(watched, event)
