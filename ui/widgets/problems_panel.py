"""What is wrong with the dataset: one sentence, count and remedy for each kind of problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.icon_label import IconLabel
from ui.widgets.message_page import MessagePage
from ui.widgets.problem_words import AREAS, ProblemWords

_TEXT_WIDTH = 160


@dataclass(frozen=True)
class ProblemGroup:
    """All problems of one kind; ``code`` is a key of `problem_words.LOOKS`.

    ``query`` filters the grid to ``items`` where it can, ``detail`` completes the sentence (a
    number of pixels or tokens, a word, a folder), ``remedy`` is a key of `ProblemWords.remedy`.
    """

    code: str
    count: int
    items: tuple[object, ...] = ()
    remedy: str = ""
    query: str = ""
    detail: str = ""


class ProblemsPanel(QScrollArea):
    """A list of problems by area: folders, images, captions."""

    show_requested = Signal(object)
    """A row was chosen: the query that filters the grid, or else the list of items."""
    remedy_requested = Signal(str, object)
    """A remedy was chosen: its name, and the list of items."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words = ProblemWords(self)
        self.set_problems([])

    def set_problems(self, groups: Sequence[ProblemGroup]) -> None:
        """Replaces the list; groups without problems are left out."""
        if old := self.takeWidget():
            old.deleteLater()  # one of its buttons may be what led here
        self.setWidget(self._build([group for group in groups if group.count]))

    def _build(self, groups: Sequence[ProblemGroup]) -> QWidget:
        if not groups:
            empty = MessagePage()
            text = self.tr("Every image and caption can be used as it is.")
            empty.say("good", self.tr("No problems found"), text, "good")
            return empty
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.SPACE, 0)
        column.setSpacing(theme.SPACE // 2)
        for area in AREAS:
            rows = [group for group in groups if group.code.split(".")[0] == area]
            if rows:
                column.addWidget(self._heading(area))
            for group in rows:
                column.addWidget(self._row(group))
        column.addStretch(1)
        return page

    def _heading(self, area: str) -> QLabel:
        label = QLabel(self._words.area(area))
        label.setProperty("muted", True)
        label.setContentsMargins(theme.SPACE // 2, theme.SPACE, 0, 0)
        return label

    def _row(self, group: ProblemGroup) -> QWidget:
        row = QFrame()
        row.setProperty("card", True)
        line = QHBoxLayout(row)
        line.setContentsMargins(4, 4, theme.SPACE, 4)
        line.setSpacing(theme.SPACE)
        sentence = self._words.sentence(group.code, group.count, group.detail)
        show = _RowButton(self._words.icon(group.code), sentence)
        show.setToolTip(self.tr("Show them in the grid"))
        show.clicked.connect(lambda: self._show(group))
        line.addWidget(show, 1)
        if group.remedy:
            line.addWidget(self._remedy(group, sentence))
        return row

    def _remedy(self, group: ProblemGroup, sentence: str) -> QPushButton:
        button = QPushButton(self._words.remedy(group.remedy))
        button.setAccessibleName(self.tr("{0}: {1}").format(button.text(), sentence))
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._act(group))
        return button

    def _show(self, group: ProblemGroup) -> None:
        self.show_requested.emit(group.query or list(group.items))

    def _act(self, group: ProblemGroup) -> None:
        if group.remedy == "show":
            self._show(group)
        else:
            self.remedy_requested.emit(group.remedy, list(group.items))


class _RowButton(QPushButton):
    """A button whose sentence wraps, which Qt's own cannot."""

    def __init__(self, icon: tuple[str, str], sentence: str) -> None:
        super().__init__()
        self.setProperty("flat", True)
        self.setAccessibleName(sentence)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        line.setSpacing(theme.SPACE)
        mark, text = IconLabel(*icon), QLabel(sentence)
        text.setWordWrap(True)
        text.setMinimumWidth(_TEXT_WIDTH)
        for label in (mark, text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line.addWidget(mark)
        line.addWidget(text, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return self._contents().sizeHint().expandedTo(QSize(0, theme.TARGET))

    def minimumSizeHint(self) -> QSize:
        return self._contents().minimumSize()

    def heightForWidth(self, width: int) -> int:
        return max(self._contents().heightForWidth(width), theme.TARGET)

    def _contents(self) -> QHBoxLayout:
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        return layout
