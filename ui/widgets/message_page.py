"""A page that says why there is nothing to see, and what to do, where there is no button for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel

_ICON = 5 * theme.SPACE


class MessagePage(QWidget):
    """An icon, a title and a sentence, in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("info", pixels=_ICON)
        self._title = QLabel()
        self._title.setStyleSheet("font-weight: 600;")
        self._text = QLabel()
        self._text.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setSpacing(theme.SPACE)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)

    def say(self, icon: str, title: str, text: str, tint: str = "muted") -> None:
        """Shows the icon of that name of `theme.ICONS`, ``title`` and ``text``."""
        self._icon.set_icon(icon, tint)
        self._title.setText(title)
        self._text.setText(text)

    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.text()
