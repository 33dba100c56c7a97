"""The trigger word, and whether the captions have it."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget
from superqt import QElidingLabel

from ui import theme
from ui.widgets.icon_label import IconLabel

_FIELD = 200
_STATE = 200


class TriggerBar(QWidget):
    """A field, a state in words, and a button that puts the word into the captions without it."""

    trigger_changed = Signal(str)
    """Told when the field is left or Enter is pressed."""
    add_trigger = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trigger = ""
        label = QLabel(self.tr("Trigger &word"))
        self.field = QLineEdit()
        self.field.setFixedWidth(_FIELD)
        no_comma = QRegularExpressionValidator(QRegularExpression("[^,，、]*"), self)
        self.field.setValidator(no_comma)  # a trigger word is one tag
        self.field.editingFinished.connect(self._tell)
        label.setBuddy(self.field)
        self._icon = IconLabel("good", "good")
        self._state = QElidingLabel()
        self.button = QPushButton(self.tr("Add to all"))
        self.button.clicked.connect(self.add_trigger)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for widget in (label, self.field, self._icon, self._state, self.button):
            row.addWidget(widget)
        row.addStretch()
        self.set_missing(0, 0)

    def set_trigger(self, trigger: str) -> None:
        """Shows ``trigger``, unless another one is being typed."""
        self._trigger = trigger
        if not self.field.isModified():
            self.field.setText(trigger)

    def set_missing(self, missing: int, total: int) -> None:
        """``missing`` of ``total`` captions lack the trigger word."""
        known = bool(self._trigger) and total > 0
        self._icon.setVisible(known)
        self._icon.set_icon(*("warning", "warning") if missing else ("good", "good"))
        self.button.setVisible(known and missing > 0)
        words = self._words(missing, total)
        width = self._state.fontMetrics().horizontalAdvance(words) + theme.SPACE
        self._state.setMinimumWidth(min(width, _STATE))  # the rest of a long hint may be cut
        self._row.setStretchFactor(self._state, int(width > _STATE))
        self._state.setText(words)
        muted = not (known and missing)
        if self._state.property("muted") is not muted:
            self._state.setProperty("muted", muted)
            self._state.style().polish(self._state)

    def text(self) -> str:
        """What the state says."""
        return self._state.text()

    def _words(self, missing: int, total: int) -> str:
        if not self._trigger:
            return self.tr("A made-up word that stands for your style or character.")
        if not total:
            return ""
        if missing:
            return self.tr("missing in %n caption(s)", "", missing)
        return self.tr("in all captions")

    def _tell(self) -> None:
        text = self.field.text().strip()
        self.field.setText(text)  # no longer modified
        if text != self._trigger:
            self._trigger = text
            self.trigger_changed.emit(text)
