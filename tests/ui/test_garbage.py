"""Garbage is collected where Qt objects live."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.garbage import Garbage


class Cycle(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def test_cycles_end_in_the_thread_of_the_window_alone(qtbot: QtBot) -> None:
    garbage = Garbage()
    try:
        gc.collect()
        ended: list[threading.Thread] = []
        for _ in range(1000):
            weakref.finalize(Cycle(), lambda: ended.append(threading.current_thread()))
        other = threading.Thread(target=lambda: [[number] for number in range(100_000)])
        other.start()
        other.join()
        assert not ended  # as much as that would have made Python collect
        qtbot.waitUntil(lambda: len(ended) == 1000, timeout=5000)
        assert set(ended) == {threading.main_thread()}
    finally:
        garbage.stop()
    assert gc.isenabled()


def test_a_threshold_that_is_out_of_reach_is_respected(qtbot: QtBot) -> None:
    before = gc.get_threshold()
    garbage = Garbage()
    try:
        gc.collect()
        gc.set_threshold(10**9, 10**9, 10**9)
        kept = weakref.ref(Cycle())
        qtbot.wait(1200)
        assert kept() is not None
    finally:
        gc.set_threshold(*before)
        garbage.stop()
        gc.collect()
