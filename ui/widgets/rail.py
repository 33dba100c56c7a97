"""The column of buttons at the left edge that switches pages."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui import theme

WIDE, NARROW = 76, 48
_TALL, _LOW = 58, 30
_ICON = 22


class Rail(QWidget):
    """Buttons for actions: `add` from the top, `add_below` from the bottom.

    Where there is no room for the words below the icons, the icons stand alone.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._buttons: list[RailButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.SPACE // 2, 0, theme.SPACE // 2)
        self._column.setSpacing(2)
        self._column.addStretch()
        self._top = 0
        self._set_compact(False)

    def add(self, action: QAction, icon: str, name: str) -> None:
        """Adds a button below those added before."""
        self._column.insertWidget(self._top, self._button(action, icon, name))
        self._top += 1

    def add_below(self, action: QAction, icon: str, name: str) -> None:
        """Adds a button at the bottom, below those added before."""
        self._column.addWidget(self._button(action, icon, name))

    def minimumSizeHint(self) -> QSize:
        """Compact."""
        return QSize(NARROW, len(self._buttons) * (_LOW + 2) + theme.SPACE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drops or brings back the words."""
        super().resizeEvent(event)
        needed = len(self._buttons) * (_TALL + 2) + 2 * theme.SPACE
        self._set_compact(event.size().height() < needed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line towards the page."""
        painter = QPainter(self)
        painter.setPen(theme.color("border"))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _button(self, action: QAction, icon: str, name: str) -> RailButton:
        button = RailButton(action, icon, name)
        self._buttons.append(button)
        return button

    def _set_compact(self, compact: bool) -> None:
        self.setFixedWidth(NARROW if compact else WIDE)
        for button in self._buttons:
            button.set_compact(compact)


class RailButton(QToolButton):
    """An icon above a word; the current page has a bar at the edge and a lighter ground."""

    def __init__(self, action: QAction, icon: str, name: str) -> None:
        super().__init__()
        self._icon = icon
        self._name = name
        self._compact = False
        self.setDefaultAction(action)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Shows the icon alone."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Its size; not a fixed one, since a style sheet takes that away when it is set anew."""
        return QSize(NARROW, _LOW) if self._compact else QSize(WIDE, _TALL)

    def minimumSizeHint(self) -> QSize:
        """As above."""
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """Repaints at once under the mouse: the style sheet knows nothing of this button."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints ground, bar, icon and word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        tint = "text" if self.isChecked() or self.underMouse() else "muted"
        if not self.isEnabled():
            tint = "border"
        icon = QRect(0, 0, _ICON, _ICON)
        icon.moveCenter(self.rect().center())
        if not self._compact:
            icon.moveTop(9)
        theme.icon(self._icon, tint).paint(painter, icon)
        if not self._compact:
            self._paint_name(painter, "muted" if tint == "border" else tint)

    def _paint_ground(self, painter: QPainter) -> None:
        ground = self.rect().adjusted(6, 1, -6, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.isDown():
            painter.setBrush(theme.color("selected"))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        if self.isChecked():
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRect(-3, ground.top() + 8, 6, ground.height() - 16), 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)

    def _paint_name(self, painter: QPainter, tint: str) -> None:
        font = self.font()
        font.setPixelSize(11)
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(theme.color(tint))
        place = self.rect().adjusted(2, 34, -2, -4)
        text = painter.fontMetrics().elidedText(
            self._name, Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
