"""Projects: what is in the file, what of it the artist's own hand keeps, and what is refused."""

from __future__ import annotations

import os
import shutil
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio import project_file
from studio.config import to_toml
from studio.data.buckets import Crop
from studio.data.dataset import scan
from studio.demo.recipe import sample_images
from studio.errors import StudioError
from studio.files import write_atomically
from studio.models.family import STARTER
from studio.planning.plan import plan
from studio.presets import load_settings, preset
from studio.project import Project, default_resolution, file_name

BY_HAND = """\
# my notes
name = "Ink"   # not final
base = "starter"
note = "of a newer version"

[[dataset]]   # the good ones
path = "../ink"
trigger = "inkstyle"
masks = true

[dataset.crops]
# the cat
"a.png" = [0.2, 0.5, 1.3]

[[dataset]]
path = "../reg"
regularization = true

[window]
# how it looked
columns = 4
"""


def make_images(*folders: Path) -> list[Path]:
    for folder in folders:
        folder.mkdir(parents=True)
    return list(folders)


@pytest.fixture
def by_hand(tmp_path: Path) -> Project:
    make_images(tmp_path / "ink", tmp_path / "reg", tmp_path / "p")
    (tmp_path / "p" / "project.toml").write_text(BY_HAND, encoding="utf-8")
    return Project.open(tmp_path / "p")


def text(project: Project) -> str:
    return project.file.read_text(encoding="utf-8")


def refusal(call: Callable[..., object], *args: Any, **kwargs: Any) -> StudioError:
    with pytest.raises(StudioError) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_new_project_is_a_readable_file_with_paths_from_its_folder(tmp_path: Path) -> None:
    folders = make_images(tmp_path / "我的画风", tmp_path / "p" / "ü x")
    project = Project.create(tmp_path / "p", "My ink", folders, trigger="inkstyle")

    lines = text(project).splitlines()
    assert lines[2:4] == ["# Version of this file's layout.", "format = 1"]
    assert lines[5:7] == ["# Name of the project.", 'name = "My ink"']
    assert "# Training size; buckets keep its area." in lines
    assert [line for line in lines if line.startswith("path")] == [
        'path = "../我的画风"',
        'path = "ü x"',
    ]
    assert "\n\n\n" not in text(project)
    assert all(len(line) < 100 for line in lines)
    assert project.images_folders() == folders
    assert (project.runs, project.cache) == (project.path / "runs", project.path / "cache")
    assert {path.name for path in project.path.iterdir()} == {"ü x", "project.toml"}
    assert not project.problems
    assert not project.changed


def test_what_was_saved_is_opened_by_folder_and_by_file(tmp_path: Path) -> None:
    folders = make_images(tmp_path / "ink")
    project = Project.create(tmp_path / "p", "Ink", folders, captions="sentences")
    project.set_crops(folders[0], {"sub/a.png": Crop(0.123456, 1, 2)})
    assert project.save()

    for path in (tmp_path / "p", tmp_path / "p" / "project.toml"):
        opened = Project.open(path)
        assert opened.settings == project.settings
        assert opened.path == project.path
    assert opened.settings.captions == "sentences"
    assert opened.settings.dataset[0].crops == {"sub/a.png": Crop(0.1235, 1, 2)}


def test_a_project_is_not_created_over_another(tmp_path: Path) -> None:
    Project.create(tmp_path, "Ink")
    before = (tmp_path / "project.toml").read_bytes()
    assert refusal(Project.create, tmp_path, "Other").code == "project.exists"
    assert (tmp_path / "project.toml").read_bytes() == before


