from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.data.image_file import Caption, ImageFile
from ui.dialogs.duplicates import MOST, DuplicatesDialog


def image(folder: Path, name: str, size: tuple[int, int], text: str = "") -> ImageFile:
    path = folder / name
    Image.new("RGB", size, "teal").save(path)
    caption = Caption(folder, f"{path.stem}.txt", text.encode() or None)
    file = ImageFile(folder, name, caption, (0, path.stat().st_size))
    file.size = size
    return file


@pytest.fixture
def images(tmp_path: Path) -> list[ImageFile]:
    return [
        image(tmp_path, "small.png", (64, 64), "ink, cat"),
        image(tmp_path, "large.png", (128, 128)),
        image(tmp_path, "medium.png", (96, 96), "cat"),
    ]


@pytest.fixture
def dialog(qtbot, images) -> DuplicatesDialog:
    dialog = DuplicatesDialog()
    qtbot.addWidget(dialog)
    dialog.set_groups([images])
    dialog.show()
    cards = dialog.groups[0].cards.values()
    qtbot.waitUntil(lambda: all(not card._thumb.pixmap().isNull() for card in cards))
    return dialog


def test_all_but_the_largest_are_chosen_at_first(dialog, images, qtbot) -> None:
    assert dialog._move.text() == "Move 2 image(s) to the trash"
    with qtbot.waitSignal(dialog.trash_requested) as blocker:
        dialog._move.click()
    assert blocker.args[0] == [images[0], images[2]]


def test_of_equal_sizes_the_one_with_a_caption_is_kept(qtbot, tmp_path) -> None:
    bare = image(tmp_path, "bare.png", (64, 64))
    told = image(tmp_path, "told.png", (64, 64), "ink")
    dialog = DuplicatesDialog()
    qtbot.addWidget(dialog)
    dialog.set_groups([[bare, told]])
    assert dialog.groups[0].chosen() == [bare]
    assert dialog.rescue.isHidden()
    qtbot.waitUntil(lambda: dialog.groups[0].cards[told]._thumb.pixmap().isNull() is False)


def test_the_kept_image_gets_a_caption_that_would_be_lost(dialog, images, qtbot) -> None:
    assert dialog.rescue.isVisible()
    with qtbot.waitSignal(dialog.trash_requested) as blocker:
        dialog._move.click()
    assert blocker.args[1] == [(images[1].caption, "ink, cat")]
    dialog.rescue.setChecked(False)
    with qtbot.waitSignal(dialog.trash_requested) as blocker:
        dialog._move.click()
    assert blocker.args[1] == []


def test_boxes_decide_and_the_button_counts(dialog, images) -> None:
    cards = dialog.groups[0].cards
    cards[images[0]].trash.setChecked(False)
    assert dialog._move.text() == "Move 1 image(s) to the trash"
    cards[images[2]].trash.setChecked(False)
    assert dialog._move.text() == "Nothing to move"
    assert not dialog._move.isEnabled()


def test_a_group_of_which_nothing_would_be_kept_says_so(dialog, images) -> None:
    dialog.groups[0].cards[images[1]].trash.setChecked(True)
    assert "none of them" in dialog.groups[0]._title.text()
    assert not dialog.rescue.isVisible()


def test_images_for_the_trash_are_dim_and_a_group_that_is_lost_warns(dialog, images) -> None:
    group = dialog.groups[0]
    dim = [card._thumb.graphicsEffect().isEnabled() for card in group.cards.values()]
    assert dim == [True, False, True]
    assert group._warning.isHidden()
    group.cards[images[1]].trash.click()
    assert group._warning.isVisible()


def test_only_shown_groups_are_moved(qtbot, tmp_path) -> None:
    caption = Caption(tmp_path, "a.txt")
    files = [ImageFile(tmp_path, f"{n}.png", caption) for n in range(2 * MOST + 2)]
    dialog = DuplicatesDialog()
    qtbot.addWidget(dialog)
    dialog.set_groups([files[n : n + 2] for n in range(0, len(files), 2)])
    assert dialog._move.text() == f"Move {MOST} image(s) to the trash"
    assert str(MOST + 1) in dialog._hint.text()
    dialog.set_groups([])
    assert dialog._move.text() == "Nothing to move"
    qtbot.waitUntil(lambda: dialog._loader._current is None)


def test_every_part_that_takes_the_focus_has_a_name(dialog) -> None:
    for part in dialog.findChildren(QWidget):
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible():
            assert part.accessibleName() or part.text(), part
