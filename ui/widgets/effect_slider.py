"""A slider between two words of an artist, which says below what it does in figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.wheel_guard import guard_wheel


class EffectSlider(QWidget):
    """Chooses among a few values; one that is none of them stands where it is closest."""

    chosen = Signal(float)
    """The value that the artist moved it to."""

    def __init__(self, title: str, low: str, high: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[float] = [0.0]
        self._title = QLabel(title)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName(title)
        self._title.setBuddy(self.slider)
        guard_wheel(self.slider)
        self.slider.valueChanged.connect(lambda place: self.chosen.emit(self._values[place]))
        self._low, self._high = QLabel(low), QLabel(high)
        self.effect = QLabel(wordWrap=True)
        self.effect.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.effect.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()

    def set_values(self, values: Sequence[float], value: float) -> None:
        """What can be chosen, rising, and what is; without a signal."""
        self._values = list(values)
        nearest = min(range(len(values)), key=lambda place: _distance(values[place], value))
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(values) - 1)
        self.slider.setValue(nearest)
        self.slider.blockSignals(False)

    def set_effect(self, text: str) -> None:
        """What the value does, with the names and figures of the settings."""
        self.effect.setText(text)
        self.slider.setAccessibleDescription(text)

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        for label in (self._low, self._high):
            label.setProperty("muted", True)
        words.addWidget(self._low)
        words.addStretch(1)
        words.addWidget(self._high)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self.slider)
        column.addLayout(words)
        column.addSpacing(theme.SPACE // 2)
        column.addWidget(self.effect)
        column.addStretch(1)


class _Slider(QSlider):
    """High enough to be hit; the style sheet asks for less."""

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(0, theme.TARGET))


def _distance(a: float, b: float) -> float:
    """By ratio: the values of these sliders double rather than add up."""
    small, large = sorted((a, b))
    return large / small if small > 0 else large + 1
