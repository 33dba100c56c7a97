"""What the window notes lands in a file of the user, Qt's messages included."""

from __future__ import annotations

import faulthandler
import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QLoggingCategory, qCWarning

from ui import logs


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(logs, "folder", lambda: tmp_path / "log")
    return tmp_path / "log"


def test_messages_of_python_and_of_qt_are_in_the_file(state: Path) -> None:
    with logs.logging_to_file():
        logging.getLogger("ui.test").warning("the disk is slow")
        qCWarning(QLoggingCategory("test.category"), "a pixmap is null")
    text = (state / "lora-studio.log").read_text(encoding="utf-8")
    assert "WARNING ui.test: the disk is slow" in text
    assert "WARNING qt.test.category: a pixmap is null" in text


def test_afterwards_nothing_is_left_installed(state: Path) -> None:
    before = list(logging.getLogger().handlers)
    with logs.logging_to_file():
        assert faulthandler.is_enabled()
    assert logging.getLogger().handlers == before


def test_the_files_stay_small(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "BYTES", 1000)
    with logs.logging_to_file():
        for number in range(200):
            logging.getLogger("ui.test").warning("line %d", number)
    files = list(state.glob("lora-studio.log*"))
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) <= 4000


def test_without_a_place_for_it_the_app_starts_anyway(
    state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state.write_text("a file is in the way")
    with logs.logging_to_file():
        pass
    assert "there will be no log file" in caplog.text
