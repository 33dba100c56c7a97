"""The phases of a run side by side: what is done, what is going on, what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

_ICON = 14
_GAP = theme.SPACE * 3 // 2


@dataclass(frozen=True)
class PhaseShown:
    """``text`` in the artist's words; ``total`` 0 if nobody knows how long it takes."""

    text: str
    state: Literal["done", "now", "later", "failed"]
    done: int = 0
    total: int = 0

    @property
    def count(self) -> str:
        """How far it is, as in 18/42."""
        return f"{self.done}/{self.total}" if self.state == "now" and self.total else ""


_LOOKS = {
    "done": ("good", "good", "muted"),
    "now": ("play", "accent", "text"),
    "later": ("", "", "muted"),
    "failed": ("error", "error", "error"),
}
"""Icon, its tint, and the colour of the words; later ones have a number instead."""


class PhaseStrip(QWidget):
    """A line of phases; where it is too narrow, those that are over keep only their check mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phases: list[PhaseShown] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_phases(self, phases: Sequence[PhaseShown]) -> None:
        """Replaces what is shown."""
        if list(phases) == self.phases:
            return
        self.phases = list(phases)
        words = self._words()
        self.setAccessibleName(words)
        self.setToolTip(words.replace(", ", "\n"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line, as wide as all words."""
        width = sum(self._width(phase, True) for phase in self.phases)
        return QSize(width, max(_ICON, self.fontMetrics().lineSpacing()) + 4)

    def minimumSizeHint(self) -> QSize:
        """It can do with icons."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        worded = self._worded()
        x = 0
        for number, phase in enumerate(self.phases):
            width = self._width(phase, worded[number])
            self._paint(painter, QRect(x, 0, width - _GAP, self.height()), number, worded[number])
            x += width

    def _paint(self, painter: QPainter, rect: QRect, number: int, worded: bool) -> None:
        phase = self.phases[number]
        icon, tint, ink = _LOOKS[phase.state]
        mark = QRect(rect.left(), (rect.height() - _ICON) // 2, _ICON, _ICON)
        painter.setFont(self._font(phase))
        painter.setPen(theme.color(ink))
        if icon:
            theme.icon(icon, tint).paint(painter, mark)
        else:
            painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        if worded:
            rect.setLeft(mark.right() + theme.SPACE // 2)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._text(phase))

    def _worded(self) -> list[bool]:
        """Which phases have room for words: the current one first, then those to come."""
        order = {"now": 0, "failed": 0, "later": 1, "done": 2}
        worded = [False] * len(self.phases)
        room = self.width() + _GAP - sum(self._width(phase, False) for phase in self.phases)
        for number in sorted(range(len(worded)), key=lambda n: (order[self.phases[n].state], -n)):
            phase = self.phases[number]
            room -= self._width(phase, True) - self._width(phase, False)
            worded[number] = room >= 0 or phase.state in ("now", "failed")
        return worded

    def _width(self, phase: PhaseShown, worded: bool) -> int:
        words = QFontMetrics(self._font(phase)).horizontalAdvance(self._text(phase))
        return _ICON + (theme.SPACE // 2 + words + 2 if worded else 0) + _GAP

    def _font(self, phase: PhaseShown) -> QFont:
        font = QFont(self.font())
        font.setBold(phase.state in ("now", "failed"))
        return font

    def _text(self, phase: PhaseShown) -> str:
        return f"{phase.text} {phase.count}".rstrip()

    def _words(self) -> str:
        said = {
            "done": self.tr("{0}: done"),
            "now": self.tr("{0}: now"),
            "later": self.tr("{0}: to come"),
            "failed": self.tr("{0}: failed"),
        }
        return ", ".join(said[phase.state].format(self._text(phase)) for phase in self.phases)
