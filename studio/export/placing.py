"""Files that belong together: all take their places, or none does."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from studio.errors import StudioError
from studio.files import sync_folder, write_atomically, writing


class Placing:
    """Keeps new files beside their places until `commit`; without it they are removed again."""

    def __init__(self) -> None:
        self._candidates: dict[Path, Path] = {}

    def add(self, path: Path, data: bytes) -> Path:
        """Writes ``data`` and returns where it waits.

        Raises ``disk.full`` or ``disk.unwritable``, which name ``path``.
        """
        candidate = path.with_name(f".unchecked-{path.name}")
        self._candidates[path] = candidate
        try:
            write_atomically(candidate, data)
        except StudioError as error:
            raise StudioError(error.code, **{**error.params, "path": str(path)}) from error
        return candidate

    def waiting(self, path: Path) -> Path:
        """Where the file for ``path`` waits."""
        return self._candidates[path]

    def commit(self) -> list[Path]:
        """Brings the files to their places, over what is there, and returns these."""
        for path, candidate in self._candidates.items():
            with writing(path):
                candidate.replace(path)
                sync_folder(path.parent)
        return list(self._candidates)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for path, candidate in self._candidates.items():
            with writing(path):
                candidate.unlink(missing_ok=True)
