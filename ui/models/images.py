"""The images that a view shows, as a Qt model over `studio.data`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)

from studio.data.collection import ImageFile
from ui.messages import sentence

Index = QModelIndex | QPersistentModelIndex

_LONGEST = 300
"""Characters of a caption in a tool tip."""


class ImageListModel(QAbstractListModel):
    """The images that a filter let through, in order; it keeps the list and changes nothing."""

    ImageRole = Qt.ItemDataRole.UserRole
    """The `ImageFile` itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.images: Sequence[ImageFile] = ()
        """What is shown, by row; for reading."""
        self._rows: dict[ImageFile, int] | None = None
        self.sentences = False
        """Whether captions are sentences, whose length is told in tokens instead of tags."""

    def set_images(self, images: Sequence[ImageFile]) -> None:
        """Shows ``images``, which is not copied and must not be changed later."""
        self.beginResetModel()
        self.images = images
        self._rows = None
        self.endResetModel()

    def refresh(self, images: Iterable[ImageFile]) -> None:
        """Says that ``images`` look different now; those that are not shown are passed over."""
        rows = sorted({row for image in images if (row := self.row_of(image)) is not None})
        if not rows:
            return
        breaks = [place for place, (a, b) in enumerate(pairwise(rows), 1) if b > a + 1]
        for begin, end in pairwise([0, *breaks, len(rows)]):
            self.dataChanged.emit(self.index(rows[begin]), self.index(rows[end - 1]))

    def row_of(self, image: ImageFile) -> int | None:
        """Where ``image`` is; None if it is not shown."""
        if self._rows is None:
            self._rows = {image: row for row, image in enumerate(self.images)}
        return self._rows.get(image)

    def caption_words(self, image: ImageFile) -> str:
        """How much caption ``image`` has: "14 tags", "no caption"; "" before its file is read."""
        caption = image.caption
        if not caption.known:
            return ""
        if caption.problem:
            return self.tr("unreadable caption")
        if not caption.text:
            return self.tr("no caption")
        if self.sentences:
            return self.tr("%n token(s)", "", caption.tokens) if caption.tokens is not None else ""
        return self.tr("%n tag(s)", "", len(caption.tags))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.images)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        image = self.images[index.row()]
        if role == self.ImageRole:
            return image
        if role == Qt.ItemDataRole.DisplayRole:
            return short_name(image)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(image)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(image)
        return None

    def match(
        self,
        start: Index,
        role: int,
        value: Any,
        hits: int = 1,
        flags: Qt.MatchFlag = Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchWrap,
    ) -> list[QModelIndex]:
        """Rows from ``start`` on whose name begins with ``value``: what typing in a view asks for.

        Qt's own asks `data` for each row: 0.3 s for 100,000.
        """
        asked = Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchWrap
        if role != Qt.ItemDataRole.DisplayRole or flags != asked:
            return super().match(start, role, value, hits, flags)
        count, wanted = len(self.images), str(value).casefold()
        order = ((start.row() + step) % count for step in range(count))
        found = (row for row in order if short_name(self.images[row]).casefold().startswith(wanted))
        return [self.index(row) for row, _ in zip(found, range(hits), strict=False)]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The files, for other programs."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self.images[i.row()].path)) for i in indexes])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def _tool_tip(self, image: ImageFile) -> str:
        lines = [image.name]
        if image.size:
            lines.append(self.tr("{0} × {1} pixels").format(*image.size))
        if text := image.caption.text:
            lines.append(text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…")
        else:
            lines.append(self.caption_words(image))
        return "\n".join(filter(None, lines + self._problems(image)))

    def _spoken(self, image: ImageFile) -> str:
        parts = [image.name]
        if image.size:
            parts.append(self.tr("{0} by {1}").format(*image.size))
        parts += [self.caption_words(image), *self._problems(image)]
        return ", ".join(filter(None, parts))

    def _problems(self, image: ImageFile) -> list[str]:
        problems = (image.problem, image.caption.problem)
        return [sentence(problem.code, problem.params) for problem in problems if problem]


def short_name(image: ImageFile) -> str:
    """The file's name without the sub-folder that it is in."""
    return image.name.rpartition("/")[2]
