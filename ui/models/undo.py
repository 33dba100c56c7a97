"""What can be undone: each command holds the difference only, and applies it both ways.

A command acts through the `Workspace`, which keeps files, counts and views in step.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from studio.data.buckets import Crop
from studio.data.collection import Change, ImageFile

if TYPE_CHECKING:
    from ui.trash import Trashed
    from ui.workspace import Workspace

_TYPING = 1
_PAUSE = 2.0
"""Seconds after which typing on begins a new step."""


class CaptionEdit(QUndoCommand):
    """Captions before and after; ``typed`` ones join if they follow each other closely."""

    def __init__(
        self, workspace: Workspace, text: str, changes: Sequence[Change], typed: bool = False
    ) -> None:
        super().__init__(text)
        self._workspace = workspace
        self._changes = tuple(changes)
        self._typed = typed
        self._time = time.monotonic()

    def redo(self) -> None:
        """Applies the changes."""
        self._workspace.apply(self._changes)

    def undo(self) -> None:
        """Takes them back."""
        self._workspace.apply(self._changes, backwards=True)

    def id(self) -> int:
        """Qt tries to merge neighbours of equal id; -1 is never merged."""
        return _TYPING if self._typed else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Joins the next stretch of typing in the same caption."""
        assert isinstance(other, CaptionEdit)
        (mine,), (theirs,) = self._changes, other._changes
        if mine.caption is not theirs.caption or other._time - self._time > _PAUSE:
            return False
        self._changes = (Change(mine.caption, mine.before, theirs.after),)
        self._time = other._time
        self.setObsolete(mine.before == theirs.after)
        return True


class CropEdit(QUndoCommand):
    """The crop of one image."""

    def __init__(
        self,
        workspace: Workspace,
        text: str,
        image: ImageFile,
        before: Crop | None,
        after: Crop | None,
    ) -> None:
        super().__init__(text)
        self._workspace = workspace
        self._image = image
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Sets the new crop."""
        self._workspace.put_crop(self._image, self._after)

    def undo(self) -> None:
        """Sets the old crop."""
        self._workspace.put_crop(self._image, self._before)


class FieldEdit(QUndoCommand):
    """A field of the project, such as its trigger word."""

    def __init__(
        self, workspace: Workspace, text: str, field: str, before: object, after: object
    ) -> None:
        super().__init__(text)
        self._workspace = workspace
        self._field = field
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Sets the new value."""
        self._workspace.put_field(self._field, self._after)

    def undo(self) -> None:
        """Sets the old value."""
        self._workspace.put_field(self._field, self._before)


class TrashImages(QUndoCommand):
    """Images and their captions in the system's trash; undo brings them back from there."""

    def __init__(self, workspace: Workspace, text: str, images: Sequence[ImageFile]) -> None:
        super().__init__(text)
        self._workspace = workspace
        self._images = tuple(images)
        self._trashed: list[Trashed] = []

    def redo(self) -> None:
        """Moves the files away; what cannot be moved stays, and is told."""
        self._trashed = self._workspace.move_to_trash(self._images)
        self.setObsolete(not self._trashed)

    def undo(self) -> None:
        """Moves the files back."""
        self._workspace.restore(self._trashed)
