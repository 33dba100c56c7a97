from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.captions import save_caption
from studio.data.collection import Caption, Change, Collection, Difference, ImageFile, read_details
from studio.data.scanning import Batch, Found, list_images

Write = Callable[..., Path]


def opened(*folders: Path) -> Collection:
    """All images of ``folders``, read."""
    collection = Collection()
    for batch in list_images(folders):
        collection.add(batch)
    assert collection.apply_details(map(read_details, collection.images)) == []
    return collection


def of_captions(*contents: bytes | None) -> Collection:
    """Images 0.png, 1.png ... whose caption files hold ``contents``; there are no files."""
    found = [Found(f"{n}.png", (1, 1), f"{n}.txt", None) for n in range(len(contents))]
    collection = Collection()
    collection.add(Batch(Path("nowhere"), found, []))
    details = [read_details(image) for image in collection.images]
    pairs = zip(details, contents, strict=True)
    collection.apply_details(one._replace(data=data) for one, data in pairs)
    return collection


def rescan(collection: Collection, *folders: Path) -> tuple[Difference, list[Change]]:
    difference = collection.merge(list_images(folders))
    return difference, collection.apply_details(map(read_details, difference.unread))


def names(images: list[ImageFile]) -> list[str]:
    return [image.name for image in images]


def counted(collection: Collection) -> Counter[str]:
    """Tags counted anew."""
    return Counter(tag for image in collection.images for tag in set(image.caption.tags))


@pytest.mark.parametrize("folder", ["我的画风", "ü x"])
def test_images_are_listed_first_and_read_later(
    tmp_path: Path, write_image: Write, folder: str
) -> None:
    root = tmp_path / folder
    write_image(root / "sub/10.png", caption="一只猫, cat\ncat, hat", size=(30, 20))
    write_image(root / "sub/9.png")
    collection = Collection()
    for batch in list_images([root]):
        collection.add(batch)

    bare, cat = collection.images
    assert (bare.name, cat.name, bare.row, cat.row) == ("sub/9.png", "sub/10.png", 0, 1)
    assert (cat.size, cat.caption.known, cat.caption.text) == (None, False, "")

    collection.apply_details(map(read_details, collection.images))

    assert (cat.path, cat.size, cat.problem) == (root / "sub/10.png", (30, 20), None)
    assert (cat.caption.path, cat.caption.data) == (
        root / "sub/10.txt",
        "一只猫, cat\ncat, hat".encode(),
    )
    assert cat.caption.tags == ("一只猫", "cat", "cat", "hat")
    assert collection.tag_counts == {"一只猫": 1, "cat": 1, "hat": 1}
    assert (bare.caption.path, bare.caption.data, bare.caption.known) == (
        root / "sub/9.txt",
        None,
        True,
    )


def test_unreadable_files_are_told_with_their_image(tmp_path: Path, write_image: Write) -> None:
    (tmp_path / "a.png").write_bytes(b"no image")
    write_image(tmp_path / "b.png").with_suffix(".txt").write_bytes(b"\xff\x00\x80")
    (tmp_path / "god.txt").write_text("x")

    collection = opened(tmp_path)

    a, b = collection.images
    assert a.problem
    assert (a.problem.code, a.problem.params["path"]) == ("image.unreadable", str(a.path))
    assert b.caption.problem
    assert b.caption.problem.code == "caption.undecodable"
    assert b.caption.problem.params["path"] == str(tmp_path / "b.txt")
    assert collection.change(b.caption, "new") is None
    assert [problem.code for problem in collection.problems] == ["caption.without_image"]


def test_images_of_one_stem_share_their_caption(tmp_path: Path, write_image: Write) -> None:
    write_image(tmp_path / "a.png", caption="cat, hat")
    write_image(tmp_path / "a.webp")

    collection = opened(tmp_path)

    png, webp = collection.images
    assert png.caption is webp.caption
    assert collection.images_of(png.caption) == [png, webp]
    assert collection.tag_counts == {"cat": 2, "hat": 2}

    change = collection.change(png.caption, "cat")
    assert change
    collection.apply([change])
    assert collection.tag_counts == {"cat": 2}

    png.path.unlink()
    rescan(collection, tmp_path)
    assert collection.images_of(webp.caption) == [webp]
    assert collection.tag_counts == {"cat": 1}


def test_a_change_says_what_it_does_and_does_nothing(tmp_path: Path, write_image: Write) -> None:
    write_image(tmp_path / "a.png").with_suffix(".txt").write_bytes(b" a cat\r\nthe cat\r\n")
    write_image(tmp_path / "b.png")
    collection = opened(tmp_path)
    cat, bare = (image.caption for image in collection.images)

    assert collection.change(cat, "a dog\nthe dog \n") == Change(
        cat, b" a cat\r\nthe cat\r\n", b" a dog\r\nthe dog\r\n"
    )
    assert collection.change(bare, "一只猫") == Change(bare, None, "一只猫".encode())
    assert collection.change(cat, " a cat\r\nthe cat ") is None
    assert collection.change(bare, " \n") is None
    assert (cat.text, bare.data) == ("a cat\nthe cat", None)


