"""The window that `screenshots.py` takes pictures of: waiting for it, its dialogs, its images."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, QThreadPool, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme
from ui.main_window import MainWindow
from ui.pages.images import ImagesPage
from ui.widgets.toast import Toast

PATIENCE, QUIET, TICK = 300_000, 400, 40  # milliseconds

P = TypeVar("P", bound=QWidget)


def settle(window: MainWindow) -> None:
    """Lets the event loop run until nothing has been under way for a moment."""
    quiet = waited = 0
    while quiet < QUIET:
        wait(TICK)
        quiet = 0 if busy(window) else quiet + TICK
        waited += TICK
        if waited > PATIENCE:
            raise TimeoutError("the window is busy all the time")


def busy(window: MainWindow) -> bool:
    """Whether what is shown may still change by itself; a run that goes on or holds does not."""
    workspace = window.workspace
    return (
        QThreadPool.globalInstance().activeThreadCount() > 0
        or any(task.job.kind != "train" for task in window.engine.tasks)
        or workspace is None
        or workspace.autosave.busy
        or workspace.project.changed
        or workspace.similar.busy
        or workspace.thumbnails.busy
        or not workspace.reader.complete
        or workspace.reader.counter is None
    )


def wait(milliseconds: int) -> None:
    """Lets the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(there: Callable[[], object]) -> None:
    """Lets the event loop run until ``there`` is true."""
    waited = 0
    while not there():
        wait(TICK)
        waited += TICK
        if waited > PATIENCE:
            raise TimeoutError(there)


def shown_page(window: MainWindow, kind: type[P]) -> P:
    """The page that is shown."""
    page = window.frame.shown_page
    assert isinstance(page, kind), page
    return page


def hide_toasts(window: MainWindow) -> None:
    """Messages in the corner belong to the picture before."""
    for toast in window.findChildren(Toast):
        toast.fade_out()


def images_page(window: MainWindow) -> ImagesPage:
    """The page "Images"."""
    page = window.findChild(ImagesPage)
    assert page is not None
    return page


def choose(window: MainWindow, *names: str) -> None:
    """Selects the images called ``names``."""
    grid = images_page(window).grid
    places = [row for row, image in enumerate(grid.images()) if image.name in names]
    grid.set_current(grid.images()[places[0]])
    model, selection = grid.model(), grid.selectionModel()
    for row in places[1:]:
        selection.select(model.index(row, 0), selection.SelectionFlag.Select)


def answer(open_it: Callable[[], object], act: Callable[..., None]) -> None:
    """Calls ``act`` with the dialog that ``open_it`` opens and waits for."""
    met: list[Exception | None] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        timer.stop()
        try:
            act(dialog)
            met.append(None)
        except Exception as error:  # noqa: BLE001  raised below, outside of Qt's event loop
            met.append(error)
            dialog.close()

    timer = QTimer(interval=TICK)
    timer.timeout.connect(look)
    timer.start()
    open_it()
    wait_until(lambda: met)
    if met[0]:
        raise met[0]


def with_dialog(
    window: MainWindow, open_it: Callable[[], object], act: Callable[..., None]
) -> QPixmap:
    """The window with the dialog that ``open_it`` opens, after ``act`` did something in it."""
    taken: list[QPixmap] = []

    def look(dialog: QWidget) -> None:
        act(dialog)
        settle(window)
        taken.append(together(window, dialog))
        dialog.close()

    answer(open_it, look)
    return taken[0]


def together(window: MainWindow, dialog: QWidget) -> QPixmap:
    """Both in one picture, as a desktop shows them, with a line around the dialog."""
    picture, front = window.grab(), dialog.grab()
    place = QPoint(picture.width() - front.width(), picture.height() - front.height()) / 2
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
    painter.drawPixmap(place, front)
    painter.setPen(theme.color("border"))
    painter.drawRect(front.rect().translated(place).adjusted(-1, -1, 0, 0))
    painter.end()
    return picture


def nothing(widget: QWidget) -> None:
    """It stays as it is."""
