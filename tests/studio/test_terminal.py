"""A run's events as an artist sees them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from studio.config import DatasetFolder
from studio.data.dataset import scan
from studio.data.doctor import check
from studio.events import CheckpointSaved, Event, Finished, Phase, Started, StepDone, Warned
from studio.planning.fitting import Fit, Remedy
from studio.planning.machine import Machine
from studio.planning.plan import Plan
from studio.terminal import EventPrinter, plan_lines, report_lines
from tests.pictures import write_pictures

REPORT = {
    "steps": 2,
    "seconds": 0.5,
    "seconds_per_step": 0.25,
    "loss_first": 0.5,
    "loss_last": 0.4,
    "peak_memory_bytes": 800_000_000,
    "grid": "grid.png",
}
EVENTS: list[Event] = [
    Phase("open_base"),
    Phase("cache_latents", 1, 2),
    Phase("cache_latents", 2, 2),
    Warned("image.unreadable", {"path": "a.png", "reason": "cut off"}),
    Started("runs/x", 0, 2, 2, "starter", "cpu", "adamw", 100, 1000),
    StepDone(1, 2, 0, 0.5, 1e-4, 0.0, 1.0, 0.25),
    StepDone(2, 2, 0, 0.4, 1e-4, 0.0, 1.0, 0.25),
    CheckpointSaved(2, "checkpoints/step-000002"),
    Finished("runs/x", 2, False, "x.safetensors", REPORT),
]


def shown(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120)
    with EventPrinter(console) as printer:
        for event in EVENTS:
            printer.show(event)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


def test_plain_lines_tell_progress_speed_and_what_is_left() -> None:
    lines = shown(terminal=False).splitlines()
    assert "Opening the base model" in lines
    assert any("100 of 1,000 parameters learn (10.0%)" in line for line in lines)
    assert "Training 1/2  loss 0.5000  4.0 steps/s  0:00 left" in lines
    assert any("a.png cannot be read (cut off)" in line for line in lines)
    assert any(line.endswith("checkpoints/step-000002") for line in lines)
    assert (
        "2 steps in 0 s (0.25 s a step), loss 0.5000 to 0.4000, at most 800 MB of memory" in lines
    )
    assert lines[-1] == f"strength grid {Path('runs/x/grid.png')}"
    assert not any("\x1b" in line for line in lines)


def test_a_phase_tells_its_own_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 100, 3))  # 3 seconds pass at each look
    monkeypatch.setattr("studio.terminal.time.monotonic", lambda: float(next(clock)))
    console = Console(file=io.StringIO(), width=120)
    printer = EventPrinter(console)
    for done in range(1, 6):
        printer.show(Phase("draw_grid", done, 20))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "Drawing the strength grid 1/20"
    assert lines[-1] == "Drawing the strength grid 5/20    1:30 left"


def test_a_terminal_gets_bars() -> None:
    text = shown(terminal=True)
    assert "2/2" in text
    assert "None" not in text


def test_reports_in_words(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "images", count=2)
    (folder / "0_red.txt").unlink()
    dataset = scan([_folder(folder)])
    text = "\n".join(report_lines(check(dataset, 64, 16)))
    assert "2 images (1 with a caption), 2 an epoch" in text
    assert "64x64: 2 images" in text
    assert "0_red.png has no caption" in text


def test_plans_in_words() -> None:
    memory = {"runtime": 500_000_000, "unet": 1_700_000_000, "activations": 300_000_000}
    plan = Plan(
        *(5, 10, 1000, 100.0, {}, "adamw", 1_000_000, 9_000_000, 2_500_000_000, "train", memory),
        *(5_000_000, 80.0, 0.08, 90.0),
    )
    text = "\n".join(plan_lines(Fit(plan, Machine("cuda", "", 8 * 10**9, 0), True, [])))
    assert "1,000 steps, 100 passes over 5 images" in text
    assert "about 90 s (0.08 s a step)" in text
    assert "memory about 2.5 GB of 8.0 GB: it fits" in text
    assert "while training: runtime 500 MB, unet 1.7 GB, activations 300 MB" in text
    assert "disk about 5 MB" in text
    remedy = Remedy("memory.gradient_checkpointing", True, 2_300_000_000)
    text = "\n".join(plan_lines(Fit(plan, Machine("cuda", "", 2 * 10**9, 0), False, [remedy])))
    assert "of 2.0 GB: it may not fit; change, one after the other:" in text
    assert "memory.gradient_checkpointing=True: then about 2.3 GB" in text
    none = "\n".join(plan_lines(Fit(plan, Machine("cuda", "", 2 * 10**9, 0), False, [])))
    assert "no setting would save enough" in none


def _folder(path: Path) -> DatasetFolder:
    return DatasetFolder(path=str(path))
