"""A remark inside a panel: an icon, a sentence, and below it what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.icon_label import IconLabel


class Notice(QFrame):
    """Hidden while its text is ""; narrower than a `Banner`."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self,
        icon: str,
        tint: str = "muted",
        action: str = "",
        dismissible: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._text = QLabel(wordWrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(action)
        self.button.setVisible(bool(action))
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if action else Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.acted)
        self.dismiss = IconButton("clear", self.tr("Dismiss"))
        self.dismiss.setVisible(dismissible)
        self.dismiss.clicked.connect(self.dismissed)
        top, left = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignLeft
        row, column = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(*4 * (theme.SPACE,))
        row.setSpacing(theme.SPACE)
        row.addWidget(IconLabel(icon, tint), 0, top)
        row.addLayout(column, 1)
        row.addWidget(self.dismiss, 0, top)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._text)
        column.addWidget(self.button, 0, left)
        self.hide()

    def set_text(self, text: str) -> None:
        """Says ``text``; "" hides the remark."""
        self._text.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says."""
        return self._text.text()
