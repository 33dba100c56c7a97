"""The Images page as an artist uses it: mouse and keyboard in, files and what is shown out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.data.buckets import Crop
from studio.project import Project
from tests.ui.accessibility import unnamed_focusable
from ui.pages.images import ImagesPage
from ui.preferences import Preferences
from ui.widgets.toast import Notice
from ui.workspace import Workspace

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "我的画风"
    folder.mkdir()
    for number, caption in enumerate(["cat, hat", "dog, hat", "cat, rain", ""], 1):
        colour = (number * 60, 90, 255 - number * 60)
        Image.radial_gradient("L").resize((600, 400)).convert("RGB").point(
            lambda level, c=colour: level * c[0] // 255
        ).save(folder / f"{number}.png")
        if caption:
            (folder / f"{number}.txt").write_text(caption)
    (folder / "5.png").write_bytes(b"no image")
    return folder


@pytest.fixture
def page(
    qtbot: QtBot, images: Path, tmp_path: Path, preferences: Preferences
) -> Iterator[ImagesPage]:
    project = Project.create(tmp_path / "project", "test", [images], resolution=512)
    workspace = Workspace(project)
    page = ImagesPage(workspace, preferences)
    page.resize(1200, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    qtbot.waitUntil(lambda: workspace.reader.complete and not workspace.similar.busy)
    settle(page, qtbot)
    yield page
    workspace.stop()
    page.close()
    page.deleteLater()
    workspace.deleteLater()


def settle(page: ImagesPage, qtbot: QtBot) -> None:
    """Until counts and selection have followed."""
    qtbot.wait(10)
    qtbot.waitUntil(lambda: not page._later.isActive() and not page._selection.soon.isActive())
    qtbot.wait(1)


def choose(page: ImagesPage, qtbot: QtBot, *names: str) -> None:
    page.grid.clearSelection()
    for row, image in enumerate(page.grid.images()):
        if image.name in names:
            index = page.grid.model().index(row, 0)
            page.grid.selectionModel().select(
                index, page.grid.selectionModel().SelectionFlag.Select
            )
            if image.name == names[0]:
                page.grid.selectionModel().setCurrentIndex(
                    index, page.grid.selectionModel().SelectionFlag.NoUpdate
                )
    qtbot.waitUntil(lambda: [i.name for i in page._selection.images] == sorted(names))


def text(images: Path, name: str) -> str:
    return (images / name).read_text()


def saved(page: ImagesPage) -> None:
    assert page._workspace.autosave.flush()


def test_the_first_image_is_selected_and_everything_is_named(page: ImagesPage) -> None:
    assert page.grid.current_image() is page._workspace.collection.images[0]
    assert not unnamed_focusable(page)


def test_typing_a_tag_and_enter_writes_it_and_ctrl_down_goes_on(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    choose(page, qtbot, "1.png")
    page.panel.focus()
    field = page.panel.tag_editor.field
    qtbot.keyClicks(field, "red scarf")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    saved(page)
    assert text(images, "1.txt") == "cat, hat, red scarf"
    QTest.keyClick(field, Qt.Key.Key_Down, CTRL)
    qtbot.waitUntil(lambda: [image.name for image in page._selection.images] == ["2.png"])
    assert field.hasFocus()


def test_a_tag_for_several_images_goes_to_those_that_lack_it(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    choose(page, qtbot, "1.png", "3.png", "4.png")
    page.panel.tags_added.emit(["hat"])
    saved(page)
    assert [text(images, f"{n}.txt") for n in (1, 3, 4)] == ["cat, hat", "cat, rain, hat", "hat"]
    page._workspace.undo.undo()
    saved(page)
    assert text(images, "3.txt") == "cat, rain"
    assert not (images / "4.txt").exists()


def test_a_filter_shows_its_images_and_a_chip_writes_it(page: ImagesPage, qtbot: QtBot) -> None:
    page.filter.field.setText("tag:cat -tag:rain")
    qtbot.waitUntil(lambda: [image.name for image in page.grid.images()] == ["1.png"])
    page.filter.set_text("")
    qtbot.mouseClick(page.filter.chips.chips["uncaptioned"], Qt.MouseButton.LeftButton)
    assert page.filter.text == "is:uncaptioned"
    assert [image.name for image in page.grid.images()] == ["4.png", "5.png"]


def test_an_edit_does_not_take_the_image_out_of_a_filter_under_ones_hands(
    page: ImagesPage, qtbot: QtBot
) -> None:
    page.filter.set_text("is:uncaptioned")
    choose(page, qtbot, "4.png")
    page.panel.tags_added.emit(["fog"])
    settle(page, qtbot)
    assert [image.name for image in page.grid.images()] == ["4.png", "5.png"]


def test_a_tag_of_the_list_filters_and_can_be_renamed_everywhere(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    page.tags.filter_requested.emit("hat")
    assert page.filter.text == 'tag:"hat"'
    notices: list[Notice] = []
    page.noticed.connect(notices.append)
    page.tags.rename_requested.emit("cat", "kitten")
    saved(page)
    assert text(images, "3.txt") == "kitten, rain"
    assert notices[-1].action
    assert notices[-1].act
    notices[-1].act()
    saved(page)
    assert text(images, "3.txt") == "cat, rain"


def test_undo_from_a_toast_does_not_touch_a_later_edit(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    notices: list[Notice] = []
    page.noticed.connect(notices.append)
    page.tags.rename_requested.emit("cat", "kitten")
    choose(page, qtbot, "2.png")
    page.panel.tags_added.emit(["later"])
    with qtbot.waitSignal(page._workspace.failed) as told:
        assert notices[-1].act
        notices[-1].act()
    assert told.args is not None
    assert told.args[0].code == "undo.not_last"
    saved(page)
    assert text(images, "2.txt") == "dog, hat, later"


def test_the_trigger_word_is_counted_and_added_to_captions_that_lack_it(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    qtbot.keyClicks(page.trigger.field, "zorgle")
    qtbot.keyClick(page.trigger.field, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert "3" in page.trigger.text()
    qtbot.mouseClick(page.trigger.button, Qt.MouseButton.LeftButton)
    saved(page)
    assert text(images, "1.txt") == "zorgle, cat, hat"
    assert not (images / "4.txt").exists()
    settle(page, qtbot)
    assert not page.trigger.button.isVisible()


def test_a_crop_box_goes_into_the_project(page: ImagesPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "1.png")
    page.view.crop_changed.emit(Crop(0.1, 0.5, 2), True)
    assert page._selection.images[0].crop == Crop(0.1, 0.5, 2)
    page._workspace.save_project()
    again = Project.open(page._workspace.project.path)
    assert again.settings.dataset[0].crops == {"1.png": Crop(0.1, 0.5, 2)}


def test_ctrl_j_goes_to_the_next_image_without_a_caption(page: ImagesPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "1.png")
    QTest.keyClick(page.grid, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: [image.name for image in page._selection.images] == ["4.png"])


def test_del_in_the_grid_moves_to_the_trash_and_undo_brings_back(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    choose(page, qtbot, "2.png")
    page.grid.setFocus()
    with qtbot.waitSignal(page._workspace.listed):
        QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Delete)
    assert not (images / "2.png").exists()
    assert "2.png" not in [image.name for image in page.grid.images()]
    with qtbot.waitSignal(page._workspace.listed):
        page._workspace.undo.undo()
    assert text(images, "2.txt") == "dog, hat"


def test_problems_are_counted_and_shown(page: ImagesPage, qtbot: QtBot) -> None:
    assert page.tabs.tabText(1) != "Problems"
    page.problems.show_requested.emit("is:unreadable")
    assert [image.name for image in page.grid.images()] == ["5.png"]


def test_the_kind_of_caption_is_kept_in_the_project(page: ImagesPage) -> None:
    page.panel.mode_changed.emit("sentences")
    assert page._workspace.project.settings.captions == "sentences"


def test_a_vanished_folder_is_said_with_a_way_to_locate_it(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    moved = images.rename(images.with_name("moved"))
    page._workspace.reload()
    qtbot.waitUntil(page._remedies.banner.isVisible)
    with qtbot.waitSignal(page._workspace.moved):
        page._workspace.relink(images, moved)
    assert page._workspace.project.images_folders() == [moved]


def test_the_page_fits_a_small_window(page: ImagesPage, qtbot: QtBot) -> None:
    page.resize(560, 300)
    qtbot.wait(1)
    assert page.minimumSizeHint().width() <= 1180


def test_a_sentence_is_written_as_it_is_typed(page: ImagesPage, qtbot: QtBot, images: Path) -> None:
    page.panel.mode_changed.emit("sentences")
    choose(page, qtbot, "1.png")
    page.panel.focus()
    for letter in " on two legs, quick":
        qtbot.keyClicks(page.panel.text_edit, letter)
        qtbot.wait(5)  # in which edits come back to the panel
    page.panel.flush()
    saved(page)
    assert text(images, "1.txt") == "cat, hat on two legs, quick"


def test_a_half_typed_tag_goes_to_the_image_it_was_typed_for(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    choose(page, qtbot, "1.png")
    page.panel.focus()
    qtbot.keyClicks(page.panel.tag_editor.field, "outdoors")
    choose(page, qtbot, "2.png")
    saved(page)
    assert text(images, "1.txt") == "cat, hat, outdoors"
    assert text(images, "2.txt") == "dog, hat"
    assert page.panel.tag_editor.field.text() == ""


def test_undo_shows_what_it_changed_and_filters_anew(page: ImagesPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "1.png")
    page.panel.tags_added.emit(["fog"])
    page.filter.set_text("-tag:fog")
    choose(page, qtbot, "2.png")
    page._workspace.undo.undo()
    qtbot.waitUntil(lambda: [image.name for image in page._selection.images] == ["1.png"])


def test_problems_without_a_query_are_shown_by_selecting_them(
    page: ImagesPage, qtbot: QtBot
) -> None:
    page.filter.set_text("tag:cat")
    chosen = [image for image in page._workspace.collection.images if image.name in "2.png4.png"]
    page.problems.show_requested.emit(chosen)
    qtbot.waitUntil(lambda: page._selection.images == chosen)
    assert page.filter.text == ""
    assert len(page.grid.images()) == 5


def test_chips_are_reordered_even_if_a_tag_stands_twice(
    page: ImagesPage, qtbot: QtBot, images: Path
) -> None:
    choose(page, qtbot, "1.png")
    page._edits.set_text(page._selection.images, "fish, night, hat, night")
    page.panel.tags_reordered.emit(["night", "hat", "fish", "night"])
    saved(page)
    assert text(images, "1.txt") == "night, hat, fish, night"
