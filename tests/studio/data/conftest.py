"""Pictures and folders that the data tests write for themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from PIL import Image

from studio.config import DatasetFolder
from studio.data.dataset import Dataset, scan

# The same examples each time and no stopwatch: the tests share slow machines.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), LEFT)
    image.paste(RIGHT, (width // 2, 0, width, height))
    return image


@pytest.fixture
def write_image() -> Callable[..., Path]:
    """Writes a picture, and its caption if given."""

    def write(path: Path, *, caption: str | None = None, size: tuple[int, int] = (64, 48)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(*size).save(path)
        if caption is not None:
            path.with_suffix(".txt").write_text(caption, encoding="utf-8")
        return path

    return write


@pytest.fixture
def truncate() -> Callable[[Path], None]:
    """Cuts an image off in its middle: the header stays sound."""

    def cut(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 2 // 3])

    return cut


@pytest.fixture
def scan_one() -> Callable[..., Dataset]:
    """Scans one folder."""

    def scan_folder(path: Path, **settings: object) -> Dataset:
        return scan([DatasetFolder(path=str(path), **settings)])

    return scan_folder
