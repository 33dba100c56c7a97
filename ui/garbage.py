"""Collects garbage in the window's thread alone.

Python collects in whichever thread happens to allocate, and a cycle that holds a Qt object must not
be destroyed in another thread than the object's: that ends the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL = 1000  # milliseconds


class Garbage(QObject):
    """Stands in for Python's automatic collection until it is stopped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """Leaves it to Python again."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        """Collects the oldest generation that has reached its threshold, and the younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
