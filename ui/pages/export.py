"""Export, for now: there is nothing to export before something was trained."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from ui.pages.page import Page
from ui.widgets.empty_state import EmptyState


class ExportPage(Page):
    """Points to Train."""

    def __init__(self) -> None:
        super().__init__()
        state = EmptyState(
            "export",
            self.tr("Train an adapter first"),
            self.tr("Here you will save it as one file for A1111, Forge, ComfyUI and others."),
            self.tr("Go to Train"),
        )
        state.activated.connect(lambda: self.page_wanted.emit("train"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(state)
        self.setFocusProxy(state)
