"""Makes the pages, each at its first visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.pages.page import Page


def make_page(name: str, window: MainWindow) -> Page:
    """The page called ``name``: "home", or one of the open project."""
    if name == "home":
        return _home(window)
    workspace = window.workspace
    assert workspace is not None, name
    if name == "images":
        from ui.pages.images import ImagesPage

        return ImagesPage(workspace, window.preferences)
    if name == "train":
        from ui.pages.train import TrainPage

        return TrainPage(workspace.project)
    if name == "try":
        from ui.pages.try_page import TryPage

        return TryPage()
    from ui.pages.export import ExportPage

    return ExportPage()


def _home(window: MainWindow) -> Page:
    from ui.pages.home import HomePage

    page = HomePage(window.preferences)
    page.choose_wanted.connect(window.new_project)
    page.sample_wanted.connect(window.open_sample)
    page.open_wanted.connect(window.open_project)
    page.locate_wanted.connect(window.locate_project)
    return page
