"""What a page shows when it has nothing to show: what is so, why, and the one thing to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel

WIDTH = 480
"""Lines of text are no longer than this, in pixels."""


class EmptyState(QWidget):
    """An icon, a heading, a text, one primary button and optional links, in the middle."""

    activated = Signal()
    """The primary button was pressed."""

    def __init__(
        self,
        icon: str,
        heading: str,
        text: str,
        action: str,
        tint: str = "muted",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.heading = _centred(QLabel(heading), "heading")
        self.text = _centred(QLabel(text), "muted")
        self.button = QPushButton(action)
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.activated)
        self.setFocusProxy(self.button)
        self.setAccessibleName(heading)
        self.setAccessibleDescription(text)
        self._lay_out(IconLabel(icon, tint, 48))

    def add_link(self, text: str) -> QPushButton:
        """A further, quieter button below the primary one."""
        link = QPushButton(text)
        link.setProperty("flat", True)
        self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)
        return link

    def add_widget(self, widget: QWidget) -> None:
        """Puts ``widget`` below everything else."""
        self._column.addWidget(widget)

    def _lay_out(self, icon: IconLabel) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        column = self._column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addWidget(icon, 0, centre)
        column.addSpacing(theme.SPACE)
        column.addWidget(self.heading)
        column.addWidget(self.text)
        column.addSpacing(theme.SPACE)
        column.addWidget(self.button, 0, centre)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(*4 * (2 * theme.SPACE,))
        for side, stretch in ((0, 2), (2, 3)):
            grid.setRowStretch(side, stretch)
            grid.setColumnStretch(side, 1)
        grid.setColumnStretch(1, 1000)  # up to its greatest width, before the sides get any
        grid.addWidget(middle, 1, 1)


def _centred(label: QLabel, style: str) -> QLabel:
    label.setProperty(style, True)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
