"""What the README shows works as it stands there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from studio import presets
from studio.cli import cli
from studio.config import merge
from studio.data.filters import FIELDS, STATES
from studio.data.query import parse
from studio.events import Finished
from tests.pictures import write_pictures


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_two_commands_stand_first(readme: str) -> None:
    first = blocks(readme, "")[0].splitlines()
    assert first == ["python3 packaging/launch.py demo", "python3 packaging/launch.py test"]


def test_every_command_it_names_exists(readme: str) -> None:
    words = re.findall(r"packaging/launch\.py ([a-z]+)", readme)
    table = re.findall(r"^\| `([a-z]+)", readme, flags=re.MULTILINE)
    known = set(get_command(cli).commands) | {"test"}  # type: ignore[attr-defined]
    assert {*words, *table} <= known
    assert known == set(table) | {"app"}


def test_every_picture_it_shows_is_there(readme: str, repository: Path) -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    pictures += re.findall(r'src(?:set)?="([^"]+)"', readme)
    assert pictures
    assert [p for p in pictures if not (repository / p).is_file()] == []


def test_every_filter_it_shows_is_understood(readme: str) -> None:
    table = readme[readme.index("| to find |") :].split("\n\n")[0]
    filters = re.findall(r"`([^`]+)`", table)
    assert len(filters) > len(FIELDS)
    for text in filters:
        parse(text)
    assert {*FIELDS} == {*re.findall(r"([a-z]+):", " ".join(filters))}
    assert {*STATES} == {*re.findall(r"is:([a-z]+)", " ".join(filters))}


def test_its_settings_file_trains_by_its_python_lines(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pictures(tmp_path / "my-pictures")
    (tmp_path / "run.toml").write_text(blocks(readme, "toml")[0], "utf-8")
    monkeypatch.chdir(tmp_path)
    short = {"schedule": {"steps": 1, "warmup": 0}, "data": {"resolution": 64}}
    real = presets.read_toml
    monkeypatch.setattr(presets, "read_toml", lambda path: merge(real(path), short))
    code = blocks(readme, "python")[0].replace("print(event)", "seen.append(event)")
    seen: list[object] = []
    exec(compile(code, "README.md", "exec"), {"seen": seen})
    finished = seen[-1]
    assert isinstance(finished, Finished)
    assert (Path(finished.run) / finished.lora).is_file()
    assert Path(finished.run).parent == tmp_path / "runs"
    assert tomllib.loads((Path(finished.run) / "run.toml").read_text("utf-8"))
