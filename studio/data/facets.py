"""How many images each of the states of the filter language concerns that an artist may mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from studio.data.filters import Context, field_test
from studio.data.image_file import ImageFile

FACETS = ("uncaptioned", "untriggered", "long", "small", "duplicate", "unreadable")


def count_facets(images: Sequence[ImageFile], context: Context) -> dict[str, int]:
    """Numbers of images by term of the filter language, ``is:small`` and its like."""
    return {term: sum(map(test, images)) for term, test in _tests(context).items()}


@lru_cache(maxsize=2)  # the tests remember what they found out about sizes
def _tests(context: Context) -> dict[str, Callable[[ImageFile], bool]]:
    return {f"is:{state}": field_test("is", state, context) for state in FACETS}