def test_nothing_is_left_of_a_project_that_cannot_be_created(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert refusal(Project.create, tmp_path / "p", "x", [missing]).code == "dataset.no_folder"
    assert refusal(Project.create, tmp_path / "p", "").params["key"] == "name"
    assert refusal(Project.create, tmp_path / "p", "x", base="none").code == "base.not_found"
    assert not (tmp_path / "p").exists()


def test_a_project_does_not_lie_in_its_images(tmp_path: Path) -> None:
    (images,) = make_images(tmp_path / "ink")
    for inside in (images, images / "sub" / "p"):
        error = refusal(Project.create, inside, "x", [images])
        assert error.code == "project.in_images"
    project = Project.create(images / "p", "x")
    assert refusal(project.add_folder, images).code == "project.in_images"
    assert list(images.rglob("*.toml")) == [project.file]


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        (b"name = 3", "config.invalid", "name"),
        (b"resolution = 500", "config.invalid", "resolution"),
        (b'captions = "songs"', "config.invalid", "captions"),
        (b"[[dataset]]", "config.invalid", "dataset.0.path"),
        (b"dataset = 1", "config.invalid", "dataset"),
        (b'[[dataset]]\npath = "a"\n[[dataset]]\npath = "a"', "config.invalid", "once"),
        (b'[[dataset]]\npath = "a"\ncrops = {b = [1, 2, 3]}', "config.invalid", "crops.b"),
        (b'format = "x"', "config.invalid", "format"),
        (b"format = 2\nname = 3", "project.newer", "format"),
        (b"name =\n", "project.unreadable", "line 1"),
        (b'name = "\xff"', "project.unreadable", "utf-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, content: bytes, code: str, named: str
) -> None:
    (tmp_path / "project.toml").write_bytes(content)
    error = refusal(Project.open, tmp_path)
    assert error.code == code
    assert named in str(error)
    assert (tmp_path / "project.toml").read_bytes() == content


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.toml").touch()
    assert refusal(Project.open, tmp_path / "none").code == "project.not_found"
    assert refusal(Project.open, tmp_path).code == "project.not_a_project"
    assert refusal(Project.open, tmp_path / "run.toml").code == "project.not_a_project"


def test_a_change_leaves_comments_order_and_unknown_keys(by_hand: Project, tmp_path: Path) -> None:
    assert [problem.params["key"] for problem in by_hand.problems] == [
        "note",
        "window",
        "dataset.0.masks",
    ]
    make_images(tmp_path / "new")
    by_hand.change(name="Ink 2", captions="sentences")
    by_hand.add_folder(tmp_path / "new")
    by_hand.set_crops(tmp_path / "ink", {"b.png": Crop(0, 0, 2)})
    by_hand.save()

    expected = BY_HAND.replace('"Ink"  ', '"Ink 2"  ').replace(
        "1.3]\n", '1.3]\n"b.png" = [0, 0, 2]\n'
    )
    written = text(by_hand)
    missing = [line for line in expected.splitlines() if line not in written.splitlines()]
    assert not missing
    table = tomllib.loads(written)
    assert table["captions"] == "sentences"
    assert [folder["path"] for folder in table["dataset"]] == ["../ink", "../reg", "../new"]
    assert table["window"] == {"columns": 4}
    assert Project.open(by_hand.path).settings == by_hand.settings


def test_a_folder_that_moved_keeps_all_it_has(by_hand: Project, tmp_path: Path) -> None:
    shutil.move(tmp_path / "ink", tmp_path / "画" / "ink")
    by_hand.relink(tmp_path / "ink", tmp_path / "画" / "ink")
    by_hand.remove_folder(tmp_path / "reg")
    by_hand.save()

    (folder,) = tomllib.loads(text(by_hand))["dataset"]
    assert folder == {
        "path": "../画/ink",
        "trigger": "inkstyle",
        "masks": True,
        "crops": {"a.png": [0.2, 0.5, 1.3]},
    }
    assert "# the good ones" in text(by_hand)
    assert refusal(by_hand.relink, tmp_path / "画" / "ink", tmp_path / "x").code == (
        "dataset.no_folder"
    )


def test_the_last_folder_can_go_and_another_come(by_hand: Project, tmp_path: Path) -> None:
    for name in ("ink", "reg"):
        by_hand.remove_folder(tmp_path / name)
    by_hand.save()
    assert Project.open(by_hand.path).images_folders() == []
    by_hand.add_folder(tmp_path / "reg")
    by_hand.add_folder(tmp_path / "reg")
    by_hand.save()
    assert Project.open(by_hand.path).images_folders() == [tmp_path / "reg"]
    assert tomllib.loads(text(by_hand))["window"] == {"columns": 4}


def test_only_changes_are_written(by_hand: Project) -> None:
    by_hand.file.chmod(0o400)
    before = by_hand.file.stat()
    by_hand.change(name="Ink")
    assert not by_hand.changed
    assert not by_hand.save()
    assert by_hand.file.stat().st_ino == before.st_ino
    by_hand.change(name="Ink 2")
    assert by_hand.changed
    assert by_hand.save()
    assert not by_hand.save()


def test_changes_of_another_program_are_not_overwritten_unasked(by_hand: Project) -> None:
    theirs = BY_HAND.replace('"Ink"', '"Theirs"')
    by_hand.file.write_text(theirs, encoding="utf-8")
    assert not by_hand.save(), "nothing of ours to save"
    by_hand.change(name="Ours")
    assert refusal(by_hand.save).code == "project.changed_outside"
    assert text(by_hand) == theirs
    assert by_hand.save(overwrite=True)
    assert Project.open(by_hand.path).settings.name == "Ours"
    by_hand.change(name="Ours again")
    assert by_hand.save()


def test_a_project_folder_that_went_away_is_not_made_again(by_hand: Project) -> None:
    by_hand.change(name="Ours")
    shutil.rmtree(by_hand.path)
    assert refusal(by_hand.save).code == "project.unreadable"
    assert not by_hand.path.exists()


def test_a_wrong_change_changes_nothing(by_hand: Project) -> None:
    before = by_hand.settings
    for fields in ({"resolution": 500}, {"captions": "songs"}, {"name": ""}, {"name": "\udcff"}):
        assert refusal(by_hand.change, **fields).code == "config.invalid"
    assert by_hand.settings == before


def test_names_that_no_text_file_can_hold_are_refused(by_hand: Project, tmp_path: Path) -> None:
    before = by_hand.settings
    crops = {"\udcff.png": Crop()}
    error = refusal(by_hand.set_crops, by_hand.images_folders()[0], crops)
    assert error.params["name"] == r"'\udcff.png'"
    if os.name == "posix" and sys.platform != "darwin":
        odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
        odd.mkdir()
        assert refusal(by_hand.add_folder, odd).code == "project.odd_name"
    assert by_hand.settings == before


def test_a_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + BY_HAND.replace("\n", "\r\n").encode()
    (tmp_path / "project.toml").write_bytes(windows)
    project = Project.open(tmp_path)
    project.change(name="Ink 2")
    project.save()
    assert Project.open(tmp_path).settings == project.settings
    assert project.file.read_bytes().count(b"\r\n") == windows.count(b"\r\n")


def test_the_resolution_follows_the_base_until_the_artist_sets_it(tmp_path: Path) -> None:
    sd1 = tmp_path / "models" / "sd1"
    shutil.copytree(STARTER / "unet", sd1 / "unet", ignore=shutil.ignore_patterns("*.safetensors"))
    shutil.copytree(STARTER / "scheduler", sd1 / "scheduler")
    shutil.copy(STARTER / "model_index.json", sd1)
    project = Project.create(tmp_path / "p", "x")
    assert project.settings.resolution == preset("starter")["data"]["resolution"]
    assert default_resolution(str(sd1)) == preset("sd1")["data"]["resolution"]

    project.change(base=str(sd1))
    assert (project.settings.base, project.settings.resolution) == ("../models/sd1", 512)
    project.change(resolution=768)
    project.change(base="starter")
    assert project.settings.resolution == 768
    project.change(base="../models/sd1", resolution=512)
    project.save()
    shutil.rmtree(sd1)
    project = Project.open(tmp_path / "p")
    project.change(base="starter")
    assert project.settings.resolution == 512, "nobody knows any more"
    assert Project.create(tmp_path / "q", "x", base="starter").settings.resolution == 128


def test_a_file_without_resolution_has_that_of_its_base(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text('name = "x"')
    assert Project.open(tmp_path).settings.resolution == 128


def test_another_drive_is_written_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, start: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", refuse)
    project = Project.create(tmp_path / "p", "x", make_images(tmp_path / "ü x"))
    assert project.settings.dataset[0].path == (tmp_path / "ü x").as_posix()
    assert project.images_folders() == [tmp_path / "ü x"]


def test_a_project_and_its_images_can_move_together(tmp_path: Path) -> None:
    folders = make_images(tmp_path / "here" / "ink", tmp_path / "here" / "p" / "more")
    Project.create(tmp_path / "here" / "p", "x", folders)
    (tmp_path / "here").rename(tmp_path / "there")
    moved = Project.open(tmp_path / "there" / "p").images_folders()
    assert moved == [tmp_path / "there" / "ink", tmp_path / "there" / "p" / "more"]
    assert all(folder.is_dir() for folder in moved)


def test_a_link_to_a_project_leads_to_the_same_images(tmp_path: Path) -> None:
    folders = make_images(tmp_path / "ink", tmp_path / "a" / "p" / "own")
    Project.create(tmp_path / "a" / "p", "x", folders)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "p")
    assert Project.open(tmp_path / "link").images_folders() == folders
    project = Project.create(tmp_path / "link" / "q", "y", [tmp_path / "link" / "own"])
    assert project.settings.dataset[0].path == "../own"


def test_the_trigger_goes_to_folders_without_one_that_are_to_be_learned(by_hand: Project) -> None:
    by_hand.change(trigger="ours")
    assert [folder.trigger for folder in by_hand.folders()] == ["inkstyle", ""]
    by_hand.change(dataset=[{"path": "../ink"}, {"path": "../reg", "regularization": True}])
    assert [folder.trigger for folder in by_hand.folders()] == ["ours", ""]
    assert [Path(folder.path) for folder in by_hand.folders()] == by_hand.images_folders()


def test_a_run_of_the_project_can_be_saved_planned_and_trained(tmp_path: Path) -> None:
    images = sample_images() / "style_ink"
    project = Project.create(tmp_path / "p", 'Ink: "1"', [images], trigger="inkstyle")
    name = next(path.name for path in sorted(images.iterdir()) if path.suffix == ".png")
    project.set_crops(images, {name: Crop(0.2, 0.5, 1.5)})

    run = project.run_settings({"network": {"rank": 5}})
    file = project.path / "run.toml"
    write_atomically(file, to_toml(run).encode())
    loaded = load_settings(file)

    assert loaded == run
    assert (loaded.run.name, loaded.run.output) == ("Ink 1", str(project.runs))
    assert (loaded.network.rank, loaded.data.resolution) == (5, 128)
    assert loaded.optimizer.unet_lr == preset("starter")["optimizer"]["unet_lr"]
    dataset = scan(loaded.dataset)
    assert not dataset.problems
    assert {item.name: item.crop for item in dataset.items}[name] == Crop(0.2, 0.5, 1.5)
    made = plan(loaded, dataset)
    assert made.images == len(dataset.items) > 5
    assert made.steps == preset("starter")["schedule"]["steps"]


def test_a_run_needs_images(tmp_path: Path) -> None:
    error = refusal(Project.create(tmp_path, "x").run_settings)
    assert (error.code, error.params["key"]) == ("config.invalid", "dataset")


def test_a_free_folder_is_found_for_dropped_images(tmp_path: Path) -> None:
    projects = tmp_path / "projects"
    assert Project.for_images(tmp_path / "ink", projects) == projects / "ink"
    make_images(projects / "Ink", projects / "ink 3")
    assert Project.for_images(tmp_path / "ink", projects) == projects / "ink 2"
    assert Project.for_images(tmp_path / "ink", projects, ["INK 2"]) == projects / "ink 4"
    assert Project.for_images(Path("/"), projects) == projects / "project"
    assert Project.for_images(tmp_path / "我的画风", projects) == projects / "我的画风"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ink", "ink"),
        ("  a/b:c  ", "a b c"),
        ("ü x", "ü x"),
        ("u\u0308", "ü"),
        ("...", "project"),
        ("", "project"),
        ("CON", "project CON"),
        ("com1.txt", "project com1.txt"),
        ("console", "console"),
        ("a\n\x00b.", "a b"),
        ("墨" * 200, "墨" * 60),
    ],
)
def test_names_are_made_fit_for_every_file_system(said: str, name: str) -> None:
    assert file_name(said) == name


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_every_name_gives_a_name_of_a_run(said: str) -> None:
    name = file_name(said)
    assert name
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name.strip(". ") == name
    assert file_name(name) == name


