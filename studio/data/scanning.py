"""Listing the images of a dataset with their captions' names: no file is opened.

It is made to run in a thread beside the window: the list comes in batches, and no single call into
C (a sort, say) keeps the interpreter from the other threads for more than a few milliseconds.
"""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from studio.data.captions import ENDINGS
from studio.data.images import UNSUPPORTED, is_image
from studio.data.problems import Problem

Stamp = tuple[int, int]
"""When a file was last changed (ns), and its size in bytes."""

BATCH = 500
_RUN = 2000  # names sorted in one call
_CAPTION_ENDINGS = frozenset(ending for kind in ENDINGS for ending in kind)
_DIGITS = re.compile(r"\d+")


class Found(NamedTuple):
    """An image and its caption file by their posix paths below the folder that was listed.

    Without a caption file, ``caption`` is where a new one goes and ``caption_stamp`` is None. An
    image that cannot be looked at, as a broken link, has the stamp (0, 0).
    """

    name: str
    stamp: Stamp
    caption: str
    caption_stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some images of ``folder`` in natural order, and what was odd about its files."""

    folder: Path
    found: list[Found]
    problems: list[Problem]


class Files(NamedTuple):
    """The files of one folder: ``prefix`` ("sub/") is its posix path below the one walked."""

    prefix: str
    images: list[os.DirEntry[str]]
    captions: dict[str, os.DirEntry[str]]


def natural_key(name: str) -> str:
    """Sort key under which ``2.png`` comes before ``10.png``; equal for equal names only.

    It is one string, which compares ten times faster than a list of parts. NUL, which no file name
    has, puts an end before digits and digits before any text.
    """
    return _DIGITS.sub(_number, name.casefold()) + "\0\0" + name


def _number(match: re.Match[str]) -> str:
    digits = str(int(match[0]))
    return f"\0{chr(len(digits))}{digits}"


def list_images(folders: Iterable[Path]) -> Iterator[Batch]:
    """The images below each of ``folders`` in turn, some hundred at a time.

    Hidden files and folders and masks are skipped, links followed once. The first batch of a folder
    has its problems, among them ``dataset.no_folder`` and ``dataset.unreadable_folder``.
    """
    for folder in dict.fromkeys(folders):
        if not folder.is_dir():
            yield Batch(folder, [], [Problem("dataset.no_folder", {"path": str(folder)})])
            continue
        problems: list[Problem] = []
        images = _in_natural_order(walk(folder, problems), problems)
        yield Batch(folder, list(islice(images, BATCH)), problems)
        while found := list(islice(images, BATCH)):
            yield Batch(folder, found, [])


def walk(folder: Path, problems: list[Problem]) -> Iterator[Files]:
    """The files in ``folder`` and below; notes in ``problems`` what there goes unused."""
    seen = {os.path.realpath(folder)}
    waiting = [("", str(folder))]
    while waiting:
        prefix, path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                folders, files = _sift(prefix, entries, problems)
        except OSError as error:
            params = {"path": path, "reason": error.strerror or str(error)}
            problems.append(Problem("dataset.unreadable_folder", params))
            continue
        for name in sorted(folders, reverse=True):
            below = os.path.join(path, name)
            if (real := os.path.realpath(below)) not in seen:
                seen.add(real)
                waiting.append((f"{prefix}{name}/", below))
        yield files


def ignored_caption(path: Path, used: str) -> Problem:
    """The problem of a second caption file beside an image."""
    return Problem("caption.ignored", {"path": str(path), "used": used})


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle of links
        return False


def _sift(
    prefix: str, entries: Iterable[os.DirEntry[str]], problems: list[Problem]
) -> tuple[list[str], Files]:
    """The names of the folders among ``entries``, and the files."""
    folders, unsupported = [], []
    files = Files(prefix, [], {})
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        ending = os.path.splitext(name)[1]
        if _is_folder(entry):
            folders.append(name)
        elif ending in _CAPTION_ENDINGS:
            files.captions[os.path.normcase(name)] = entry
        elif is_image(name):
            files.images.append(entry)
        elif ending.casefold() in UNSUPPORTED:
            unsupported.append(entry.path)
    stems = {os.path.normcase(_stem(entry.name)) for entry in files.images}
    unused = [entry.path for name, entry in files.captions.items() if _stem(name) not in stems]
    problems += [Problem("image.unsupported", {"path": path}) for path in sorted(unsupported)]
    problems += [Problem("caption.without_image", {"path": path}) for path in sorted(unused)]
    return folders, files


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]


_Keyed = tuple[str, Found]


def _in_natural_order(folders: Iterable[Files], problems: list[Problem]) -> Iterator[Found]:
    """Lists are emptied one by one, since to free 20,000 entries at once takes 30 ms."""
    runs: list[list[_Keyed]] = [[]]
    for prefix, images, captions in folders:
        while images:
            found = _look_at(prefix, images.pop(), captions, problems)
            if len(runs[-1]) == _RUN:
                runs.append([])
            runs[-1].append((natural_key(found.name), found))
        while captions:
            captions.popitem()
    for run in runs:
        run.sort(reverse=True)
    return (found for _, found in heapq.merge(*map(_drain, runs)))


def _drain(run: list[_Keyed]) -> Iterator[_Keyed]:
    while run:
        yield run.pop()


def _look_at(
    prefix: str,
    entry: os.DirEntry[str],
    captions: dict[str, os.DirEntry[str]],
    problems: list[Problem],
) -> Found:
    stem = _stem(entry.name)
    beside = []
    for kind in ENDINGS:
        for ending in kind:
            caption = captions.get(os.path.normcase(stem + ending))
            if caption and (stamp := _stamp(caption)):
                beside.append((caption, stamp))
                break
    image_stamp = _stamp(entry) or (0, 0)
    if not beside:
        return Found(prefix + entry.name, image_stamp, f"{prefix}{stem}{ENDINGS[0][0]}", None)
    used, stamp = beside[0]
    problems += [ignored_caption(Path(second.path), used.name) for second, _ in beside[1:]]
    return Found(prefix + entry.name, image_stamp, prefix + used.name, stamp)


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """None for what is no file or cannot be looked at."""
    try:
        status = entry.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if stat.S_ISREG(status.st_mode) else None
