"""What the artist does to captions, each as one step of undo with a name to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject

from studio.data.captions import decode_text, join_tags
from studio.data.collection import Caption, Change, ImageFile
from studio.data.edits import Add, Order, Remove, Rename
from ui.workspace import Workspace


class CaptionEdits(QObject):
    """Edits captions of ``workspace``; each method returns how many captions changed."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace

    def type_text(self, images: Sequence[ImageFile], text: str) -> int:
        """The text as typed so far; goes on with the step of undo before."""
        wanted = [(caption, text) for caption in captions_of(images)]
        return self._workspace.edit(self.tr("typing"), wanted, typed=len(wanted) == 1)

    def set_text(self, images: Sequence[ImageFile], text: str) -> int:
        """Another caption, as a whole."""
        wanted = [(caption, text) for caption in captions_of(images)]
        return self._workspace.edit(self.tr("caption"), wanted)

    def add(self, images: Sequence[ImageFile], tags: Sequence[str]) -> int:
        """Adds tags at the end of the captions that lack them."""
        name = self.tr("add “{0}”").format(", ".join(tags))
        return self._map(name, captions_of(images), Add(tuple(tags)))

    def remove(self, images: Sequence[ImageFile], tags: Sequence[str]) -> int:
        """Removes tags from the captions that have them."""
        name = self.tr("remove “{0}”").format(", ".join(tags))
        return self._map(name, captions_of(images), Remove(tuple(tags)))

    def rename(self, images: Sequence[ImageFile], old: str, new: str) -> int:
        """Makes one tag another one; captions that have both keep one."""
        name = self.tr("rename “{0}” to “{1}”").format(old, new)
        return self._map(name, captions_of(images), Rename(old, new))

    def reorder(self, images: Sequence[ImageFile], tags: Sequence[str]) -> int:
        """Puts ``tags`` in this order, before any others."""
        name, captions = self.tr("order of tags"), captions_of(images)
        if len(captions) == 1 and sorted(tags) == sorted(captions[0].tags):
            return self._workspace.edit(name, [(captions[0], join_tags(tags))])  # some may be twice
        return self._map(name, captions, Order(tuple(tags)))

    def merge(self, images: Sequence[ImageFile], tags: Sequence[str], into: str) -> int:
        """Makes several tags the one ``into``."""
        name = self.tr("merge into “{0}”").format(into)
        renames = [Rename(tag, into) for tag in tags if tag != into]

        def merged(text: str) -> str:
            for rename in renames:
                text = rename(text)
            return text

        return self._map(name, captions_of(images), merged)

    def add_trigger(self, images: Sequence[ImageFile]) -> int:
        """Puts the trigger word in front of the captions that lack it; empty ones stay empty."""
        trigger = self._workspace.trigger
        lacking = [c for c in captions_of(images) if c.text and not c.has(trigger)]
        name = self.tr("add trigger word “{0}”").format(trigger)
        return self._map(name, lacking, Add((trigger,), at="first"))

    def apply(self, name: str, wanted: Sequence[tuple[Caption, str]]) -> int:
        """The result of a batch edit."""
        return self._workspace.edit(name, wanted)

    def convert(self, captions: Iterable[Caption], encoding: str = "") -> int:
        """Saves captions as UTF-8; read as ``encoding``, or as they are shown now."""
        changes = []
        for caption in captions:
            if caption.data is not None:
                text = caption.data.decode(encoding) if encoding else decode_text(caption.data)[0]
                changes.append(Change(caption, caption.data, text.encode()))
        self._workspace.edit_bytes(self.tr("convert to UTF-8"), changes)
        return len(changes)

    def _map(self, name: str, captions: Iterable[Caption], edit: Callable[[str], str]) -> int:
        return self._workspace.edit(name, [(caption, edit(caption.text)) for caption in captions])


def captions_of(images: Iterable[ImageFile]) -> list[Caption]:
    """Their captions, one that several share once."""
    return list(dict.fromkeys(image.caption for image in images))
