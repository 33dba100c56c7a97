"""The strip reads thumbnails when they come into sight, and tells what is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QThreadPool
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.history_strip import HistoryStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number:03}.png" for number in range(40)]
    for number, path in enumerate(paths):
        Image.new("RGB", (96, 64 + number), (number * 6, 0, 255 - number * 6)).save(path)
    return paths


@pytest.fixture
def strip(qtbot: QtBot, files: list[Path]) -> HistoryStrip:
    strip = HistoryStrip()
    qtbot.addWidget(strip)
    strip.resize(600, strip.height())
    strip.set_items([(path, f"seed {path.stem}") for path in files])
    strip.show()
    qtbot.waitUntil(lambda: strip.thumb(files[5]) is not None)
    return strip


@pytest.fixture
def chosen(strip: HistoryStrip) -> list[Path]:
    chosen: list[Path] = []
    strip.chosen.connect(chosen.append)
    return chosen


def middle(strip: HistoryStrip, row: int) -> QPoint:
    return strip.visualRect(strip.model().index(row, 0)).center()


def test_only_what_is_in_sight_is_read(
    strip: HistoryStrip, files: list[Path], qtbot: QtBot
) -> None:
    QThreadPool.globalInstance().waitForDone()
    qtbot.wait(20)
    assert strip.thumb(files[-1]) is None
    strip.scrollTo(strip.model().index(39, 0))
    qtbot.waitUntil(lambda: strip.thumb(files[-1]) is not None)


def test_thumbnails_are_painted(strip: HistoryStrip) -> None:
    shown = strip.viewport().grab().toImage()
    assert shown.pixelColor(middle(strip, 0)).name() == "#0000ff"


def test_a_click_chooses_and_arrow_keys_too(
    strip: HistoryStrip, files: list[Path], chosen: list[Path], qtbot: QtBot
) -> None:
    qtbot.mouseClick(strip.viewport(), LEFT, pos=middle(strip, 2))
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert chosen == [files[2], files[3], files[3], files[0]]


def test_a_new_picture_comes_first_and_the_selected_one_stays_so(
    strip: HistoryStrip, files: list[Path], chosen: list[Path], qtbot: QtBot
) -> None:
    strip.select(files[2])
    new = files[0].with_name("new.png")
    Image.new("RGB", (64, 64), "#00ff00").save(new)
    strip.add(new, "fresh")
    assert strip.paths[:2] == [new, files[0]]
    assert strip.currentIndex().row() == 3
    assert chosen == []
    qtbot.waitUntil(lambda: strip.thumb(new) is not None)
    index = strip.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "fresh"
    strip.take_off(new)
    assert strip.paths == files
    strip.select(None)
    assert not strip.currentIndex().isValid()
    assert chosen == []


def test_a_file_that_is_gone_is_marked(strip: HistoryStrip, tmp_path: Path, qtbot: QtBot) -> None:
    gone = tmp_path / "gone.png"
    strip.add(gone, "")
    qtbot.waitUntil(lambda: strip.is_broken(gone))
    assert not strip.grab().isNull()


def test_pictures_are_dragged_out_as_files(strip: HistoryStrip, files: list[Path]) -> None:
    index = strip.model().index(1, 0)
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    urls = strip.model().mimeData([index]).urls()
    assert [Path(url.toLocalFile()) for url in urls] == [files[1]]


def test_the_context_menu_knows_the_picture(strip: HistoryStrip, files: list[Path]) -> None:
    wanted: list[Path] = []
    strip.menu_wanted.connect(lambda path, _: wanted.append(path))
    at = middle(strip, 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, strip.viewport().mapToGlobal(at))
    QApplication.sendEvent(strip.viewport(), event)
    assert wanted == [files[4]]


def test_the_strip_has_a_name_and_says_what_it_is_for(strip: HistoryStrip) -> None:
    assert unnamed_focusable(strip) == []
    strip.set_items([])
    assert not strip.grab().isNull()


def test_a_thousand_pictures_are_no_trouble(strip: HistoryStrip, tmp_path: Path) -> None:
    strip.set_items([(tmp_path / f"{number}.png", "") for number in range(1000)])
    strip.scrollToBottom()
    assert len(strip.paths) == 1000
