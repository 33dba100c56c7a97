"""Finding images: a query, chips that write it, how it is sorted, and a sheet that explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from studio.data.query import parse, toggle_term
from studio.errors import StudioError
from ui import theme
from ui.widgets.facet_chips import FacetChips, term
from ui.widgets.filter_field import FilterField
from ui.widgets.filter_help import FilterHelp, QueryWords
from ui.widgets.icon_button import IconButton

SORTS = ("name", "newest", "size", "tags", "tokens")
_DELAY = 60


class FilterBar(QWidget):
    """Emits `changed` for every query that can be understood; others are marked in the field."""

    changed = Signal(str)
    sort_changed = Signal(str)
    """One of `SORTS`."""
    grid_requested = Signal()
    """Enter or the down key in the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ""
        self._words = QueryWords(self)
        self._pause = QTimer(self, singleShot=True, interval=_DELAY)
        self._pause.timeout.connect(self._read)
        self.field = FilterField()
        self.field.textChanged.connect(lambda _: self._pause.start())
        self.field.grid_requested.connect(self._go_to_grid)
        self.chips = FacetChips()
        self.chips.toggled.connect(self._toggle)
        self._help = IconButton("help", self.tr("How to filter"))
        self._help.clicked.connect(self._show_help)
        self._sort = IconButton("sort", self.tr("Sort the images"))
        self._sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sort.setMenu(self._build_menu())
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self.field, 1)
        row.addWidget(self._help)
        row.addWidget(self._sort)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(row)
        column.addWidget(self.chips)
        self.chips.set_query("")

    @property
    def text(self) -> str:
        """The query as typed, perhaps unfinished."""
        return self.field.text()

    def set_text(self, text: str) -> None:
        """Sets the query and tells it at once."""
        self.field.setText(text)
        self._read()

    def set_facets(self, counts: Mapping[str, int]) -> None:
        """What `studio.data.facets.count_facets` tells, and the number of images as ``all``."""
        self.chips.set_counts(counts)

    def set_tags(self, tags: Sequence[str]) -> None:
        """The tags that are offered after ``tag:``, the most used first."""
        self.field.set_tags(tags)

    def _build_menu(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        labels = {
            "name": self.tr("By name"),
            "newest": self.tr("Newest first"),
            "size": self.tr("Smallest first"),
            "tags": self.tr("Fewest tags first"),
            "tokens": self.tr("Longest caption first"),
        }
        for key in SORTS:
            action = menu.addAction(labels[key])
            action.setCheckable(True)
            action.setChecked(key == "name")
            action.setData(key)
            group.addAction(action)
        group.triggered.connect(lambda action: self.sort_changed.emit(action.data()))
        return menu

    def _read(self) -> None:
        """Tells the query if it is understood, else marks what is wrong."""
        self._pause.stop()
        text = self.text.strip()
        try:
            parse(self.text)
        except StudioError as error:
            reason = self._words.reason(error.params["reason"])
            self.field.show_error(error.params["position"], reason)
            return
        self.field.show_error(0, "")
        self.chips.set_query(text)
        if text != self._told:
            self._told = text
            self.changed.emit(text)

    def _toggle(self, name: str) -> None:
        """A chip was clicked; where the text is unfinished, what was told last goes on."""
        base = self._told if self.field.error else self.text
        self.set_text(toggle_term(base, query) if (query := term(name)) else "")
        self.chips.set_query(self._told)

    def _go_to_grid(self) -> None:
        self._read()
        if not self.field.error:
            self.grid_requested.emit()

    def _show_help(self) -> None:
        sheet = FilterHelp(self._words, self)
        sheet.chosen.connect(self._insert)
        sheet.open_below(self.field)

    def _insert(self, example: str) -> None:
        base = self._told if self.field.error else self.text.strip()
        self.set_text(" ".join(filter(None, (base, example))))
        self.field.setFocus()
