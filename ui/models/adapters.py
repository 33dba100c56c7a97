"""Which adapters there are to draw with: those of the project's runs, and files from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal

from studio.errors import StudioError
from studio.jobs import LIVE
from studio.models.safetensors_header import read_header
from studio.runs import RunFolder, runs_in

Choice = tuple[str, str]
"""What a checkpoint is called, and the path of its file."""

CHECKPOINT = "lora.safetensors"

_FOLDER = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_(.+)")


@dataclass(frozen=True)
class AdapterGroup:
    """An adapter with its checkpoints, the best one to begin with first."""

    name: str
    choices: tuple[Choice, ...]
    run: Path | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files."""
        return tuple(path for _, path in self.choices)


class Adapters(QObject):
    """The adapters in ``runs``, the project's folder of runs; `refresh` looks again."""

    changed = Signal()

    def __init__(self, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: list[AdapterGroup] = []
        """Those of the newest run first, then added files."""
        self._runs = runs
        self._live: tuple[Path, int] | None = None
        self._added: list[str] = []
        self.refresh()

    def refresh(self) -> None:
        """Looks which there are now."""
        runs = runs_in(self._runs)
        names = Counter(_name(run.path) for run in runs)
        found = [self._group_of(run, names[_name(run.path)] > 1) for run in runs]
        groups = [group for group in found if group.choices]
        known = {path for group in groups for path in group.paths}
        groups += [file_group(path) for path in self._added if path not in known]
        if groups != self.groups:
            self.groups = groups
            self.changed.emit()

    def add(self, paths: Iterable[Path]) -> None:
        """Offers files from elsewhere, too."""
        self._added = list(dict.fromkeys([*self._added, *map(str, paths)]))
        self.refresh()

    def set_live(self, run: Path | None, step: int = 0) -> None:
        """Offers the adapter that ``run`` is training, as it is after ``step``; None: no more."""
        self._live = (run, step) if run else None
        self.refresh()

    def group(self, path: str) -> AdapterGroup | None:
        """The adapter that has the file ``path`` (or `LIVE`) among its checkpoints."""
        return next((group for group in self.groups if path in group.paths), None)

    def distinct(self) -> list[str]:
        """The files of all adapters; of a final one and the checkpoint that became it, the final.

        Both hold the same weights.
        """
        paths: list[str] = []
        for group in self.groups:
            twin = _twin(group.run) if group.run else None
            paths += [path for path in group.paths if path != twin]
        return paths

    def label(self, path: str) -> str:
        """An adapter and its checkpoint, such as "Ink style · step 1200"."""
        group = self.group(path) or file_group(path)
        label = {file: text for text, file in group.choices}[path]
        return group.name if label == group.name else f"{group.name} · {label}"

    def _group_of(self, run: RunFolder, dated: bool) -> AdapterGroup:
        name = f"{_name(run.path)}, {_when(run.path)}" if dated else _name(run.path)
        choices: list[Choice] = []
        if self._live and self._live[0] == run.path:
            choices.append((self.tr("now, step {0}").format(self._live[1]), LIVE))
        final = sorted(run.path.glob("*.safetensors"))
        choices += [(self.tr("final"), str(file)) for file in final[:1]]
        choices += [(file.stem, str(file)) for file in final[1:]]
        for step in reversed(run.checkpoint_steps()):
            file = run.checkpoint(step) / CHECKPOINT
            choices.append((self.tr("step {0}").format(step), str(file)))
        return AdapterGroup(name, tuple(choices), run.path)


def file_group(path: str) -> AdapterGroup:
    """The adapter of a file by itself; a checkpoint of a run is called after that."""
    file = Path(path)
    if file.name == CHECKPOINT and file.parent.parent.name == "checkpoints":
        step = file.parent.name.removeprefix("step-").lstrip("0") or "0"
        return AdapterGroup(f"{_name(file.parents[2])} {step}", ((step, path),), file.parents[2])
    return AdapterGroup(file.stem, ((file.stem, path),))


def _twin(run: Path) -> str | None:
    """The checkpoint of ``run`` that its final file was made from, if the file says which."""
    for final in sorted(run.glob("*.safetensors"))[:1]:
        try:
            steps = read_header(final).metadata.get("ss_steps", "")
        except StudioError:  # told when it shall be drawn with
            return None
        if steps.isdecimal():
            return str(RunFolder(run).checkpoint(int(steps)) / CHECKPOINT)
    return None


def _name(run: Path) -> str:
    """The name of a run by that of its folder."""
    match = _FOLDER.fullmatch(run.name)
    return match[2] if match else run.name


def _when(run: Path) -> str:
    match = _FOLDER.fullmatch(run.name)
    if not match:
        return ""
    began = QDateTime.fromString(match[1], "yyyy-MM-dd_HH-mm-ss")
    return QLocale().toString(began, QLocale.FormatType.ShortFormat)
