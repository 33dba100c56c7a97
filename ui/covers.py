"""Reads what a project's card shows, away from the GUI thread."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

from studio.errors import StudioError


@dataclass(frozen=True)
class Cover:
    """A project for its card; ``error`` if it cannot be opened, a null image if it has none."""

    path: Path
    name: str = ""
    folder: str = ""
    image: QImage = field(default_factory=QImage)
    error: StudioError | None = None


class Covers(QObject):
    """`want` a project, and `read` tells its `Cover` a moment later."""

    read = Signal(object)

    def want(self, path: Path, size: QSize) -> None:
        """Reads the project at ``path``; its image fills ``size`` pixels."""
        job = _Read(path, size)
        job.signals.done.connect(self.read)
        QThreadPool.globalInstance().start(job)


class _Signals(QObject):
    done = Signal(object)


class _Read(QRunnable):
    def __init__(self, path: Path, size: QSize) -> None:
        super().__init__()
        self.signals = _Signals()
        self._path = path
        self._size = size

    def run(self) -> None:
        self.signals.done.emit(_read(self._path, self._size))


def _read(path: Path, size: QSize) -> Cover:
    from studio.project import Project  # pydantic: not while the window opens

    try:
        project = Project.open(path)
    except StudioError as error:
        return Cover(path, error=error)
    folders = project.images_folders()
    image = _image(folders[0], size) if folders else QImage()
    return Cover(path, project.settings.name, folders[0].name if folders else "", image)


def _image(folder: Path, size: QSize) -> QImage:
    """The first image of ``folder`` that can be read; a null image if there is none."""
    from studio.data.images import is_image

    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in filter(is_image, sorted(names)):
            reader = QImageReader(str(Path(parent) / name))
            reader.setAutoTransform(True)
            full = reader.size()
            if full.isValid():
                reader.setScaledSize(
                    full.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
                )
            image = reader.read()
            if not image.isNull():
                return image
    return QImage()
