"""What is dragged over the window, and what dropping it would do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QMimeData

PROJECT_FILE = "project.toml"
LOOK_AT = 2000
"""So many files of a folder are looked at for an image: the drag must not stutter."""

_OLD_CHECKPOINTS = (".ckpt", ".pt")

Kind = Literal["images", "project", "base"]


@dataclass(frozen=True)
class Dropped:
    """``path``: what it is ``kind`` says; None if it is of no use, ``text`` says why."""

    text: str
    path: Path | None = None
    kind: Kind = "images"


def files(data: QMimeData) -> list[Path]:
    """The files and folders of this computer in ``data``."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def look_at(data: QMimeData) -> Dropped:
    """What dropping ``data`` (which has URLs) would do."""
    paths = files(data)
    if not paths:
        return Dropped(
            QCoreApplication.translate(
                "dropped", "Save the images in a folder first, then drop the folder here"
            )
        )
    return look_at_paths(paths)


def look_at_paths(paths: Sequence[Path]) -> Dropped:
    """A base model, a project folder or its file, a folder of images, or images of one folder."""
    first = paths[0]
    if is_base_model(paths):
        text = QCoreApplication.translate("dropped", "Drop to use this base model")
        return Dropped(text, first, "base")
    if first.name == PROJECT_FILE and first.is_file():
        first = first.parent
    if (first / PROJECT_FILE).is_file():
        return Dropped(
            QCoreApplication.translate("dropped", "Drop to open this project"),
            first,
            "project",
        )
    return _folder(first) if first.is_dir() else _images(paths)


def is_base_model(paths: Sequence[Path]) -> bool:
    """Whether it is one checkpoint, and no LoRA: told by the header, which takes some 20 ms.

    The old formats hold no LoRAs, and their headers take longer; what else can be wrong with a
    checkpoint is told once it is dropped.
    """
    first = paths[0]
    if len(paths) != 1 or not first.is_file():
        return False
    if first.suffix.lower() in _OLD_CHECKPOINTS:
        return True
    return first.suffix.lower() == ".safetensors" and not _is_lora(first)


def _is_lora(path: Path) -> bool:
    from studio.errors import StudioError
    from studio.models.family import find_base

    try:
        find_base(str(path))
    except StudioError as error:
        return error.code == "base.is_lora" or not error.code.startswith("base.")
    return False


def _folder(folder: Path) -> Dropped:
    from studio.data.images import is_image  # Pillow: not while the window opens

    if not any(map(is_image, islice(_files(folder), LOOK_AT))):
        return Dropped(
            QCoreApplication.translate(
                "dropped", "There are no images in this folder (JPEG, PNG, WebP …)"
            )
        )
    return Dropped(
        QCoreApplication.translate("dropped", "Drop to start a project with these images"), folder
    )


def _images(paths: Sequence[Path]) -> Dropped:
    from studio.data.images import is_image

    if not all(is_image(path.name) for path in paths):
        return Dropped(
            QCoreApplication.translate(
                "dropped", "This is no image: drop a folder of images, or a project"
            )
        )
    if len({path.parent for path in paths}) > 1:
        return Dropped(
            QCoreApplication.translate(
                "dropped", "These images are in several folders: drop one folder"
            )
        )
    return Dropped(
        QCoreApplication.translate(
            "dropped", "Drop to start a project with the folder of these images"
        ),
        paths[0].parent,
    )


def _files(folder: Path) -> Iterator[str]:
    return (name for _, _, names in os.walk(folder) for name in names)
