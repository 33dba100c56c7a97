"""What stands where in the setup of a run: left its settings, right what to expect of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.models.draft import RunDraft
from ui.pages.draft_form import DraftForm
from ui.pages.train_basics import Basics
from ui.pages.train_cards import IntentCards
from ui.pages.train_files import SettingsFiles
from ui.pages.train_prompts import Prompts
from ui.pages.train_sliders import Sliders
from ui.preferences import Preferences
from ui.widgets.menu_button import MenuButton
from ui.widgets.notice import Notice
from ui.widgets.preflight_panel import PreflightPanel
from ui.widgets.segments import Segments

_SIDE = 336  # pixels of the list "Before you start"


class SetupFace(QWidget):
    """The widgets, laid out; most do nothing yet."""

    def __init__(
        self, draft: RunDraft, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.files = SettingsFiles(draft, preferences, self)
        self.cards, self.basics = IntentCards(), Basics()
        self.sliders, self.prompts = Sliders(draft), Prompts(draft)
        self.all = DraftForm(draft, self)
        self.form = self.all.form
        self.panel, self.problem = PreflightPanel(), Notice("error", "error")
        self.tiers = Segments(
            (
                ("simple", "strength", self.tr("Simple")),
                ("all", "settings", self.tr("All settings")),
            )
        )
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setToolTip(self.tr("Back to what the card says"))
        self.start = QPushButton(self.tr("Start training"))
        self.queue = QPushButton(self.tr("Add to queue"))
        self._stack = QStackedWidget()
        self._lay_out()

    def hasHeightForWidth(self) -> bool:
        """Not as its texts have: the page would scroll instead of the settings in it."""
        return False

    def show_tier(self, tier: str) -> None:
        """Shows the "simple" settings or "all"."""
        self.tiers.choose("all" if tier == "all" else "simple")
        self._stack.setCurrentIndex(int(tier == "all"))
        column = self._of_all if tier == "all" else self._of_simple
        column.insertWidget(0 if tier == "all" else 1, self.basics)

    def tier(self) -> str:
        """ "simple" or "all"."""
        return "all" if self._stack.currentIndex() else "simple"

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self._settings(), 1)
        row.addWidget(self._side())

    def _settings(self) -> QWidget:
        more = MenuButton(self.files.menu())
        more.set_text(self.tr("Import and export"))
        switch = QHBoxLayout()
        switch.setSpacing(theme.SPACE)
        switch.addWidget(self.tiers)
        switch.addWidget(self.reset)
        switch.addStretch(1)
        switch.addWidget(more)
        self._stack.addWidget(self._simple())
        self._stack.addWidget(self._everything())
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(switch)
        column.addWidget(self._stack, 1)
        return page

    def _simple(self) -> QWidget:
        heading = QLabel(self.tr("What are you teaching?"))
        heading.setProperty("heading", True)
        cards = QVBoxLayout()
        cards.setSpacing(theme.SPACE)
        cards.addWidget(heading)
        cards.addWidget(self.cards)
        simple = QWidget()
        self._of_simple = column = QVBoxLayout(simple)
        column.setContentsMargins(0, 0, theme.SPACE, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(cards)
        column.addWidget(self.basics)
        column.addWidget(self.sliders)
        column.addWidget(self.prompts)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(simple)
        return area

    def _everything(self) -> QWidget:
        page = QWidget()
        self._of_all = column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * theme.SPACE // 2)
        column.addWidget(self.form, 1)
        return page

    def _side(self) -> QWidget:
        heading = QLabel(self.tr("Before you start"))
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        for button in (self.start, self.queue):
            button.setProperty("primary", True)
        self.queue.hide()
        side = QFrame()
        side.setProperty("card", True)
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(theme.SPACE)
        column.addWidget(heading)
        column.addWidget(self.panel, 1)
        column.addWidget(self.problem)
        column.addWidget(self.start)
        column.addWidget(self.queue)
        return side
