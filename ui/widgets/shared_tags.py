"""What the captions of the selected images have in common: pure functions for the caption panel."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from ui.widgets.tag_chip import ShownTag

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def shared_tags(tags: Sequence[Sequence[str]]) -> list[ShownTag]:
    """The tags of one caption as they stand, or those of several, the most frequent first.

    Tags that all have keep the order of the first caption.
    """
    if len(tags) == 1:
        return [ShownTag(tag) for tag in tags[0]]
    counts = Counter(chain.from_iterable(map(dict.fromkeys, tags)))  # 60 ms for 20,000 captions
    return [ShownTag(tag, count, len(tags)) for tag, count in counts.most_common()]


def cut_tag(caption: str, cut: int) -> int | None:
    """The number of the first tag that ends after character ``cut``; None if all end before."""
    end, number = 0, 0
    for part in caption.split(","):
        if part.strip():
            if end + len(part.rstrip()) > cut:
                return number
            number += 1
        end += len(part) + 1
    return None


def has_cjk(texts: Sequence[str]) -> bool:
    """Whether Chinese, Japanese or Korean stands in any of ``texts``."""
    return any(_CJK.search(text) for text in texts)
