"""What stands around the pages: menus and project above, the rail, jobs and status below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenuBar,
    QScrollArea,
    QStackedWidget,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.commands import OF_PAGES, PAGES, Commands
from ui.pages.page import Page
from ui.widgets.banner import Banner
from ui.widgets.job_bar import JobBar
from ui.widgets.menu_button import MenuButton
from ui.widgets.rail import Rail
from ui.widgets.save_status import SaveStatus


class Frame(QWidget):
    """The middle of the window; ``strip`` and ``status_bar`` go above and below it."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._pages: dict[str, QScrollArea] = {}
        self._statuses: dict[str, str] = {}
        self.rail = self._make_rail(commands)
        self.body = QWidget()
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.job_bar = JobBar()
        self.page_status = QLabel()
        self.page_status.setProperty("muted", True)
        self.save_status = SaveStatus()
        self.project_button = MenuButton(commands.project_menu())
        self.strip = self._make_strip(commands)
        self.status_bar = QStatusBar()
        self.status_bar.setSizeGripEnabled(False)
        self.status_bar.setContentsMargins(theme.SPACE, 0, theme.SPACE // 2, 0)
        # Its height is there without a job, too: the page shall not jump when one comes or goes.
        self.status_bar.setFixedHeight(theme.TARGET + theme.SPACE)
        self.status_bar.addWidget(self.page_status)
        self.status_bar.addWidget(self.job_bar, 1)
        self.status_bar.addPermanentWidget(self.save_status)
        self._lay_out()

    def set_project(self, name: str) -> None:
        """The name of the open project; "" if there is none."""
        self.project_button.set_text(name or self.tr("No project"))
        self.save_status.clear()

    def has_page(self, name: str) -> bool:
        """Whether the page was made."""
        return name in self._pages

    def add_page(self, name: str, page: Page) -> None:
        """Adds a page; in a window that is too small for it, it scrolls."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        page.status_changed.connect(lambda text: self._set_status(name, text))
        self._pages[name] = area
        self.stack.addWidget(area)

    def page(self, name: str) -> Page:
        """A page that was added."""
        return _page_in(self._pages[name])

    @property
    def shown_page(self) -> Page:
        """The page that is shown."""
        return _page_in(self.stack.currentWidget())

    def show_page(self, name: str) -> None:
        """Shows a page that was added."""
        area = self._pages[name]
        self.stack.setCurrentWidget(area)
        page = _page_in(area)
        if page.focusProxy():
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page_status.setText(self._statuses.get(name, ""))

    def drop_page(self, name: str) -> None:
        """Deletes the page, if it was made."""
        if area := self._pages.pop(name, None):
            self._statuses.pop(name, None)
            _page_in(area).leave()
            self.stack.removeWidget(area)
            area.deleteLater()

    def _set_status(self, name: str, text: str) -> None:
        self._statuses[name] = text
        if self.stack.currentWidget() is self._pages.get(name):
            self.page_status.setText(text)

    def _make_rail(self, commands: Commands) -> Rail:
        names = {
            "images": self.tr("Images"),
            "train": self.tr("Train"),
            "try": self.tr("Try"),
            "export": self.tr("Export"),
        }
        rail = Rail()
        rail.add(commands.actions["project.home"], "home", self.tr("Home"))
        for page, id in zip(PAGES, OF_PAGES, strict=True):
            rail.add(commands.actions[id], page, names[page])
        rail.add_below(commands.actions["preferences"], "settings", self.tr("Settings"))
        rail.add_below(commands.actions["help.shortcuts"], "help", self.tr("Help"))
        return rail

    def _make_strip(self, commands: Commands) -> QWidget:
        bar = QMenuBar()
        commands.fill(bar)
        strip = QWidget()
        row = QGridLayout(strip)
        row.setContentsMargins(theme.SPACE // 2, 4, theme.SPACE // 2, 4)
        row.setColumnStretch(0, 1)
        row.setColumnStretch(2, 1)
        row.addWidget(bar, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.project_button, 0, 1)
        return strip

    def _lay_out(self) -> None:
        middle = QVBoxLayout(self.body)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.banner)
        middle.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self.body, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)


def _page_in(area: QWidget | None) -> Page:
    assert isinstance(area, QScrollArea)
    page = area.widget()
    assert isinstance(page, Page)
    return page
