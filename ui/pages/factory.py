"""Makes the pages, each at its first visit."""

from __future__ import annotations

from functools import partial
from pathlib import Path
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

        page = TrainPage(workspace, window.preferences, window.engine)
        page.try_wanted.connect(partial(_try, window))
        page.export_wanted.connect(partial(_export, window))
        page.images_wanted.connect(partial(_images, window))
        return page
    if name == "try":
        from ui.pages.try_page import TryPage

        return TryPage(workspace, window.preferences, window.engine)
    from ui.pages.export import ExportPage

    return ExportPage(workspace, window.preferences, window.engine)


def use_base(window: MainWindow, model: Path) -> None:
    """Makes ``model`` the base model of the open project, on the Train page."""
    from ui.pages.train import TrainPage

    window.show_page("train")
    page = window.frame.page("train")
    assert isinstance(page, TrainPage)
    page.choose_base(model)


def _home(window: MainWindow) -> Page:
    from ui.pages.home import HomePage

    page = HomePage(window.preferences)
    page.choose_wanted.connect(window.new_project)
    page.sample_wanted.connect(window.open_sample)
    page.open_wanted.connect(window.open_project)
    page.locate_wanted.connect(window.locate_project)
    return page


def _images(window: MainWindow, query: str) -> None:
    from ui.pages.images import ImagesPage

    window.show_page("images")
    page = window.frame.page("images")
    assert isinstance(page, ImagesPage)
    page.filter.set_text(query)


def _try(window: MainWindow, adapter: tuple[Path, int | None]) -> None:
    """Shows an adapter in Try: that of a checkpoint, or what the run has exported or trains."""
    from studio.jobs import LIVE
    from studio.runs import RunFolder
    from ui.pages.try_page import TryPage

    run, step = RunFolder(adapter[0]), adapter[1]
    settings = run.settings()
    window.show_page("try")
    page = window.frame.page("try")
    assert isinstance(page, TryPage)
    training, report = window.engine.training, run.report()
    if step is not None:
        file = run.checkpoint(step) / "lora.safetensors"
        page.show_adapter(str(file), f"{settings.run.name} {step}")
    elif training and training.run == str(run.path):
        page.show_adapter(LIVE, settings.run.name)
    elif report:
        page.show_adapter(str(run.path / report["lora"]), settings.run.name)


def _export(window: MainWindow, adapter: tuple[Path, int | None]) -> None:
    from ui.pages.export import ExportPage

    window.show_page("export")
    page = window.frame.page("export")
    assert isinstance(page, ExportPage)
    page.show_run(*adapter)
