"""A strip across a page that says what is wrong or going on, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel

Remedy = tuple[str, Callable[[], object]]
"""What a button says, and what it does; the first of several is the one to take."""


class Banner(QFrame):
    """Hidden until `show_message`; stays until its reason is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._icon = IconLabel("warning", "warning", 20)
        self._text = QLabel(wordWrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QPushButton] = []
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(
            theme.SPACE * 3 // 2, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2
        )
        row.setSpacing(theme.SPACE)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        self.hide()

    def show_message(
        self, text: str, remedies: Sequence[Remedy] = (), icon: str = "warning"
    ) -> None:
        """Says ``text``, with a button for each remedy."""
        self._icon.set_icon(icon, "warning" if icon == "warning" else "muted")
        self._text.setText(text)
        self._clear_buttons()
        for number, (label, act) in enumerate(remedies):
            button = QPushButton(label)
            button.setProperty("primary", number == 0)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._row.addWidget(button)
            self._buttons.append(button)
        self.show()

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self._clear_buttons()
        self.hide()

    def hasHeightForWidth(self) -> bool:
        """Not as its text has: a scroll area would give all else its preferred height too."""
        return False

    def sizeHint(self) -> QSize:
        """As high as the text needs it in this width, which a layout would not ask."""
        return QSize(super().sizeHint().width(), self._row.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width, the text may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _clear_buttons(self) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
