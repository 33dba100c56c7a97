"""The small icons on a tile."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from studio.data.collection import ImageFile
from studio.data.tokens import LIMIT
from ui.widgets.image_tile import Badge
from ui.workspace import Workspace


class Badges(QObject):
    """Called for each visible tile at each painting."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._is_edited = workspace.is_edited
        self._problem = Badge("warning", self.tr("cannot be read"), "warning")
        self._crop = Badge("crop", self.tr("crop box set by hand"))
        self._similar = Badge("similar", self.tr("looks like another image"))
        self._long = Badge("long", self.tr("caption is cut off after 75 tokens"), "warning")
        self._pencil = Badge("edit", self.tr("edited since the project was opened"))

    def __call__(self, image: ImageFile) -> Sequence[Badge]:
        """What there is to say about ``image``."""
        caption = image.caption
        said = (
            (self._problem, image.problem or caption.problem),
            (self._crop, image.crop),
            (self._similar, image.similar),
            (self._long, (caption.tokens or 0) > LIMIT),
            (self._pencil, self._is_edited(caption)),
        )
        return [badge for badge, true in said if true]
