from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.data.dataset import Dataset
from studio.data.doctor import check
from studio.data.problems import Problem
from studio.errors import StudioError
from studio.messages import sentence

Write = Callable[..., Path]
ScanOne = Callable[..., Dataset]
Truncate = Callable[[Path], None]


def names(problems: tuple[Problem, ...], code: str) -> list[str]:
    return [Path(p.params["path"]).name for p in problems if p.code == code]


def test_counts_what_training_would_see(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "3_ink/a.png", caption="one\ntwo", size=(128, 128))
    write_image(tmp_path / "b.png", size=(300, 200))

    report = check(scan_one(tmp_path, regularization=True), 128, 16)

    assert (report.images, report.images_per_epoch, report.regularization_images) == (2, 4, 2)
    assert (report.captioned_images, report.captions) == (1, 2)
    assert report.buckets == {(128, 128): 1, (160, 96): 1}
    assert [problem.code for problem in report.problems] == ["caption.missing"]
    table = json.loads(report.to_json())
    assert table["buckets"][1] == {"width": 160, "height": 96, "images": 1}
    assert table["problems"] == [{"code": "caption.missing", "path": str(tmp_path / "b.png")}]


def test_finds_truncated_images_that_scanning_missed(
    tmp_path: Path, write_image: Write, scan_one: ScanOne, truncate: Truncate
) -> None:
    write_image(tmp_path / "good.png", caption="x", size=(128, 128))
    truncate(write_image(tmp_path / "cut.png", caption="x", size=(128, 128)))
    dataset = scan_one(tmp_path)
    assert len(dataset.items) == 2

    progress: list[tuple[int, int]] = []
    report = check(dataset, 128, 16, progress=lambda *state: progress.append(state))

    assert report.images == 1
    assert names(report.problems, "image.unreadable") == ["cut.png"]
    assert progress == [(1, 2), (2, 2)]


def test_nothing_readable_is_an_error(
    tmp_path: Path, write_image: Write, scan_one: ScanOne, truncate: Truncate
) -> None:
    truncate(write_image(tmp_path / "cut.png", caption="x", size=(128, 128)))

    with pytest.raises(StudioError, match=r"dataset\.no_readable_image"):
        check(scan_one(tmp_path), 128, 16)


def test_finds_sizes_and_copies_worth_a_word(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "fine.png", caption="x", size=(128, 128))
    write_image(tmp_path / "same.png", caption="x", size=(128, 128))
    write_image(tmp_path / "small.png", caption="x", size=(127, 127))
    write_image(tmp_path / "strip.png", caption="x", size=(900, 128))

    problems = check(scan_one(tmp_path), 128, 16).problems

    assert names(problems, "image.duplicate") == ["same.png"]
    assert names(problems, "image.upscaled") == ["small.png"]
    assert names(problems, "image.cropped") == ["strip.png"]
    assert len(problems) == 3


def test_a_chosen_crop_box_may_lose_much_but_not_sharpness(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "strip.png", caption="x", size=(900, 200))

    def codes(**settings: object) -> list[str]:
        return [p.code for p in check(scan_one(tmp_path, **settings), 128, 16).problems]

    assert codes() == ["image.cropped"]
    assert codes(crops={"strip.png": [0.1, 0.5, 1.0]}) == []
    assert codes(crops={"strip.png": [0.1, 0.5, 3.0]}) == ["image.upscaled"]


def test_counts_captions_without_the_trigger_word(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "a.png", caption="OHWX cat\na cat", size=(128, 128))
    write_image(tmp_path / "b.png", caption="ohwx cat", size=(129, 129))

    (problem,) = check(scan_one(tmp_path, trigger="ohwx"), 128, 16).problems

    assert problem == Problem("caption.trigger_added", {"trigger": "ohwx", "captions": 1})


def test_captions_are_measured_as_trained(
    tmp_path: Path, write_image: Write, scan_one: ScanOne
) -> None:
    write_image(tmp_path / "a.png", caption=" ".join(["cat"] * 75), size=(128, 128))

    def words(text: str) -> int:
        return len(text.split())

    assert check(scan_one(tmp_path), 128, 16, count_tokens=words).problems == ()
    problems = check(scan_one(tmp_path, trigger="t"), 128, 16, count_tokens=words).problems
    too_long = next(p for p in problems if p.code == "caption.too_long")
    assert too_long.params["tokens"] == 76


def test_every_problem_has_its_sentence(
    tmp_path: Path, write_image: Write, scan_one: ScanOne, truncate: Truncate
) -> None:
    write_image(tmp_path / "300_x/a.png", caption=" ".join(["cat"] * 80), size=(128, 900))
    write_image(tmp_path / "300_x/b.png", size=(10, 10))
    write_image(tmp_path / "c.png", size=(10, 10)).with_suffix(".caption").write_text("y")
    (tmp_path / "c.txt").write_bytes("红".encode("gb18030"))
    truncate(write_image(tmp_path / "cut.png", caption=" ", size=(128, 128)))
    write_image(tmp_path / "d.png").with_suffix(".txt").write_bytes(b"\xff\x00")
    for name in ("e.gif", "f.txt"):
        (tmp_path / name).write_bytes(b"")

    dataset = scan_one(tmp_path, trigger="ohwx")
    problems = check(dataset, 128, 16, count_tokens=lambda text: len(text.split())).problems

    assert len({problem.code for problem in problems}) == 14
    for problem in problems:
        assert "{" not in sentence(problem.code, problem.params)
