"""A picture without the adapter and one with it, to compare: alone, side by side, one on another.

Which is which is told by labels on them; A is without and B with, unless they are swapped.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.compare_layout import arranged, fitted
from ui.widgets.enlarging import Enlarged
from ui.widgets.message_page import MessagePage
from ui.widgets.picture_marks import paint_divider, paint_label, paint_progress

SINGLE, SIDE, DIVIDER, HOVER = MODES = ("single", "side", "divider", "hover")

_GAP = theme.SPACE
_STEP, _FINE = 0.05, 0.01  # shares of the width that an arrow key moves the divider


class CompareView(QWidget):
    """Shows A and B as `mode` says; without any picture a message."""

    mode_changed = Signal(str)
    swapped = Signal(bool)
    menu_wanted = Signal(QPoint)
    """The context menu is wanted, at this place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = [Enlarged(), Enlarged()]
        self._labels = [self.tr("Without"), self.tr("With")]
        self._mode = SINGLE
        self._is_swapped = False
        self._draft = False
        self._divider = 0.5
        self._dragging = False
        self._peeking = False  # by a held key
        self._hovered = False
        self._done = self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Picture"))
        self._message = MessagePage()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._message)
        self.set_empty(self.tr("No picture yet"), self.tr("Write a prompt and press Generate."))

    # values

    def set_pictures(self, a: QImage | None, b: QImage | None, draft: bool = False) -> None:
        """A is drawn without the adapter, B with it; a ``draft`` B has only few steps."""
        for picture, image in zip(self._pictures, (a, b), strict=True):
            picture.set_image(image or QImage())
        self._draft = draft
        if a is None and b is None:
            self._say(*self._empty, "muted")
        else:
            self._message.hide()
            self._describe()

    def set_labels(self, a: str, b: str) -> None:
        """What the pictures are called."""
        self._labels = [a, b]
        self._describe()

    def set_progress(self, done: int, total: int) -> None:
        """How far the next picture is; a ``total`` of 0 takes the line away."""
        self._done, self._total = done, total
        self.update()

    def set_empty(self, title: str, text: str, icon: str = "image") -> None:
        """What to say while there is no picture, and why there is none."""
        self._empty = (icon, title, text)
        if not self._parts():
            self.set_pictures(None, None)

    def set_error(self, title: str, text: str) -> None:
        """Says what went wrong, in place of the pictures."""
        self._say("error", title, text, "error")

    @property
    def mode(self) -> str:
        """One of `MODES`."""
        return self._mode

    @property
    def is_swapped(self) -> bool:
        """Whether A and B have changed places."""
        return self._is_swapped

    @property
    def divider(self) -> float:
        """Where the divider is: a share of the picture's width."""
        return self._divider

    def set_mode(self, mode: str) -> None:
        """Compares in another way."""
        if mode != self._mode:
            self._mode = mode
            self._dragging = False
            self._set_cursor()
            self._describe()
            self.mode_changed.emit(mode)

    def next_mode(self) -> None:
        """The mode after this one, round and round."""
        self.set_mode(MODES[(MODES.index(self._mode) + 1) % len(MODES)])

    def swap(self) -> None:
        """Has A and B change places."""
        self._is_swapped = not self._is_swapped
        self._describe()
        self.swapped.emit(self._is_swapped)

    # what the artist does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._dragging = event.button() == Qt.MouseButton.LeftButton and self._divides
        if self._dragging:
            self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._drag(event.position())
        self._set_hovered(self._whole().contains(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._message.isVisible():
            self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = _FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        ways = {Qt.Key.Key_Left: -step, Qt.Key.Key_Right: step}
        ways |= {Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0}
        if self._divides and key in ways:
            self._move_divider(self._divider + ways[Qt.Key(key)])
        elif self._mode == HOVER and key == Qt.Key.Key_Space:
            self._peek(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._peeking and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._peek(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        self._peek(False)
        self.update()

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    # how it looks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        parts = self._parts()
        for which, place, shown in parts:
            self._paint_part(painter, which, place, shown)
        if self._divides:
            x = self._whole().left() + self._divider * self._whole().width()
            paint_divider(painter, self._whole(), x, self.hasFocus())
        elif self.hasFocus() and parts:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(parts[-1][1].adjusted(1, 1, -1, -1))
        if self._total:
            below = parts[-1][1] if parts else QRectF(self.rect())
            paint_progress(painter, below, self._done / self._total)

    def _paint_part(self, painter: QPainter, which: int, place: QRectF, shown: QRectF) -> None:
        picture = self._pictures[which]
        painter.save()
        painter.setClipRect(shown)
        if picture.is_null:
            painter.fillRect(place, theme.color("hover"))
        else:
            picture.paint(painter, fitted(picture.size, place), self.devicePixelRatioF())
        at_right = self._divides and which == self._order[1]
        top = Qt.AlignmentFlag.AlignTop
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        if not self._lonely:
            paint_label(painter, place, self._labels[which], top | side)
        if which == 1 and self._draft:
            below = Qt.AlignmentFlag.AlignBottom | side
            paint_label(painter, place, self.tr("draft"), below, quiet=True)
        painter.restore()

    @property
    def _order(self) -> tuple[int, int]:
        """Which picture comes first and which second."""
        return (1, 0) if self._is_swapped else (0, 1)

    @property
    def _lonely(self) -> bool:
        """Whether only one picture is there, so that no label is needed."""
        return any(picture.is_null for picture in self._pictures) and self._mode != SIDE

    @property
    def _divides(self) -> bool:
        return self._mode == DIVIDER and not any(picture.is_null for picture in self._pictures)

    def _parts(self) -> list[tuple[int, QRectF, QRectF]]:
        """What is painted: the number of a picture, its place, and what of that is seen."""
        if all(picture.is_null for picture in self._pictures):
            return []
        if self._mode == SIDE:
            places = arranged(self._proportions(), QRectF(self.rect()), _GAP)
            return [(which, at, at) for which, at in zip(self._order, places, strict=True)]
        whole = self._whole()
        if self._divides:
            first, second = QRectF(whole), QRectF(whole)
            first.setWidth(self._divider * whole.width())
            second.setLeft(first.right())
            return [(self._order[0], whole, first), (self._order[1], whole, second)]
        return [(self._front(), whole, whole)]

    def _front(self) -> int:
        """The one picture that is seen where there is only one."""
        first, second = self._order
        if self._mode == HOVER and (self._hovered or self._peeking):
            first, second = second, first
        return first if self._pictures[second].is_null else second

    def _whole(self) -> QRectF:
        return fitted(self._proportions(), QRectF(self.rect()))

    def _proportions(self) -> tuple[int, int]:
        picture = self._pictures[0 if self._pictures[1].is_null else 1]
        return picture.size

    # helpers

    def _drag(self, at: QPointF) -> None:
        whole = self._whole()
        self._move_divider((at.x() - whole.left()) / max(1.0, whole.width()))

    def _move_divider(self, share: float) -> None:
        self._divider = min(max(share, 0.0), 1.0)
        self.update()

    def _peek(self, peeking: bool) -> None:
        if peeking != self._peeking:
            self._peeking = peeking
            self._describe()

    def _set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self._set_cursor()
            self._describe()

    def _set_cursor(self) -> None:
        on_picture = self._divides and self._hovered
        shape = Qt.CursorShape.SplitHCursor if on_picture else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def _say(self, icon: str, title: str, text: str, tint: str) -> None:
        self._message.say(icon, title, text, tint)
        for picture in self._pictures:
            picture.set_image(QImage())
        self._message.show()
        self._describe(text)

    def _describe(self, text: str = "") -> None:
        """Says to screen readers what is seen, and paints it."""
        seen = [self._labels[w] for w, _, _ in self._parts() if not self._pictures[w].is_null]
        if seen and not text:
            width, height = self._proportions()
            text = self.tr("{0}; {1} × {2} pixels").format(", ".join(seen), width, height)
        self.setAccessibleDescription(text)
        self.update()
