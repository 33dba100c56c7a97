from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.data import scanning
from studio.data.problems import Problem
from studio.data.scanning import Batch, Found, list_images

Touch = Callable[..., Path]


@pytest.fixture
def touch(tmp_path: Path) -> Touch:
    """Writes small files by their names below one folder."""

    def write(*names: str) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * len(name))
        return tmp_path

    return write


def found(*folders: Path) -> list[Found]:
    return [image for batch in list_images(folders) for image in batch.found]


def names(*folders: Path) -> list[str]:
    return [image.name for image in found(*folders)]


def problems(*folders: Path) -> list[Problem]:
    return [problem for batch in list_images(folders) for problem in batch.problems]


def test_images_come_in_natural_order_folder_by_folder(touch: Touch) -> None:
    wanted = ["1.png", "2.png", "10.png", "a 9/1.png", "a 10/1.png", "B.png", "c2.png", "c10.png"]
    root = touch(*random.Random(0).sample(wanted, len(wanted)))

    assert names(root) == wanted
    assert names(root / "a 10", root / "a 9") == ["1.png", "1.png"]


@pytest.mark.parametrize("folder", ["我的画风", "ü x"])
def test_each_image_has_the_stamps_of_itself_and_its_caption(touch: Touch, folder: str) -> None:
    root = touch(f"{folder}/in/a.v2.png", f"{folder}/in/a.v2.txt", f"{folder}/b.png") / folder
    image, text = (os.stat(root / "in" / name) for name in ("a.v2.png", "a.v2.txt"))

    assert found(root) == [
        Found("b.png", found(root)[0].stamp, "b.txt", None),
        Found(
            "in/a.v2.png",
            (image.st_mtime_ns, image.st_size),
            "in/a.v2.txt",
            (text.st_mtime_ns, text.st_size),
        ),
    ]


def test_txt_wins_over_caption_and_that_is_told(touch: Touch) -> None:
    root = touch("a.png", "a.caption", "a.txt", "b.png", "b.caption", "c.png", "c.TXT")

    assert [image.caption for image in found(root)] == ["a.txt", "b.caption", "c.TXT"]
    params = {"path": str(root / "a.caption"), "used": "a.txt"}
    assert problems(root) == [Problem("caption.ignored", params)]


def test_a_folder_named_like_a_caption_is_none(touch: Touch) -> None:
    root = touch("a.png", "a.txt/inside.png")

    assert [(image.name, image.caption_stamp) for image in found(root)] == [
        ("a.png", None),
        ("a.txt/inside.png", None),
    ]


def test_hidden_files_masks_and_hidden_folders_are_skipped(touch: Touch) -> None:
    root = touch("a.png", ".b.png", "a-masklabel.png", ".thumbnails/c.png", "sub/.d.png", ".e.txt")

    assert names(root) == ["a.png"]
    assert problems(root) == []


def test_links_are_followed_but_not_in_circles(touch: Touch) -> None:
    root = touch("elsewhere/a.png", "set/b.png")
    (root / "set/link").symlink_to(root / "elsewhere")
    (root / "set/circle").symlink_to(root / "set")
    (root / "elsewhere/back").symlink_to(root / "set")
    (root / "set/itself").symlink_to(root / "set/itself")
    (root / "set/gone.png").symlink_to(root / "nowhere.png")

    assert names(root / "set") == ["b.png", "gone.png", "link/a.png"]
    assert found(root / "set")[1].stamp == (0, 0)


def test_what_goes_unused_is_told(touch: Touch) -> None:
    root = touch("a.png", "sub/moving.gif", "god.txt", "notes.md")

    assert {problem.code: problem.params["path"] for problem in problems(root)} == {
        "image.unsupported": str(root / "sub/moving.gif"),
        "caption.without_image": str(root / "god.txt"),
    }


def test_a_folder_that_is_away_does_not_keep_the_others_back(touch: Touch) -> None:
    root = touch("here/a.png")
    gone, here = list_images([root / "gone", root / "here"])

    assert gone == Batch(
        root / "gone", [], [Problem("dataset.no_folder", {"path": str(root / "gone")})]
    )
    assert [image.name for image in here.found] == ["a.png"]


def test_many_images_come_in_batches_with_the_problems_in_the_first(
    touch: Touch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "BATCH", 3)
    monkeypatch.setattr(scanning, "_RUN", 2)
    wanted = [f"{number}.png" for number in range(7)]
    root = touch("god.txt", *random.Random(1).sample(wanted, 7))

    batches = list(list_images([root, root]))

    assert [len(batch.found) for batch in batches] == [3, 3, 1]
    assert [len(batch.problems) for batch in batches] == [1, 0, 0]
    assert names(root) == wanted
