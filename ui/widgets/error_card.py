"""A card that says in words how a run ended otherwise than meant, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QFlowLayout

from ui import theme
from ui.widgets.banner import Remedy
from ui.widgets.icon_label import IconLabel

_DETAILS = 96  # pixels


class ErrorCard(QFrame):
    """Title, sentence, what is kept, a button for each remedy, and details to copy."""

    copied = Signal()
    """The details are on the clipboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._icon = IconLabel("error", "error", 20)
        self.title, self.text, self.kept = QLabel(), QLabel(), QLabel()
        self.title.setStyleSheet("font-weight: 600;")
        self.kept.setProperty("muted", True)
        for label in (self.title, self.text, self.kept):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons: list[QPushButton] = []
        self._remedies = QWidget()
        self._row = QFlowLayout(self._remedies)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.show_details = QPushButton(self.tr("Details"))
        self.copy = QPushButton(self.tr("Copy"))
        self.details = QPlainTextEdit(readOnly=True)
        self._prepare_details()
        self._lay_out()

    def show_message(
        self,
        title: str,
        text: str,
        kept: str = "",
        *,
        icon: str = "error",
        tint: str = "error",
        remedies: Sequence[Remedy] = (),
        details: str = "",
    ) -> None:
        """Says it; ``icon`` and ``tint`` are names in `theme`."""
        self._icon.set_icon(icon, tint)
        for label, words in ((self.title, title), (self.text, text), (self.kept, kept)):
            label.setText(words)
            label.setVisible(bool(words))
        self.set_remedies(remedies)
        self.details.setPlainText(details)
        self.details.hide()
        self.copy.hide()
        self.show_details.setChecked(False)
        self.show_details.setVisible(bool(details))

    def set_remedies(self, remedies: Sequence[Remedy]) -> None:
        """Replaces the buttons; the first is the one to take."""
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons.clear()
        for number, (label, act) in enumerate(remedies):
            button = QPushButton(label)
            button.setProperty("primary", number == 0)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._row.addWidget(button)
            self.buttons.append(button)
        self._remedies.setVisible(bool(remedies))
        self._row.invalidate()  # superqt's adds without

    def focus_first(self) -> None:
        """Puts the focus on the first button."""
        if self.buttons:
            self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()

    def _paint_icon(self) -> None:
        opened = self.show_details.isChecked()
        self.show_details.setIcon(theme.icon("down" if opened else "right", "muted"))

    def _copy(self) -> None:
        said = (self.title.text(), self.text.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n".join(said))
        self.copied.emit()

    def _prepare_details(self) -> None:
        self.show_details.setCheckable(True)
        self.show_details.setProperty("flat", True)
        self.show_details.setStyleSheet("padding-left: 0;")
        self.show_details.toggled.connect(self.details.setVisible)
        self.show_details.toggled.connect(self.copy.setVisible)
        self.show_details.toggled.connect(self._paint_icon)
        self._paint_icon()
        self.copy.setProperty("flat", True)
        self.copy.setAccessibleName(self.tr("Copy the details"))
        self.copy.clicked.connect(self._copy)
        self.details.setAccessibleName(self.tr("Details"))
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setFixedHeight(_DETAILS)
        self.details.setTabChangesFocus(True)

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        foot.addWidget(self.show_details)
        foot.addStretch(1)
        foot.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addWidget(self.kept)
        column.addWidget(self._remedies)
        column.addLayout(foot)
        column.addWidget(self.details)
