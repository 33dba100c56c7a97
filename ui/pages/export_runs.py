"""What there is to export: the runs of a project with their checkpoints, read beside the window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from studio.inspect import inspect_file
from studio.models.safetensors_header import Header, read_header
from studio.runs import RunFolder, runs_in

_BYTES = {"fp32": 4, "fp16": 2, "bf16": 2}


@dataclass(frozen=True)
class TrainedRun:
    """A run that has checkpoints, newest first."""

    path: Path
    steps: tuple[int, ...]
    samples: tuple[str, ...]
    """Names of all previews."""

    @property
    def name(self) -> str:
        """What the artist called it."""
        return RunFolder(self.path).name

    @property
    def when(self) -> datetime | None:
        """When it began; None if somebody renamed its folder."""
        return RunFolder(self.path).begun

    @property
    def title(self) -> str:
        """Its name, and when it began."""
        if (begun := self.when) is None:
            return self.name
        date, time = QDate(begun.year, begun.month, begun.day), QTime(begun.hour, begun.minute)
        when = QLocale().toString(QDateTime(date, time), QLocale.FormatType.ShortFormat)
        return f"{self.name} · {when}"

    def pictures(self, step: int) -> list[Path]:
        """The previews of ``step`` that show the adapter; those at full strength first."""
        of_step = [name for name in self.samples if name.startswith(f"step-{step:06d}_")]
        shown = [name for name in of_step if not name.endswith("_s0.00.png")]
        shown.sort(key=lambda name: (not name.endswith("_s1.00.png"), name))
        return [self.path / "samples" / name for name in shown]


@dataclass(frozen=True)
class Details:
    """What the file of a checkpoint says."""

    path: Path
    metadata: dict[str, str]
    numbers: int
    """How many numbers its tensors hold."""
    header: int
    """Bytes of names and metadata."""
    programs: tuple[str, ...]
    """Those that load it as it is."""

    def size(self, dtype: str) -> int:
        """Bytes of an exported file, about: its metadata may be others."""
        return self.numbers * _BYTES[dtype] + self.header


def read_runs(folder: Path) -> Iterator[TrainedRun]:
    """The runs in the project's folder ``runs`` that have anything to export, newest first."""
    for run in runs_in(folder):
        if steps := run.checkpoint_steps():
            names = sorted(file.name for file in run.samples.glob("step-*.png"))
            yield TrainedRun(run.path, tuple(reversed(steps)), tuple(names))


def read_details(run: Path, step: int) -> Iterator[Details]:
    """Of the checkpoint of ``step``; raises ``safetensors.*`` or ``lora.no_keys``."""
    path = RunFolder(run).checkpoint(step) / "lora.safetensors"
    header = read_header(path)
    verdicts = inspect_file(path).verdicts
    programs = tuple(verdict.program for verdict in verdicts if verdict.works == "yes")
    yield Details(path, header.metadata, _numbers(header), header.data_start, programs)


def _numbers(header: Header) -> int:
    return sum(math.prod(info.shape) for info in header.tensors.values())
