"""What is kept in memory as long as there is room for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtGui import QPixmap

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """A mapping that drops what was asked for the longest ago once it costs more than ``budget``.

    What was put last is always kept.
    """

    def __init__(self, budget: int, cost: Callable[[V], int]) -> None:
        self._budget = budget
        self._cost = cost
        self._kept: OrderedDict[K, V] = OrderedDict()
        self.used = 0
        """What everything kept costs together."""

    def get(self, key: K) -> V | None:
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: K, value: V) -> None:
        if key in self._kept:
            self.used -= self._cost(self._kept.pop(key))
        self._kept[key] = value
        self.used += self._cost(value)
        while self.used > self._budget and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self.used -= self._cost(dropped)

    def clear(self) -> None:
        self._kept.clear()
        self.used = 0

    def __len__(self) -> int:
        return len(self._kept)


def size_of(pixmap: QPixmap) -> int:
    """The bytes that ``pixmap`` takes in memory."""
    return pixmap.width() * pixmap.height() * 4
