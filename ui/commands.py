"""The window's commands: one QAction each, in the menu bar, the project menu and the rail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QUndoGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from ui import logs, shortcuts

if TYPE_CHECKING:
    from ui.main_window import MainWindow

PAGES = ("images", "train", "try", "export")
OF_PAGES = ("page.images", "page.train", "page.try", "page.export")
OF_PROJECT = (*OF_PAGES, "add_folder", "show_folder", "close_project")


class Commands(QObject):
    """``actions`` by the ids of `ui.shortcuts`, and those without keys."""

    def __init__(self, window: MainWindow, undo: QUndoGroup) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        for page, id in zip(PAGES, OF_PAGES, strict=True):
            self._with_keys(id, partial(window.show_page, page))
            self.actions[id].setCheckable(True)
        slots: dict[str, Callable[[], object]] = {
            "project.home": window.show_home,
            "project.new": window.new_project,
            "project.open": window.choose_project,
            "undo": undo.undo,
            "redo": undo.redo,
            "preferences": window.show_preferences,
            "help.shortcuts": partial(_show_shortcuts, window),
            "full_screen": partial(_toggle_full_screen, window),
            "quit": window.close,
        }
        for id, slot in slots.items():
            self._with_keys(id, slot)
        self.actions["project.home"].setCheckable(True)
        for id, text, slot in (
            ("add_folder", self.tr("Add image folder…"), window.add_folder),
            ("show_folder", self.tr("Show folder"), partial(_show_project_folder, window)),
            ("close_project", self.tr("Close project"), window.leave_project),
            ("free_memory", self.tr("Free memory"), window.engine.free),
            ("sample", self.tr("Open the sample project"), window.open_sample),
            ("logs", self.tr("Show log folder"), _show_logs),
            ("about", self.tr("About LoRA Studio"), partial(_show_about, window)),
        ):
            action = self.actions[id] = QAction(text, window)
            action.triggered.connect(lambda _=False, slot=slot: slot())
        self.actions["preferences"].setMenuRole(QAction.MenuRole.PreferencesRole)
        self.actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
        self.actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self.actions["free_memory"].setToolTip(
            self.tr("Give back the memory that the base model takes; the next job opens it again")
        )
        self._follow(undo)
        self.set_loaded("")
        self.set_project_open(False)

    def set_project_open(self, is_open: bool) -> None:
        """Enables what needs a project."""
        for id in OF_PROJECT:
            self.actions[id].setEnabled(is_open)

    def set_loaded(self, base: str) -> None:
        """``base`` is the name of the base model that the engine keeps, "" for none."""
        self.actions["free_memory"].setEnabled(bool(base))

    def set_page(self, name: str) -> None:
        """Marks the page that is shown, "home" or one of `PAGES`."""
        for page, id in zip(PAGES, OF_PAGES, strict=True):
            self.actions[id].setChecked(page == name)
        self.actions["project.home"].setChecked(name == "home")

    def fill(self, bar: QMenuBar) -> None:
        """Adds the menus to ``bar``."""
        file = bar.addMenu(self.tr("&File"))
        self._add(file, "project.new", "project.open")
        recent = file.addMenu(self.tr("Recent projects"))
        recent.aboutToShow.connect(lambda: self._refill(recent))
        self._add(file, "sample", "", "add_folder", "show_folder", "close_project", "")
        self._add(file, "free_memory", "", "quit")
        edit = bar.addMenu(self.tr("&Edit"))
        self._add(edit, "undo", "redo", "", "preferences")
        view = bar.addMenu(self.tr("&View"))
        self._add(view, "project.home", *OF_PAGES, "", "full_screen")
        help = bar.addMenu(self.tr("&Help"))
        self._add(help, "help.shortcuts", "logs", "about")

    def project_menu(self) -> QMenu:
        """Recent projects, then what can be done with this one."""
        menu = QMenu(self._window)

        def fill() -> None:
            self._refill(menu)
            menu.addSeparator()
            self._add(menu, "project.new", "project.open", "")
            self._add(menu, "add_folder", "show_folder", "close_project")

        menu.aboutToShow.connect(fill)
        return menu

    def _with_keys(self, id: str, slot: Callable[[], object]) -> None:
        self.actions[id] = shortcuts.action(id, self._window, slot)

    def _add(self, menu: QMenu, *ids: str) -> None:
        for id in ids:
            if id:
                menu.addAction(self.actions[id])
            else:
                menu.addSeparator()

    def _refill(self, menu: QMenu) -> None:
        menu.clear()
        paths = self._window.other_projects()
        for path in paths:
            action = menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._open(path))
        if not paths:
            menu.addAction(self.tr("No other projects yet")).setEnabled(False)

    def _open(self, path: Path) -> None:
        self._window.open_project(path)

    def _follow(self, undo: QUndoGroup) -> None:
        """Says in the menu what would be undone: "Undo replace in 37 captions"."""
        for id, can, said, text in (
            ("undo", undo.canUndoChanged, undo.undoTextChanged, self.tr("Undo {0}")),
            ("redo", undo.canRedoChanged, undo.redoTextChanged, self.tr("Redo {0}")),
        ):
            action, plain = self.actions[id], self.actions[id].text()
            action.setEnabled(False)
            can.connect(action.setEnabled)
            said.connect(
                lambda what, action=action, plain=plain, text=text: action.setText(
                    text.format(what) if what else plain
                )
            )


def _show_shortcuts(window: MainWindow) -> None:
    from ui.dialogs.shortcuts import ShortcutsDialog

    dialog = ShortcutsDialog(window)
    dialog.exec()
    dialog.deleteLater()


def _show_about(window: MainWindow) -> None:
    from ui.dialogs.about import AboutDialog

    dialog = AboutDialog(window)
    dialog.exec()
    dialog.deleteLater()


def _show_project_folder(window: MainWindow) -> None:
    if window.workspace:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(window.workspace.project.path)))


def _show_logs() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(logs.folder())))


def _toggle_full_screen(window: MainWindow) -> None:
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
