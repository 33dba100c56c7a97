"""Every keyboard shortcut of the window, in one table: menus, pages and the sheet read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

CONTEXT = "shortcuts"  # packaging/translations.py collects the English texts below

EVERYWHERE = "Everywhere"
IMAGES = "Images"
EXPORT = "Export"
TRY = "Try"
TRAIN = "Train"

# id, keys with the one to show first, what menus and the sheet say
_EVERYWHERE = (
    ("page.images", "Ctrl+1", "Images"),
    ("page.train", "Ctrl+2", "Train"),
    ("page.try", "Ctrl+3", "Try"),
    ("page.export", "Ctrl+4", "Export"),
    ("project.home", "Ctrl+Home", "Home"),
    ("project.new", "Ctrl+N", "New project…"),
    ("project.open", "Ctrl+O", "Open project…"),
    ("undo", "Ctrl+Z", "Undo"),
    ("redo", "Ctrl+Shift+Z; Ctrl+Y", "Redo"),
    ("preferences", "Ctrl+,", "Settings…"),
    ("help.shortcuts", "F1; ?", "Keyboard shortcuts"),
    ("full_screen", "F11", "Full screen"),
    ("quit", "Ctrl+Q", "Quit"),
)
_IMAGES = (
    ("image.previous", "Ctrl+Up; Ctrl+PgUp", "Previous image"),  # PgUp alone scrolls the grid
    ("image.next", "Ctrl+Down; Ctrl+PgDown", "Next image"),
    ("image.next_uncaptioned", "Ctrl+J", "Next image without a caption"),
    ("image.trash", "Del", "Move to the trash"),
    ("select.all", "Ctrl+A", "Select all"),
    ("select.invert", "Ctrl+I", "Invert selection"),
    ("select.none", "Ctrl+D", "Select none"),
    ("filter", "Ctrl+F", "Filter"),
    ("filter.clear", "Esc", "Clear the filter"),
    ("replace", "Ctrl+H", "Find and replace…"),
    ("reload", "F5", "Look at the folders again"),
)
_TRAIN = (
    ("train.toggle", "F9", "Start or pause training"),
    ("train.checkpoint", "Ctrl+S", "Save a checkpoint now"),
    ("settings.search", "Ctrl+F", "Search the settings"),
)
_TRY = (
    ("try.generate", "Ctrl+Return; Ctrl+Enter", "Generate"),
    ("try.mode", "M", "Compare in another way"),
    ("try.swap", "C", "Swap without and with"),
    ("try.cancel", "Esc", "Stop drawing"),
)
_EXPORT = (("export.start", "Ctrl+Return", "Export the file"),)
# Keys that a widget acts on itself, because they mean something only while it has the focus.
_IN_WIDGETS = (
    ("tag.add", "Return", "Add the tag"),
    ("tag.add_suggested", "Ctrl+Return", "Add the first suggestion"),
    ("tag.rename", "F2", "Rename the tag"),
    ("tag.remove", "Del", "Remove the tag"),
)
_IN_PREVIEWS = (
    ("previews.open", "Space", "Look at the preview, or compare the two selected"),
    ("previews.compare", "C", "Put another preview beside it"),
    ("previews.favourite", "F", "Mark the step as a favourite"),
)
_IN_WIDGET = (_IN_WIDGETS, _IN_PREVIEWS)


@dataclass(frozen=True)
class Shortcut:
    """A command and its keys."""

    id: str
    sequences: tuple[QKeySequence, ...]
    """The first is the one to show."""
    source: str
    """English text; `text` translates it."""
    group: str
    in_widget: bool
    """Not for `action`: a widget acts on the keys itself."""

    @property
    def text(self) -> str:
        """What it does, as menus say it."""
        return QCoreApplication.translate(CONTEXT, self.source)

    @property
    def keys(self) -> str:
        """The first of its keys, as this system writes them."""
        return self.sequences[0].toString(QKeySequence.SequenceFormat.NativeText)


SHORTCUTS = {
    id: Shortcut(id, tuple(map(QKeySequence, keys.split("; "))), text, group, rows in _IN_WIDGET)
    for group, rows in (
        (EVERYWHERE, _EVERYWHERE),
        (IMAGES, _IMAGES),
        (IMAGES, _IN_WIDGETS),
        (TRAIN, _TRAIN),
        (TRAIN, _IN_PREVIEWS),
        (TRY, _TRY),
        (EXPORT, _EXPORT),
    )
    for id, keys, text in rows
}
"""All of them by id, in the order of the sheet."""


def groups() -> dict[str, list[Shortcut]]:
    """The shortcuts by the translated name of their group."""
    found: dict[str, list[Shortcut]] = {}
    for shortcut in SHORTCUTS.values():
        name = QCoreApplication.translate(CONTEXT, shortcut.group)
        found.setdefault(name, []).append(shortcut)
    return found


def action(id: str, parent: QWidget, slot: Callable[[], object]) -> QAction:
    """An action of ``parent`` for the shortcut ``id``; its keys work while ``parent`` is shown."""
    shortcut = SHORTCUTS[id]
    made = QAction(shortcut.text, parent)
    made.setObjectName(id)
    made.setShortcuts(shortcut.sequences)
    made.setToolTip(tooltip(id))
    made.triggered.connect(lambda: slot())
    parent.addAction(made)
    return made


def tooltip(id: str, text: str = "") -> str:
    """``text`` (by default what the shortcut does) with the keys, as in "Undo (Ctrl+Z)"."""
    shortcut = SHORTCUTS[id]
    return f"{text or shortcut.text.rstrip('…')} ({shortcut.keys})"
