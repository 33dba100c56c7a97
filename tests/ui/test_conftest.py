"""The check that a test of the window leaves nothing behind sees each kind of thing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
import sys, threading, time
from PySide6.QtCore import *
from PySide6.QtWidgets import QWidget
kept = []

class Job(QRunnable):
    def run(self):
        time.sleep(9)

class Thread(QThread):
    def run(self):
        time.sleep(9)
"""

LEAKS = {
    "QTimer": "t = QTimer(); t.start(99999); kept.append(t)",
    "QProcess": "p = QProcess(); p.start('sleep', ['9']); kept.append(p)",
    "QThread": "t = Thread(); t.start(); kept.append(t)",
    "QThreadPool": "p = QThreadPool(); p.start(Job()); kept.append(p)",
    "Thread": "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "QWidget": "w = QWidget(); kept.append(w)",
}
CLEAN = """
    t = QTimer(); t.start(99999); t.stop()
    t = threading.Thread(target=time.sleep, args=(0.01,)); t.start()
    w = QWidget(); qtbot.addWidget(w)
    v = QWidget(); v.loop = v
"""

# Ends at once, for some of the leaks would wait or abort.
RUN = """
import os, sys, pytest
sys.path.insert(0, sys.argv[1])
pytest.main(sys.argv[2:])
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="runs sleep")
def test_what_a_test_leaves_behind_fails_it(repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "ui"
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_bytes((repository / "tests/ui/conftest.py").read_bytes())
    tests = [f"def test_{name}(qtbot):\n    {body}\n" for name, body in LEAKS.items()]
    tests.append(f"def test_clean(qtbot):{CLEAN}")
    (folder / "test_leaks.py").write_text(HEAD + "\n".join(tests))
    words = ["-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(repository), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    errors = {
        line.split("::test_")[1].split()[0]
        for line in done.stdout.splitlines()
        if line.startswith("ERROR")
    }
    assert errors == set(LEAKS), done.stdout + done.stderr
