"""Tags to complete: the dataset's own first, then those of the artist's tag list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.data.booru import Completion, TagList

CATEGORIES = {0: "general", 1: "artist", 3: "copyright", 4: "character", 5: "meta"}
"""The categories of booru sites by their numbers in tag lists."""


@dataclass(frozen=True)
class Suggestion:
    """A tag to offer, by its ``alias`` if that was typed; the dataset's have no ``category``."""

    tag: str
    alias: str
    count: int
    category: str


class Suggestions:
    """Called with what was typed, as `ui.widgets.tag_completer` wants it."""

    def __init__(self) -> None:
        self.tag_list: TagList | None = None
        self._counts: Mapping[str, int] = {}
        self._own: TagList | None = None

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """The images of each tag of the dataset; read when next something is typed."""
        self._counts, self._own = counts, None

    def __call__(self, typed: str, limit: int) -> list[Suggestion]:
        if self._own is None:
            self._own = TagList.of(self._counts)
        own = self._own.complete(typed, limit)
        known = {completion.tag.casefold() for completion in own}
        listed = self.tag_list.complete(typed, limit) if self.tag_list else []
        others = [completion for completion in listed if completion.tag.casefold() not in known]
        return [
            *(_suggestion(completion, "") for completion in own),
            *(_suggestion(c, CATEGORIES.get(c.category, "general")) for c in others),
        ][:limit]


def _suggestion(completion: Completion, category: str) -> Suggestion:
    return Suggestion(completion.tag, completion.alias or "", completion.count, category)
