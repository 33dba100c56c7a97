from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.captions import split_tags
from studio.data.edits import Add, Clean, Edit, Order, Remove, Rename, Replace, SetTrigger
from studio.errors import StudioError
from studio.messages import sentence

SENTENCE = "A girl with  a hat,in the rain. She smiles,  and waves , twice."


@pytest.mark.parametrize(
    ("edit", "text", "expected", "hits"),
    [
        (Replace("hat", "cap"), "hat, That", "cap, Tcap", 2),
        (Replace("hat", "cap", match_case=True), "Hat, hat", "Hat, cap", 1),
        (Replace("a.b", "x"), "a.b, acb", "x, acb", 1),
        (
            Replace(r"(\w+) hair", r"hair (\1)", regex=True),
            "long hair, hair",
            "hair (long), hair",
            1,
        ),
        (Replace("hair", r"\1"), "hair", r"\1", 1),
        (Replace("^", "new, ", regex=True), "a\n\nb", "new, a\n\nnew, b", 2),
        (Replace("a", ""), "a\nb a", "b ", 2),
        (Replace("", "x"), "a", "a", 0),
        (Replace("红", "蓝"), "红色，红", "蓝色，蓝", 2),
        (Replace("hat", "cap", whole_tag=True), "hat,black hat,Hat", "cap,black hat, cap", 2),
        (Replace(".*hat", "", regex=True, whole_tag=True), "a,black hat, b,", "a, b,", 1),
        (Replace("hat", "cap", whole_tag=True), SENTENCE, SENTENCE, 0),
    ],
)
def test_replaces_and_counts(edit: Replace, text: str, expected: str, hits: int) -> None:
    assert (edit(text), edit.count(text)) == (expected, hits)


@pytest.mark.parametrize(
    ("find", "by", "pattern", "position"),
    [
        ("hat(", "", "hat(", 3),
        ("a{3,2}", "", "a{3,2}", 2),
        ("a", r"\2", r"\2", 1),
        ("a", r"\g<x>", r"\g<x>", 0),
        ("(" * 5000, "", "(" * 5000, None),
        ("a{99999999999}", "", "a{99999999999}", 0),
    ],
)
def test_a_bad_pattern_is_told_with_its_place(
    find: str, by: str, pattern: str, position: int | None
) -> None:
    with pytest.raises(StudioError) as refused:
        Replace(find, by, regex=True)
    assert refused.value.code == "edit.bad_pattern"
    assert refused.value.params["pattern"] == pattern
    assert position in (None, refused.value.params["position"])
    assert sentence(refused.value.code, refused.value.params)
    assert Replace(find, by)("b") == "b"


def test_a_pattern_that_python_only_warns_of_is_taken() -> None:
    assert Replace("[[a]", "x", regex=True)("[a") == "xx"


TRIGGER = "ink"


