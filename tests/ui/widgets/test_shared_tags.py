"""What captions have in common, and where a caption is cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.captions import split_tags
from ui.widgets.shared_tags import cut_tag, has_cjk, shared_tags
from ui.widgets.tag_chip import ShownTag


def test_one_caption_keeps_its_tags_in_order_also_twice_the_same() -> None:
    assert shared_tags([["b", "a", "b"]]) == [ShownTag("b"), ShownTag("a"), ShownTag("b")]


def test_of_several_captions_common_tags_come_first_in_the_first_ones_order() -> None:
    shown = shared_tags([["z", "hat", "a"], ["a", "hat", "hat", "z"], ["z", "a", "rain"]])
    assert shown == [
        ShownTag("z", 3, 3),
        ShownTag("a", 3, 3),
        ShownTag("hat", 2, 3),
        ShownTag("rain", 1, 3),
    ]
    assert [tag.partial for tag in shown] == [False, False, True, True]


def test_without_captions_there_are_no_tags() -> None:
    assert shared_tags([]) == []
    assert shared_tags([[], []]) == []


@pytest.mark.parametrize(
    ("cut", "number"), [(0, 0), (2, 0), (3, 1), (5, 1), (6, 2), (9, 2), (10, 2), (11, None)]
)
def test_the_first_tag_that_is_not_read_to_its_end(cut: int, number: int | None) -> None:
    assert cut_tag("hat, b, rain"[:11], cut) == number  # hat, b, rai


@settings(deadline=None, max_examples=100)
@given(st.text("ab ,"), st.integers(0, 20))
def test_tags_before_the_cut_one_are_all_in_what_is_read(caption: str, cut: int) -> None:
    number = cut_tag(caption, cut)
    if number is None:
        assert split_tags(caption[:cut]) == split_tags(caption) or cut >= len(caption)
    else:
        assert split_tags(caption[:cut])[:number] == split_tags(caption)[:number]


def test_cjk_is_found() -> None:
    assert has_cjk(["hat", "帽子"])
    assert has_cjk(["ねこ"])
    assert not has_cjk(["hat", "chapeau déjà vu"])
