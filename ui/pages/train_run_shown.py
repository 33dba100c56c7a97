"""From the state of a run to what its view shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QWidget

from studio.training.progress import ENDED, RunState
from ui import messages, shortcuts, theme
from ui.pages.train_run_cards import RunCards
from ui.pages.train_run_face import RunFace
from ui.pages.train_run_words import RunWords, current_phase
from ui.widgets.banner import Remedy
from ui.widgets.loss_chart import rate_text


class RunShown(RunFace):
    """Shows `state`, and what the run was asked for and has not done yet."""

    _shown: object = None  # the kind of state that buttons and card are for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = RunState()
        self._words = RunWords()
        self._cards = RunCards(self._words, self)
        self._waits_for = ""  # the name of what the engine does before
        self._asked: set[str] = set()  # pause, resume, preview, checkpoint, stop
        self._remedies: Sequence[Remedy] = ()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._paint_icons()

    def _show_all(self) -> None:
        """Words at each event; the rest only if the state became another one."""
        self._show_head()
        self._show_facts()
        state = self.state
        kind = (
            state.status,
            current_phase(state),
            bool(state.samples),
            bool(state.steps.numbers),
            frozenset(self._asked),
        )
        if kind != self._shown:
            self._shown = kind
            with self._keeping_focus():
                self._show_actions()
                self._fill_card()

    @contextmanager
    def _keeping_focus(self) -> Iterator[None]:
        """What has the focus may go: then it stays in this view, at the end on what to do next.

        Qt would look for it from the start of the window. It comes from nowhere else into here.
        """
        before = self.window().focusWidget()
        inside = before is self or (before is not None and self.isAncestorOf(before))
        ours = self.isVisible() and (inside or before is None)
        yield
        after = self.window().focusWidget()
        if ours and self.state.status in ENDED and self.card.isVisible():
            self.card.focus_first()
        elif inside and not (after and self.isAncestorOf(after)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_head(self) -> None:
        state = self.state
        self.strip.set_phases(self._words.phases(state))
        self.strip.setVisible(bool(self.strip.phases))
        self.status.setText(self._status())
        self.progress.setVisible(state.status != "finished")
        if current_phase(state) == "train" or state.status in ENDED:
            done, total = state.step, state.total
        else:
            done, total = (state.phase.done, state.phase.total) if state.phase else (0, 1)
        ended_early = state.status in ENDED and not total
        self.progress.setRange(0, 1 if ended_early else total)
        self.progress.setValue(done)

    def _status(self) -> str:
        state = self.state
        if state.status == "preparing":
            return messages.phase(state.phase.name) if state.phase else self._before_all()
        step = self.tr("Step {0} of {1}").format(state.step, state.total)
        if state.status in ENDED:
            return step if state.step else ""
        if "stop" in self._asked:
            return self.tr("Stopping after this step…")
        if state.status == "paused" and "resume" not in self._asked:
            words = self.tr("Paused at step {0}; the model stays loaded: try it")
            return words.format(state.step)
        if "pause" in self._asked:
            return self.tr("Pausing after this step…")
        if current_phase(state) != "train" and state.phase:
            return messages.phase(state.phase.name)
        return " · ".join(
            word for word in (step, self._words.speed(state), self._words.left(state)) if word
        )

    def _before_all(self) -> str:
        if self._waits_for:
            return self.tr("Waiting for {0}").format(self._waits_for)
        return self.tr("Loading the engine…")

    def _show_facts(self) -> None:
        state = self.state
        rates = state.steps.unet_lr
        first, second = state.text_encoder_lr, state.text_encoder_lr_2
        self.facts.set_facts(
            {
                self.tr("Learning rate"): rate_text(rates[-1]) if rates else "",
                self.tr("Text encoder"): rate_text(first) if first else "",
                self.tr("Second text encoder"): rate_text(second) if second else "",
                self.tr("Speed"): self._words.speed(state),
                self.tr("Memory at most"): self._words.needed(state),
                self.tr("Base model"): state.base,
                self.tr("Learns from"): self._words.images(state.images),
                self.tr("Computes on"): " · ".join(filter(None, (state.device, state.optimizer))),
            }
        )

    def _show_marks(self) -> None:
        state = self.state
        self.grid.set_checkpoints(state.checkpoints)
        self.chart.set_marks(state.checkpoints, self.grid.samples.steps)
        self.viewer.refresh()

    def _show_warnings(self) -> None:
        warnings = self.state.warnings
        said = [messages.sentence(warning.code, warning.params) for warning in warnings]
        title = self._words.warnings(len(said))
        self.warnings.set_sentences(title, list(dict.fromkeys(said)))

    def _show_actions(self) -> None:
        state, asked = self.state, self._asked
        working = state.status in ("running", "paused")
        training = working and current_phase(state) == "train"
        can_ask = training and "stop" not in asked
        for button in (self.pause, self.preview, self.checkpoint, self.try_this):
            button.setVisible(working)
            button.setEnabled(can_ask)
        self.preview.setEnabled(can_ask and "preview" not in asked)
        self.checkpoint.setEnabled(can_ask and "checkpoint" not in asked)
        self.stop.setVisible(working)
        self.stop.setEnabled("stop" not in asked)
        self.cancel.setVisible(state.status == "preparing")
        self.cancel.setEnabled("stop" not in asked)
        self.new_run.setVisible(state.status in ENDED)
        self.pause.setText(self.tr("Go on") if self._holds() else self.tr("Pause"))
        self.pause.setToolTip(shortcuts.tooltip("train.toggle", self.pause.text()))
        self._paint_icons()
        self.empty.say("sample", *self._nothing_yet())

    def _nothing_yet(self) -> tuple[str, str]:
        if self.state.status == "preparing":
            return self.tr("Preparing"), self.tr("The first previews come before the first step.")
        hint = self.tr("Previews of each step appear here. “Preview now” draws some at once.")
        return self.tr("No previews yet"), hint

    def _fill_card(self) -> None:
        state = self.state
        shown = self._cards.fill(self.card, state, self._remedies)
        self.place_card(shown, instead=shown and not state.samples and not state.steps.numbers)
        self.chart.setVisible(bool(state.steps.numbers))
        report = state.finished.report if state.finished else {}
        grid = report.get("grid")
        self.sheet.show_file(state.folder / grid if grid and state.folder else None)

    def _paint_icons(self) -> None:
        for button, icon in (
            (self.pause, "play" if self._holds() else "pause"),
            (self.preview, "sample"),
            (self.checkpoint, "checkpoint"),
            (self.try_this, "try"),
            (self.stop, "stop"),
            (self.new_run, "add"),
        ):
            button.setIcon(theme.icon(icon))

    def _holds(self) -> bool:
        """Whether the run is paused, or will be after its step."""
        held = self.state.status == "paused"
        return "pause" in self._asked or (held and "resume" not in self._asked)
