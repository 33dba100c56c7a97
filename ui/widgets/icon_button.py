"""A square button with an icon of the theme, which follows the theme when it changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ui import theme


class IconButton(QToolButton):
    """``icon`` is a name in `theme.ICONS`; ``text`` is its tool tip and accessible name."""

    def __init__(self, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setProperty("flat", True)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(theme.TARGET, theme.TARGET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIcon(theme.icon(icon))

    def set_icon(self, icon: str) -> None:
        """Shows another icon, as for another state."""
        self._icon = icon
        self.setIcon(theme.icon(icon))

    def changeEvent(self, event: QEvent) -> None:
        """Takes the icon again in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setIcon(theme.icon(self._icon))
