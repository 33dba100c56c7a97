"""The parts of the Export page: checks, metadata, places, pictures, checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.check_list import CheckList
from ui.widgets.checkpoint_list import CheckpointList, CheckpointRow
from ui.widgets.icon_button import IconButton
from ui.widgets.metadata_view import MetadataView
from ui.widgets.picture_strip import PictureStrip
from ui.widgets.target_folders import Target, TargetFolders, shortened


def texts(checks: CheckList) -> list[str]:
    return [label.accessibleName() for label in checks.findChildren(QLabel) if label.text()]


def test_checks_are_ticked_off_one_by_one(qtbot: QtBot) -> None:
    checks = CheckList()
    qtbot.addWidget(checks)
    checks.set_checks([("hash", "Checksum"), ("render", "Same picture")])
    checks.pass_check("hash", "9f3a")
    checks.pass_check("unknown", "of a later version")
    assert checks.state("hash") == "passed"
    assert checks.state("render") == "waiting"
    assert "Checksum: passed" in texts(checks)
    assert "Same picture: not checked yet" in texts(checks)
    checks.fail_next()
    assert (checks.state("hash"), checks.state("render")) == ("passed", "failed")
    checks.set_checks([("hash", "Checksum")])
    assert checks.state("hash") == "waiting"


def test_metadata_are_shown_in_full(qtbot: QtBot) -> None:
    view = MetadataView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    rows = [(f"ss_{number}", "x" * 400) for number in range(50)]
    view.set_rows(rows)
    assert view.rows() == rows
    model = view.model()
    assert model.rowCount() == 50
    tip = model.data(model.index(3, 1), Qt.ItemDataRole.ToolTipRole)
    assert tip == "x" * 400
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    view.verticalScrollBar().setValue(20)
    place = view.verticalScrollBar().value()
    assert place
    view.set_rows([(key, "new") for key, _ in rows])
    assert model.data(model.index(3, 1)) == "new"
    assert view.verticalScrollBar().value() == 20
    view.set_rows(rows[:2])
    assert model.rowCount() == 2
    assert not unnamed_focusable(view)


def test_a_place_that_is_gone_says_so_and_stays(qtbot: QtBot, tmp_path: Path) -> None:
    folders = TargetFolders()
    qtbot.addWidget(folders)
    gone = tmp_path / "gone"
    folders.set_targets([Target(tmp_path, True), Target(gone, False, there=False)])
    folders.show()
    assert folders.boxes[tmp_path].isChecked()
    assert not folders.boxes[gone].isChecked()
    assert [label.text() for label in folders.findChildren(QLabel) if label.text()] == [
        "not there now"
    ]
    with qtbot.waitSignal(folders.checked) as blocker:
        folders.boxes[gone].click()
    assert blocker.args == [gone, True]
    forget = folders.findChildren(IconButton)[0]
    with qtbot.waitSignal(folders.removed) as blocker:
        qtbot.mouseClick(forget, Qt.MouseButton.LeftButton)
    assert blocker.args == [tmp_path]
    with qtbot.waitSignal(folders.add_wanted):
        folders.add.click()
    assert not unnamed_focusable(folders)
    folders.set_targets([])
    assert not folders.boxes


def test_long_paths_keep_both_ends() -> None:
    assert shortened("/a/b") == "/a/b"
    path = "/home/somebody/programs/stable-diffusion-webui/models/Lora"
    assert len(shortened(path)) == 32
    assert shortened(path).startswith("/home/som")
    assert shortened(path).endswith("ui/models/Lora")


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.png" for name in ("red", "blue")]
    for path in paths:
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        image.fill(QColor(path.stem))
        image.save(str(path))
    return paths


def test_a_picture_is_chosen_by_mouse_and_keys(qtbot: QtBot, pictures: list[Path]) -> None:
    strip = PictureStrip("Preview image")
    qtbot.addWidget(strip)
    strip.set_pictures(pictures, pictures[0])
    strip.show()
    first, second = (strip.buttons[path] for path in pictures)
    qtbot.waitUntil(lambda: second._pixmap is not None)
    assert first.isChecked()
    with qtbot.waitSignal(strip.chosen) as blocker:
        qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert blocker.args == [pictures[1]]
    assert second.isChecked()
    assert not first.isChecked()
    assert first.accessibleName() == "Preview image 1"
    assert not unnamed_focusable(strip)
    middle = second.grab().toImage().pixelColor(20, 20)
    assert middle == QColor("blue")
    strip.set_pictures(pictures[:1], pictures[0])
    assert list(strip.buttons) == pictures[:1]


def test_checkpoints_are_listed_with_their_pictures(qtbot: QtBot, pictures: list[Path]) -> None:
    listed = CheckpointList()
    qtbot.addWidget(listed)
    rows = [CheckpointRow(20, pictures[0], "newest", starred=True), CheckpointRow(10)]
    with qtbot.assertNotEmitted(listed.chosen):
        listed.set_rows(rows, 10)
    listed.show()
    assert listed.currentRow() == 1
    spoken = listed.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Step 20, ★ favourite, newest"

    def shown() -> QColor:
        return listed.item(0).icon().pixmap(56, 56).toImage().pixelColor(28, 28)

    qtbot.waitUntil(lambda: shown() == QColor("red"))
    with qtbot.waitSignal(listed.chosen) as blocker:
        qtbot.keyClick(listed, Qt.Key.Key_Up)
    assert blocker.args == [20]
    assert not unnamed_focusable(listed)