def test_a_caption_is_not_changed_before_it_was_read(tmp_path: Path, write_image: Write) -> None:
    write_image(tmp_path / "a.png", caption="cat")
    collection = Collection()
    (image,) = collection.add(next(iter(list_images([tmp_path]))))

    with pytest.raises(ValueError, match="not read yet"):
        collection.change(image.caption, "dog")


def test_what_follows_from_the_text_is_worked_out_anew_after_an_edit() -> None:
    collection = of_captions(b"Cat, hat")
    caption = collection.images[0].caption
    caption.tokens = 3
    assert (caption.words, caption.has("cat"), caption.has("dog")) == ("cat, hat", True, False)

    collection.apply([Change(caption, caption.data, b"dog")])

    assert (caption.words, caption.has("dog"), caption.tags) == ("dog", True, ("dog",))
    assert caption.tokens is None


FILES = [
    *(None, b"", b"cat, hat", b" cat,hat,cat\r\n", "\ufeffcat\ndog\n".encode()),
    *("红猫, 帽子".encode("gb18030"), "cat, hat\r\n".encode("utf-16"), b"\r\n \r\n"),
]
texts = st.one_of(st.text("ab, \n模ģ", max_size=12), st.text(max_size=5), st.just("cat, hat"))
edits = st.lists(st.lists(st.tuples(st.integers(0, 7), texts), max_size=4), max_size=6)


@settings(max_examples=150)
@given(edits)
def test_edits_taken_back_give_the_bytes_of_before(steps: list[list[tuple[int, str]]]) -> None:
    collection = of_captions(*FILES)
    states = [[image.caption.data for image in collection.images]]
    done = []
    for step in steps:
        changes = []
        for row, text in step:
            caption = collection.images[row].caption
            if change := collection.change(caption, text):
                collection.apply([change])
                changes.append(change)
                assert collection.change(caption, text) is None
        done.append(changes)
        states.append([image.caption.data for image in collection.images])
        assert collection.tag_counts == counted(collection)

    for changes, state in zip(reversed(done), reversed(states[:-1]), strict=True):
        collection.apply(changes, backwards=True)
        assert [image.caption.data for image in collection.images] == state
        assert collection.tag_counts == counted(collection)
    for changes in done:
        collection.apply(changes)
    assert [image.caption.data for image in collection.images] == states[-1]


def test_a_new_listing_brings_what_came_and_went(tmp_path: Path, write_image: Write) -> None:
    for name in ("1.png", "2.png", "10.png"):
        write_image(tmp_path / name, caption=f"cat, {name}")
    collection = opened(tmp_path)
    one, two, ten = collection.images

    nothing, _ = rescan(collection, tmp_path)
    assert nothing == Difference()

    two.path.unlink()
    write_image(tmp_path / "3.png", caption="dog")
    write_image(tmp_path / "10.png", size=(20, 30))
    difference, outside = rescan(collection, tmp_path)

    assert names(collection.images) == ["1.png", "3.png", "10.png"]
    assert [image.row for image in collection.images] == [0, 1, 2]
    assert (collection.images[0], collection.images[2]) == (one, ten)
    assert names(difference.added) == ["3.png"]
    assert (difference.removed, two.row) == ([two], -1)
    assert (difference.changed, ten.size) == ([ten], (20, 30))
    assert (difference.captions, outside) == ([], [])
    assert collection.tag_counts == counted(collection) == {
        "cat": 2, "dog": 1, "1.png": 1, "10.png": 1
    }  # fmt: skip
    assert [problem.code for problem in collection.problems] == ["caption.without_image"]


def test_what_comes_back_is_the_same_object(tmp_path: Path, write_image: Write) -> None:
    write_image(tmp_path / "a.png", caption="cat")
    write_image(tmp_path / "b.png")
    collection = opened(tmp_path)
    image = collection.images[0]
    (tmp_path / "a.png").rename(tmp_path / "away")
    rescan(collection, tmp_path)
    assert collection.tag_counts == {}

    (tmp_path / "away").rename(tmp_path / "a.png")
    difference, _ = rescan(collection, tmp_path)

    assert (difference.added, difference.changed) == ([image], [])
    assert collection.images[0] is image
    assert collection.images_of(image.caption) == [image]
    assert collection.tag_counts == {"cat": 1}


