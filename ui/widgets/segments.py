"""A switch between a few views: buttons side by side, one of them pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ui import theme


class Segments(QWidget):
    """Each choice is (name, icon, text); arrow keys change it too."""

    chosen = Signal(str)
    """The name of what the artist chose."""

    def __init__(self, choices: Sequence[tuple[str, str, str]], parent: QWidget | None = None):
        super().__init__(parent)
        self._icons = {name: icon for name, icon, _ in choices}
        self.buttons = {name: QToolButton() for name in self._icons}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        for name, _, text in choices:
            button = self.buttons[name]
            button.setText(text)
            button.setCheckable(True)
            button.setProperty("flat", True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setIconSize(QSize(16, 16))
            button.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            group.addButton(button)
            row.addWidget(button)
        self._paint_icons()

    def choose(self, name: str) -> None:
        """Presses a button, without a signal."""
        self.buttons[name].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icons()

    def _paint_icons(self) -> None:
        for name, icon in self._icons.items():
            self.buttons[name].setIcon(theme.icon(icon))
