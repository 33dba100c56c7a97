"""What stands where on the Try page.

Above, what is drawn: prompts and seed. Left, by which adapters and how; right the picture, what can
be done with it, and below it those drawn before.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from ui import shortcuts, theme
from ui.pages.page import Page
from ui.widgets.adapter_row import AdapterList
from ui.widgets.banner import Banner
from ui.widgets.compare_view import DIVIDER, HOVER, SIDE, SINGLE, CompareView
from ui.widgets.empty_state import EmptyState
from ui.widgets.history_strip import HistoryStrip
from ui.widgets.icon_button import IconButton
from ui.widgets.picture_board import PictureBoard
from ui.widgets.recipe_fields import RecipeFields
from ui.widgets.seed_field import SeedField
from ui.widgets.segments import Segments

_LEFT = 396  # pixels
_NUMBER = 64
_LINES = 2  # of the prompt that are seen


class TryFace(Page):
    """The widgets of the Try page, laid out; they do nothing yet."""

    def __init__(self) -> None:
        super().__init__()
        self.training, self.banner = Banner(), Banner()
        self.prompt, self.negative = _PromptEdit(), QLineEdit()
        self.prompt.setAccessibleName(self.tr("Prompt"))
        self.prompt.setPlaceholderText(self.tr("What the picture shows"))
        self.negative.setPlaceholderText(self.tr("What the picture should not show"))
        self.seed, self.recipe = SeedField(), RecipeFields()
        self.generate = QPushButton(self.tr("Generate"))
        self.generate.setProperty("primary", True)
        self.generate.setToolTip(shortcuts.tooltip("try.generate"))
        self.adapters, self.live = AdapterList(), QCheckBox(self.tr("&Live"))
        self.live.setToolTip(self.tr("Draw at once while a slider moves, then in full"))
        self.live.setMinimumHeight(theme.TARGET)
        self.grid_button = QPushButton(self.tr("Grid…"))
        self.grid_button.setToolTip(self.tr("Checkpoints and strengths side by side"))
        self.compare, self.board, self.history = CompareView(), PictureBoard(), HistoryStrip()
        self.empty = EmptyState(
            "try",
            self.tr("Train something first, or drop a .safetensors here"),
            self.tr(
                "With an adapter you see here what it learned, with a slider for its strength. "
                "The base model alone draws already."
            ),
            self.tr("Go to Train"),
        )
        self.modes = Segments(
            [
                (SINGLE, "image", self.tr("Single")),
                (SIDE, "side", self.tr("Side by side")),
                (DIVIDER, "divider", self.tr("Divider")),
                (HOVER, "hover", self.tr("Hover")),
            ]
        )
        for name, tip in (
            (SINGLE, self.tr("One picture")),
            (SIDE, self.tr("Without and with the adapter, side by side")),
            (DIVIDER, self.tr("Without and with the adapter, with a line to drag")),
            (HOVER, self.tr("Without the adapter while the pointer is on the picture")),
        ):
            self.modes.buttons[name].setToolTip(tip)
        self.swap = IconButton("replace", shortcuts.tooltip("try.swap"))
        self.status = QElidingLabel()
        self.status.setProperty("muted", True)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(shortcuts.tooltip("try.cancel"))
        self.stop.hide()
        self.back = QPushButton(self.tr("Back to the grid"))
        self.back.hide()
        self.tools, self.stage = QWidget(), QStackedWidget()
        for view in (self.compare, self.board, self.empty):
            self.stage.addWidget(view)
        self._lay_out()
        self.setFocusProxy(self.prompt)

    def _lay_out(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(*4 * (theme.SPACE * 3 // 2,))
        page.setSpacing(theme.SPACE)
        page.addWidget(self.training)
        page.addLayout(self._top())
        below = QHBoxLayout()
        below.setSpacing(theme.SPACE * 2)
        below.addWidget(self._left())
        below.addLayout(self._right(), 1)
        page.addLayout(below, 1)

    def _top(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE)
        labels = (
            (self.tr("&Prompt"), self.prompt, 0, 0),
            (self.tr("A&void"), self.negative, 1, 0),
            (self.tr("Se&ed"), self.seed.field, 1, 2),
        )
        for text, field, row, column in labels:
            label = QLabel(text)
            label.setBuddy(field)
            place = Qt.AlignmentFlag.AlignTop if row == 0 else Qt.AlignmentFlag.AlignVCenter
            label.setContentsMargins(0, 5 if row == 0 else 0, 0, 0)
            grid.addWidget(label, row, column, place)
        grid.addWidget(self.prompt, 0, 1)
        grid.addWidget(self.negative, 1, 1)
        grid.addWidget(self.generate, 0, 2, 1, 2)
        grid.addWidget(self.seed, 1, 3)
        grid.setColumnStretch(1, 1)
        self.generate.setFixedHeight(self.prompt.height())
        return grid

    def _left(self) -> QWidget:
        left = QWidget()
        left.setFixedWidth(_LEFT)
        for field in (self.recipe.steps, self.recipe.guidance, self.recipe.number):
            field.setMinimumWidth(_NUMBER)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        title = QHBoxLayout()
        heading = QLabel(self.tr("Adapters"))
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        title.addWidget(heading, 1)
        title.addWidget(self.live)
        column.addLayout(title)
        column.addWidget(self.adapters)
        column.addStretch(1)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setStyleSheet("color: palette(mid);")
        column.addWidget(line)
        column.addWidget(self.recipe)
        column.addWidget(self.grid_button)
        return left

    def _right(self) -> QVBoxLayout:
        column, tools = QVBoxLayout(), QHBoxLayout(self.tools)
        column.setSpacing(theme.SPACE)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(theme.SPACE)
        tools.addWidget(self.modes)
        tools.addWidget(self.swap)
        tools.addWidget(self.status, 1)
        tools.addWidget(self.back)
        tools.addWidget(self.stop)
        column.addWidget(self.tools)
        column.addWidget(self.banner)
        column.addWidget(self.stage, 1)
        column.addWidget(self.history)
        return column


class _PromptEdit(QPlainTextEdit):
    """A prompt of a few lines; Tab goes on to the next field."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        lines = self.fontMetrics().lineSpacing() * _LINES
        self.setFixedHeight(lines + 2 * round(self.document().documentMargin()) + 10)
