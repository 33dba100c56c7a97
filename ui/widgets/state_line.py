"""One quiet line under a field: what was chosen is, or what is wrong with it, and a button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel


class StateLine(QWidget):
    """Says one thing at a time; as high with a button as without."""

    acted = Signal()
    """The button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("info", "muted")
        self._text = QLabel(wordWrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.button.setProperty("flat", True)
        self.button.clicked.connect(self.acted)
        self.setMinimumHeight(theme.TARGET)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        self.say("")

    def say(self, text: str, button: str = "", icon: str = "", tint: str = "muted") -> None:
        """Says ``text``; ``icon`` and ``tint`` are names in `theme`, "" is none."""
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.set_icon(icon, tint)
        self._text.setText(text)
        if self._text.property("muted") is not (not icon):
            self._text.setProperty("muted", not icon)
            self._text.style().polish(self._text)
        self.button.setText(button)
        self.button.setAccessibleName(self.tr("{0}: {1}").format(button, text) if button else "")
        focus = Qt.FocusPolicy.StrongFocus if button else Qt.FocusPolicy.NoFocus
        self.button.setFocusPolicy(focus)
        self.button.setVisible(bool(button))

    def text(self) -> str:
        """What it says."""
        return self._text.text()
