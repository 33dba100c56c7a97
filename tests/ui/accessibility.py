"""Checks that any page or dialog can use: what takes the focus has to have a name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QWidget

from ui import theme


def unnamed_focusable(widget: QWidget) -> list[str]:
    """What the keyboard reaches in ``widget`` without a name for screen readers; shown or not."""
    return [_describe(found) for found in _focusable(widget) if not accessible_name(found)]


def too_small(widget: QWidget) -> list[str]:
    """What can be clicked in ``widget``, is shown, and is lower than `theme.TARGET`."""
    return [
        f"{_describe(found)} is {found.height()} high"
        for found in _focusable(widget)
        if found.isVisible() and found.height() < theme.TARGET - 2  # of which the frame takes 2
    ]


def accessible_name(widget: QWidget) -> str:
    """What a screen reader says when ``widget`` gets the focus."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def tab_order(window: QWidget) -> list[QWidget]:
    """What Tab visits in the shown ``window``, from the first on."""
    visited: list[QWidget] = []
    while (focus := QApplication.focusWidget()) and focus not in visited:
        visited.append(focus)
        window.focusNextChild()
    return visited


def _focusable(widget: QWidget) -> list[QWidget]:
    return [
        found
        for found in [widget, *widget.findChildren(QWidget)]
        if found.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not found.objectName().startswith("qt_")  # parts of Qt's own widgets
        and not isinstance(found, QMenu)
        and not _is_part(found)
        and found.focusProxy() is None
    ]


def _is_part(widget: QWidget) -> bool:
    """Of another widget that has the name: a viewport, or the list of a combo box."""
    parent = widget.parentWidget()
    if isinstance(parent, QAbstractScrollArea):
        return parent.viewport() is widget
    return parent is not None and parent.inherits("QComboBoxPrivateContainer")


def _describe(widget: QWidget) -> str:
    parent = widget.parentWidget()
    place = f" in {type(parent).__name__}" if parent else ""
    return f"{type(widget).__name__} {widget.objectName()!r}{place}"
