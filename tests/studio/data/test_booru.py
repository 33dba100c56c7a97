from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.booru import Completion, TagList, read_tag_list
from studio.errors import StudioError
from studio.messages import sentence

LIST = """1girl,0,5000,"girl,1girls,女孩"
long_hair,0,4000,"longhair,长发"
hair_ornament,0,900,
hat,0,800,"帽子,chapeau"
black_hat,0,300,
o_o,0,20,
zorgle_(alien),4,7,"外星人"
"""


@pytest.fixture
def tags(tmp_path: Path) -> TagList:
    path = tmp_path / "danbooru.csv"
    path.write_text(LIST, encoding="utf-8")
    return read_tag_list(path)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hair", ["hair ornament", "long hair"]),  # what begins so, then by frequency
        ("ha", ["hair ornament", "hat", "long hair", "black hat"]),
        ("hat", ["hat", "black hat"]),
        ("LONG_H", ["long hair"]),
        ("long h", ["long hair"]),
        ("长", ["long hair"]),
        ("星", ["zorgle (alien)"]),
        ("girl", ["1girl"]),
        ("o_o", ["o_o"]),
        ("", ["1girl", "long hair", "hair ornament", "hat"]),
        ("(", ["zorgle (alien)"]),
        ("nothing", []),
    ],
)
def test_completes_by_place_and_frequency(tags: TagList, typed: str, expected: list[str]) -> None:
    assert [completion.tag for completion in tags.complete(typed, 4)] == expected


def test_an_alias_gives_its_tag(tags: TagList) -> None:
    assert tags.complete("chap", 9) == [Completion("hat", "chapeau", 800, 0)]
    assert tags.complete("外", 9) == [Completion("zorgle (alien)", "外星人", 7, 4)]
    assert tags.complete("1girl", 9) == [Completion("1girl", None, 5000, 0)]


def test_no_more_than_asked_for(tags: TagList) -> None:
    assert len(tags.complete("h", 2)) == 2
    assert tags.complete("h", 0) == []


@pytest.mark.parametrize(
    "text",
    [
        "tag,category,count,alias\nhat,0,5,cap\n",
        "name,category,post_count\nhat,0,5\n",
        "hat\n\n",
        'hat,general,many,"cap, ,",extra\n',
        "\ufeffhat , 0 , 5\r\n",
        ',0,9\nhat,,\n"",1\n',
    ],
)
def test_headers_and_missing_columns_do_no_harm(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tags.csv"
    path.write_bytes(text.encode())
    tags = read_tag_list(path)
    assert [completion.tag for completion in tags.complete("", 9)] == ["hat"]
    assert len(tags) == 1


def test_a_list_in_a_chinese_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tags.csv"
    path.write_bytes("帽子,0,5\n红色连衣裙,0,3\n".encode("gb18030"))
    assert read_tag_list(path).complete("红", 1)[0].tag == "红色连衣裙"


@pytest.mark.parametrize("data", [None, b"", b"\n,,\n", b"tag,category,count\n", b"\xff\x00\x81"])
def test_what_is_no_list_is_told(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "tags.csv"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(StudioError) as refused:
        read_tag_list(path)
    assert refused.value.code == "tags.unreadable"
    assert sentence(refused.value.code, refused.value.params)


def test_a_cell_too_long_for_csv_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tags.csv"
    path.write_text("x" * 200_000, encoding="utf-8")
    with pytest.raises(StudioError, match=r"tags\.unreadable"):
        read_tag_list(path)


def test_the_datasets_own_tags_complete_as_they_are() -> None:
    own = TagList.of({"long_hair": 3, "Hat": 5, "long coat": 4})
    assert [c.tag for c in own.complete("long ", 9)] == ["long coat", "long_hair"]
    assert own.complete("ha", 1) == [Completion("Hat", None, 5, 0)]


COUNTS = st.dictionaries(
    st.text(st.sampled_from("aAb_ 红"), min_size=1, max_size=4), st.integers(0, 3), max_size=9
)


@given(COUNTS, st.text(st.sampled_from("aAb_ 红"), max_size=3), st.integers(0, 9))
def test_completing_is_searching_all(counts: dict[str, int], typed: str, limit: int) -> None:
    def key(tag: str) -> str:
        return " ".join(tag.casefold().replace("_", " ").split())

    ranked = sorted(counts, key=lambda tag: -counts[tag])
    beginning = [tag for tag in ranked if key(tag).startswith(key(typed))]
    inside = [tag for tag in ranked if key(typed) in key(tag) and tag not in beginning]
    found = [completion.tag for completion in TagList.of(counts).complete(typed, limit)]
    assert found == (beginning + inside)[:limit]


def test_a_large_list_answers_while_one_types() -> None:
    words = ["hair", "hat", "long", "blue", "eyes", "红色", "dress", "open", "mouth", "smile"]
    counts = {f"{a} {b} {c}{n}": n for a in words for b in words for c in words for n in range(150)}
    tags = TagList.of(counts)
    assert len(tags) == 150_000
    for typed in ("h", "red", "smile", "smile h", "色", "none of all"):
        took = min(_seconds(tags, typed) for _ in range(3))
        assert took < 0.03, typed  # about 5 ms; test machines are slow


def _seconds(tags: TagList, typed: str) -> float:
    start = time.perf_counter()
    tags.complete(typed, 20)
    return time.perf_counter() - start
