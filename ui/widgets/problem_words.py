"""The sentences of the problems panel, which count what the engine's own sentences name singly."""

from __future__ import annotations

from PySide6.QtCore import QObject

AREAS = ("dataset", "image", "caption")

LOOKS = {
    "dataset.no_folder": "error",
    "dataset.unreadable_folder": "error",
    "dataset.read_only": "error",
    "image.unreadable": "error",
    "image.unsupported": "warning",
    "image.upscaled": "warning",
    "image.similar": "similar",
    "caption.undecodable": "error",
    "caption.read_as_gb18030": "warning",
    "caption.missing": "warning",
    "caption.too_long": "long",
    "caption.no_trigger": "trigger",
    "caption.ignored": "warning",
    "caption.without_image": "info",
}
"""The icon of each kind of problem."""

_TINTS = {"error": "error", "warning": "warning"}


class ProblemWords(QObject):
    """Names of areas, sentences with counts, and labels of remedies."""

    def icon(self, code: str) -> tuple[str, str]:
        """Name and tint of the icon for a kind of problem."""
        name = LOOKS[code]
        return name, _TINTS.get(name, "muted")

    def area(self, area: str) -> str:
        """The heading over problems whose code begins with ``area``."""
        return {
            "dataset": self.tr("Folders"),
            "image": self.tr("Images"),
            "caption": self.tr("Captions"),
        }[area]

    def sentence(self, code: str, n: int, detail: str) -> str:
        """What is wrong with ``n`` things; ``detail`` is a number, a word or a folder."""
        words = {"dataset": self._folders, "image": self._images, "caption": self._captions}
        return words[code.split(".")[0]](n)[code].format(detail)

    def remedy(self, remedy: str) -> str:
        """The label of the button for a remedy."""
        return {
            "show": self.tr("Show"),
            "review": self.tr("Review…"),
            "convert": self.tr("Convert to UTF-8"),
            "add_trigger": self.tr("Add to all"),
            "reveal": self.tr("Show in folder"),
            "locate": self.tr("Locate…"),
            "copy": self.tr("Copy images to the project"),
        }[remedy]

    def _folders(self, n: int) -> dict[str, str]:
        return {
            "dataset.no_folder": self.tr("The folder {0} is not there"),
            "dataset.unreadable_folder": self.tr("%n folder(s) may not be opened", "", n),
            "dataset.read_only": self.tr("Captions cannot be saved in {0}: it is read-only"),
        }

    def _images(self, n: int) -> dict[str, str]:
        return {
            "image.unreadable": self.tr("%n image(s) cannot be read", "", n),
            "image.unsupported": self.tr("%n image(s) are of a kind that is not read", "", n),
            "image.upscaled": self.tr("%n image(s) are smaller than {0} pixels", "", n),
            "image.similar": self.tr("%n group(s) of similar images", "", n),
        }

    def _captions(self, n: int) -> dict[str, str]:
        return {
            "caption.undecodable": self.tr("%n caption file(s) cannot be read as text", "", n),
            "caption.read_as_gb18030": self.tr("%n caption file(s) are not UTF-8", "", n),
            "caption.missing": self.tr("%n image(s) have no caption", "", n),
            "caption.too_long": self.tr("%n caption(s) exceed {0} tokens", "", n),
            "caption.no_trigger": self.tr("%n caption(s) lack the trigger word {0}", "", n),
            "caption.ignored": self.tr("%n caption file(s) are ignored beside another", "", n),
            "caption.without_image": self.tr("%n caption file(s) belong to no image", "", n),
        }
