"""Which adapters are put in on the Try page: the rows, and where further ones come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from studio.errors import StudioError
from studio.jobs import LIVE
from studio.models.lora_header import group_keys
from studio.models.safetensors_header import read_header
from ui.models.adapters import CHECKPOINT, AdapterGroup, Adapters, file_group
from ui.preferences import Preferences
from ui.widgets.adapter_row import AdapterList, AdapterRow

_OFFERED = 20  # adapters in the menu


class AdapterRows(QObject):
    """Keeps the rows of ``view`` in step with what there is in ``adapters``.

    The row that was filled with the newest adapter goes on to that of the next run that finishes,
    until the artist chooses another checkpoint there.
    """

    refused = Signal(object)
    """A `StudioError` about a file that was to be put in."""

    def __init__(
        self, view: AdapterList, adapters: Adapters, preferences: Preferences, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._adapters = adapters
        self._preferences = preferences
        self._runs: dict[AdapterRow, Path | None] = {}
        self._follower: tuple[AdapterRow, str] | None = None  # with the newest adapter, its path
        self._knew = bool(adapters.groups)
        adapters.changed.connect(self._refresh)
        view.add_wanted.connect(self._offer)
        view.files_dropped.connect(self.add_files)

    @property
    def pairs(self) -> tuple[tuple[str, float], ...]:
        """Files and strengths; one that is there twice acts with both strengths together."""
        strengths: dict[str, float] = {}
        for row in self._view.rows:
            strengths[row.path] = round(strengths.get(row.path, 0.0) + row.strength, 2)
        return tuple(strengths.items())

    def put(self, path: str, strength: float | None = None) -> None:
        """Puts the adapter ``path`` (or `LIVE`) in; another checkpoint of it gives way.

        Without ``strength``, an adapter that is in keeps its own.
        """
        group = self._adapters.group(path) or file_group(path)
        row = next((row for row in self._view.rows if self._belongs(row, group)), None)
        if row is None:
            row = self._add(group)
        if strength is None:
            strength = row.slider.value() or 1.0
        row.set_from(path, strength, True)
        if path == LIVE:
            self._follower = row, path

    def put_newest(self) -> None:
        """Puts the newest adapter of the project in."""
        if self._adapters.groups:
            row = self._add(self._adapters.groups[0])
            self._follower = row, row.path

    def add_files(self, paths: Sequence[Path]) -> None:
        """Puts LoRA files from elsewhere in; others are refused."""
        good = [path for path in paths if self._is_lora(path)]
        if not good:
            return
        self._adapters.add(good)
        for path in good:
            self.put(str(path))
        self._view.changed.emit()
        self._view.settled.emit()

    def remove(self, path: str) -> None:
        """Takes the adapter with the file ``path`` off."""
        for row in [row for row in self._view.rows if row.path == path]:
            self._view.remove_row(row)

    def set_strengths(self, loras: Sequence[tuple[str, float]]) -> None:
        """Sets strengths by the names of files, or by their order where names do not fit.

        Rows that are not among them are switched off.
        """
        left = list(loras)
        rest = []
        for row in self._view.rows:
            found = next((lora for lora in left if self._is_called(row, lora[0])), None)
            if found:
                left.remove(found)
                row.set_from(row.path, found[1], True)
            else:
                rest.append(row)
        for row in rest:
            strength = left.pop(0)[1] if left else None
            row.set_from(
                row.path, row.slider.value() if strength is None else strength, bool(strength)
            )

    def state(self) -> list[dict[str, Any]]:
        """The rows as values that can be remembered; the adapter in training is left out."""
        return [
            {
                "path": row.path,
                "strength": row.slider.value(),
                "on": row.on,
                "newest": self._follower == (row, row.path),
            }
            for row in self._view.rows
            if row.path != LIVE
        ]

    def restore(self, state: Sequence[dict[str, Any]]) -> None:
        """Shows the rows of `state` anew, as far as their files are still there."""
        self._view.clear()
        self._runs.clear()
        self._follower = None
        files = [entry for entry in state if Path(entry["path"]).is_file()]
        self._adapters.add(
            Path(entry["path"]) for entry in files if not self._adapters.group(entry["path"])
        )
        for entry in files:
            group = self._adapters.group(entry["path"]) or file_group(entry["path"])
            row = self._add(group)
            row.set_from(entry["path"], entry["strength"], entry["on"])
            if entry.get("newest"):
                self._follower = row, row.path
        self._follow()

    def _add(self, group: AdapterGroup) -> AdapterRow:
        row = self._view.add_row(group.name, group.choices)
        self._runs[row] = group.run
        return row

    def _is_lora(self, path: Path) -> bool:
        try:
            _require_lora(path)
        except StudioError as error:
            self.refused.emit(error)
            return False
        return True

    def _is_called(self, row: AdapterRow, name: str) -> bool:
        return name in (Path(row.path).stem, row.name) and name != Path(CHECKPOINT).stem

    def _belongs(self, row: AdapterRow, group: AdapterGroup) -> bool:
        of_run = group.run is not None and self._runs.get(row) == group.run
        return of_run or row.path in group.paths

    def _refresh(self) -> None:
        """Checkpoints came or went, or the adapter in training did."""
        self._runs = {row: self._runs[row] for row in self._view.rows}
        by_run = {group.run: group for group in self._adapters.groups if group.run}
        if any(row.path == LIVE and self._runs[row] not in by_run for row in self._view.rows):
            self.restore(self.state())
        follows = self._followed()
        for row in self._view.rows:
            if (run := self._runs.get(row)) in by_run:
                row.set_name(by_run[run].name)
                row.set_choices(by_run[run].choices)
        if follows:
            self._follower = follows, follows.path
            self._follow()
        if not (self._view.rows or self._knew):
            self.put_newest()
        self._knew = bool(self._adapters.groups)

    def _followed(self) -> AdapterRow | None:
        """The row that goes on to the newest adapter."""
        if self._follower:
            row, path = self._follower
            if row in self._view.rows and row.path == path:
                return row
        return None

    def _follow(self) -> None:
        """Goes on to the adapter of the newest run, once that is finished."""
        row = self._followed()
        group = self._adapters.groups[0] if self._adapters.groups else None
        if row is None or group is None or group.run is None or self._is_elsewhere(row, group):
            return
        path = group.paths[0]
        if path not in ("", row.path) and Path(path).parent == group.run:
            self._runs[row] = group.run
            row.set_name(group.name)
            row.set_choices(group.choices)
            row.set_from(path, row.slider.value(), row.on)
            self._follower = row, path

    def _is_elsewhere(self, row: AdapterRow, group: AdapterGroup) -> bool:
        """Whether another row has the adapter already."""
        return any(self._belongs(other, group) for other in self._view.rows if other is not row)

    def _offer(self) -> None:
        groups = [
            group
            for group in self._adapters.groups
            if not any(self._belongs(row, group) for row in self._view.rows)
        ]
        if not groups:
            self._choose_files()
            return
        menu = QMenu(self._view)
        for group in groups[:_OFFERED]:
            action = menu.addAction(group.name.replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=group.paths[0]: self._take(path))
        menu.addSeparator()
        menu.addAction(self.tr("From a file…")).triggered.connect(lambda: self._choose_files())
        menu.exec(self._view.add.mapToGlobal(QPoint(0, self._view.add.height())))
        menu.deleteLater()

    def _take(self, path: str) -> None:
        self.put(path)
        self._view.changed.emit()
        self._view.settled.emit()

    def _choose_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(
            self._view,
            self.tr("Add adapters"),
            str(self._preferences.last_folder),
            self.tr("LoRA files (*.safetensors)"),
        )
        if chosen:
            self._preferences.last_folder = Path(chosen[0]).parent
            self.add_files([Path(name) for name in chosen])


def _require_lora(path: Path) -> None:
    """Raises ``safetensors.*`` or ``lora.no_keys``, by the beginning of the file."""
    found, _ = group_keys(read_header(path).tensors)
    if not any(parts.keys.keys() - {"alpha"} for parts in found.values()):
        raise StudioError("lora.no_keys", path=str(path))
