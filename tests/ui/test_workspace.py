"""The open project: edits, undo, files kept in step, other programs, the trash."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pytestqt.qtbot import QtBot

from studio.data.buckets import Crop
from studio.data.collection import ImageFile
from studio.data.tokens import TokenCounter
from studio.errors import StudioError
from studio.project import Project
from tests.ui import base_models
from ui.workspace import Workspace

Open = Callable[..., Workspace]

FILES: dict[str, bytes | None] = {
    "a.png": b"cat, red hat",
    "b.png": "猫, 红色\r\n".encode("gbk"),
    "c.png": b"\xef\xbb\xbfone\r\ntwo\r\n",
    "d.png": None,
}


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for name, caption in FILES.items():
        Image.new("RGB", (96, 64), "navy").save(folder / name)
        if caption is not None:
            (folder / name).with_suffix(".txt").write_bytes(caption)
    return folder


@pytest.fixture
def open_it(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    opened: list[Workspace] = []

    def open_it(images: Path) -> Workspace:
        place = tmp_path / "project"
        project = Project.open(place) if place.exists() else Project.create(place, "test", [images])
        workspace = Workspace(project)
        opened.append(workspace)
        qtbot.waitUntil(lambda: workspace.reader.complete and _counted(workspace))
        return workspace

    yield open_it
    for workspace in opened:
        workspace.stop()
        workspace.deleteLater()


def _counted(workspace: Workspace) -> bool:
    captions = [image.caption for image in workspace.collection.images]
    return bool(captions) and all(caption.tokens is not None for caption in captions)


def image(workspace: Workspace, name: str) -> ImageFile:
    return next(image for image in workspace.collection.images if image.name == name)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("*.txt")}


def test_opening_reads_sizes_captions_and_tokens(open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    assert [i.name for i in workspace.collection.images] == list(FILES)
    cat = image(workspace, "a.png")
    assert cat.size == (96, 64)
    assert cat.caption.text == "cat, red hat"
    assert cat.caption.tokens == TokenCounter.for_base("starter").count("cat, red hat")
    assert workspace.collection.tag_counts["cat"] == 1


def test_opening_writes_nothing_beside_the_images(open_it: Open, images: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in images.iterdir()}
    open_it(images).close()
    assert {file: file.stat().st_mtime_ns for file in images.iterdir()} == before


def test_an_edit_is_in_the_file_at_once_and_keeps_its_encoding(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    with qtbot.waitSignal(workspace.autosave.saved):
        workspace.edit("edit", [(image(workspace, "b.png").caption, "猫, 蓝色")])
    assert (images / "b.txt").read_bytes() == "猫, 蓝色\r\n".encode("gbk")
    assert (images / "a.txt").read_bytes() == FILES["a.png"]


def test_undo_brings_back_every_byte_and_removes_the_file_that_was_new(
    open_it: Open, images: Path
) -> None:
    workspace, before = open_it(images), contents(images)
    captions = [i.caption for i in workspace.collection.images]
    assert workspace.edit("all", [(caption, "new\nwords") for caption in captions]) == 4
    assert workspace.autosave.flush()
    assert (images / "d.txt").read_bytes() == b"new\nwords"
    assert (images / "c.txt").read_bytes() == b"\xef\xbb\xbfnew\r\nwords\r\n"
    workspace.undo.undo()
    assert workspace.autosave.flush()
    assert contents(images) == before
    workspace.undo.redo()
    assert workspace.autosave.flush()
    assert len(contents(images)) == 4


def test_an_edit_that_changes_nothing_is_no_step_of_undo(open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    assert workspace.edit("same", [(image(workspace, "a.png").caption, "cat, red hat")]) == 0
    assert not workspace.undo.canUndo()


def test_typing_is_one_step_of_undo_per_caption(open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    cat, other = image(workspace, "a.png").caption, image(workspace, "d.png").caption
    for text in ("c", "ca", "cat!"):
        workspace.edit("typing", [(cat, text)], typed=True)
    workspace.edit("typing", [(other, "x")], typed=True)
    assert workspace.undo.count() == 2
    workspace.undo.undo()
    workspace.undo.undo()
    assert cat.text == "cat, red hat"


def test_typing_and_taking_it_back_leaves_no_step(open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    cat = image(workspace, "a.png").caption
    workspace.edit("typing", [(cat, "x")], typed=True)
    workspace.edit("typing", [(cat, "cat, red hat")], typed=True)
    assert not workspace.undo.canUndo()


edits = st.lists(
    st.tuples(st.sampled_from(sorted(FILES)), st.text("ab,\n é猫", max_size=12), st.booleans()),
    min_size=1,
    max_size=8,
)


@given(steps=edits)
@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_edits_undone_give_the_original_bytes(
    open_it: Open, images: Path, steps: list[tuple[str, str, bool]]
) -> None:
    workspace, before = open_it(images), contents(images)
    for name, text, typed in steps:
        workspace.edit("edit", [(image(workspace, name).caption, text)], typed)
        if typed:
            assert workspace.autosave.flush()
    while workspace.undo.canUndo():
        workspace.undo.undo()
    assert workspace.close()
    assert contents(images) == before


def test_a_caption_changed_outside_is_shown_and_nothing_is_written(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    (images / "a.txt").write_text("dog")
    workspace.reload()
    qtbot.waitUntil(lambda: image(workspace, "a.png").caption.text == "dog")
    assert not workspace.undo.canUndo()
    assert (images / "a.txt").read_text() == "dog"


def test_a_caption_that_both_changed_shows_theirs_and_undo_has_ours(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    cat = image(workspace, "a.png").caption
    workspace.edit("edit", [(cat, "ours")])
    assert workspace.autosave.flush()
    (images / "a.txt").write_text("theirs")
    with qtbot.waitSignal(workspace.changed_outside):
        workspace.reload()
    assert cat.text == "theirs"
    workspace.undo.undo()
    assert workspace.autosave.flush()
    assert (images / "a.txt").read_text() == "ours"


@pytest.fixture
def conflict(qtbot: QtBot, open_it: Open, images: Path) -> Workspace:
    """Ours is edited on a file that changed a moment before, unnoticed."""
    workspace = open_it(images)
    (images / "a.txt").write_text("theirs")
    with qtbot.waitSignal(workspace.failed) as told:
        workspace.edit("edit", [(image(workspace, "a.png").caption, "ours")])
    assert told.args is not None
    assert told.args[0].code == "caption.changed_outside"
    assert (images / "a.txt").read_text() == "theirs"
    return workspace


def test_a_conflict_is_not_settled_by_looking_again(
    conflict: Workspace, qtbot: QtBot, images: Path
) -> None:
    with qtbot.waitSignal(conflict.reader.listed):
        conflict.reload()
    qtbot.waitUntil(lambda: conflict.reader.complete)
    assert image(conflict, "a.png").caption.text == "ours"
    assert (images / "a.txt").read_text() == "theirs"


def test_a_conflict_can_be_settled_for_ours(conflict: Workspace, images: Path) -> None:
    conflict.keep_ours()
    assert conflict.autosave.flush()
    assert (images / "a.txt").read_text() == "ours"


def test_a_conflict_can_be_settled_for_theirs_and_undone(conflict: Workspace, images: Path) -> None:
    conflict.take_theirs()
    assert image(conflict, "a.png").caption.text == "theirs"
    assert conflict.autosave.flush()
    assert (images / "a.txt").read_text() == "theirs"
    conflict.undo.undo()
    assert conflict.autosave.flush()
    assert (images / "a.txt").read_text() == "ours"


def test_a_file_that_cannot_be_written_keeps_the_edit_and_closing_says_so(
    qtbot: QtBot, open_it: Open, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_it(images)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:  # root may write anywhere, so the system call refuses
        patch.setattr(os, "replace", refuse)
        with qtbot.waitSignal(workspace.failed) as told:
            workspace.edit("edit", [(image(workspace, "a.png").caption, "kept")])
        assert isinstance(told.args and told.args[0], StudioError)
        assert not workspace.close()
    assert image(workspace, "a.png").caption.text == "kept"
    workspace.autosave.retry()
    assert workspace.close()
    assert (images / "a.txt").read_text() == "kept"
    assert stat.S_IMODE((images / "a.txt").stat().st_mode) & 0o600 == 0o600


def test_a_crop_box_is_in_the_project_and_not_in_the_image(open_it: Open, images: Path) -> None:
    workspace, pixels = open_it(images), (images / "a.png").read_bytes()
    workspace.set_crop("crop", image(workspace, "a.png"), Crop(0.25, 0.5, 1.5))
    assert workspace.close()
    assert (images / "a.png").read_bytes() == pixels
    again = open_it(images)
    assert image(again, "a.png").crop == Crop(0.25, 0.5, 1.5)
    again.set_crop("crop", image(again, "a.png"), None)
    again.undo.undo()
    assert image(again, "a.png").crop == Crop(0.25, 0.5, 1.5)


def test_the_trigger_word_is_undone_too(open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    workspace.set_field("trigger word", "trigger", "zorgle")
    assert workspace.close()
    assert Project.open(workspace.project.path).settings.trigger == "zorgle"
    workspace.undo.undo()
    assert workspace.trigger == ""


def test_another_base_model_counts_tokens_its_own_way(
    qtbot: QtBot, open_it: Open, images: Path, tmp_path: Path
) -> None:
    workspace = open_it(images)
    before = workspace.reader.counter
    file = base_models.checkpoint(tmp_path / "mine.safetensors")
    with qtbot.waitSignal(workspace.reader.counter_ready):
        workspace.set_field("base model", "base", str(file))
    assert workspace.reader.counter is not before
    qtbot.waitUntil(lambda: _counted(workspace))


def test_undo_back_to_a_base_model_that_is_gone_is_told(
    qtbot: QtBot, open_it: Open, images: Path, tmp_path: Path
) -> None:
    workspace = open_it(images)
    file = base_models.checkpoint(tmp_path / "mine.safetensors")
    workspace.set_field("base model", "base", str(file))
    workspace.set_field("base model", "base", "starter")
    file.unlink()
    with qtbot.waitSignal(workspace.failed) as told:
        workspace.undo.undo()
    assert told.args[0].code == "base.not_found"
    assert workspace.project.settings.base == "starter"


def test_images_go_to_the_trash_with_their_captions_and_come_back(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    cat = image(workspace, "a.png")
    workspace.edit("edit", [(cat.caption, "edited")])
    with qtbot.waitSignal(workspace.listed):
        workspace.trash("trash", [cat])
    assert sorted(f.name for f in images.iterdir() if f.stem == "a") == []
    assert len(workspace.collection.images) == 3
    with qtbot.waitSignal(workspace.listed):
        workspace.undo.undo()
    assert (images / "a.txt").read_text() == "edited"
    assert image(workspace, "a.png") is cat
    workspace.undo.undo()
    assert workspace.autosave.flush()
    assert (images / "a.txt").read_bytes() == FILES["a.png"]


def test_a_shared_caption_stays_while_one_of_its_images_does(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    Image.new("RGB", (96, 64), "navy").save(images / "a.jpg")
    workspace = open_it(images)
    with qtbot.waitSignal(workspace.listed):
        workspace.trash("trash", [image(workspace, "a.jpg")])
    assert (images / "a.txt").exists()


def test_a_vanished_folder_loses_nothing(qtbot: QtBot, open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    away = images.rename(images.with_name("away"))
    with qtbot.waitSignal(workspace.problems_changed):
        workspace.reload()
    assert len(workspace.collection.images) == 4
    assert [p.code for p in workspace.collection.problems] == ["dataset.no_folder"]
    away.rename(images)


def test_new_images_appear(qtbot: QtBot, open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    with qtbot.waitSignal(workspace.listed, timeout=5000):  # by the watcher
        Image.new("RGB", (64, 64)).save(images / "e.png")
    qtbot.waitUntil(lambda: workspace.reader.complete)
    assert image(workspace, "e.png").size == (64, 64)


def test_a_folder_that_cannot_be_written_is_copied_with_the_captions_that_were_not_saved(
    qtbot: QtBot, open_it: Open, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_it(images)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with qtbot.waitSignal(workspace.failed):
            workspace.edit("edit", [(image(workspace, "a.png").caption, "rescued")])
    with qtbot.waitSignal(workspace.moved):
        workspace.copy_images(images)
    (copies,) = workspace.project.images_folders()
    assert copies.parent == workspace.project.path
    assert (copies / "a.txt").read_text() == "rescued"
    assert (images / "a.txt").read_bytes() == FILES["a.png"]
    assert workspace.close()


def test_saved_is_told_once_captions_and_project_are_on_the_disk(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    with qtbot.waitSignal(workspace.saved):
        workspace.set_crop("crop", image(workspace, "a.png"), Crop(0, 0, 2))
    assert not workspace.project.changed
    with qtbot.waitSignal(workspace.saved):
        workspace.set_field("trigger word", "trigger", "zorgle")
        workspace.edit("edit", [(image(workspace, "a.png").caption, "both")])
    assert not workspace.project.changed
    assert (images / "a.txt").read_text() == "both"


def test_a_project_file_changed_outside_is_not_written_over_unasked(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    file = workspace.project.file
    theirs = file.read_text() + "# theirs\n"
    file.write_text(theirs)
    with qtbot.waitSignal(workspace.failed) as told:
        workspace.set_field("trigger word", "trigger", "zorgle")
    assert told.args is not None
    assert told.args[0].code == "project.changed_outside"
    assert file.read_text() == theirs
    with qtbot.waitSignal(workspace.saved):
        workspace.keep_our_project()
    assert Project.open(workspace.project.path).settings.trigger == "zorgle"


def test_an_edit_is_undone_even_if_its_file_was_removed_outside(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    workspace.edit("edit", [(image(workspace, "a.png").caption, "ours")])
    assert workspace.autosave.flush()
    (images / "a.txt").unlink()
    (images / "a.png").unlink()
    with qtbot.waitSignal(workspace.listed):
        workspace.reload()
    with qtbot.waitSignal(workspace.failed):
        workspace.undo.undo()
    workspace.take_theirs()
    assert workspace.autosave.flush()
    assert not (images / "a.txt").exists()


def test_unsaved_captions_go_along_to_where_the_folder_is_now(
    qtbot: QtBot, open_it: Open, images: Path
) -> None:
    workspace = open_it(images)
    moved = images.rename(images.with_name("moved"))
    with qtbot.waitSignal(workspace.failed):
        workspace.edit("edit", [(image(workspace, "a.png").caption, "kept")])
    workspace.relink(images, moved)
    assert (moved / "a.txt").read_text() == "kept"
    assert workspace.close()


def test_a_caption_whose_edits_were_all_undone_is_not_edited(open_it: Open, images: Path) -> None:
    workspace = open_it(images)
    cat = image(workspace, "a.png").caption
    workspace.edit("edit", [(cat, "other")])
    assert workspace.is_edited(cat)
    workspace.undo.undo()
    assert not workspace.is_edited(cat)
