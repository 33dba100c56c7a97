"""An export on its way: what comes of its task, shown as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QObject, Signal

from studio.events import CheckPassed, Event, Exported, Phase, Warned
from studio.inspect import Inspection, inspect_file
from studio.jobs import Export
from ui import messages
from ui.background import Background
from ui.engine import EngineThread, Task
from ui.widgets.export_outcome import ExportOutcome


class ExportTask(QObject):
    """Follows the task of one export after the other."""

    ended = Signal()
    """It is over, whichever way."""

    def __init__(
        self, outcome: ExportOutcome, engine: EngineThread, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._outcome = outcome
        self._engine = engine
        self._background = background
        self._warnings: list[str] = []
        self.task: Task | None = None
        """What waits or works; None if nothing does."""
        self.written: Path | None = None
        """The file that was exported last."""
        engine.changed.connect(self._show_waiting)
        outcome.stop_wanted.connect(self.stop)

    def follow(self, task: Task) -> None:
        """Shows what comes of ``task``."""
        assert isinstance(task.job, Export)
        self.task, self.written = task, None
        self._warnings.clear()
        self._outcome.begin(self._checks(task.job))
        task.started.connect(self._show_started)
        task.came.connect(self._take)
        task.ended.connect(self._end)
        if task.state == "running":
            self._show_started()
        else:
            self._show_waiting()

    def stop(self) -> None:
        """Takes it out of the queue, or stops it."""
        if self.task:
            self._engine.cancel(self.task)

    def _checks(self, job: Export) -> list[tuple[str, str]]:
        checks = [
            ("tensors", self.tr("Complete, nothing extra")),
            ("hash", self.tr("Checksum right")),
            ("names", self.tr("Layer names that other programs know")),
            ("weights", self.tr("Same weights as trained")),
            ("programs", self.tr("Loaded by other programs")),
            ("render", self.tr("Same picture")),
        ]
        return [check for check in checks if job.format == "kohya" or check[0] != "names"]

    def _detail(self, name: str, figures: dict[str, Any]) -> str:
        """The figures of a check in a few words."""
        if name == "tensors":
            return self.tr("%n tensor(s)", "", figures["count"])
        if name == "names":
            return self.tr("%n layer(s)", "", figures["modules"])
        if name == "hash":
            return str(figures["sshs_model_hash"])[:12]
        if name == "weights":
            return self.tr("off by {0} at most").format(f"{figures['largest_error']:.1g}")
        if name == "programs":
            load = sum(works == "yes" for works in figures.values())
            return self.tr("{0} of {1}").format(load, len(figures))
        if name == "render":
            mean = QLocale().toString(float(figures["mean_difference"]), "f", 2)
            return self.tr("mean difference {0} of 255").format(mean)
        return ""

    def _show_started(self) -> None:
        self._outcome.show_working(messages.phase("open_base"))

    def _show_waiting(self) -> None:
        if self.task is None or self.task.state != "queued":
            return
        before = self._engine.tasks[0] if self._engine.tasks else None
        if self._engine.training and self._engine.training is before:
            reason = self.tr("Training goes first; the export begins by itself when it is done.")
        else:
            reason = self.tr("The export begins by itself when what runs now is done.")
        self._outcome.show_waiting(reason)

    def _take(self, event: Event) -> None:
        if isinstance(event, Phase):
            self._outcome.show_working(messages.phase(event.name))
        elif isinstance(event, CheckPassed):
            figures = json.loads(event.detail or "{}")
            self._outcome.checks.pass_check(event.name, self._detail(event.name, figures))
            if event.name == "programs":
                self._outcome.stamps.set_stamps(figures, {})
        elif isinstance(event, Warned):
            self._warnings.append(messages.sentence(event.code, event.params))
        elif isinstance(event, Exported):
            self.written = Path(event.path)
            self._show_done(self.written, event)
            look = partial(self._show_loads, self.written, event)
            self._background.run(partial(_inspect, self.written), look)

    def _show_done(self, path: Path, event: Exported, bound: str = "") -> None:
        """``bound`` says that the file is of use with its own base model alone."""
        size = QLocale().formattedDataSize(event.size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        copies = len({Path(file).parent for file in event.files}) - 1
        lines = [bound, self.tr("Copied to %n place(s).", "", copies) if copies else ""]
        self._outcome.show_done(path, size, "\n".join(filter(None, [*lines, *self._warnings])))

    def _show_loads(self, path: Path, event: Exported, found: Inspection) -> None:
        """Who loads the file, and why not."""
        if path != self.written:
            return
        works: dict[str, str] = {verdict.program: verdict.works for verdict in found.verdicts}
        reasons = {v.program: messages.program_reason(v.reason, v.params) for v in found.verdicts}
        self._outcome.stamps.set_stamps(works, reasons)
        if found.arch is None:
            own = self.tr("It works with the base model that it was trained on, no other.")
            self._show_done(path, event, own)

    def _end(self) -> None:
        task, self.task = self.task, None
        if task and task.failed:
            failed = task.failed
            in_check = failed.code == "export.self_check_failed"
            in_folder = failed.code in ("disk.unwritable", "disk.full")
            sentence = messages.sentence(failed.code, failed.params)
            self._outcome.show_failed(sentence, in_check, in_folder)
        elif self.written is None:
            self._outcome.show_stopped()
        self.ended.emit()


def _inspect(path: Path) -> Iterator[Inspection]:
    yield inspect_file(path)
