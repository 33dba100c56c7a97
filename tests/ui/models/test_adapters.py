"""Which adapters a project offers, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.torch import save_file

from studio.jobs import LIVE
from ui.models.adapters import Adapters


def make_run(runs: Path, name: str, steps: tuple[int, ...] = (), final: bool = False) -> Path:
    run = runs / name
    run.mkdir(parents=True)
    (run / "run.toml").touch()
    for step in steps:
        folder = run / f"checkpoints/step-{step:06d}"
        folder.mkdir(parents=True)
        (folder / "COMPLETE").touch()
        (folder / "lora.safetensors").touch()
    if final:
        (run / "ink.safetensors").touch()
    return run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    runs = tmp_path / "runs"
    make_run(runs, "2026-11-20_09-00-00_ink", (100, 200), final=True)
    make_run(runs, "2026-11-21_14-02-33_fox", (50,))
    make_run(runs, "2026-11-22_10-00-00_begun")
    return runs


def test_the_newest_run_comes_first_and_its_best_file(runs: Path) -> None:
    adapters = Adapters(runs)
    assert [group.name for group in adapters.groups] == ["fox", "ink"]
    assert [label for label, _ in adapters.groups[1].choices] == ["final", "step 200", "step 100"]
    path = adapters.groups[1].paths[2]
    assert Path(path) == runs / "2026-11-20_09-00-00_ink/checkpoints/step-000100/lora.safetensors"
    assert adapters.label(path) == "ink · step 100"


def test_runs_of_one_name_are_told_apart(runs: Path) -> None:
    make_run(runs, "2026-11-22_11-00-00_ink", (10,))
    names = [group.name for group in Adapters(runs).groups]
    assert len(set(names)) == 3
    assert names[0].startswith("ink, ")


def test_it_tells_what_came_and_went(runs: Path, tmp_path: Path) -> None:
    adapters, told = Adapters(runs), list[int]()
    adapters.changed.connect(lambda: told.append(len(adapters.groups)))
    adapters.refresh()
    assert told == []
    adapters.set_live(runs / "2026-11-22_10-00-00_begun", 12)
    assert adapters.groups[0].choices == (("now, step 12", LIVE),)
    adapters.set_live(None)
    friend = tmp_path / "friend.safetensors"
    adapters.add([friend, friend, Path(adapters.groups[0].paths[0])])
    assert told == [3, 2, 3]
    assert adapters.label(str(friend)) == "friend"


def test_the_final_file_and_the_checkpoint_it_was_made_from_are_one(runs: Path) -> None:
    ink = runs / "2026-11-20_09-00-00_ink"
    adapters = Adapters(runs)
    assert len(adapters.distinct()) == 4  # an empty file does not say what it was made from
    save_file({}, ink / "ink.safetensors", {"ss_steps": "200"})
    steps = [Path(path).parent.name for path in adapters.distinct()]
    assert steps == ["step-000050", ink.name, "step-000100"]


def test_a_checkpoint_of_another_project_is_called_after_its_run(
    runs: Path, tmp_path: Path
) -> None:
    elsewhere = make_run(tmp_path / "other/runs", "2026-01-01_00-00-00_cat", (300,))
    adapters = Adapters(runs)
    adapters.add([elsewhere / "checkpoints/step-000300/lora.safetensors"])
    assert adapters.groups[-1].name == "cat 300"
