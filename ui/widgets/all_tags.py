"""All tags of the dataset: to filter by, to add, and to rename or remove everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from ui import theme
from ui.models.tag_counts import Order, TagCounts
from ui.widgets.icon_button import IconButton
from ui.widgets.tag_list import TagList


class AllTags(QWidget):
    """Lists the tags with their counts; those of the selected images are ticked."""

    filter_requested = Signal(str)
    add_requested = Signal(list)
    """Tags to add to the selected images."""
    rename_requested = Signal(str, str)
    """Old, new: in all captions; the new one may exist, which merges the two."""
    remove_requested = Signal(list)
    """Tags to remove from all captions."""
    merge_requested = Signal(list, str)
    """Tags, and the one of them that all of them become."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TagCounts(self)
        self.list = TagList(self.model)
        self._waiting: Mapping[str, int] | None = None
        self._make_parts()
        self.search.textChanged.connect(lambda text: self._keep(lambda: self.model.search(text)))
        self._sort.toggled.connect(self._set_order)
        self.model.renamed.connect(self.rename_requested)
        self.list.chosen.connect(self.filter_requested)
        self.list.added.connect(self.add_requested)
        self.list.removed.connect(self.remove_requested)
        self.list.menu_wanted.connect(lambda place: self.menu().popup(place))
        self.list.itemDelegate().closeEditor.connect(self._catch_up)
        self._say_number()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """The images of each tag of the dataset."""
        if self.list.is_editing:
            self._waiting = dict(counts)  # a new order would close the field
        else:
            self._keep(lambda: self.model.set_counts(counts))

    def set_selected(self, counts: Mapping[str, int], images: int) -> None:
        """How many of the selected ``images`` have each tag."""
        self.model.set_selected(counts, images)

    def menu(self) -> QMenu:
        """What can be done with the chosen tags."""
        tags, menu = self.list.tags(), QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)

        def entry(icon: str, text: str, act: Callable[[], object]) -> None:
            menu.addAction(theme.icon(icon), text, act)

        if len(tags) == 1:
            show = self.tr("Show images with this tag")
            entry("filter", show, lambda: self.filter_requested.emit(tags[0]))
            entry("edit", self.tr("Rename everywhere…") + "\tF2", self.list.rename)
        if len(tags) > 1:
            merge = menu.addMenu(theme.icon("replace"), self.tr("Merge into"))
            for tag in tags:
                name = tag.replace("&", "&&")
                merge.addAction(name, partial(self.merge_requested.emit, tags, tag))
        if tags:
            add, remove = self.tr("Add to selected images"), self.tr("Remove everywhere")
            entry("add", f"{add}\tEnter", lambda: self.add_requested.emit(tags))
            menu.addSeparator()
            entry("trash", f"{remove}\tDel", lambda: self.remove_requested.emit(tags))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
            if not self.list.currentIndex().isValid():
                self.list.setCurrentIndex(self.model.index(0))
        else:
            super().keyPressEvent(event)

    def _make_parts(self) -> None:
        self._number, self._empty = QLabel(), QLabel(wordWrap=True)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self._number, self._empty):
            label.setProperty("muted", True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search tags"))
        self.search.setAccessibleName(self.tr("Search tags"))
        self.search.setClearButtonEnabled(True)
        self._sort = IconButton("sort", self.tr("Sort by name"))
        self._sort.setCheckable(True)
        header, column = QHBoxLayout(), QVBoxLayout(self)
        header.setSpacing(theme.SPACE)
        header.addWidget(self.search, 1)
        header.addWidget(self._number)
        header.addWidget(self._sort)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(header)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)

    def _set_order(self, by_name: bool) -> None:
        self._keep(lambda: self.model.set_order(Order.NAME if by_name else Order.COUNT))

    def _catch_up(self) -> None:
        counts, self._waiting = self._waiting, None
        if counts is not None:
            self._keep(lambda: self.model.set_counts(counts))

    def _keep(self, change: Callable[[], None]) -> None:
        """Makes a change of the rows, and has the same tags chosen after it."""
        selected, index = self.list.tags(), self.list.currentIndex()
        current = self.model.tag(index) if index.isValid() else ""
        top = self.list.verticalScrollBar().value()
        change()
        chosen = QItemSelection()
        for place in filter(QModelIndex.isValid, map(self.model.find, selected)):
            chosen.select(place, place)
        model, update = self.list.selectionModel(), QItemSelectionModel.SelectionFlag
        model.select(chosen, update.ClearAndSelect)
        model.setCurrentIndex(self.model.find(current), update.NoUpdate)
        self.list.verticalScrollBar().setValue(top)
        self._say_number()

    def _say_number(self) -> None:
        found, text = self.model.rowCount(), self.search.text().strip()
        self._number.setText(self.locale().toString(self.model.total))
        self._number.setVisible(self.model.total > 0)
        self.list.setVisible(found > 0)
        self._empty.setVisible(not found)
        nothing = self.tr("No tag contains “{0}”.").format(text)
        if not self.model.total:
            nothing = self.tr("The tags of all captions appear here.")
        self._empty.setText(nothing)
