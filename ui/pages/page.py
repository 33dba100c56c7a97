"""What every page can tell the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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

    def leave(self) -> None:
        """The page is about to be deleted: ends its work, and saves what only it knows."""

    def offer(self, files: Sequence[Path]) -> str:
        """What the page would do with files that are dropped; "" if it has no use for them."""
        return ""

    def take(self, files: Sequence[Path]) -> None:
        """Does what `offer` says."""
