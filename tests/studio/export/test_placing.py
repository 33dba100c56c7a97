"""Files that take their places together: what cannot be written is named as the artist knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.export.placing import Placing


def test_a_folder_that_takes_no_file_is_told_with_the_file_that_was_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "ink.safetensors"
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StudioError) as caught, Placing() as files:
        files.add(path, b"data")
    assert caught.value.code == "disk.unwritable"
    assert caught.value.params == {"path": str(path), "reason": "Permission denied"}
