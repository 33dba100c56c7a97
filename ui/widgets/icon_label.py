"""An icon of the theme that is only looked at, such as beside a text that says the same."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui import theme


class IconLabel(QLabel):
    """``icon`` is a name in `theme.ICONS`, ``tint`` a colour of `theme.Colors`; in pixels."""

    def __init__(
        self, icon: str, tint: str = "muted", pixels: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self.setFixedSize(pixels, pixels)
        self.set_icon(icon, tint)

    def set_icon(self, icon: str, tint: str = "muted") -> None:
        """Shows another icon."""
        self._icon = icon
        self._tint = tint
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Draws the icon in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        icon = theme.icon(self._icon, self._tint)
        self.setPixmap(icon.pixmap(self.size(), ratio))
