from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt

from studio.data.collection import Caption, ImageFile
from studio.data.problems import Problem
from ui.models.images import ImageListModel


def make_images(count: int, text: str = "red cat, hat") -> list[ImageFile]:
    folder = Path("/images")
    return [
        ImageFile(folder, f"sub/cat_{n:03}.png", Caption(folder, f"{n}.txt", text.encode()), row=n)
        for n in range(count)
    ]


def test_the_model_keeps_the_rules_of_qt(qtmodeltester):
    model = ImageListModel()
    model.set_images(make_images(5))
    qtmodeltester.check(model)
    model.set_images([])
    qtmodeltester.check(model)


def test_a_row_gives_its_image_and_its_name_without_the_folder(qapp):
    model, images = ImageListModel(), make_images(3)
    model.set_images(images)
    index = model.index(1)
    assert index.data(ImageListModel.ImageRole) is images[1]
    assert index.data() == "cat_001.png"
    assert model.rowCount(index) == 0
    assert model.data(QModelIndex()) is None


def test_the_accessible_text_says_name_size_and_caption(qapp):
    model, images = ImageListModel(), make_images(3)
    images[0].size = (832, 1216)
    images[1].caption = Caption(Path("/images"), "1.txt", b"")
    images[2].caption = Caption(Path("/images"), "2.txt")
    model.set_images(images)
    spoken = [model.index(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(3)]
    assert spoken[0] in (
        "sub/cat_000.png, 832 by 1216, 2 tag(s)",
        "sub/cat_000.png, 832 by 1216, 2 tags",
    )
    assert spoken[1] == "sub/cat_001.png, no caption"
    assert spoken[2] == "sub/cat_002.png"  # its caption is not read yet


def test_the_tool_tip_shows_the_caption_and_says_problems_in_words(qapp):
    model, images = ImageListModel(), make_images(1, "word " * 100)
    images[0].size = (64, 32)
    images[0].problem = Problem("image.unreadable", {"path": "/images/a.png", "reason": "cut off"})
    model.set_images(images)
    name, size, caption, problem = model.index(0).data(Qt.ItemDataRole.ToolTipRole).split("\n")
    assert (name, size) == ("sub/cat_000.png", "64 × 32 pixels")
    assert caption.startswith("word word")
    assert caption.endswith("…")
    assert len(caption) <= 301
    assert "cannot be read (cut off)" in problem


def test_refreshed_rows_are_told_in_ranges_and_others_not(qapp):
    model, images = ImageListModel(), make_images(10)
    model.set_images(images[:8])
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.refresh([images[n] for n in (5, 2, 1, 9, 3, 7, 5)])
    assert told == [(1, 3), (5, 5), (7, 7)]
    told.clear()
    model.refresh(images[8:])
    assert told == []


def test_images_know_their_row_after_each_change(qapp):
    model, images = ImageListModel(), make_images(4)
    model.set_images(images)
    assert model.row_of(images[3]) == 3
    model.set_images(images[2:])
    assert model.row_of(images[3]) == 1
    assert model.row_of(images[0]) is None


def test_dragged_rows_are_files_to_copy(qapp):
    model, images = ImageListModel(), make_images(3)
    model.set_images(images)
    data = model.mimeData([model.index(0), model.index(2)])
    assert [url.toLocalFile() for url in data.urls()] == [
        Path("/images/sub/cat_000.png").as_posix(),
        Path("/images/sub/cat_002.png").as_posix(),
    ]
    assert model.supportedDragActions() == Qt.DropAction.CopyAction


def test_a_name_is_found_from_the_given_row_on_and_around(qapp):
    model, images = ImageListModel(), make_images(20)
    model.set_images(images)
    flags = Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchWrap
    role = Qt.ItemDataRole.DisplayRole
    found = model.match(model.index(5), role, "CAT_00", 2, flags)
    assert [index.row() for index in found] == [5, 6]
    assert model.match(model.index(5), role, "cat_003", 1, flags)[0].row() == 3
    assert model.match(model.index(5), role, "dog", 1, flags) == []


def test_a_hundred_thousand_rows_are_shown_at_once(qapp):
    model, images = ImageListModel(), make_images(1) * 100_000
    began = time.perf_counter()
    model.set_images(images)
    assert time.perf_counter() - began < 0.05
