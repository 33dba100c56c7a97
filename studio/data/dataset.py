"""From the folders in the settings to a list of items, with everything that was left out or is odd.

Scanning reads image headers and captions only, so that it stays fast for large sets. A file whose
header is sound may still break off further on: `studio.data.cache` (training) and
`studio.data.doctor` (the check) decode every image by the same function and drop the same ones.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.config import DatasetFolder
from studio.data.buckets import Crop, CropBox, Size, assign, crop_box
from studio.data.captions import CaptionFile, read_caption_file
from studio.data.images import decode, read_size
from studio.data.problems import Problem
from studio.data.scanning import ignored_caption, natural_key, walk
from studio.errors import StudioError

if TYPE_CHECKING:
    from PIL.Image import Image

MANY_REPEATS = 200
"""A folder name that asks for more is taken at its word, but mentioned: 2024_summer is a date."""


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
    crop: Crop | None = None
    """Chosen by the artist; None is the centre."""


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
    """Each item with its crop box in the bucket of the closest aspect ratio."""
    nearest = functools.cache(functools.partial(assign, buckets=buckets))
    return [
        Placed(item, crop_box(item.size, nearest(item.size), item.crop or Crop())) for item in items
    ]


def decode_item(item: Item, data: bytes) -> tuple[Image, list[Problem]]:
    """`images.decode` of an item whose file holds ``data``.

    Raises ``image.unreadable``, and ``image.changed`` if it is no longer the size that was scanned.
    """
    image, problems = decode(item.path, data)
    if image.size != item.size:
        raise StudioError("image.changed", path=str(item.path))
    return image, problems


def folder_repeats(parents: Sequence[str]) -> int | None:
    """The N of the nearest ``N_name`` among ``parents`` (outermost first), as kohya has it."""
    for parent in reversed(parents):
        if match := re.fullmatch(r"([1-9][0-9]{0,5})_.+", parent):
            return int(match[1])
    return None


def _scan_folder(folder: DatasetFolder, path: Path, problems: list[Problem]) -> list[Item]:
    if not path.is_dir():
        raise StudioError("dataset.no_folder", path=str(path))
    files = walk(path, problems)
    names = [prefix + entry.name for prefix, images, _ in files for entry in images]
    images = [path / name for name in sorted(names, key=natural_key)]
    if not images:
        raise StudioError("dataset.empty", path=str(path))
    items = [item for image in images if (item := _read_item(image, path, folder, problems))]
    if not items:
        raise StudioError("dataset.no_readable_image", path=str(path))
    if folder.repeats is None:
        problems += _many_repeats(items)
    problems += _crops_without_image(folder, path, {_name(image, path) for image in images})
    return items


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
        crop=folder.crops.get(_name(image, root)),
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
    if file.path and file.ignored:
        yield ignored_caption(file.ignored, file.path.name)


def _many_repeats(items: Iterable[Item]) -> Iterator[Problem]:
    """One problem for each folder whose name asks for very many repeats."""
    many = {item.path.parent: item.repeats for item in items if item.repeats > MANY_REPEATS}
    for folder, repeats in many.items():
        yield Problem("dataset.many_repeats", {"path": str(folder), "repeats": repeats})


def _crops_without_image(
    folder: DatasetFolder, path: Path, names: Collection[str]
) -> Iterator[Problem]:
    for name in folder.crops:
        if name not in names:
            yield Problem("dataset.crop_without_image", {"path": str(path / name)})
