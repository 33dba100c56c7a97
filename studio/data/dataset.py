"""From the folders in the settings to a list of items, with everything that was left out or is odd.

Scanning reads image headers and captions only, so that it stays fast for large sets. A file whose
header is sound may still break off further on: `studio.data.cache` (training) and
`studio.data.doctor` (the check) decode every image by the same function and drop the same ones.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.config import DatasetFolder
from studio.data.buckets import CropBox, Size, assign, crop_box
from studio.data.captions import ENDINGS, CaptionFile, read_caption_file
from studio.data.images import UNSUPPORTED, decode, is_image, read_size
from studio.data.problems import Problem
from studio.errors import StudioError

if TYPE_CHECKING:
    from PIL.Image import Image

MANY_REPEATS = 200
"""A folder name that asks for more is taken at its word, but mentioned: 2024_summer is a date."""

_CAPTION_ENDINGS = frozenset(ending for kind in ENDINGS for ending in kind)


@dataclass(frozen=True)
class Item:
    """An image: ``size`` in pixels, upright; ``name`` its posix path below its dataset folder."""

    path: Path
    name: str
    size: Size
    captions: tuple[str, ...]
    repeats: int = 1
    trigger: str = ""
    regularization: bool = False


@dataclass(frozen=True)
class Dataset:
    """Items in natural order, folder by folder as in the settings, and what was odd about them."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Placed:
    """An item and the crop box that training cuts out of it."""

    item: Item
    box: CropBox


def scan(folders: Sequence[DatasetFolder], root: Path = Path()) -> Dataset:
    """All images below ``folders``, whose paths are relative to ``root``, with their captions.

    Hidden files and folders and masks are skipped. Raises ``dataset.no_folder``, ``dataset.empty``,
    ``dataset.no_readable_image`` (per folder) and ``dataset.no_captions`` (over all of them).
    """
    problems: list[Problem] = []
    items: list[Item] = []
    for folder in folders:
        items += _scan_folder(folder, root / Path(folder.path).expanduser(), problems)
    if not any(item.captions or item.trigger.strip() for item in items):
        raise StudioError("dataset.no_captions", path=", ".join(f.path for f in folders))
    return Dataset(tuple(items), tuple(problems))


def place(items: Iterable[Item], buckets: Sequence[Size]) -> list[Placed]:
    """Each item with its centred crop box in the bucket of the closest aspect ratio."""
    return [Placed(item, crop_box(item.size, assign(item.size, buckets))) for item in items]


def decode_item(item: Item, data: bytes) -> tuple[Image, list[Problem]]:
    """`images.decode` of an item whose file holds ``data``.

    Raises ``image.unreadable``, and ``image.changed`` if it is no longer the size that was scanned.
    """
    image, problems = decode(item.path, data)
    if image.size != item.size:
        raise StudioError("image.changed", path=str(item.path))
    return image, problems


def natural_key(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Sort key under which ``2.png`` comes before ``10.png``; equal for equal names only."""
    parts = re.findall(r"(\d+)|(\D+)", name.casefold())
    return [(not digits, int(digits or 0), text) for digits, text in parts], name


def folder_repeats(parents: Sequence[str]) -> int | None:
    """The N of the nearest ``N_name`` among ``parents`` (outermost first), as kohya has it."""
    for parent in reversed(parents):
        if match := re.fullmatch(r"([1-9][0-9]{0,5})_.+", parent):
            return int(match[1])
    return None


def _scan_folder(folder: DatasetFolder, path: Path, problems: list[Problem]) -> list[Item]:
    if not path.is_dir():
        raise StudioError("dataset.no_folder", path=str(path))
    images = sorted(_images_below(path, problems), key=lambda i: natural_key(_name(i, path)))
    if not images:
        raise StudioError("dataset.empty", path=str(path))
    items = [item for image in images if (item := _read_item(image, path, folder, problems))]
    if not items:
        raise StudioError("dataset.no_readable_image", path=str(path))
    if folder.repeats is None:
        problems += _many_repeats(items)
    return items


def _images_below(path: Path, problems: list[Problem]) -> Iterator[Path]:
    """The images in ``path`` and below; notes pictures and captions there that go unused."""

    def unreadable(error: OSError) -> None:
        params = {"path": str(error.filename), "reason": error.strerror or str(error)}
        problems.append(Problem("dataset.unreadable_folder", params))

    seen = {path.resolve()}
    for walked, folders, names in os.walk(path, onerror=unreadable, followlinks=True):
        here = Path(walked)
        folders[:] = sorted(name for name in folders if _is_new(here / name, seen))
        images = [here / name for name in names if is_image(name)]
        problems += _unused(here, sorted(names), {image.stem for image in images})
        yield from images


def _is_new(folder: Path, seen: set[Path]) -> bool:
    """Whether to enter ``folder``: not hidden and, since links are followed, not yet visited."""
    real = folder.resolve()
    if folder.name.startswith(".") or real in seen:
        return False
    seen.add(real)
    return True


def _unused(folder: Path, names: Iterable[str], stems: set[str]) -> Iterator[Problem]:
    for path in (folder / name for name in names if not name.startswith(".")):
        if path.suffix.casefold() in UNSUPPORTED:
            yield Problem("image.unsupported", {"path": str(path)})
        elif path.suffix in _CAPTION_ENDINGS and path.stem not in stems:
            yield Problem("caption.without_image", {"path": str(path)})


def _name(image: Path, folder: Path) -> str:
    return image.relative_to(folder).as_posix()


def _read_item(
    image: Path, root: Path, folder: DatasetFolder, problems: list[Problem]
) -> Item | None:
    """The item for ``image`` below ``root``; None, and a problem, if its header is unreadable."""
    try:
        size = read_size(image)
    except StudioError as error:
        problems.append(Problem.of(error))
        return None
    parents = (root.absolute().name, *image.relative_to(root).parent.parts)
    return Item(
        path=image,
        name=_name(image, root),
        size=size,
        captions=_read_captions(image, problems),
        repeats=folder.repeats or folder_repeats(parents) or 1,
        trigger=folder.trigger,
        regularization=folder.regularization,
    )


def _read_captions(image: Path, problems: list[Problem]) -> tuple[str, ...]:
    try:
        file = read_caption_file(image)
    except StudioError as error:
        problems.append(Problem.of(error))
        return ()
    problems += _caption_problems(image, file)
    return file.captions


def _caption_problems(image: Path, file: CaptionFile) -> Iterator[Problem]:
    if file.path is None:
        yield Problem("caption.missing", {"path": str(image)})
    elif not file.captions:
        yield Problem("caption.empty", {"path": str(file.path)})
    elif file.encoding == "gb18030":
        yield Problem("caption.read_as_gb18030", {"path": str(file.path)})
    if file.ignored:
        params = {"path": str(file.ignored), "used": file.path.name if file.path else ""}
        yield Problem("caption.ignored", params)


def _many_repeats(items: Iterable[Item]) -> Iterator[Problem]:
    """One problem for each folder whose name asks for very many repeats."""
    many = {item.path.parent: item.repeats for item in items if item.repeats > MANY_REPEATS}
    for folder, repeats in many.items():
        yield Problem("dataset.many_repeats", {"path": str(folder), "repeats": repeats})
