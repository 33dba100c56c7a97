"""Messages at the right that need no answer, and go away by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QWidget,
)

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.icon_label import IconLabel

SECONDS, SECONDS_TO_ACT = 6, 20
MOST = 3
_WIDTH = 360
_LIFT = 72  # pixels below the lowest, where the pages have their buttons
_ROOM = 160  # pixels of the host's height for each toast: it shall not be covered
_TINTS = {"good": "good", "warning": "warning", "error": "error"}


@dataclass(frozen=True)
class Notice:
    """Something to tell; ``act`` is called when the button called ``action`` is pressed."""

    text: str
    icon: str = "good"
    action: str = ""
    act: Callable[[], object] | None = None


class Toast(QFrame):
    """One message; it leaves after a while, but not while it is pointed at or has the focus.

    That is `SECONDS`, or `SECONDS_TO_ACT` if something can be done.
    """

    closed = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        seconds = SECONDS_TO_ACT if notice.action else SECONDS
        self.timer = QTimer(self, interval=seconds * 1000, singleShot=True)
        self.timer.timeout.connect(self.fade_out)
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(notice.text)
        self._lay_out()
        self._fade = self._fading()
        for child in [self, *self.findChildren(QPushButton), *self.findChildren(IconButton)]:
            child.installEventFilter(self)
        self.timer.start()

    def fade_in(self) -> None:
        """Appears."""
        self._fade.setDirection(QPropertyAnimation.Direction.Forward)
        self.show()
        self._fade.start()

    def fade_out(self) -> None:
        """Disappears, then emits `closed`."""
        self.timer.stop()
        self.setEnabled(False)
        self._effect.setEnabled(True)
        self._fade.setDirection(QPropertyAnimation.Direction.Backward)
        self._fade.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Holds the time while someone is here."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.timer.stop()
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            focus = QApplication.focusWidget()
            here = self.underMouse() or (focus and self.isAncestorOf(focus))
            if not here and self.isEnabled():
                self.timer.start()
        return super().eventFilter(watched, event)

    def _act(self) -> None:
        if self.notice.act:
            self.notice.act()
        self.fade_out()

    def _fading(self) -> QPropertyAnimation:
        self._effect = QGraphicsOpacityEffect(self)
        self._effect.setOpacity(0.0)
        self.setGraphicsEffect(self._effect)
        fade = QPropertyAnimation(self._effect, b"opacity", self)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        # 0 where the desktop is set to reduced motion
        longest: int = self.style().styleHint(
            QStyle.StyleHint.SH_Widget_Animation_Duration, None, self
        )
        fade.setDuration(min(150, longest))
        fade.finished.connect(self._faded)
        return fade

    def _faded(self) -> None:
        if not self.isEnabled():
            self.closed.emit()
            return
        # it makes every repaint an extra copy, so it is there only while it does something
        self._effect.setEnabled(False)

    def _lay_out(self) -> None:
        label = QLabel(self.notice.text)
        label.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * theme.SPACE // 2, theme.SPACE, theme.SPACE, theme.SPACE)
        row.setSpacing(theme.SPACE)
        tint = _TINTS.get(self.notice.icon, "muted")
        row.addWidget(IconLabel(self.notice.icon, tint, 18))
        row.addWidget(label, 1)
        if self.notice.action:
            button = QPushButton(self.notice.action)
            button.clicked.connect(self._act)
            row.addWidget(button)
        close = IconButton("clear", self.tr("Close this message"))
        close.clicked.connect(self.fade_out)
        row.addWidget(close)


class Toasts(QObject):
    """Stacks toasts in the corner of ``host``, the newest lowest: at most `MOST`, no text twice."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self.shown: list[Toast] = []
        host.installEventFilter(self)

    def show(self, notice: Notice) -> Toast:
        """Adds a toast and has screen readers say it."""
        for same in [toast for toast in self.shown if toast.notice.text == notice.text]:
            self._remove(same)
        toast = Toast(notice, self._host)
        toast.closed.connect(lambda: self._remove(toast))
        self.shown.append(toast)
        toast.fade_in()
        self._arrange()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, notice.text))
        return toast

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps the toasts in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _remove(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            _gone(toast)
            self._arrange()

    def _arrange(self) -> None:
        room = max(1, min(MOST, self._host.height() // _ROOM))
        while len(self.shown) > room:
            told = next((toast for toast in self.shown[:-1] if not toast.notice.action), None)
            first = told or self.shown[0]
            self.shown.remove(first)
            _gone(first)
        margin = 2 * theme.SPACE
        width = min(_WIDTH, self._host.width() - 2 * margin)
        bottom = self._host.height() - _LIFT
        for toast in reversed(self.shown):
            height = max(toast.heightForWidth(width), toast.sizeHint().height())
            toast.setGeometry(self._host.width() - margin - width, bottom - height, width, height)
            toast.raise_()
            bottom -= height + theme.SPACE


def _gone(toast: Toast) -> None:
    toast.timer.stop()
    toast.hide()
    toast.deleteLater()
