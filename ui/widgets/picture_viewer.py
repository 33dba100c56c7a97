"""One preview, large, or two side by side: arrow keys go to other prompts and steps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from studio.errors import StudioError
from studio.training.progress import Sample
from ui import messages, theme
from ui.widgets.icon_button import IconButton
from ui.widgets.image_loader import ImageLoader
from ui.widgets.large_picture import LargePicture
from ui.widgets.sample_model import SampleModel

_EDGE, _KEEP = 2048, 8

Cell = tuple[int, int]


class PictureViewer(QWidget):
    """Looks at cells of a `SampleModel`. The second of two pictures is the one that moves."""

    left = Signal(int, int)
    """The artist goes back; row and column of the cell that was shown."""
    favourite_changed = Signal(int, bool)
    """A step, and whether it shall be a favourite."""

    def __init__(self, samples: SampleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self._cell: Cell = (0, 0)
        self._strength: float | None = None  # None: what the cell shows
        self._pinned: Sample | None = None
        self._loader = ImageLoader(_EDGE, _KEEP, self)
        self._loader.loaded.connect(self._take)
        self._loader.failed.connect(self._fail)
        self.picture, self.other = LargePicture(), LargePicture()
        self.back = QPushButton(self.tr("Back"))
        self.compare = QPushButton(self.tr("Compare"))
        self.star = IconButton("star", self.tr("Favourite step (F)"))
        self.strengths = _Strengths()
        self._arrows = [
            IconButton("left", self.tr("Prompt before (Left)")),
            IconButton("right", self.tr("Next prompt (Right)")),
            IconButton("up", self.tr("Step before (Up)")),
            IconButton("down", self.tr("Next step (Down)")),
        ]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Preview"))
        self._connect()
        self._lay_out()

    @property
    def cell(self) -> Cell:
        """Row and column of the picture that the arrow keys move."""
        return self._cell

    def show_cells(self, cells: list[Cell]) -> None:
        """Shows one cell, or compares two."""
        self._pinned = self._samples.sample(*cells[0]) if len(cells) == 2 else None
        self._strength = None
        self._go(cells[-1])

    def refresh(self) -> None:
        """Samples or marks changed."""
        if self.isVisible():
            self._go(self._cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._move(*moves[key])
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Space):
            self.left.emit(*self._cell)
        elif key == Qt.Key.Key_C:
            self.compare.toggle()
        elif key == Qt.Key.Key_F:
            self._toggle_star()
        else:
            super().keyPressEvent(event)

    def _move(self, rows: int, columns: int) -> None:
        if goal := self._neighbour(rows, columns):
            self._go(goal)

    def _neighbour(self, rows: int, columns: int) -> Cell | None:
        """The next cell in that direction that has a picture."""
        row, column = self._cell[0] + rows, self._cell[1] + columns
        while 0 <= row < len(self._samples.steps) and 0 <= column < len(self._samples.prompts):
            if self._samples.sample(row, column):
                return row, column
            row, column = row + rows, column + columns
        return None

    def _go(self, cell: Cell) -> None:
        self._cell = cell
        sample = self._samples.sample(*cell, self._strength)
        if sample is None:
            return
        self.prompt.setText(sample.prompt)
        self.picture.show_file(sample.path, self._title(sample))
        self.other.setVisible(self._pinned is not None)
        if self._pinned:
            self.other.show_file(self._pinned.path, self._title(self._pinned))
        self.strengths.set_strengths(self._samples.strengths(*cell), sample.strength)
        self.setAccessibleName(self.picture.title.text() + "\n" + sample.prompt)
        self._show_marks(sample)
        self._load(sample)

    def _show_marks(self, sample: Sample) -> None:
        chosen = sample.step in self._samples.favourites
        self.star.set_icon("favourite" if chosen else "star")
        self.star.setEnabled(sample.step > 0)
        self.compare.blockSignals(True)
        self.compare.setChecked(self._pinned is not None)
        self.compare.blockSignals(False)

    def _load(self, sample: Sample) -> None:
        """What is shown, then what an arrow key would show."""
        wanted = [self._pinned, sample]
        for rows, columns in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            if near := self._neighbour(rows, columns):
                wanted.append(self._samples.sample(*near, self._strength))
        self._loader.want(list(dict.fromkeys(one.path for one in wanted if one)))

    def _title(self, sample: Sample) -> str:
        words = self.tr("{0} · strength {1} · seed {2}").format(
            self._samples.name_of(sample.step), f"{sample.strength:g}", sample.seed
        )
        if sample.step in self._samples.checkpoints:
            words = self.tr("{0} · checkpoint").format(words)
        if self._pinned and self._pinned.prompt != self.prompt.text():
            words = self.tr("{0} · {1}").format(words, sample.prompt)
        return words

    def _take(self, path: Path, image: QImage) -> None:
        for picture in (self.picture, self.other):
            picture.take(path, image)

    def _fail(self, path: Path, error: StudioError) -> None:
        for picture in (self.picture, self.other):
            picture.fail(path, messages.sentence(error.code, error.params))

    def _pin(self, on: bool) -> None:
        self._pinned = self._samples.sample(*self._cell, self._strength) if on else None
        self._go(self._cell)

    def _choose_strength(self, strength: float) -> None:
        self._strength = strength
        self._go(self._cell)

    def _toggle_star(self) -> None:
        step = self._samples.steps[self._cell[0]]
        if step:
            self.favourite_changed.emit(step, step not in self._samples.favourites)

    def _connect(self) -> None:
        self.back.setToolTip(self.tr("Back to all previews (Esc)"))
        self.back.clicked.connect(lambda: self.left.emit(*self._cell))
        self.compare.setCheckable(True)
        self.compare.setToolTip(self.tr("Keep this picture and put another one beside it (C)"))
        self.compare.toggled.connect(self._pin)
        self.star.clicked.connect(self._toggle_star)
        self.strengths.chosen.connect(self._choose_strength)
        for button, move in zip(self._arrows, ((0, -1), (0, 1), (-1, 0), (1, 0)), strict=True):
            button.clicked.connect(lambda _checked=False, move=move: self._move(*move))

    def _lay_out(self) -> None:
        self.prompt = QElidingLabel()
        self.prompt.setStyleSheet("font-weight: 600;")
        self.prompt.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar, pictures = QHBoxLayout(), QHBoxLayout()
        bar.setSpacing(theme.SPACE)
        bar.addWidget(self.back)
        bar.addWidget(self.prompt, 1)
        bar.addWidget(self.strengths)
        for widget in (self.star, *self._arrows, self.compare):
            bar.addWidget(widget)
        pictures.setSpacing(theme.SPACE)
        pictures.addWidget(self.other, 1)
        pictures.addWidget(self.picture, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(bar)
        column.addLayout(pictures, 1)


class _Strengths(QWidget):
    """A button for each strength that a picture was drawn at; hidden if there is one."""

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._strengths: list[float] = []
        self.buttons: dict[float, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE // 2)
        self._row.addWidget(QLabel(self.tr("Strength")))

    def set_strengths(self, strengths: list[float], shown: float) -> None:
        """Offers these, with ``shown`` pressed."""
        if strengths != self._strengths:
            self._strengths = strengths
            self._rebuild()
        if shown in self.buttons:
            self.buttons[shown].setChecked(True)
        self.setVisible(len(strengths) > 1)

    def _rebuild(self) -> None:
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for strength in self._strengths:
            button = self.buttons[strength] = QToolButton()
            button.setText(f"{strength:g}")
            button.setAccessibleName(self.tr("Strength {0}").format(f"{strength:g}"))
            button.setCheckable(True)
            button.setMinimumSize(QSize(theme.TARGET, theme.TARGET))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, s=strength: self.chosen.emit(s))
            self._group.addButton(button)
            self._row.addWidget(button)
