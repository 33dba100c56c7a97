"""What the captions of the selected images have in common: pure functions for the caption panel."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from studio.data.captions import split_tags
from ui.widgets.tag_chip import ShownTag

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def shared_tags(texts: Sequence[str]) -> list[ShownTag]:
    """The tags of one caption as they stand, or those of several, the most frequent first.

    Tags that all have keep the order of the first caption.
    """
    split = [split_tags(text.replace("\n", ",")) for text in texts]
    if len(split) == 1:
        return [ShownTag(tag) for tag in split[0]]
    counts: Counter[str] = Counter()
    for tags in split:
        counts.update(dict.fromkeys(tags, 1))
    return [ShownTag(tag, count, len(texts)) for tag, count in counts.most_common()]


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
