"""Run folders: complete or absent checkpoints, torn events, finding the run to resume."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from studio.config import Settings, validate
from studio.errors import StudioError
from studio.events import Phase
from studio.runs import RunFolder, adapter_name, cache_folder, newest_unfinished

NOON = datetime(2026, 11, 21, 12, 0, 0)


def settings(output: Path, rank: int = 16) -> Settings:
    return validate(
        {
            "run": {"name": "ink", "output": str(output)},
            "dataset": [{"path": "images"}],
            "network": {"rank": rank},
        }
    )


def test_names_of_run_folders_never_collide(tmp_path: Path) -> None:
    runs = [RunFolder.create(settings(tmp_path), NOON).path.name for _ in range(3)]
    assert runs == [f"2026-11-21_12-00-00_ink{end}" for end in ("", "_2", "_3")]


def test_frozen_settings_come_back(tmp_path: Path) -> None:
    run = RunFolder.create(settings(tmp_path, rank=7), NOON)
    assert run.settings() == settings(tmp_path, rank=7)
    with pytest.raises(StudioError) as error:
        RunFolder(tmp_path).settings()
    assert error.value.code == "run.not_a_run"


def test_a_checkpoint_that_fails_half_way_does_not_exist(tmp_path: Path) -> None:
    run = RunFolder.create(settings(tmp_path), NOON)

    def good(folder: Path) -> None:
        (folder / "state.pt").write_text("good")

    def bad(folder: Path) -> None:
        (folder / "state.pt").write_text("half")
        raise OSError(28, "No space left on device")

    run.save_checkpoint(5, good)
    with pytest.raises(StudioError) as error:
        run.save_checkpoint(10, bad)
    assert error.value.code == "disk.full"
    assert run.checkpoint_steps() == [5]
    run.save_checkpoint(10, good)  # after a resume the same step is saved again
    run.save_checkpoint(10, good)
    assert run.checkpoint_steps() == [5, 10]


def test_a_checkpoint_without_its_marker_is_not_used(tmp_path: Path) -> None:
    run = RunFolder.create(settings(tmp_path), NOON)
    run.save_checkpoint(5, lambda folder: None)
    (run.checkpoint(5) / "COMPLETE").unlink()
    assert run.checkpoint_steps() == []


def test_only_the_newest_checkpoints_are_kept(tmp_path: Path) -> None:
    run = RunFolder.create(settings(tmp_path), NOON)
    for step in (5, 10, 15, 100):
        run.save_checkpoint(step, lambda folder: None)
    run.keep_newest(0)
    assert run.checkpoint_steps() == [5, 10, 15, 100]
    run.keep_newest(2)
    assert run.checkpoint_steps() == [15, 100]


def test_a_torn_event_is_left_out_and_cut_off(tmp_path: Path) -> None:
    run = RunFolder.create(settings(tmp_path), NOON)
    run.record(Phase("train", 1, 2))
    whole = run.events_file.read_bytes()
    run.events_file.write_bytes(whole + b'{"event": "Pha')
    assert list(run.events()) == [Phase("train", 1, 2)]
    run.drop_torn_line()
    assert run.events_file.read_bytes() == whole


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only Linux has a device that is always full")
    run = RunFolder.create(settings(tmp_path), NOON)
    run.events_file.symlink_to(full)
    with pytest.raises(StudioError) as error:
        run.record(Phase("train"))
    assert error.value.code == "disk.full"


def test_the_newest_unfinished_run_is_found(tmp_path: Path) -> None:
    assert newest_unfinished(settings(tmp_path)) is None
    old = RunFolder.create(settings(tmp_path), datetime(2026, 11, 20))
    new = RunFolder.create(settings(tmp_path), datetime(2026, 11, 21))
    assert newest_unfinished(settings(tmp_path)) == new
    new.report_file.write_text('{"stopped": false}')
    assert newest_unfinished(settings(tmp_path)) == old
    new.report_file.write_text('{"stopped": true}')
    assert newest_unfinished(settings(tmp_path)) == new


def test_a_run_with_other_settings_is_not_continued(tmp_path: Path) -> None:
    RunFolder.create(settings(tmp_path), NOON)
    with pytest.raises(StudioError) as error:
        newest_unfinished(settings(tmp_path, rank=8))
    assert error.value.params["keys"] == "network.rank"


def test_the_cache_lies_beside_a_projects_runs(tmp_path: Path) -> None:
    assert cache_folder(settings(tmp_path / "runs")) == tmp_path / "cache"
    assert cache_folder(settings(tmp_path / "demo")) == tmp_path / "demo" / "cache"


def test_a_checkpoint_is_called_by_its_run_and_step() -> None:
    folder = Path("runs/2026-11-21_14-02-33_ink wash")
    checkpoint = folder / "checkpoints" / "step-000400" / "lora.safetensors"
    assert adapter_name(checkpoint) == "ink wash-000400"
    assert adapter_name(folder / "ink wash.safetensors") == "ink wash"
    assert adapter_name(Path("step-000400/lora.safetensors")) == "lora"
