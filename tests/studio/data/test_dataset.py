from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DatasetFolder
from studio.data.buckets import Crop, make_buckets
from studio.data.dataset import (
    Dataset,
    Item,
    decode_item,
    folder_repeats,
    natural_key,
    place,
    scan,
)
from studio.errors import StudioError

Write = Callable[..., Path]
ScanOne = Callable[..., Dataset]


def codes(dataset: Dataset) -> list[str]:
    return [problem.code for problem in dataset.problems]


def test_reads_images_captions_and_sizes(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "sub" / "b.webp", caption="two\nlines", size=(30, 20))
    write_image(tmp_path / "a.png", caption="one")

    dataset = scan_one(tmp_path, trigger="ohwx", regularization=True, repeats=3)

    assert dataset.problems == ()
    assert dataset.items == (
        Item(tmp_path / "a.png", "a.png", (64, 48), ("one",), 3, "ohwx", True),
        Item(tmp_path / "sub/b.webp", "sub/b.webp", (30, 20), ("two", "lines"), 3, "ohwx", True),
    )


def test_order_is_natural_and_does_not_depend_on_the_disk(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    names = ["1.png", "2.png", "10.png", "a 9/1.png", "a 10/1.png", "B.png", "c2.png", "c10.png"]
    for name in random.Random(0).sample(names, len(names)):
        write_image(tmp_path / name, caption="x")

    assert [item.name for item in scan_one(tmp_path).items] == names


@given(st.lists(st.text("ab01²٣", max_size=5), max_size=6))
def test_natural_order_is_total(names: list[str]) -> None:
    shuffled = random.Random(0).sample(names, len(names))

    assert sorted(shuffled, key=natural_key) == sorted(names, key=natural_key)


def test_hidden_files_masks_and_hidden_folders_are_skipped(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    for name in (".b.png", "a-masklabel.png", ".thumbnails/c.png", "sub/.d.png"):
        write_image(tmp_path / name)
    write_image(tmp_path / "a.png", caption="x")

    assert [item.name for item in scan_one(tmp_path).items] == ["a.png"]


@pytest.mark.parametrize(
    ("parents", "repeats"),
    [
        (("10_ink",), 10),
        (("10_ink", "5_close"), 5),
        (("10_ink", "faces"), 10),
        (("ink_10",), None),
        (("10",), None),
        (("10_",), None),
        (("0_off",), None),
        (("set", "3_我的画风"), 3),
    ],
)
def test_folder_names_give_repeats(parents: tuple[str, ...], repeats: int | None) -> None:
    assert folder_repeats(parents) == repeats


def test_set_repeats_win_over_folder_names(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "4_我的画风" / "a.png", caption="x")
    folder = tmp_path / "4_我的画风"

    assert scan_one(tmp_path).items[0].repeats == 4
    assert scan_one(folder).items[0].repeats == 4
    assert scan_one(folder, repeats=2).items[0].repeats == 2


def test_a_date_as_folder_name_is_mentioned_once(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    for name in "ab":
        write_image(tmp_path / "2024_summer" / f"{name}.png", caption="x")

    dataset = scan_one(tmp_path)

    assert dataset.items[0].repeats == 2024
    assert codes(dataset) == ["dataset.many_repeats"]
    assert dataset.problems[0].params == {"path": str(tmp_path / "2024_summer"), "repeats": 2024}
    assert codes(scan_one(tmp_path, repeats=1)) == []


def test_folders_are_relative_to_the_root_and_keep_their_order(
    tmp_path: Path, write_image: Write
) -> None:
    write_image(tmp_path / "b/1.png", caption="x")
    write_image(tmp_path / "a/1.png")

    dataset = scan([DatasetFolder(path="b"), DatasetFolder(path="a", trigger="t")], tmp_path)

    assert [item.path for item in dataset.items] == [tmp_path / "b/1.png", tmp_path / "a/1.png"]
    assert [item.trigger for item in dataset.items] == ["", "t"]


def test_links_are_followed_but_not_in_circles(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "elsewhere/a.png", caption="x")
    (tmp_path / "set").mkdir()
    (tmp_path / "set/link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "set/circle").symlink_to(tmp_path / "set")

    assert [item.name for item in scan_one(tmp_path / "set").items] == ["link/a.png"]


def test_a_folder_that_may_not_be_opened_is_named(
    tmp_path: Path, write_image: Write, scan_one: ScanOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_image(tmp_path / "a.png", caption="x")
    write_image(tmp_path / "locked/b.png", caption="x")
    scandir = os.scandir

    def refuse(path: Path | str) -> object:  # chmod would not keep root out
        if Path(path).name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    dataset = scan_one(tmp_path)

    assert [item.name for item in dataset.items] == ["a.png"]
    (problem,) = dataset.problems
    assert problem.code == "dataset.unreadable_folder"
    assert problem.params == {"path": str(tmp_path / "locked"), "reason": "Permission denied"}


def test_what_is_left_out_or_odd_is_named(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "good.png", caption="x")
    write_image(tmp_path / "bare.png")
    write_image(tmp_path / "empty.png", caption=" \n")
    write_image(tmp_path / "chinese.png").with_suffix(".txt").write_bytes("红猫".encode("gb18030"))
    write_image(tmp_path / "odd.png").with_suffix(".txt").write_bytes(b"\xff\x00\x80")
    write_image(tmp_path / "two.png", caption="x").with_suffix(".caption").write_text("y")
    (tmp_path / "broken.png").write_bytes(b"no image")
    (tmp_path / "moving.gif").write_bytes(b"")
    (tmp_path / "god.txt").write_text("a typo in the name")

    dataset = scan_one(tmp_path)

    assert len(dataset.items) == 6
    named = {problem.code: Path(problem.params["path"]).name for problem in dataset.problems}
    assert named == {
        "caption.missing": "bare.png",
        "caption.empty": "empty.txt",
        "caption.read_as_gb18030": "chinese.txt",
        "caption.undecodable": "odd.txt",
        "caption.ignored": "two.caption",
        "caption.without_image": "god.txt",
        "image.unreadable": "broken.png",
        "image.unsupported": "moving.gif",
    }
    assert len(dataset.problems) == len(named)


def test_bad_folders_are_errors(tmp_path: Path, write_image: Write, scan_one: ScanOne) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/a.png").write_bytes(b"no image")
    write_image(tmp_path / "bare/a.png")

    for name, code in {
        "gone": "dataset.no_folder",
        "bare/a.png": "dataset.no_folder",
        "empty": "dataset.empty",
        "broken": "dataset.no_readable_image",
        "bare": "dataset.no_captions",
    }.items():
        with pytest.raises(StudioError) as caught:
            scan_one(tmp_path / name)
        assert caught.value.code == code
        assert caught.value.params["path"] == str(tmp_path / name)


def test_a_trigger_word_makes_up_for_captions(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "a.png")

    assert scan_one(tmp_path, trigger="ohwx").items[0].captions == ()
    with pytest.raises(StudioError, match=r"dataset\.no_captions"):
        scan_one(tmp_path, trigger="  ")


def test_places_items_in_the_bucket_of_their_shape(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "a.png", caption="x", size=(300, 200))

    (placed,) = place(scan_one(tmp_path).items, make_buckets(128, 16))

    assert placed.item.name == "a.png"
    assert placed.box.bucket == (160, 96)


def test_crops_of_the_folder_go_to_their_images(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "a.png", caption="x", size=(300, 200))
    write_image(tmp_path / "sub/a.png", caption="x", size=(300, 200))

    dataset = scan_one(tmp_path, crops={"sub/a.png": [0.0, 1.0, 2.0], "b.png": [0, 0, 1]})
    centred, cropped = place(dataset.items, make_buckets(128, 16))

    assert [item.crop for item in dataset.items] == [None, Crop(0.0, 1.0, 2.0)]
    assert (centred.box.scaled, centred.box.left, centred.box.top) == ((160, 107), 0, 6)
    assert (cropped.box.scaled, cropped.box.left, cropped.box.top) == ((320, 213), 0, 117)
    (problem,) = dataset.problems
    assert problem.code == "dataset.crop_without_image"
    assert problem.params == {"path": str(tmp_path / "b.png")}


def test_an_image_of_another_size_than_scanned_is_an_error(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    path = write_image(tmp_path / "a.png", caption="x")
    (item,) = scan_one(tmp_path).items
    assert decode_item(item, path.read_bytes())[0].size == (64, 48)

    write_image(path, size=(65, 48))

    with pytest.raises(StudioError, match=r"image\.changed"):
        decode_item(item, path.read_bytes())
