"""The system's trash, and the way back out of it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile, QStandardPaths

from studio.errors import StudioError
from studio.files import writing


@dataclass(frozen=True)
class Trashed:
    """A file that was at ``path`` and is at ``place`` in the trash now (None: unknown)."""

    path: Path
    place: Path | None


def move(path: Path) -> Trashed:
    """Moves a file to the trash; raises ``trash.refused``, as for a disk that has none."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    Path(data).mkdir(parents=True, exist_ok=True)  # Qt refuses where a fresh account lacks it
    file = QFile(str(path))
    if not file.moveToTrash():
        raise StudioError("trash.refused", path=str(path), reason=file.errorString())
    place = file.fileName()
    return Trashed(path, Path(place) if place and place != str(path) else None)


def restore(trashed: Trashed) -> None:
    """Moves a file back to where it was; raises ``trash.gone`` if it is not in the trash any more.

    A file that came to its old place meanwhile is left alone: ``trash.taken``.
    """
    if trashed.place is None or not trashed.place.exists():
        raise StudioError("trash.gone", path=str(trashed.path))
    if os.path.lexists(trashed.path):
        raise StudioError("trash.taken", path=str(trashed.path))
    with writing(trashed.path):
        shutil.move(trashed.place, trashed.path)
    _note(trashed.place).unlink(missing_ok=True)


def _note(place: Path) -> Path:
    """What the freedesktop trash wrote about a file: ``info/NAME.trashinfo`` beside ``files``."""
    return place.parent.parent / "info" / f"{place.name}.trashinfo"
