from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.events import CheckpointSaved, Event, Failed, Finished, Started, StepDone
from studio.runs import RunFolder
from tests.pictures import small_settings, write_pictures
from ui.models.past_runs import PastRun, PastRuns, read_run

STEP = StepDone(3, 4, 1, 0.1, 1e-3, 1e-4, 1.0, 0.1)


def run_with(tmp_path: Path, minute: int, *events: Event) -> RunFolder:
    settings = small_settings(write_pictures(tmp_path / "images"), tmp_path / "runs")
    run = RunFolder.create(settings, datetime(2026, 11, 21, 12, minute))
    run.record(Started(str(run.path), 0, 4, 4, "starter", "cpu", "adamw", 1, 2))
    for event in events:
        run.record(event)
    return run


def test_a_run_tells_where_it_stands(tmp_path: Path) -> None:
    run = run_with(tmp_path, 1, STEP, CheckpointSaved(2, "checkpoints/step-000002"))
    run.save_checkpoint(2, lambda folder: None)
    when = datetime(2026, 11, 21, 12, 1)
    assert read_run(run) == PastRun(run.path, "small", when, "interrupted", 3, 4, 2)


def test_runs_come_newest_first_and_damaged_ones_not_at_all(qtbot: QtBot, tmp_path: Path) -> None:
    run_with(tmp_path, 1, Finished("", 4, False, "small.safetensors"))
    run_with(tmp_path, 2, Failed("disk.full", {"path": "/"}))
    run_with(tmp_path, 3, Finished("", 3, True, ""))
    broken = run_with(tmp_path, 4)
    broken.events_file.write_text('{"event": "NoSuchEvent"}\n')
    past = PastRuns(tmp_path / "runs")
    with qtbot.waitSignal(past.found) as blocker:
        past.read()
        past.read()
    (runs,) = blocker.args
    assert [run.status for run in runs] == ["stopped", "failed", "finished"]
    past.stop()


def test_a_project_without_runs(qtbot: QtBot, tmp_path: Path) -> None:
    past = PastRuns(tmp_path / "no")
    with qtbot.waitSignal(past.found) as blocker:
        past.read()
    assert blocker.args == [[]]
    past.stop()
