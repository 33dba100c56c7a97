"""What can be typed into the filter: a sheet of examples to click, and the words for errors."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme

_INDENT = 13  # of the text in a button


class QueryWords(QObject):
    """Explanations of the filter language."""

    def reason(self, reason: str) -> str:
        """One sentence for the ``reason`` of ``query.invalid``."""
        return {
            "quote open": self.tr("This quote is not closed."),
            "value missing": self.tr("Something must follow the colon, without a gap."),
            "term missing": self.tr("A term is missing here."),
            "parenthesis open": self.tr("A parenthesis is not closed."),
            "parenthesis not open": self.tr("No parenthesis is open here."),
            "too deep": self.tr("Too many parentheses stand in each other."),
            "unknown field": self.tr("There is no such field; the question mark lists them."),
            "unknown state": self.tr("There is no such state; write is: to see which there are."),
            "not a number": self.tr("This must be a number, as in tokens:>75."),
            "not a ratio": self.tr("This must be a ratio, as in ratio:3:2."),
            "not a size": self.tr("This must be a size, as in bucket:512x768."),
        }[reason]

    def examples(self) -> list[tuple[str, str]]:
        """Queries and what they find."""
        return [
            ("forest", self.tr("“forest” in the caption or name")),
            ('tag:"long hair"', self.tr("this very tag; * stands for anything")),
            ("caption:*forest", self.tr("the caption as a whole")),
            ("name:ink_*", self.tr("the name of the file")),
            ("path:*/sub/*", self.tr("its folders too")),
            ("tokens:>75", self.tr("length of the caption; also chars, tags")),
            ("width:>=1024", self.tr("pixels; also height, and size for the shorter side")),
            ("ratio:3:2", self.tr("width to height")),
            ("bucket:512x768", self.tr("the size in which training sees it")),
            ("is:uncaptioned", self.tr("also small, duplicate, unreadable and more")),
            ("tag:hat OR tag:scarf", self.tr("either of them")),
            ("-tag:hat", self.tr("all others; NOT does the same")),
        ]


class FilterHelp(QFrame):
    """A sheet that closes when something else is clicked."""

    chosen = Signal(str)
    """The example that was clicked."""

    def __init__(self, words: QueryWords, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", True)
        title = QLabel(self.tr("Terms side by side must all be true. Click one to add it."))
        title.setProperty("muted", True)
        title.setIndent(_INDENT)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * theme.SPACE)
        grid.setVerticalSpacing(0)
        for row, (example, meaning) in enumerate(words.examples()):
            grid.addWidget(self._example(example, meaning), row, 0)
            grid.addWidget(QLabel(meaning), row, 1)
        column = QVBoxLayout(self)
        edge = 2 * theme.SPACE
        column.setContentsMargins(theme.SPACE, edge, edge, theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addWidget(title)
        column.addLayout(grid)

    def open_below(self, field: QWidget) -> None:
        """Shows the sheet below ``field``."""
        self.adjustSize()
        self.move(field.mapToGlobal(QPoint(0, field.height() + theme.SPACE // 2)))
        self.show()

    def _example(self, example: str, meaning: str) -> QPushButton:
        button = QPushButton(example)
        button.setProperty("flat", True)
        button.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        button.setStyleSheet("text-align: left;")
        button.setAccessibleName(self.tr("{0}: {1}").format(example, meaning))
        button.clicked.connect(lambda: self._choose(example))
        return button

    def _choose(self, example: str) -> None:
        self.close()
        self.chosen.emit(example)