def test_captions_changed_outside_are_told_and_not_taken(
    tmp_path: Path, write_image: Write
) -> None:
    for name in ("edited", "new", "removed", "same"):
        write_image(tmp_path / f"{name}.png", caption=None if name == "new" else "cat")
    collection = opened(tmp_path)
    edited, new, removed, same = (image.caption for image in collection.images)

    edited.path.write_bytes(b"a dog")
    new.path.write_bytes(b"new here")
    removed.path.unlink()
    os.utime(same.path, ns=(1, 1))
    difference, outside = rescan(collection, tmp_path)

    assert difference.captions == [edited, new, removed, same]
    assert outside == [
        Change(edited, b"cat", b"a dog"),
        Change(new, None, b"new here"),
        Change(removed, b"cat", None),
    ]
    assert (edited.text, new.text, removed.text) == ("cat", "", "cat")

    collection.apply(outside)
    assert (edited.text, new.text, removed.data) == ("a dog", "new here", None)
    assert rescan(collection, tmp_path) == (Difference(), [])


def test_what_was_saved_here_is_no_change_of_others(tmp_path: Path, write_image: Write) -> None:
    write_image(tmp_path / "a.png")
    collection = opened(tmp_path)
    caption = collection.images[0].caption
    change = collection.change(caption, "a cat")
    assert change
    collection.apply([change])
    save_caption(caption.path, change.after, change.before)

    difference, outside = rescan(collection, tmp_path)

    assert (difference.captions, outside) == ([caption], [])


def test_a_caption_edited_while_it_was_read_keeps_the_edit(
    tmp_path: Path, write_image: Write
) -> None:
    write_image(tmp_path / "a.png", caption="cat")
    collection = opened(tmp_path)
    (image,) = collection.images
    details = read_details(image)
    collection.apply([Change(image.caption, b"cat", b"dog")])

    assert collection.apply_details([details]) == []
    assert image.caption.data == b"dog"


def test_a_second_kind_of_caption_file_takes_the_place_of_the_first(
    tmp_path: Path, write_image: Write
) -> None:
    write_image(tmp_path / "a.png", caption="cat")
    (tmp_path / "a.caption").write_text("dog")
    collection = opened(tmp_path)
    caption = collection.images[0].caption
    assert [problem.code for problem in collection.problems] == ["caption.ignored"]

    (tmp_path / "a.txt").unlink()
    _, outside = rescan(collection, tmp_path)

    assert outside == [Change(caption, b"cat", b"dog")]
    assert caption.path == tmp_path / "a.caption"
    assert collection.problems == []


def test_images_of_a_folder_that_is_away_are_kept(tmp_path: Path, write_image: Write) -> None:
    for name in ("one/a.png", "two/b.png"):
        write_image(tmp_path / name, caption="cat")
    folders = [tmp_path / "one", tmp_path / "two"]
    collection = opened(*folders)
    before = list(collection.images)
    folders[0].rename(tmp_path / "unplugged")

    difference, _ = rescan(collection, *folders)
    assert (difference, collection.images) == (Difference(), before)
    assert [problem.code for problem in collection.problems] == ["dataset.no_folder"]

    (tmp_path / "unplugged").rename(folders[0])
    assert rescan(collection, *folders)[0] == Difference()
    assert collection.problems == []

    difference, _ = rescan(collection, folders[1])
    assert (difference.removed, collection.images) == (before[:1], before[1:])


def test_images_below_a_folder_that_cannot_be_read_stay_in_their_place(
    tmp_path: Path, write_image: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.png", "locked/b.png", "z.png"):
        write_image(tmp_path / name)
    collection = opened(tmp_path)
    before = list(collection.images)
    scandir = os.scandir

    def refuse(path: str) -> object:  # chmod would not keep root out
        if Path(path).name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (tmp_path / "a.png").unlink()
    difference, _ = rescan(collection, tmp_path)

    assert (difference.removed, collection.images) == (before[:1], before[1:])
    assert [problem.code for problem in collection.problems] == ["dataset.unreadable_folder"]


def test_a_caption_that_may_not_be_read_for_a_while_is_kept_and_read_again(
    tmp_path: Path, write_image: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_image(tmp_path / "a.png", caption="cat")
    collection = opened(tmp_path)
    caption = collection.images[0].caption
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    caption.path.write_bytes(b"dog")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert rescan(collection, tmp_path)[1] == []
    assert caption.problem
    assert (caption.problem.code, caption.data) == ("caption.undecodable", b"cat")
    assert collection.change(caption, "mine") is None

    caption.path.write_bytes(b"cat")
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert rescan(collection, tmp_path)[1] == []
    assert (caption.problem, caption.text) == (None, "cat")


def test_a_caption_may_be_made_by_itself() -> None:
    caption = Caption(Path("set"), "a.txt", b"cat, hat\n")

    assert (caption.path, caption.tags, caption.known) == (Path("set/a.txt"), ("cat", "hat"), True)
