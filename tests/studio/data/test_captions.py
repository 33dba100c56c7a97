from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.captions import compose, draw, has_word, read_caption_file, read_captions
from studio.errors import StudioError

TEXT = "一只红色的猫，我的画风"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_reads_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))

    assert read_captions(tmp_path / "a.png") == [TEXT]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_is_a_caption(tmp_path: Path, end: str) -> None:
    (tmp_path / "a.txt").write_bytes(end.join(["  a cat ", "", "\t", "the cat", ""]).encode())

    assert read_captions(tmp_path / "a.png") == ["a cat", "the cat"]


def test_no_file_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n \n")

    assert read_captions(tmp_path / "a.png") == read_captions(tmp_path / "b.png") == []
    assert read_caption_file(tmp_path / "a.png").path == tmp_path / "a.txt"
    assert read_caption_file(tmp_path / "b.png").path is None


def test_txt_wins_over_caption_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.caption").write_text("old")
    assert read_captions(tmp_path / "a.png") == ["old"]

    (tmp_path / "a.txt").write_text("new")
    file = read_caption_file(tmp_path / "a.png")

    assert file.captions == ("new",)
    assert file.ignored == tmp_path / "a.caption"


def test_only_the_last_ending_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.v2.txt").write_text("second version")

    assert read_captions(tmp_path / "a.v2.png") == ["second version"]


@pytest.mark.parametrize("data", [b"\xff\x00\x80\x81", b"caf\xe9, cat", "cat".encode("utf-16-le")])
def test_undecodable_captions_are_errors(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)

    with pytest.raises(StudioError) as caught:
        read_captions(tmp_path / "a.png")

    assert caught.value.code == "caption.undecodable"
    assert caught.value.params["path"] == str(tmp_path / "a.txt")


def test_one_of_several_captions_is_drawn() -> None:
    drawn = {draw(("a", "b", "c"), random.Random(seed)) for seed in range(40)}

    assert drawn == {"a", "b", "c"}
    assert draw((), random.Random(0)) == ""


@pytest.mark.parametrize(
    ("caption", "word", "expected"),
    [
        ("ohwx cat", "ohwx", True),
        ("a Cat, OHWX", "ohwx", True),
        ("ohwxs cat", "ohwx", False),
        ("a cat (ohwx:1.2)", "ohwx", True),
        ("我的画风的猫", "画风", True),
        ("", "ohwx", False),
        ("a cat by c.d", "c.d", True),
        ("a cat by cxd", "c.d", False),
    ],
)
def test_finds_whole_words(caption: str, word: str, expected: bool) -> None:
    assert has_word(caption, word) is expected


def plain(caption: str, trigger: str = "") -> str:
    rng = random.Random(0)
    return compose(caption, trigger=trigger, keep_tokens=1, shuffle_tags=False, rng=rng)


def test_puts_the_trigger_word_in_front_once() -> None:
    assert plain("a cat", "ohwx") == "ohwx, a cat"
    assert plain("a cat, ohwx", " ohwx ") == "a cat, ohwx"
    assert plain("", "ohwx") == "ohwx"
    assert plain("a cat,with  spaces , kept") == "a cat,with  spaces , kept"


tags = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=8)


@given(tags, st.integers(0, 9), st.integers(0, 2**32))
def test_shuffling_keeps_the_first_tags_and_loses_none(
    words: list[str], keep: int, seed: int
) -> None:
    rng = random.Random(seed)
    result = compose(
        ", ".join(words), trigger="", keep_tokens=keep, shuffle_tags=True, rng=rng
    ).split(", ")

    assert result[:keep] == words[:keep]
    assert sorted(result) == sorted(words)


def test_shuffling_moves_tags_but_not_an_added_trigger_word() -> None:
    results = {
        compose(
            "a, b, c,", trigger="ohwx", keep_tokens=0, shuffle_tags=True, rng=random.Random(seed)
        )
        for seed in range(60)
    }

    assert len(results) == 6
    assert all(result.startswith("ohwx, ") for result in results)
