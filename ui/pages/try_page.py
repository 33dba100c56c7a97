"""Try, for now: there is nothing to try before something was trained."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from ui.pages.page import Page
from ui.widgets.empty_state import EmptyState


class TryPage(Page):
    """Points to Train."""

    def __init__(self) -> None:
        super().__init__()
        state = EmptyState(
            "try",
            self.tr("Train an adapter first"),
            self.tr("Here you will draw with it, with a slider for its strength."),
            self.tr("Go to Train"),
        )
        state.activated.connect(lambda: self.page_wanted.emit("train"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(state)
        self.setFocusProxy(state)
