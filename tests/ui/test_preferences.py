"""Preferences come back as they were set; what is not usable counts as the default, and is told."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray

from ui.preferences import RECENT, Preferences
from ui.theme import Theme

VALUES: dict[str, Any] = {
    "theme": Theme.DARK,
    "language": "zh_CN",
    "projects_folder": Path("/some, where/我的画风"),
    "recent_projects": [Path("/one")],
    "geometry": QByteArray(b"\x00\xff,;"),
    "last_folder": Path("/ü"),
    "tag_list": Path("/danbooru.csv"),
    "thumbnail_size": 256,
    "separate_engine": True,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "preferences.ini"


@pytest.mark.parametrize("name", VALUES)
def test_a_preference_comes_back_in_the_next_start(file: Path, name: str) -> None:
    first = Preferences(file)
    assert getattr(first, name) != VALUES[name]
    setattr(first, name, VALUES[name])
    first.save()
    assert getattr(Preferences(file), name) == VALUES[name]


@pytest.mark.parametrize(
    "stored", ["nonsense", '"nonsense', "[1]", "-5", "null", "a, b", "{}", "5"]
)
@pytest.mark.parametrize("name", [name for name in VALUES if name != "tag_list"])
def test_an_unusable_value_counts_as_the_default_and_is_logged(
    file: Path, name: str, stored: str, caplog: pytest.LogCaptureFixture
) -> None:
    default = getattr(Preferences(file), name)
    file.write_text(f"[General]\n{name}={stored}\n", encoding="utf-8")
    assert getattr(Preferences(file), name) == default
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert name in caplog.text


def test_a_file_that_is_no_preferences_file_stops_nothing(file: Path) -> None:
    file.write_bytes(b"\xff\x00[[[=\n=")
    assert Preferences(file).theme is Theme.SYSTEM


def test_a_change_is_announced_by_its_name(file: Path) -> None:
    preferences = Preferences(file)
    heard: list[str] = []
    preferences.changed.connect(heard.append)
    preferences.theme = Theme.LIGHT
    preferences.add_recent(Path("/a"))
    assert heard == ["theme", "recent_projects"]


def test_recent_projects_are_newest_first_and_each_once(file: Path) -> None:
    preferences = Preferences(file)
    for number in (*range(RECENT + 3), 7):
        preferences.add_recent(Path(f"/project {number}"))
    recent = [path.name for path in preferences.recent_projects]
    assert len(recent) == RECENT
    assert recent[:3] == ["project 7", "project 14", "project 13"]
    preferences.forget_recent(Path("/project 7"))
    assert preferences.recent_projects[0].name == "project 14"


def test_a_recent_project_that_is_gone_stays_on_the_list(file: Path, tmp_path: Path) -> None:
    preferences = Preferences(file)
    preferences.add_recent(tmp_path / "gone")
    assert preferences.recent_projects == [tmp_path / "gone"]


def test_state_of_a_page_is_remembered_by_its_key(file: Path) -> None:
    first = Preferences(file)
    assert first.remembered("images/splitter", [1, 2]) == [1, 2]
    first.remember("images/splitter", [300, 500])
    first.save()
    again = Preferences(file)
    assert again.remembered("images/splitter", [1, 2]) == [300, 500]
    assert again.remembered("images/splitter", "text") == "text"


def test_they_land_in_the_folder_of_this_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):  # QSettings itself would keep to the first
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / name))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / name))
        preferences = Preferences()
        preferences.theme = Theme.DARK
        preferences.save()
        assert [path.name for path in (tmp_path / name).rglob("*.ini")] == ["preferences.ini"]


def test_a_folder_that_cannot_be_written_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    preferences = Preferences(tmp_path / "file" / "preferences.ini")
    preferences.theme = Theme.DARK
    preferences.save()
    assert "cannot be written" in caplog.text
