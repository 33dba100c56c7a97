from __future__ import annotations

import errno
import os
import random
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.captions import (
    TextFormat,
    clean,
    compose,
    decode_text,
    draw,
    encode_text,
    has_word,
    join_tags,
    read_caption_file,
    read_captions,
    save_caption,
    split_tags,
)
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


ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "gb18030": b"",
}
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\ufeff")
lines = st.lists(st.text(letters, max_size=8), max_size=4)


@settings(max_examples=300)
@given(lines, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(sorted(ENCODINGS)))
def test_what_is_not_edited_is_written_as_it_was(
    written: list[str], newline: str, encoding: str
) -> None:
    data = newline.join(written).encode(encoding)
    if encoding.startswith("utf-16"):
        data = ENCODINGS[encoding] + data

    assert encode_text(*decode_text(data)) == data


@settings(max_examples=300)
@given(st.text(max_size=20), st.sampled_from(sorted(ENCODINGS)), st.text(" \r\n\t", max_size=3))
def test_every_edit_is_read_again_as_it_was_meant(text: str, encoding: str, space: str) -> None:
    name = encoding.removesuffix("-sig")
    text, format = clean(text), TextFormat(name, ENCODINGS[encoding], "\r\n", after=space)

    assert decode_text(encode_text(text, format))[0] == text


def test_an_edit_keeps_encoding_mark_newlines_and_the_space_around() -> None:
    for encoding, mark in ENCODINGS.items():
        name = encoding.removesuffix("-sig")
        text, format = decode_text(mark + " \r\n红猫, 帽子\r\n一只猫\r\n\r\n".encode(name))

        assert text == "红猫, 帽子\n一只猫"
        assert encode_text("黑猫\n狗\n鸟", format) == mark + " \r\n黑猫\r\n狗\r\n鸟\r\n\r\n".encode(
            name
        )


def test_a_new_caption_is_plain_utf_8() -> None:
    assert encode_text("一只猫\ncat", TextFormat()) == "一只猫\ncat".encode()


def test_gb18030_text_that_would_be_read_as_utf_8_becomes_utf_8() -> None:
    format = decode_text("红猫".encode("gb18030"))[1]
    assert "模".encode("gb18030").decode() == "ģ"

    assert encode_text("模", format) == "模".encode()


def test_the_space_of_an_empty_file_stays_behind_a_new_text() -> None:
    text, format = decode_text(b"\r\n")

    assert text == ""
    assert encode_text("a\nb", format) == b"a\r\nb\r\n"


def test_what_no_caption_file_can_hold_is_left_out() -> None:
    assert clean("\ufeff a\0\r\nb\ud83d \r") == "a\nb"


def test_tags_stand_between_commas() -> None:
    assert split_tags(" a cat ,, hat,\n") == ("a cat", "hat")
    assert join_tags(("a cat", "hat")) == "a cat, hat"
    assert split_tags("") == ()


@pytest.mark.parametrize("folder", ["plain", "我的画风", "ü x"])
def test_saving_makes_changes_and_removes_a_caption(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "a.txt"
    path.parent.mkdir()

    save_caption(path, b"one", None)
    assert path.read_bytes() == b"one"
    save_caption(path, b"two", b"one")
    assert path.read_bytes() == b"two"
    save_caption(path, None, b"two")
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(("held", "expected"), [(b"theirs", b"mine"), (b"", None), (None, b"mine")])
def test_a_caption_that_another_program_wrote_is_left_alone(
    tmp_path: Path, held: bytes | None, expected: bytes | None
) -> None:
    path = tmp_path / "a.txt"
    if held is not None:
        path.write_bytes(held)

    for after in (b"new", None):
        with pytest.raises(StudioError) as caught:
            save_caption(path, after, expected)
        assert caught.value.code == "caption.changed_outside"
        assert caught.value.params == {"path": str(path)}
    assert (path.read_bytes() if path.exists() else None) == held


def test_saving_keeps_permissions_and_writes_through_links(tmp_path: Path) -> None:
    target, link = tmp_path / "kept/a.txt", tmp_path / "a.txt"
    target.parent.mkdir()
    target.write_bytes(b"one")
    target.chmod(0o640)
    link.symlink_to(target)

    save_caption(link, b"two", b"one")

    assert link.is_symlink()
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_failed_save_leaves_the_old_caption_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    seen: list[str] = []

    def full(source: Path, target: Path) -> None:
        seen.append(Path(source).name)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StudioError, match=r"disk\.full"):
        save_caption(path, b"two", b"one")

    assert path.read_bytes() == b"one"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    assert seen[0].startswith(".")
    assert Path(seen[0]).suffix == ".tmp"
    with pytest.raises(StudioError, match=r"disk\.unwritable"):
        save_caption(tmp_path / "gone/a.txt", b"two", None)
