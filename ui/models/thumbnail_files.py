"""Small copies of images: how they are made and where they lie on disk. Works in any thread.

While folders are read, another thread computes in Python all the time, and each call that lets go
of the interpreter waits 5 ms to get it back. So there are few: Qt decodes in one call what Pillow
does in one per 64 KB, and files are read at once.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QImageWriter, QPainter

from studio.data.images import decode, read_bytes
from studio.errors import StudioError
from studio.files import writing

_HEAD = 64 * 1024
_LOOK = b"thumbnail 1"
"""Part of every key; to be changed when thumbnails of the same image would come out differently."""

_QUALITY = 90


def read_thumbnail(path: Path, edge: int) -> QImage:
    """The image upright, in sRGB, on white, scaled down until no side is longer than ``edge``.

    Raises ``image.unreadable``. The result holds no reference to the file.
    """
    data = read_bytes(path)
    image = None
    if _is_whole_jpeg(data):
        image = _read_with_qt(data, b"jpeg", edge)
    elif _is_plain_png(data):
        image = _read_with_qt(data, b"png", edge)
    return _read_as_training(path, data, edge) if image is None else image


def content_key(path: Path, edge: int) -> str:
    """What the thumbnail of a file is kept under: its name, size, time and how it begins.

    The folder may move. The name tells frames of a film apart that begin alike. Raises
    ``image.unreadable``.
    """
    try:
        with path.open("rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            head = file.read(_HEAD)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("image.unreadable", path=str(path), reason=reason) from error
    facts = f"{path.name}\0{edge} {status.st_size} {status.st_mtime_ns} "
    return hashlib.blake2b(_LOOK + os.fsencode(facts) + head, digest_size=16).hexdigest()


class ThumbnailFolder:
    """Thumbnails on disk as JPEG (0.5 ms to read; PNG: 1.4, WebP: 5 to write), by `content_key`.

    Everything in it can be deleted at any time. ``limit`` is in bytes.
    """

    def __init__(self, folder: Path, limit: int = 500 * 1024 * 1024) -> None:
        self.folder = folder
        self.limit = limit

    def read(self, key: str) -> QImage | None:
        """The thumbnail kept under ``key``; None if there is none, or a damaged one."""
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        image = QImage.fromData(data)
        return None if image.isNull() else image

    def write(self, key: str, image: QImage) -> None:
        """Keeps ``image``, whole or not at all; raises ``disk.full`` or ``disk.unwritable``.

        It is not flushed to the disk: what a power cut destroys is made again.
        """
        path = self._path(key)
        temporary = path.with_name(f".{key}.{os.getpid()}.{threading.get_ident()}.tmp")
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_bytes(_jpeg(image))
                temporary.replace(path)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise

    def trim(self, stopped: Callable[[], bool]) -> None:
        """Deletes the oldest files down to nine tenths of the limit if there are more than that."""
        files = [
            (status.st_mtime_ns, status.st_size, file)
            for file in self.folder.glob("??/*")
            if not stopped() and (status := _status(file))
        ]
        total = sum(size for _, size, _ in files)
        keep = self.limit if total <= self.limit else self.limit * 9 // 10
        for _, size, file in sorted(files):
            if total <= keep or stopped():
                return
            with writing(file):
                file.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.jpg"


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:  # another window trims, or renames its temporary file
        return None


def _jpeg(image: QImage) -> bytes:
    array = QByteArray()
    buffer = QBuffer(array)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(_QUALITY)
    writer.write(image)
    return bytes(array.data())


def _is_whole_jpeg(data: bytes) -> bool:
    """Whether this begins and ends as a JPEG does; Qt would fill up a cut one with grey."""
    return data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-4096:]


def _is_plain_png(data: bytes) -> bool:
    """Whether this is a whole PNG of 8 bits that is not to be turned: Qt reads that as Pillow."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or b"IEND" not in data[-16:] or data[24] > 8:
        return False
    return b"exif" not in data[: data.find(b"IDAT")].lower()


def _read_with_qt(data: bytes, kind: bytes, edge: int) -> QImage | None:
    """A JPEG at reduced size (24 ms for 24 megapixels, 131 in full) or a PNG; None if Qt cannot."""
    buffer = QBuffer()
    buffer.setData(data)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoTransform(True)
    if reader.imageFormat() == QImage.Format.Format_CMYK8888:
        return None  # Qt would mix the inks without their profile
    size = reader.size()
    if max(size.width(), size.height()) > edge:
        scaled = size.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(scaled.expandedTo(QSize(1, 1)))
    image = reader.read()
    return None if image.isNull() else _flatten(image, data)


def _flatten(image: QImage, data: bytes) -> QImage | None:
    """In sRGB and on white; None if its colour profile is for others than Qt to apply."""
    space = image.colorSpace()
    if space.isValid() and (b"ICC_PROFILE" in data or b"iCCP" in data):
        if space.colorModel() != QColorSpace.ColorModel.Rgb:
            return None
        image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    if not image.hasAlphaChannel():
        return image.convertToFormat(QImage.Format.Format_RGB32)
    page = QImage(image.size(), QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, image)
    painter.end()
    return page


def _read_as_training(path: Path, data: bytes, edge: int) -> QImage:
    image, _ = decode(path, data)
    image.thumbnail((edge, edge), reducing_gap=2.0)
    width, height = image.size
    shared = QImage(image.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return shared.convertToFormat(QImage.Format.Format_RGB32)