@pytest.mark.parametrize(
    ("edit", "text", "expected"),
    [
        (Add(("x", "y")), "a, b", "a, b, x, y"),
        (Add(("x", "A")), "a,b\nX, c", "a,b, x\nX, c, A"),
        (Add(("x",)), "a,b, ,", "a,b, x, ,"),
        (Add(("x",), "first"), "a,b", "x, a,b"),
        (Add(("x",), "after_trigger", TRIGGER), "ink style,b", "ink style, x,b"),
        (Add(("x",), "after_trigger", TRIGGER), "a, inks", "x, a, inks"),
        (Add(("x", " X", "")), "", "x"),
        (Add(("x",)), ",", "x, ,"),
        (Add(("",)), "a,b", "a,b"),
        (Remove(("hat",)), "a,Hat ,b , hat", "a,b"),
        (Remove(("hat",)), "hat\na\n\nhat, b", "a\n\nb"),
        (Remove(("a girl",)), SENTENCE, SENTENCE),
        (Rename("hat", "cap"), "a,hat, b", "a, cap, b"),
        (Rename("hat", "cap"), "cap,a, HAT", "cap,a"),
        (Rename("hat", "cap"), "hat, a, cap", "cap, a"),
        (Rename("hat", "HAT"), "hat,a", "HAT,a"),
        (Rename("hat", "cap"), "a,cap,cap", "a,cap,cap"),
        (Order(("c", "B")), "a, b, c", "c, b, a"),
        (Order(others="alphabetical"), "c, B, a", "a, B, c"),
        (Order(others="alphabetical"), "a,b,c", "a,b,c"),
        (Order(others="reverse", trigger=TRIGGER), "a, b, Ink style", "Ink style, b, a"),
        (Order(("c",), "frequency", TRIGGER, {"b": 9, "a": 2}), "ink, a, c, b", "ink, c, b, a"),
        (Order(("a",), "alphabetical", "none"), "b\nc,a", "b\na, c"),
        (Clean(), " a ,a, ,b  c,, A,", "a, b c"),
        (Clean(), "a, b\n,,\n\nc, c", "a, b\n\nc"),
        (Clean(duplicates=False, empty=False), "a,a,,b", "a, a, , b"),
        (Clean(spaces=False), "a,a,,b", "a,b"),
        (Clean(), "a,b", "a, b"),
        (
            Clean(underscores=True),
            "long_hair, o_o, >_<, ink_style",
            "long hair, o_o, >_<, ink style",
        ),
        (Clean(underscores=True, trigger="ink_style"), "ink_style, a_hat", "ink_style, a hat"),
        (Clean(chinese_commas=True), "女孩，帽子、 雨,", "女孩, 帽子, 雨"),
        (Clean(), "女孩，帽子", "女孩，帽子"),
        (SetTrigger("ink"), "a,b\nInk, c\n\nd", "ink, a,b\nInk, c\n\nink, d"),
        (SetTrigger("ink"), "", ""),
        (SetTrigger(" "), "a", "a"),
        (SetTrigger("我的画风"), "用我的画风画", "用我的画风画"),
        (SetTrigger("ink"), SENTENCE, f"ink, {SENTENCE}"),
    ],
)
def test_edits(edit: Edit, text: str, expected: str) -> None:
    assert edit(text) == expected


TEXTS = st.text(st.sampled_from("abAB, \n_红，"), max_size=25)
TAGS = st.sampled_from(["a", "B", "ab", "红", "a b"])
EDITS = st.one_of(
    st.builds(
        Add, st.tuples(TAGS, TAGS), st.sampled_from(["first", "after_trigger", "last"]), TAGS
    ),
    st.builds(Remove, st.tuples(TAGS)),
    st.builds(Rename, TAGS, TAGS),
    st.builds(Order, st.tuples(TAGS), st.sampled_from(["keep", "alphabetical", "frequency"]), TAGS),
    st.builds(Clean, *[st.booleans()] * 5),
    st.builds(SetTrigger, TAGS),
)


@given(EDITS, TEXTS)
def test_what_is_done_needs_not_be_done_again(edit: Edit, text: str) -> None:
    once = edit(text)
    assert edit(once) == once


@given(EDITS, TEXTS)
def test_no_edit_joins_or_splits_captions(edit: Edit, text: str) -> None:
    lines = [line for line in text.split("\n") if line.strip()]
    assert len([line for line in edit(text).split("\n") if line.strip()]) <= max(1, len(lines))


@given(EDITS, TEXTS)
def test_a_line_is_edited_as_if_it_were_alone(edit: Edit, text: str) -> None:
    lines = [line for line in text.split("\n") if line.strip()]
    if lines:
        expected = [new for line in lines if (new := edit(line)).strip()]
        assert [line for line in edit(text).split("\n") if line.strip()] == expected


@given(TEXTS, TAGS, TAGS)
def test_a_renamed_tag_is_gone_and_the_others_stay(text: str, old: str, new: str) -> None:
    before = {tag.casefold() for line in text.split("\n") for tag in split_tags(line)}
    after = {
        tag.casefold() for line in Rename(old, new)(text).split("\n") for tag in split_tags(line)
    }
    expected = {new.casefold() if tag == old.casefold() else tag for tag in before}
    assert after == expected


@given(st.text(string.printable, max_size=12), st.text(string.printable, max_size=6), TEXTS)
def test_any_pattern_is_taken_or_refused(find: str, by: str, text: str) -> None:
    try:
        edit = Replace(find, by, regex=True)
    except StudioError:
        return
    edit.count(text)