def test_crops_of_many_images_are_saved_at_once(tmp_path: Path) -> None:
    (images,) = make_images(tmp_path / "ink")
    project = Project.create(tmp_path / "p", "x", [images])
    crops = {f"sub/ink_{number:05d}.png": Crop(0.25, 0.5, 1.3) for number in range(20_000)}
    project.set_crops(images, crops)
    project.save()
    start = time.perf_counter()
    project.set_crops(images, {"sub/ink_00007.png": None})
    project.save()
    assert time.perf_counter() - start < 1  # 60 ms here
    saved = Project.open(project.path).settings.dataset[0].crops
    assert saved == {name: crop for name, crop in crops.items() if "00007" not in name}


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
folders_of = st.lists(
    st.fixed_dictionaries(
        {"path": words.map(lambda word: f"{word}x")},
        optional={
            "trigger": words,
            "repeats": st.integers(1, 9),
            "regularization": st.booleans(),
            "crops": st.dictionaries(words, st.just([0.5, 0.25, 1.5]), max_size=2),
        },
    ),
    max_size=3,
    unique_by=lambda folder: folder["path"],
)


@settings(deadline=None, max_examples=50)
@given(st.lists(folders_of, max_size=4), words)
def test_any_series_of_changes_comes_back(changes: list[list[dict[str, Any]]], word: str) -> None:
    data = BY_HAND.encode()
    old, _ = project_file.read(Path("project.toml"), data)
    for folders in changes:
        fields = {"trigger": word, "dataset": folders}
        new = project_file.ProjectSettings(**{**old.model_dump(), **fields})
        data = project_file.write(data, old, new, {})
        assert project_file.read(Path("project.toml"), data)[0] == new
        assert tomllib.loads(data.decode())["window"] == {"columns": 4}
        old = new
