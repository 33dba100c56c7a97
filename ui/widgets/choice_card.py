"""One of several cards to choose from: a name, a sentence, and figures below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.icon_label import IconLabel

_PAD = 3 * theme.SPACE // 2


class ChoiceCard(QAbstractButton):
    """Checkable; several of them in an exclusive QButtonGroup are walked through by arrow keys."""

    def __init__(self, icon: str, name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText(name)
        self._name = QLabel(name)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._icon, self._mark = IconLabel(icon, "text", 18), IconLabel("good", "accent", 18)
        self._text, self._facts = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._facts.setProperty("muted", True)
        self._lay_out()
        self.toggled.connect(self._mark.setVisible)
        self._mark.hide()
        self.describe(text)

    def describe(self, text: str, facts: Sequence[str] = ()) -> None:
        """Shows the sentence and, one a line, the figures."""
        self._text.setText(text)
        self._facts.setText("\n".join(facts))
        self._facts.setVisible(bool(facts))
        self.setAccessibleDescription(" ".join([text, *facts]))

    def facts(self) -> str:
        """The figures that are shown."""
        return self._facts.text()

    def set_name(self, name: str) -> None:
        """Shows another name, as of a card that was changed."""
        self._name.setText(name)
        self.setText(name)

    def sizeHint(self) -> QSize:
        """As its texts need."""
        return self._box.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As its texts need."""
        return self._box.minimumSize()

    def heightForWidth(self, width: int) -> int:
        """As its texts need."""
        return max(self._box.heightForWidth(width), theme.TARGET)

    def event(self, event: QEvent) -> bool:
        """Repaints under the mouse."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the card; a chosen one has a thick border and a check mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.isChecked()
        painter.setPen(QPen(theme.color("accent" if strong else "border"), 2 if strong else 1))
        painter.setBrush(theme.color(self._ground()))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 6, 6)

    def _ground(self) -> str:
        if self.isChecked():
            return "raised"
        return "hover" if self.underMouse() else "surface"

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE)
        head.addWidget(self._icon)
        head.addWidget(self._name, 1)
        head.addWidget(self._mark)
        self._box = column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (_PAD,))
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(head)
        column.addWidget(self._text)
        column.addWidget(self._facts)
        column.addStretch(1)
        for label in (self._icon, self._name, self._mark, self._text, self._facts):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
