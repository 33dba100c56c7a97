"""Sentences under a title that folds them away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.icon_label import IconLabel

MOST = 200
"""So many sentences are listed; more, as of 20,000 images, would only take time."""

_HEIGHT = 120  # pixels of the list at most


class FoldList(QWidget):
    """Hidden while there is nothing to list; folded until it is opened."""

    def __init__(self, icon: str, tint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QToolButton()
        self.title.setCheckable(True)
        self.title.setProperty("flat", True)
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMaximumHeight(_HEIGHT)
        self.list.hide()
        self.list.setSpacing(2)
        self.title.toggled.connect(self._fold)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(IconLabel(icon, tint))
        row.addWidget(self.title)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.list)
        self._paint_icon()
        self.hide()

    def set_sentences(self, title: str, sentences: Sequence[str]) -> None:
        """Replaces the list; those after the first `MOST` are only counted."""
        self.title.setText(title)
        self.list.setAccessibleName(title)
        self.list.clear()
        self.list.addItems(list(sentences[:MOST]))
        if len(sentences) > MOST:
            rest = self.tr("and %n more", "", len(sentences) - MOST)
            self.list.addItem(QListWidgetItem(rest))
        self.setVisible(bool(sentences))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()

    def _fold(self, opened: bool) -> None:
        self.list.setVisible(opened)
        self._paint_icon()

    def _paint_icon(self) -> None:
        self.title.setIcon(theme.icon("down" if self.title.isChecked() else "right", "muted"))
