"""A run as it trains, or as it ended: previews over time, loss, facts, and what can be done.

view = RunView(run, "Ink style v1")
view.set_state(RunState.read(run))      # everything, from events.jsonl
view.apply(event)                       # and each that comes
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from studio.events import (
    CheckpointSaved,
    Event,
    PictureDrawn,
    SampleSaved,
    StepDone,
    Warned,
)
from studio.runs import RunFolder
from studio.training.progress import ENDED, RunState
from ui import shortcuts, theme
from ui.pages.train_run_shown import RunShown
from ui.widgets.banner import Remedy

_WARNINGS = 200
"""Milliseconds over which warnings are listed at once: 20,000 images may have as many."""


class RunView(RunShown):
    """Shows a `RunState`; what the artist wants is told by signals."""

    paused = Signal(bool)
    """Whether the run shall hold."""
    preview_wanted = Signal()
    checkpoint_wanted = Signal()
    try_wanted = Signal()
    stop_wanted = Signal(str)
    """"keep" or "discard"; the latter was confirmed."""
    resume_wanted = Signal()
    export_wanted = Signal()
    train_further_wanted = Signal()
    new_run_wanted = Signal()
    dismissed = Signal()
    favourite_changed = Signal(int, bool)
    """A step, and whether it shall be a favourite; answered by `set_favourites`."""

    def __init__(
        self, run: RunFolder | None = None, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._total = 0
        self._later = QTimer(self, singleShot=True, interval=_WARNINGS)
        self._later.timeout.connect(self._show_warnings)
        self._connect()
        self.set_name(name)
        self.set_state(RunState(run.path if run else None))

    def set_name(self, name: str) -> None:
        """What the artist calls the run."""
        self.name.setText(name)

    def set_waiting(self, name: str) -> None:
        """What the engine does before this run; "" while it is at work on it."""
        self._waits_for = name
        self._show_head()

    def set_state(self, state: RunState) -> None:
        """Shows another run, or the same one anew; ``state`` is the view's from now on."""
        self.state = state
        self._asked.clear()
        self._remedies = ()
        self._shown = None
        self.show_face()
        self.grid.set_samples(state.samples)
        self.chart.set_steps(state.steps, state.total)
        self._total = state.total
        self._show_marks()
        self._show_warnings()
        self._show_all()

    def apply(self, event: Event) -> None:
        """Takes in what happened; costs little, whatever the length of the run."""
        state = self.state
        state.apply(event)
        self._answer(event)
        if isinstance(event, StepDone):
            if state.total != self._total:
                self._total = state.total
                self.chart.set_steps(state.steps, state.total)
            self.chart.refresh()
        elif isinstance(event, SampleSaved):
            path = (state.folder or Path()) / event.path
            self.grid.add(next(one for one in reversed(state.samples) if one.path == path))
            self._show_marks()
        elif isinstance(event, CheckpointSaved):
            self._show_marks()
        elif isinstance(event, Warned):
            self._later.start()
        self._show_all()

    def set_remedies(self, remedies: Sequence[Remedy]) -> None:
        """What can be done about the failure: texts and callbacks, the best first."""
        self._remedies = remedies
        if self.state.status == "failed":
            with self._keeping_focus():
                self._fill_card()

    def set_favourites(self, steps: Iterable[int]) -> None:
        """The steps that have a star."""
        self.grid.set_favourites(steps)
        self.viewer.refresh()

    # what the artist wants

    def _toggle(self) -> None:
        if not self.pause.isEnabled() or self.pause.isHidden():
            return
        hold = not self._holds()
        self._asked -= {"pause", "resume"}
        if hold != (self.state.status == "paused"):
            self._asked.add("pause" if hold else "resume")
        self.paused.emit(hold)
        self._show_all()

    def _ask_for(self, what: str) -> None:
        """ "preview" or "checkpoint", once until it is there."""
        button, signal = {
            "preview": (self.preview, self.preview_wanted),
            "checkpoint": (self.checkpoint, self.checkpoint_wanted),
        }[what]
        if button.isEnabled() and not button.isHidden():
            self._asked.add(what)
            signal.emit()
            self._show_all()

    def _answer(self, event: Event) -> None:
        """What was asked for and is there now."""
        if isinstance(event, CheckpointSaved):
            self._asked.discard("checkpoint")
        elif isinstance(event, SampleSaved | PictureDrawn):
            self._asked.discard("preview")
        if self.state.status == "paused":
            self._asked.discard("pause")
        elif isinstance(event, StepDone):
            self._asked.discard("resume")
        if self.state.status in ENDED:
            self._asked.clear()
        else:
            self._remedies = ()

    def _stop(self, how: str) -> None:
        self._asked.add("stop")
        self.stop_wanted.emit(how)
        self._show_all()

    def _discard(self) -> None:
        if self.sure_to_discard():
            self._stop("discard")

    def _cancel(self) -> None:
        """Nothing was learned yet, unless the run was resumed."""
        self._stop("keep" if self.state.steps.numbers else "discard")

    def sure_to_discard(self) -> bool:
        """Asks the artist."""
        box = QMessageBox(self)
        box.setIconPixmap(theme.icon("warning", "warning").pixmap(5 * theme.SPACE))
        box.setWindowTitle(self.tr("LoRA Studio"))
        box.setContentsMargins(*4 * (theme.SPACE,))
        box.setText(self.tr("Stop and discard this run?"))
        box.setInformativeText(self.tr("It moves to the trash with its previews and checkpoints."))
        discard = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep training"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        box.deleteLater()
        return box.clickedButton() is discard

    def _connect(self) -> None:
        toggle = shortcuts.action("train.toggle", self, self._toggle)
        save = shortcuts.action("train.checkpoint", self, lambda: self._ask_for("checkpoint"))
        self.checkpoint.setToolTip(save.toolTip())
        self.pause.setToolTip(toggle.toolTip())
        self.preview.setToolTip(self.tr("Draw the preview prompts after this step"))
        self.try_this.setToolTip(self.tr("Pause and try the adapter as it is now"))
        self.pause.clicked.connect(self._toggle)
        self.preview.clicked.connect(lambda: self._ask_for("preview"))
        self.checkpoint.clicked.connect(lambda: self._ask_for("checkpoint"))
        self.try_this.clicked.connect(self.try_wanted)
        self.keep.triggered.connect(lambda: self._stop("keep"))
        self.discard.triggered.connect(self._discard)
        self.cancel.clicked.connect(self._cancel)
        self.new_run.clicked.connect(self.new_run_wanted)
        self._cards.resume_wanted.connect(self.resume_wanted)
        self._cards.try_wanted.connect(self.try_wanted)
        self._cards.export_wanted.connect(self.export_wanted)
        self._cards.train_further_wanted.connect(self.train_further_wanted)
        self._cards.new_run_wanted.connect(self.new_run_wanted)
        self._cards.dismissed.connect(self.dismissed)
        self.grid.opened.connect(self._open)
        self.viewer.left.connect(self._back)
        self.large.left.connect(self.show_face)
        self.sheet.clicked.connect(self._open_sheet)
        for source in (self.grid, self.viewer):
            source.favourite_changed.connect(self.favourite_changed)
        self.sheet.setAccessibleName(self.tr("Strength grid: show it large"))
        self.sheet.setToolTip(self.sheet.accessibleName())

    def _open(self, cells: list[tuple[int, int]]) -> None:
        self.viewer.show_cells(cells)
        self.show_viewer()

    def _open_sheet(self) -> None:
        if self.sheet.path:
            self.large.show_file(self.sheet.path, self.tr("Prompts at several strengths"))
            self.show_sheet()

    def _back(self, row: int, column: int) -> None:
        self.show_face()
        self.grid.show_cell(row, column)
        self.grid.setFocus()
