"""The grid on the Try page: a sheet of checkpoints, strengths and prompts, filled cell by cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.events import Failed
from studio.jobs import Sheet
from ui import durations, theme
from ui.dialogs.grid import GridPlan
from ui.pages.drawing import Drawing
from ui.pages.try_history import show_in_folder
from ui.pages.try_session import TrySession
from ui.pages.wish import Picture, Wish, draw_job
from ui.widgets.contact_sheet import ContactSheet
from ui.widgets.image_loader import ImageLoader

_LARGEST = 4096  # pixels of a side


class GridPanel(QWidget):
    """Shows a grid while and after it is drawn."""

    chosen = Signal(object)
    """The `Wish` of a cell that shall be seen alone."""
    closed = Signal()
    save_wanted = Signal(object)
    """Path of a sheet to save elsewhere."""
    saved = Signal(object)
    """Path of a new sheet."""
    failed = Signal(object)
    """A `Failed` or a `Warned`."""

    def __init__(self, session: TrySession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawing: Drawing | None = None
        self._wishes: list[Wish] = []
        self._loading: dict[Path, int] = {}
        self._path: Path | None = None
        self._done = 0
        self._loader = ImageLoader(_LARGEST, 1, self)
        self._loader.loaded.connect(self._loaded)
        self._loader.failed.connect(self._not_loaded)
        self.sheet = ContactSheet()
        self.sheet.chosen.connect(lambda index: self.chosen.emit(self._wishes[index]))
        self.text = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(160)
        self.cancel_button = QPushButton(self.tr("Stop"))
        self.cancel_button.clicked.connect(self.cancel)
        self.save_button = QPushButton(self.tr("Save as…"))
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self._path))
        self.folder_button = QPushButton(self.tr("Show in folder"))
        self.folder_button.clicked.connect(lambda: show_in_folder(self._path or Path()))
        close = QPushButton(self.tr("Close the grid"))
        close.clicked.connect(self.close_grid)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.text)
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        for button in (self.cancel_button, self.folder_button, self.save_button, close):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(row)
        column.addWidget(self.sheet, 1)

    @property
    def filled(self) -> bool:
        """Whether there is a grid, complete or not."""
        return bool(self._wishes)

    @property
    def busy(self) -> bool:
        """Whether one is being drawn."""
        return self._drawing is not None

    def start(self, plan: GridPlan, like: Wish) -> None:
        """Draws ``plan`` with base, seed and recipe of ``like``."""
        self.cancel()
        self._wishes = grid_wishes(plan, like)
        self._path, self._done = None, 0
        rows, columns = self._labels(plan)
        self.sheet.set_labels(rows, columns)
        name = f"grid_{datetime.now():%Y-%m-%d_%H-%M-%S-%f}.png"
        target = Sheet(path=str(self._session.pictures / name), rows=rows, columns=columns)
        job = draw_job(self._wishes, self._session.folder(), sheet=target)
        drawing = self._session.drawing(job, self.tr("Grid of pictures"))
        drawing.drawn.connect(self._take)
        drawing.progressed.connect(self._progress)
        drawing.sheet_saved.connect(self._saved)
        drawing.warned.connect(self.failed)
        drawing.ended.connect(self._end)
        self._drawing = drawing
        self.text.setText(self.tr("Waiting for the engine…"))
        self._show_buttons()
        drawing.begin()

    def cancel(self) -> None:
        """Gives up what is still missing; the pictures that came stay."""
        if self._drawing:
            self._drawing.give_up()
            self._drawing = None
            self.text.setText(self.tr("{0} of {1} drawn").format(self._done, len(self._wishes)))
            self._show_buttons()

    def close_grid(self) -> None:
        """Gives up, and has nothing to show any more."""
        self.cancel()
        self._wishes = []
        self._loading.clear()
        self.sheet.set_labels([], [])
        self.closed.emit()

    def _labels(self, plan: GridPlan) -> tuple[tuple[str, ...], tuple[str, ...]]:
        several = len(plan.prompts) > 1
        rows = tuple(
            f"{label} — {prompt}" if several else label
            for label, _ in plan.checkpoints
            for prompt in plan.prompts
        )
        return rows, tuple(self.tr("strength {0}").format(f"{s:g}") for s in plan.strengths)

    def _progress(self, phase: str, done: int, total: int) -> None:
        if phase == "open_base":
            self.text.setText(self.tr("Opening the base model…"))
            self.bar.setRange(0, 0)
        elif phase == "draw":
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self._count()

    def _count(self) -> None:
        text = self.tr("{0} of {1} drawn").format(self._done, len(self._wishes))
        if self._drawing and (seconds := self._drawing.seconds):
            left = sum(seconds) / len(seconds) * (len(self._wishes) - self._done)
            if left:
                text += f" · {self.tr('{0} left').format(durations.about(left))}"
        self.text.setText(text)

    def _take(self, cell: int, path: Path, draft: bool) -> None:
        self._done += not draft
        self._loading[path] = cell
        self._loader.want(list(self._loading))
        self._count()

    def _loaded(self, path: Path, image: QImage) -> None:
        cell = self._loading.pop(path, None)
        if cell is not None:
            self.sheet.set_cell(cell, image)
            self._session.know(self._wishes[cell], Picture(image, path))

    def _not_loaded(self, path: Path, error: StudioError) -> None:
        if self._loading.pop(path, None) is not None:
            self.failed.emit(Failed(error.code, error.params))

    def _saved(self, path: str) -> None:
        self._path = Path(path)
        self.saved.emit(self._path)

    def _end(self, failed: Failed | None) -> None:
        self._drawing = None
        self._count()
        self._show_buttons()
        if failed:
            self.failed.emit(failed)

    def _show_buttons(self) -> None:
        self.cancel_button.setVisible(self.busy)
        self.bar.setVisible(self.busy)
        for button in (self.save_button, self.folder_button):
            button.setVisible(self._path is not None)


def grid_wishes(plan: GridPlan, like: Wish) -> list[Wish]:
    """The pictures of ``plan``, row by row; in each, one checkpoint acts."""
    paths = [path for _, path in plan.checkpoints]
    return [
        Wish(
            like.base,
            tuple((path, strength if path == acting else 0.0) for path in paths),
            prompt,
            like.seed,
            like.recipe,
            like.state,
        )
        for acting in paths
        for prompt in plan.prompts
        for strength in plan.strengths
    ]
