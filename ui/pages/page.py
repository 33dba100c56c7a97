"""What every page can tell the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """A page: it composes widgets and connects them to the open project."""

    status_changed = Signal(str)
    """The text at the left of the status bar, such as "42 images · 3 selected"."""
    noticed = Signal(object)
    """A `Notice` to show as a toast."""
    page_wanted = Signal(str)
    """Another page shall be shown: "images", "train", "try" or "export"."""
