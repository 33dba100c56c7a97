"""How the window keeps up with large sets: prints each figure with what it is allowed to be.

    python tests/benchmarks/window.py [NAME ...] [--images 20000] [--folder FOLDER]

Each measure runs in a process of its own, offscreen unless QT_QPA_PLATFORM says otherwise. Its
images are kept in FOLDER for the next time (300 MB). Results: tests/benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psutil
from dataset import make_folder, make_rows
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.data.query import parse
from studio.project import Project
from ui import theme
from ui.models.thumbnails import Thumbnails
from ui.pages.images import ImagesPage
from ui.preferences import Preferences
from ui.widgets.image_grid import ImageGrid
from ui.workspace import Workspace

ROWS = 100_000
PAGES = 80
DECODING = 30
"""Seconds for which images are decoded while the longest stall is looked for."""


def tell(what: str, found: float, limit: float, unit: str) -> None:
    verdict = "ok  " if found < limit else "MISS"
    print(f"{verdict}  {what}: {found:.3g} {unit} (limit {limit:g})", flush=True)


def tell_time(what: str, seconds: float, limit: float) -> None:
    """``limit`` is in seconds too."""
    if limit >= 0.5:
        tell(what, seconds, limit, "s")
    else:
        tell(what, 1000 * seconds, 1000 * limit, "ms")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def wait_until(done: Callable[[], bool], limit: float = 600) -> None:
    """Runs the event loop until ``done``, asked every 5 ms; between, other threads may compute."""
    if done():
        return
    loop, end, timer = QEventLoop(), time.perf_counter() + limit, QTimer(interval=5)
    timer.timeout.connect(lambda: (done() or time.perf_counter() > end) and loop.quit())
    timer.start()
    loop.exec()
    if not done():
        raise TimeoutError(done)


def show_grid() -> ImageGrid:
    grid = ImageGrid()
    grid.resize(1100, 800)  # about 30 tiles
    grid.show()
    QApplication.processEvents()
    return grid


def open_page(images: Path, folder: str) -> tuple[Workspace, ImagesPage]:
    """The Images page on a new project of ``images``."""
    place = Path(folder) / "project"
    project = (
        Project.open(place)
        if place.exists()
        else Project.create(place, "benchmark", [images], trigger="inkstyle")
    )
    workspace = Workspace(project)
    page = ImagesPage(workspace, Preferences(Path(folder) / "preferences.ini"))
    page.resize(1280, 720)
    page.show()
    return workspace, page


def close(workspace: Workspace, page: ImagesPage) -> None:
    page.close()
    page.grid.set_thumbnails(None)
    workspace.stop()
    page.deleteLater()
    workspace.deleteLater()  # or the garbage collector may free its timers in another thread


def in_sight(grid: ImageGrid, workspace: Workspace) -> bool:
    """Whether all tiles that are seen have their thumbnail."""
    edge = grid.side()
    seen = [grid.images()[row] for row in grid.visible_rows()]
    return bool(seen) and all(workspace.thumbnails.get(image, edge) for image in seen)


def measure_open(images: Path) -> None:
    """Names and first thumbnails, with an empty cache of thumbnails and then with a filled one."""
    with tempfile.TemporaryDirectory() as folder:
        for cache in ("empty", "filled"):
            began = time.perf_counter()
            workspace, page = open_page(images, folder)
            grid = page.grid
            wait_until(lambda grid=grid: bool(grid.images()))
            grid.viewport().repaint()
            tell_time(f"names on screen, {cache} cache", time.perf_counter() - began, 1)
            wait_until(lambda grid=grid, workspace=workspace: in_sight(grid, workspace))
            tell_time(f"{len(grid.visible_rows())} thumbnails", time.perf_counter() - began, 1)
            wait_until(lambda workspace=workspace: workspace.reader.complete)
            print(f"      all names, sizes and captions read: {time.perf_counter() - began:.2g} s")
            close(workspace, page)


def measure_rows(images: Path) -> None:
    """A hundred thousand rows in the grid: shown, scrolled, filtered, selected."""
    del images
    rows, grid = make_rows(ROWS), show_grid()

    def show(shown: list) -> None:
        grid.set_images(shown)
        grid.viewport().repaint()

    tell_time(f"{ROWS} rows shown", timed(lambda: show(rows)), 0.5)
    bar = grid.verticalScrollBar()
    took = []
    for step in range(100):
        bar.setValue(step * 40 if step < 50 else step * bar.maximum() // 100)
        took.append(timed(grid.viewport().repaint))
    tell_time("repaint after scrolling, median", statistics.median(took), 0.008)
    tell_time("repaint after scrolling, longest of 100", max(took), 0.008)

    def type_filter(text: str) -> None:
        matches = parse(text).matches
        show([image for image in rows if matches(image)])

    type_filter("x")  # reads the grammar
    for text in ("h", "ha", "hat", "hat tag:inkstyle", "hat -tag:rain tags:>10", ""):
        tell_time(f"filter keystroke {text!r}", timed(lambda text=text: type_filter(text)), 0.1)
    told: list[object] = []
    grid.selection_changed.connect(told.append)

    def select_all() -> None:
        grid.selectAll()
        wait_until(lambda: bool(told))

    tell_time("Ctrl+A told", timed(select_all), 0.1)
    tell_time("filter with all selected", timed(lambda: type_filter("cat")), 0.1)
    tell_time("name typed that is not there", timed(lambda: grid.keyboardSearch("zz")), 0.1)
    grid.close()


def measure_painting(images: Path) -> None:
    """Repaints with real thumbnails in the tiles, after they were loaded."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, page = open_page(images, folder)
        grid = page.grid
        wait_until(lambda: workspace.reader.complete and in_sight(grid, workspace))
        first, again = [], []
        for step in range(1, 20):
            grid.verticalScrollBar().setValue(step * 100)
            wait_until(lambda: in_sight(grid, workspace))
            first.append(timed(grid.viewport().repaint))
            again.append(timed(grid.viewport().repaint))
        tell_time("repaint with thumbnails, first time", statistics.median(first), 0.008)
        tell_time("repaint with thumbnails, again", statistics.median(again), 0.008)
        close(workspace, page)


