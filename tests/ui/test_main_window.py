"""The window: pages by key, projects by drop, and nothing lost on closing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QUndoCommand
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.errors import StudioError
from studio.project import Project
from tests.ui import base_models
from tests.ui.accessibility import too_small, unnamed_focusable
from ui import theme
from ui.commands import PAGES
from ui.main_window import LAST_PAGE, LAST_PROJECT, MainWindow
from ui.preferences import Preferences
from ui.widgets.job_bar import Job
from ui.widgets.toast import Notice, Toast

COPY = Qt.DropAction.CopyAction


@pytest.fixture
def images(repository: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(repository / "sample_images/style_ink", tmp_path / "墨 ink"))


def settle(window: MainWindow) -> None:
    """Leaves nothing that closing would ask about, and no toast that waits."""
    for job in window.jobs.all:
        window.jobs.drop(job.id)
    window.projects.abandon()
    for toast in window.findChildren(Toast):
        toast.timer.stop()


@pytest.fixture
def make(qtbot: QtBot, preferences: Preferences) -> Callable[[], MainWindow]:
    def make() -> MainWindow:
        window = MainWindow(preferences)
        qtbot.addWidget(window, before_close_func=settle)
        window.show()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.wait(1)
        return window

    return make


@pytest.fixture
def window(make: Callable[[], MainWindow], preferences: Preferences) -> MainWindow:
    preferences.remember(LAST_PAGE, "train")  # cheaper than images
    return make()


def shown(window: MainWindow) -> str:
    current = window.frame.stack.currentWidget()
    return next(name for name, area in window.frame._pages.items() if area is current)


def urls(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(target: QWidget, data: QMimeData) -> QDragEnterEvent:
    none = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(300, 200), COPY, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(target, event)
    return event


def drop(window: MainWindow, data: QMimeData) -> None:
    drag(window, data)
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(300, 200), COPY, data, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(window._overlay, event)


def answer(text: str) -> list[str]:
    """Presses the button ``text`` of the question that comes; returns what was asked."""
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, press)
            return
        asked.append(box.text())
        asked.extend(b.text() for b in box.buttons() if b is box.defaultButton())
        next(b for b in box.findChildren(QPushButton) if b.text() == text).click()

    QTimer.singleShot(0, press)
    return asked


def banner_text(window: MainWindow) -> str:
    return window.frame.banner._text.text() if window.frame.banner.isVisible() else ""


def test_it_begins_at_home_where_the_pages_need_a_project(window: MainWindow) -> None:
    assert shown(window) == "home"
    assert window.windowTitle() == "LoRA Studio"
    for page in PAGES:
        assert not window.commands.actions[f"page.{page}"].isEnabled()
    assert set(window.frame._pages) == {"home"}


def test_keys_switch_pages_and_the_rail_shows_it(
    qtbot: QtBot, window: MainWindow, images: Path, preferences: Preferences
) -> None:
    window.new_project_from(images)
    assert shown(window) == "train"
    for key, page in ((Qt.Key.Key_4, "export"), (Qt.Key.Key_3, "try"), (Qt.Key.Key_2, "train")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert shown(window) == page
        assert preferences.remembered(LAST_PAGE, "") == page
        checked = [id for id, action in window.commands.actions.items() if action.isChecked()]
        assert checked == [f"page.{page}"]
    assert "images" not in window.frame._pages, "made before its first visit"


def test_home_leaves_the_project_open(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    window.commands.actions["project.home"].trigger()
    assert shown(window) == "home"
    assert window.workspace is not None
    window.leave_project()
    assert window.workspace is None
    assert shown(window) == "home"


def test_dropping_a_folder_of_images_makes_a_project(
    window: MainWindow, images: Path, preferences: Preferences
) -> None:
    event = drag(window, urls(images))
    assert event.isAccepted()
    assert window._overlay.isVisible()
    assert window._overlay.text == "Drop to start a project with these images"
    drop(window, urls(images))
    assert not window._overlay.isVisible()
    assert window.workspace is not None
    project = window.workspace.project
    assert project.images_folders() == [images]
    assert project.path == preferences.projects_folder / images.name
    assert images.name in window.windowTitle()
    assert preferences.recent_projects == [project.path]


def test_dropping_the_same_folder_again_opens_the_same_project(
    window: MainWindow, images: Path, preferences: Preferences
) -> None:
    drop(window, urls(images))
    window.leave_project()
    drop(window, urls(images / "01_red_cat.png", images / "02_blue_fish.png"))
    assert window.workspace is not None
    assert len(preferences.recent_projects) == 1


@pytest.mark.parametrize("part", ["", "project.toml"])
def test_dropping_a_project_opens_it(
    window: MainWindow, images: Path, tmp_path: Path, part: str
) -> None:
    path = Project.create(tmp_path / "elsewhere", "Ink", [images]).path
    drop(window, urls(path / part))
    assert window.workspace is not None
    assert window.workspace.project.path == path


def test_a_dropped_checkpoint_becomes_the_base_of_the_open_project(
    qtbot: QtBot, window: MainWindow, images: Path, tmp_path: Path
) -> None:
    data = urls(base_models.checkpoint(tmp_path / "mine.safetensors"))
    assert drag(window, data).dropAction() is Qt.DropAction.IgnoreAction
    assert window._overlay.text.startswith("Open a project first")
    window.new_project_from(images)
    assert window.workspace
    settings = window.workspace.settings_changed
    for page in ("images", "try"):
        window.show_page(page)
        drag(window, data)
        assert window._overlay.text == "Drop to use this base model"
    with qtbot.waitSignal(settings):
        drop(window, data)
    assert window.page == "train"
    assert window.workspace.project.settings.base.endswith("mine.safetensors")


def test_what_is_of_no_use_is_refused_with_a_reason(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/a.png")])
    for data, reason in (
        (urls(tmp_path / "notes.txt"), "no image"),
        (urls(tmp_path / "empty"), "no images in this folder"),
        (web, "Save the images in a folder"),
    ):
        event = drag(window, data)
        assert reason in window._overlay.text
        assert event.dropAction() is Qt.DropAction.IgnoreAction
        drop(window, data)
        assert window.workspace is None


def test_dragged_text_is_left_to_the_fields(window: MainWindow) -> None:
    text = QMimeData()
    text.setText("a tag")
    assert not drag(window, text).isAccepted()
    assert not window._overlay.isVisible()


def test_over_a_text_field_the_overlay_gets_the_drop(window: MainWindow, images: Path) -> None:
    field = QLineEdit(window)
    field.setGeometry(200, 100, 300, 200)
    field.show()
    drag(window, urls(images))
    assert window.childAt(300, 200) is window._overlay
    QApplication.sendEvent(window._overlay, QDragLeaveEvent())
    assert window.childAt(300, 200) is field


def test_a_project_that_is_gone_is_told_and_the_open_one_stays(
    window: MainWindow, images: Path, tmp_path: Path
) -> None:
    window.new_project_from(images)
    window.open_project(tmp_path / "gone")
    assert str(tmp_path / "gone") in banner_text(window)
    assert window.workspace is not None
    window.open_sample()
    assert banner_text(window) == ""


def test_a_project_lies_never_in_its_images(
    window: MainWindow, images: Path, preferences: Preferences
) -> None:
    preferences.projects_folder = images
    window.new_project_from(images)
    assert "own image folder" in banner_text(window)
    assert window.workspace is None


def test_the_sample_project_is_a_copy(window: MainWindow, repository: Path) -> None:
    window.open_sample()
    assert window.workspace is not None
    (folder,) = window.workspace.project.images_folders()
    assert repository not in folder.parents
    assert len(list(folder.glob("*.png"))) == len(list((repository / folder).glob("*.png"))) > 0
    first = window.workspace.project.path
    window.leave_project()
    window.open_sample()
    assert window.workspace.project.path == first


def test_the_last_project_and_page_come_back(
    qtbot: QtBot, make: Callable[[], MainWindow], images: Path, preferences: Preferences
) -> None:
    preferences.remember(LAST_PAGE, "export")
    first = make()
    first.resize(700, 600)  # the screen of the tests has 800
    first.new_project_from(images)
    path = preferences.recent_projects[0]
    assert first.close()
    second = make()
    qtbot.waitUntil(lambda: second.workspace is not None)
    assert second.workspace
    assert second.workspace.project.path == path
    assert shown(second) == "export"
    assert second.size() == first.size()


def test_a_last_project_that_is_gone_is_told_at_home(
    qtbot: QtBot, make: Callable[[], MainWindow], preferences: Preferences, tmp_path: Path
) -> None:
    preferences.remember(LAST_PROJECT, str(tmp_path / "gone"))
    window = make()
    qtbot.waitUntil(lambda: banner_text(window) != "")
    assert shown(window) == "home"


def test_a_closed_project_does_not_come_back(
    qtbot: QtBot, make: Callable[[], MainWindow], images: Path, preferences: Preferences
) -> None:
    preferences.remember(LAST_PAGE, "try")
    first = make()
    first.new_project_from(images)
    first.leave_project()
    first.close()
    second = make()
    qtbot.wait(20)
    assert second.workspace is None


def test_menus_say_what_is_undone(window: MainWindow, images: Path) -> None:
    undo = window.commands.actions["undo"]
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    window.new_project_from(images)
    assert window.workspace is not None
    window.workspace.undo.push(QUndoCommand("replace in 37 captions"))
    assert (undo.text(), undo.isEnabled()) == ("Undo replace in 37 captions", True)
    undo.trigger()
    assert window.commands.actions["redo"].text() == "Redo replace in 37 captions"
    window.leave_project()
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)


def busy(window: MainWindow) -> None:
    """Lets the window show that it works."""
    window.jobs.put(Job("run", "Training Ink", can_stop=True))


def unsaved_change(window: MainWindow, images: Path) -> Path:
    """A project whose file another program changed, so that a change of ours cannot be saved."""
    window.new_project_from(images)
    assert window.workspace is not None
    window.workspace.set_field("trigger word", "trigger", "inkstyle")
    file = window.workspace.project.file
    file.write_text(file.read_text() + "\n# edited elsewhere\n")
    return file


def test_what_cannot_be_saved_keeps_the_window_open(window: MainWindow, images: Path) -> None:
    file = unsaved_change(window, images)
    asked = answer("Keep working")
    assert not window.close()
    assert asked[0] == "Some changes could not be saved"
    assert "not saved" in window.frame.save_status.text
    file.write_text(file.read_text().replace("\n# edited elsewhere\n", ""))
    assert window.close()
    assert Project.open(file.parent).settings.trigger == "inkstyle"


def test_what_cannot_be_saved_can_be_given_up(window: MainWindow, images: Path) -> None:
    unsaved_change(window, images)
    answer("Close without saving")
    assert window.close()


def test_the_status_bar_tells_of_saving(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    status = window.frame.save_status
    window.projects.saving.emit()
    assert status.text == "Saving…"
    window.projects.saved.emit(datetime(2026, 11, 21, 14, 2))
    assert "02" in status.text
    window.projects.failed.emit(StudioError("disk.full", path="x"))
    assert "02" in status.text, "nothing of the project is unsaved"


def test_work_on_the_project_is_told_until_it_ends(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    assert window.workspace is not None
    progressed = window.workspace.progressed
    progressed.emit("compare", 5, 20)
    progressed.emit("copy", 0, 0)
    assert [(job.id, job.can_cancel) for job in window.jobs.all] == [
        ("compare", True),
        ("copy", False),
    ]
    progressed.emit("compare", 20, 20)
    progressed.emit("copy", 1, 1)
    assert window.jobs.all == []
    progressed.emit("compare", 5, 20)
    window.leave_project()
    assert window.jobs.all == []


def test_a_further_image_folder_is_added(
    qtbot: QtBot,
    window: MainWindow,
    images: Path,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.new_project_from(images)
    other = repository / "sample_images/character_zorgle"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    before = window.workspace
    window.add_folder()
    assert window.workspace not in (None, before)
    count = len(list(images.glob("*.png"))) + len(list(other.glob("*.png")))
    qtbot.waitUntil(lambda: len(window.workspace.collection.images) >= count)
    assert Project.open(window.workspace.project.path).images_folders() == [images, other]


def test_an_image_folder_that_moved_is_followed(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    assert window.workspace is not None
    before = window.workspace
    moved = images.rename(images.with_name("elsewhere"))
    before.relink(images, moved)
    assert window.workspace is not before
    assert window.workspace.project.images_folders() == [moved]


def test_thumbnails_can_be_cleared(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    assert window.workspace is not None
    folder = window.workspace.project.cache / "thumbnails"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.jpg").write_bytes(b"x")
    window.projects.clear_thumbnails()
    assert not folder.exists()
    window.projects.clear_thumbnails()


def test_it_can_be_as_small_as_640_by_360(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    busy(window)
    window.frame.job_bar.show()
    window.frame.save_status.set_failed("3 changes not saved", "")
    for page in ("train", "try", "export"):
        window.show_page(page)
        window.resize(640, 360)
        assert (window.width(), window.height()) == (640, 360), page
        for button in window.frame.rail.findChildren(QWidget):
            assert window.frame.rail.rect().contains(button.geometry())
    window.show_home()
    window.resize(640, 360)
    area = window.frame._pages["home"]
    assert area.verticalScrollBar().maximum() > 0
    assert area.horizontalScrollBar().maximum() == 0


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, theme.Theme.LIGHT)
    yield
    qapp.setStyleSheet("")


@pytest.mark.usefixtures("themed")
def test_everything_has_a_name_and_can_be_hit(window: MainWindow, images: Path) -> None:
    window.new_project_from(images)
    for page in ("train", "try", "export"):
        window.show_page(page)
    window.show_home()
    window.notify(Notice("Moved", action="Undo"))
    assert not unnamed_focusable(window)
    assert not too_small(window)
