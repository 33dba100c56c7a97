"""A stamp for each program: whether it loads a file, and by the tool tip why not."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from superqt import QFlowLayout

from ui import theme

_LOOKS = {"yes": ("check", "good"), "partly": ("warning", "warning"), "no": ("clear", "error")}
_ICON = 14  # pixels
_PAD = theme.SPACE


class ProgramStamps(QWidget):
    """Hidden until `set_stamps`; ``works`` is "yes", "partly" or "no"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stamps: dict[str, Stamp] = {}
        self._label = QLabel(self.tr("Loads in"))
        self._label.setProperty("muted", True)
        self._label.setFixedHeight(theme.TARGET - 4)
        self._row = QFlowLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setHorizontalSpacing(theme.SPACE)
        self._row.setVerticalSpacing(theme.SPACE // 2)
        self._row.addWidget(self._label)
        self.hide()

    def clear(self) -> None:
        """Nothing is known any more."""
        for stamp in self.stamps.values():
            self._row.removeWidget(stamp)
            stamp.hide()
            stamp.deleteLater()
        self.stamps.clear()
        self.hide()

    def set_stamps(self, works: Mapping[str, str], reasons: Mapping[str, str]) -> None:
        """Shows each program, and where there is one the reason."""
        for program, how in works.items():
            if program not in self.stamps:
                self.stamps[program] = Stamp(program)
                self._row.addWidget(self.stamps[program])
            said = self._sentence(program, how, reasons.get(program, ""))
            self.stamps[program].set_state(how, said)
        self._row.invalidate()  # superqt's adds without
        self.show()

    def _sentence(self, program: str, how: str, reason: str) -> str:
        if how == "yes":
            text = self.tr("{0} loads it, {1}") if reason else self.tr("{0} loads it")
        elif how == "partly":
            text = self.tr("{0} loads it in part: {1}") if reason else self.tr("{0}: in part")
        else:
            text = self.tr("{0} does not load it: {1}") if reason else self.tr("{0}: not at all")
        return text.format(program, reason)


class Stamp(QWidget):
    """The name of a ``program`` with a mark, in a frame of the same colour."""

    def __init__(self, program: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._icon, self._tint = _LOOKS["yes"]
        self.works = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, works: str, said: str) -> None:
        """``said`` is the tool tip, and what a screen reader says."""
        self.works = works
        self._icon, self._tint = _LOOKS[works]
        self.setToolTip(said)
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        """As its name needs."""
        width = self.fontMetrics().horizontalAdvance(self._program)
        return QSize(width + _ICON + 2 * _PAD + theme.SPACE // 2, theme.TARGET - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints frame, mark and name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(self._tint), 1))
        painter.setBrush(theme.color("raised"))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        mark = QRect(_PAD, (self.height() - _ICON) // 2, _ICON, _ICON)
        theme.icon(self._icon, self._tint).paint(painter, mark)
        painter.setPen(theme.color("text"))
        name = self.rect().adjusted(mark.right() + 1 + theme.SPACE // 2, 0, 0, 0)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, self._program)