def measure_memory(images: Path) -> None:
    """Memory after scrolling through all images and back, loading PAGES pages on the way."""
    with tempfile.TemporaryDirectory() as folder:
        before = resident()
        workspace, page = open_page(images, folder)
        grid = page.grid
        wait_until(lambda: workspace.reader.complete)
        read = resident()
        bar = grid.verticalScrollBar()
        places = [bar.maximum() * page // PAGES for page in range(PAGES + 1)]
        for place in [*places, *reversed(places)]:
            bar.setValue(place)
            wait_until(lambda: in_sight(grid, workspace))
        tell("memory after scrolling to the end and back", resident(), 500, "MB")
        print(f"      before {before:.0f} MB, all read {read:.0f} MB")
        close(workspace, page)


def resident() -> float:
    return psutil.Process().memory_info().rss / 1e6


def measure_edit(images: Path) -> None:
    """A tag replaced in 10,000 captions and back: on screen, and on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        copies = make_folder(Path(folder) / "images", 10_000)
        workspace, page = open_page(copies, folder)
        grid = page.grid
        wait_until(lambda: workspace.reader.complete)
        wanted = [
            (image.caption, image.caption.text.replace("inkstyle", "inkwash"))
            for image in workspace.collection.images
        ]
        steps = (
            ("replace in 10,000 captions", lambda: workspace.edit("replace", wanted)),
            ("undo of that", workspace.undo.undo),
        )
        for name, step in steps:
            tell_time(name, timed(lambda step=step: (step(), grid.viewport().repaint())), 1)
            seconds = timed(workspace.autosave.flush)
            print(f"      files written after {seconds:.2g} s more")
        close(workspace, page)
    del images


def measure_stalls(images: Path) -> None:
    """How long the event loop is held up while images are listed, read and decoded."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "blocked").write_bytes(b"")
        workspace, page = open_page(images, folder)
        QApplication.processEvents()  # the page's first painting
        ticks = [time.perf_counter()]
        timer = QTimer(interval=5)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start()
        wait_until(lambda: workspace.reader.complete)
        scanned = len(ticks)
        decode_all(page.grid, Path(folder) / "blocked")
        for name, part in (("scanning", ticks[:scanned]), ("decoding", ticks[scanned:])):
            gaps = sorted(b - a for a, b in pairwise(part))
            tell_time(f"longest stall while {name}", gaps[-1], 0.05)
            print(f"      {gaps[len(gaps) * 99 // 100] * 1000:.1f} ms for 99 % of all ticks")
        close(workspace, page)


def decode_all(grid: ImageGrid, blocked: Path) -> None:
    """Decodes page after page for a while; without a cache, which would know linked files."""
    thumbnails, made = Thumbnails(blocked), set()
    thumbnails.ready.connect(made.update)
    grid.set_thumbnails(thumbnails)
    end, bar = time.perf_counter() + DECODING, grid.verticalScrollBar()
    while time.perf_counter() < end and len(made) < len(grid.images()):
        rows = grid.visible_rows()
        wait_until(lambda rows=rows: made.issuperset(grid.images()[rows.start : rows.stop]))
        bar.setValue(bar.value() + bar.pageStep())
    print(f"      {len(made)} images decoded in {DECODING} s at most")
    grid.set_thumbnails(None)
    thumbnails.stop()


MEASURES = {
    "open": measure_open,
    "rows": measure_rows,
    "painting": measure_painting,
    "memory": measure_memory,
    "edit": measure_edit,
    "stalls": measure_stalls,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASURES])
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lora-images")
    given = parser.parse_args()
    images = make_folder(given.folder / f"{given.images}", given.images)
    if len(given.names) == 1:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QApplication([])
        theme.apply(app)
        MEASURES[given.names[0]](images)
        return
    shared = ["--images", str(given.images), "--folder", str(given.folder)]
    for name in given.names or MEASURES:
        subprocess.run([sys.executable, __file__, name, *shared], check=True)


if __name__ == "__main__":
    main()
