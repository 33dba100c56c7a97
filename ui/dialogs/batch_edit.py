"""One edit of many captions: which, what, and how each would read, before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio.data.image_file import Caption
from studio.errors import StudioError
from ui import theme
from ui.dialogs.edit_pages import CleanPage, EditPage, OrderPage, ReplacePage, TagsPage
from ui.dialogs.edit_run import EditRun
from ui.widgets.change_list import ChangeList

SCOPES = ("selected", "filtered", "all")
SHOWN = 50
"""Changes in the preview; the others are only counted."""

_DELAY = 80


class BatchEditDialog(QDialog):
    """Finds what an edit changes while it is typed; the button says in how many captions."""

    apply_requested = Signal(str, object)
    """What is done, in a few words, and list[tuple[Caption, str]]: the new texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Edit captions"))
        self.resize(720, 640)
        self._captions: dict[str, list[Caption]] = {scope: [] for scope in SCOPES}
        self._run = EditRun(self)
        self._run.finished.connect(self._show_changes)
        self._pause = QTimer(self, singleShot=True, interval=_DELAY)
        self._pause.timeout.connect(self.refresh)
        self.tabs = QTabWidget()
        self.pages: dict[str, EditPage] = {}
        for name, title, page in (
            ("replace", self.tr("Find and replace"), ReplacePage()),
            ("tags", self.tr("Add or remove tags"), TagsPage()),
            ("order", self.tr("Order"), OrderPage()),
            ("clean", self.tr("Clean"), CleanPage()),
        ):
            self.pages[name] = page
            self.tabs.addTab(page, title)
            page.changed.connect(self._pause.start)
        self.tabs.currentChanged.connect(self.refresh)
        self._list = ChangeList()
        self._count = QLabel()
        self._count.setProperty("muted", True)
        self._apply = QPushButton()
        self._apply.setProperty("primary", True)
        self._apply.setDefault(True)
        self._apply.clicked.connect(self._ask)
        self._lay_out()
        self.refresh()

    # values

    def set_captions(
        self,
        selected: Sequence[Caption],
        filtered: Sequence[Caption],
        everything: Sequence[Caption],
    ) -> None:
        """What the scopes stand for; a caption that several images share counts once."""
        for scope, captions in zip(SCOPES, (selected, filtered, everything), strict=True):
            self._captions[scope] = list(dict.fromkeys(captions))
            self._radios[scope].setEnabled(bool(captions))
        self._say_scopes()
        if not self._captions[self.scope]:
            self._radios["filtered" if filtered else "all"].setChecked(True)
        self.refresh()

    def set_context(self, trigger: str, counts: Mapping[str, int]) -> None:
        """The trigger word, which keeps its place, and how many images each tag has."""
        for page in self.pages.values():
            page.trigger, page.counts = trigger, counts
        self.refresh()

    def show_tab(self, name: str) -> None:
        """Turns to ``replace``, ``tags``, ``order`` or ``clean``."""
        self.tabs.setCurrentWidget(self.pages[name])

    @property
    def scope(self) -> str:
        """One of `SCOPES`."""
        return next(name for name, radio in self._radios.items() if radio.isChecked())

    def choose_scope(self, scope: str) -> None:
        """Turns to one of `SCOPES`, if it has any captions."""
        if self._captions[scope]:
            self._radios[scope].setChecked(True)

    def state(self) -> dict[str, Any]:
        """All choices as plain values, for `restore`."""
        pages = {name: page.state() for name, page in self.pages.items()}
        return {"tab": self.tabs.currentIndex(), "scope": self.scope, "pages": pages}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Sets what `state` gave in an earlier session."""
        self.tabs.setCurrentIndex(state["tab"])
        self._radios[state["scope"]].setChecked(True)
        for name, page in self.pages.items():
            page.restore(state["pages"][name])
        self.refresh()

    def refresh(self) -> None:
        """Computes the preview anew, because choices or captions changed."""
        self._pause.stop()
        self._run.stop()
        page = self._page()
        try:
            edit = page.edit()
        except StudioError as error:
            page.show_error(error)
            edit = None
        else:
            page.show_error(None)
        if edit is None:
            self._show_changes()
        else:
            self._apply.setEnabled(False)
            self._run.start(edit, self._captions[self.scope])

    # parts

    def _lay_out(self) -> None:
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._count, 1)
        buttons.addWidget(close)
        buttons.addWidget(self._apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (2 * theme.SPACE,))
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.tabs)
        column.addLayout(self._build_scopes())
        column.addWidget(self._list, 1)
        column.addLayout(buttons)

    def _build_scopes(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(QLabel(self.tr("Captions:")))
        group = QButtonGroup(self)
        self._radios = {scope: QRadioButton() for scope in SCOPES}
        for radio in self._radios.values():
            radio.setMinimumHeight(theme.TARGET)
            group.addButton(radio)
            row.addWidget(radio)
        row.addStretch(1)
        self._radios["all"].setChecked(True)
        group.buttonClicked.connect(self.refresh)
        self._say_scopes()
        return row

    def _say_scopes(self) -> None:
        words = {
            "selected": self.tr("Selected {0}"),
            "filtered": self.tr("Filtered {0}"),
            "all": self.tr("All {0}"),
        }
        for scope, radio in self._radios.items():
            radio.setText(words[scope].format(len(self._captions[scope])))

    # what happens

    def showEvent(self, event: QShowEvent) -> None:
        self._page().focus_first()
        super().showEvent(event)

    def _page(self) -> EditPage:
        page = self.tabs.currentWidget()
        assert isinstance(page, EditPage)
        return page

    def _show_changes(self) -> None:
        changes = self._run.changes
        count = len(changes)
        self._list.set_rows(
            [(caption.name, caption.text, text) for caption, text in changes[:SHOWN]]
        )
        more = self.tr("The first {0} of {1} changes are shown.").format(SHOWN, count)
        self._count.setText(more if count > SHOWN else "")
        self._apply.setText(self._page().verb(count) if count else self.tr("Nothing to change"))
        self._apply.setEnabled(count > 0)

    def _ask(self) -> None:
        """Asks for the changes; meant to be done at once, so that the preview goes on from them."""
        if self._pause.isActive() or self._run.running:
            return  # the preview shows something older than the fields
        self.apply_requested.emit(self._page().name(), list(self._run.changes))
        self.refresh()
