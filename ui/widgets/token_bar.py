"""How much of a caption the model reads: a thin bar and words below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.icon_label import IconLabel


class TokenBar(QWidget):
    """Shows n / limit tokens; over the limit, how many are not read."""

    def __init__(self, limit: int = 75, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._bar = _Bar(limit)
        self._icon = IconLabel("warning", "warning")
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setProperty("muted", True)
        words = QHBoxLayout()
        words.setSpacing(theme.SPACE // 2)
        words.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(self._label, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE // 2)
        layout.addWidget(self._bar)
        layout.addLayout(words)
        self.set_count(None)

    def set_count(self, count: int | None) -> None:
        """Tokens of the caption; None: not known, nothing is said."""
        over = count is not None and count > self._limit
        self._bar.set_count(count or 0)
        self._label.setText("" if count is None else self._words(count))
        if self._label.property("muted") is over:
            self._label.setProperty("muted", not over)
            self._label.style().polish(self._label)  # a millisecond
        self._icon.setVisible(over)

    def text(self) -> str:
        """What the words say."""
        return self._label.text()

    def _words(self, count: int) -> str:
        text = self.tr("{0} / {1} tokens").format(count, self._limit)
        if count <= self._limit:
            return text
        over = self.tr("%n too many; the end is not read", "", count - self._limit)
        return self.tr("{0}: {1}").format(text, over)


class _Bar(QWidget):
    """The caption's length against the limit; what is over it has another colour and pattern."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._count = 0
        self.setFixedHeight(theme.SPACE // 2)

    def set_count(self, count: int) -> None:
        if self._count != count:
            self._count = count
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(whole, radius, radius)
        scale = whole.width() / max(self._limit, self._count)
        read = QRectF(whole)
        read.setWidth(min(self._count, self._limit) * scale)
        if self._count > self._limit:
            painter.setBrush(theme.color("warning"))
            painter.drawRoundedRect(whole, radius, radius)
            painter.fillRect(QRectF(read.right(), 0, 2, whole.height()), theme.color("window"))
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(read, radius, radius)
