"""What the card of a run says once the run has ended, and the buttons on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.events import Failed, Finished
from studio.training.progress import RunState
from ui import messages
from ui.pages.train_run_words import RunWords
from ui.widgets.banner import Remedy
from ui.widgets.error_card import ErrorCard


class RunCards(QObject):
    """Fills an `ErrorCard`, whose buttons lead to these signals."""

    resume_wanted = Signal()
    try_wanted = Signal()
    export_wanted = Signal()
    train_further_wanted = Signal()
    new_run_wanted = Signal()
    dismissed = Signal()

    def __init__(self, words: RunWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def fill(self, card: ErrorCard, state: RunState, remedies: Sequence[Remedy]) -> bool:
        """Whether there is something to say; ``remedies`` are those of a failure."""
        if state.status == "failed" and state.failed:
            self._fail(card, state, state.failed, remedies)
        elif state.status == "finished" and state.finished:
            self._finish(card, state, state.finished)
        elif state.status == "stopped":
            self._stop(card, state)
        elif state.status == "interrupted":
            self._interrupt(card, state)
        else:
            return False
        return True

    def _fail(
        self, card: ErrorCard, state: RunState, failed: Failed, remedies: Sequence[Remedy]
    ) -> None:
        lines = [failed.code, *(f"{key}: {value}" for key, value in failed.params.items())]
        if state.step:
            lines.append(f"step: {state.step} / {state.total}")
        card.show_message(
            self._words.error(failed.code),
            messages.sentence(failed.code, failed.params),
            self._kept(state),
            remedies=remedies or [*self._resuming(state), self._anew()],
            details="\n".join(lines),
        )

    def _interrupt(self, card: ErrorCard, state: RunState) -> None:
        title = self.tr("Stopped unexpectedly")
        if state.step:
            title = self.tr("Stopped unexpectedly at step {0}").format(state.step)
        text = self.tr("LoRA Studio or the computer ended while this run was at work.")
        card.show_message(
            title,
            text,
            self._kept(state),
            icon="warning",
            tint="warning",
            remedies=[*self._resuming(state), *self._leaving(state)],
        )

    def _stop(self, card: ErrorCard, state: RunState) -> None:
        resumable = self.tr("The run can go on from here as if it had never stopped.")
        card.show_message(
            self._stopped_at(state),
            resumable if state.checkpoints else self._kept(state),
            icon="stop",
            tint="text",
            remedies=[*self._resuming(state), *self._leaving(state)],
        )

    def _finish(self, card: ErrorCard, state: RunState, finished: Finished) -> None:
        title, remedies = self.tr("Finished"), self._using()
        if finished.stopped:
            title = self._stopped_at(state)
            remedies += self._resuming(state)
        else:
            remedies.append((self.tr("Train further"), self.train_further_wanted.emit))
        saved = self.tr("Saved as {0}").format(finished.lora) if finished.lora else ""
        text = self._summary(state, finished.report)
        card.show_message(title, text, saved, icon="good", tint="good", remedies=remedies)

    def _summary(self, state: RunState, report: dict[str, Any]) -> str:
        """Steps, time, images and losses."""
        parts = [self.tr("%n step(s)", "", state.step)]
        if "seconds" in report:
            parts.append(self._words.duration(report["seconds"]))
        parts.append(self.tr("%n image(s)", "", state.images))
        first, last = report.get("loss_first"), report.get("loss_last")
        if first is not None and last is not None:
            parts.append(self.tr("loss {0} to {1}").format(f"{first:.3f}", f"{last:.3f}"))
        return " · ".join(parts)

    def _stopped_at(self, state: RunState) -> str:
        if not state.step:
            return self.tr("Stopped before the first step")
        return self.tr("Stopped at step {0} of {1}").format(state.step, state.total)

    def _kept(self, state: RunState) -> str:
        if state.checkpoints:
            words = self.tr("Previews and checkpoints are kept; the last one is of step {0}.")
            return words.format(state.checkpoints[-1])
        if state.step:
            return self.tr("There was no checkpoint yet, so the steps are lost; nothing else is.")
        return self.tr("Nothing was trained yet, so nothing is lost.")

    def _resuming(self, state: RunState) -> list[Remedy]:
        if state.checkpoints:
            text = self.tr("Resume from step {0}").format(state.checkpoints[-1])
            return [(text, self.resume_wanted.emit)]
        return [(self.tr("Start it again"), self.resume_wanted.emit)]

    def _leaving(self, state: RunState) -> list[Remedy]:
        """What else to do with a run that may be left as it is."""
        close = (self.tr("Dismiss"), self.dismissed.emit)
        return [*(self._using() if state.checkpoints else []), close]

    def _using(self) -> list[Remedy]:
        """What to do with an adapter."""
        try_it = (self.tr("Try it"), self.try_wanted.emit)
        return [try_it, (self.tr("Export"), self.export_wanted.emit)]

    def _anew(self) -> Remedy:
        return self.tr("New run"), self.new_run_wanted.emit
