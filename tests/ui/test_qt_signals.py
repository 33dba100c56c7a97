"""Signals carry bools, ints and strings thousands of times without killing the interpreter.

PySide6 6.12.0 gives back one reference too many to True or False on each emission; Python 3.11,
which counts references to them, aborts after some hundreds (``bool_dealloc``). Hence ``<6.12``.
"""

from __future__ import annotations

import os
import subprocess
import sys

EMISSIONS = 5000

PROGRAM = """
import faulthandler
import sys
faulthandler.enable()
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal, Slot

class Sender(QObject):
    flagged = Signal(bool)
    stepped = Signal(int, bool, str)
    event = Signal(object)

class Counter(QObject):
    def __init__(self):
        super().__init__()
        self.direct = self.queued = 0

    @Slot(bool)
    def flag(self, value):
        assert value is True or value is False
        self.direct += 1

    @Slot(int, bool, str)
    def step(self, number, last, text):
        assert last is (number % 2 == 0) and text == "x"
        self.direct += 1

    @Slot(object)
    def take(self, event):
        assert event is True or event is False
        self.queued += 1

class Worker(QThread):
    def run(self):
        for number in range({emissions}):
            sender.event.emit(number % 2 == 0)

app = QCoreApplication([])
sender, counter = Sender(), Counter()
sender.flagged.connect(counter.flag)
sender.stepped.connect(counter.step)
sender.event.connect(counter.take, Qt.ConnectionType.QueuedConnection)
for number in range({emissions} // 2):
    sender.flagged.emit(number % 2 == 0)
    sender.stepped.emit(number, number % 2 == 0, "x")
worker = Worker()
worker.finished.connect(app.quit, Qt.ConnectionType.QueuedConnection)
worker.start()
app.exec()
worker.wait()
app.processEvents()
{ending}
print(counter.direct, counter.queued)
"""


def emit(ending: str = "") -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(emissions=EMISSIONS, ending=ending)
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def test_five_thousand_emissions_arrive_and_the_interpreter_lives() -> None:
    done = emit()
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(EMISSIONS), str(EMISSIONS)]


def test_an_abort_would_be_seen() -> None:
    done = emit(ending="import os; os.abort()")
    assert done.returncode != 0
    assert done.stdout == ""
