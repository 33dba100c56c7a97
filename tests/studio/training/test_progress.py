"""A run's state follows from its events, live or read from disk, resumed or not."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from studio.events import (
    CheckpointSaved,
    DryStepDone,
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    PictureDrawn,
    SampleSaved,
    Started,
    StepDone,
    Warned,
)
from studio.runs import RunFolder
from studio.training.progress import RunState


def started(step: int = 0, run: str = "/runs/ink", total: int = 100) -> Started:
    return Started(run, step, total, 20, "starter", "cpu", "adamw", 5, 10)


def step(number: int, loss: float = 0.5, seconds: float = 0.5) -> StepDone:
    return StepDone(number, 100, 1, loss, 1e-4, 0.0, 1.0, seconds)


def sample(number: int, path: str, strength: float = 1.0) -> SampleSaved:
    return SampleSaved(number, path, "a cat", 7, strength)


def after(*events: Event) -> RunState:
    state = RunState()
    for event in events:
        state.apply(event)
    return state


def recorded(folder: Path, events: Iterable[Event]) -> RunFolder:
    run = RunFolder(folder)
    with run.events_file.open("w", encoding="utf-8") as file:
        file.writelines(event.to_json() + "\n" for event in events)
    return run


def test_a_run_goes_through_its_states() -> None:
    state = RunState()
    seen = []
    for event in (
        Phase("open_base"),
        started(),
        step(1),
        Paused(1),
        step(2),
        Phase("export"),
        Finished("/runs/ink", 2, False, "ink.safetensors"),
    ):
        state.apply(event)
        seen.append(state.status)
    running = "running"
    assert seen == ["preparing", running, running, "paused", running, running, "finished"]


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (Failed("disk.full", {"path": "x"}), "failed"),
        (Finished("/runs/ink", 2, True, ""), "stopped"),
        (Finished("/runs/ink", 2, True, "ink.safetensors"), "finished"),
    ],
)
def test_the_last_event_says_how_it_ended_and_resuming_takes_it_back(
    end: Event, status: str
) -> None:
    state = after(Phase("open_base"), started(), step(1), step(2), end)
    assert state.status == status
    state.apply(Phase("open_base"))
    assert (state.status, state.failed, state.finished) == ("preparing", None, None)
    assert state.phases_done == []
    assert state.steps.numbers == [1, 2]


def test_phases_that_are_over_are_told_once() -> None:
    state = after(
        Phase("open_base"),
        Phase("cache_latents", 1, 20),
        Phase("cache_latents", 20, 20),
        Phase("dry_step"),
    )
    assert state.phases_done == ["open_base", "cache_latents"]
    assert state.phase == Phase("dry_step")


def test_the_first_step_says_that_the_run_trains() -> None:
    state = after(Phase("dry_step"), started(), step(1), step(2))
    assert (state.phase, state.phases_done) == (Phase("train"), ["dry_step"])


def test_steps_repeated_after_a_resume_replace_the_old_ones_in_order() -> None:
    state = after(*(step(n, 0.5) for n in (1, 2, 3, 4)), started(2), step(3, 0.7), step(4, 0.8))
    state.apply(step(5, 0.9))
    assert state.steps.numbers == [1, 2, 3, 4, 5]
    assert state.steps.losses == [0.5, 0.5, 0.7, 0.8, 0.9]
    assert len(state.steps.unet_lr) == 5


def test_a_step_that_was_left_out_before_finds_its_place() -> None:
    state = after(step(1, 0.1), step(4, 0.4), step(2, 0.2))
    assert state.steps.numbers == [1, 2, 4]
    assert state.steps.losses == [0.1, 0.2, 0.4]


def test_speed_and_time_left_wait_until_they_mean_something() -> None:
    state = after(started(40), *(step(n) for n in range(41, 50)))
    assert state.steps_per_second is None
    state.apply(step(50))
    assert state.steps_per_second == pytest.approx(2.0)
    assert state.seconds_left is None
    for number in range(51, 71):
        state.apply(step(number))
    assert state.seconds_left == pytest.approx(15.0)


def test_speed_is_right_though_the_window_is_told_only_some_of_the_steps() -> None:
    state = after(started(), *(step(n, seconds=0.01) for n in range(9, 100, 9)))
    assert state.steps_per_second == pytest.approx(100.0)


def test_samples_lie_in_the_run_folder_and_a_repeated_one_is_replaced() -> None:
    state = after(started(), sample(0, "samples/a.png", 0.0), sample(10, "samples/b.png"))
    state.apply(sample(10, "samples/b.png"))
    assert [s.path for s in state.samples] == [
        Path("/runs/ink/samples/a.png"),
        Path("/runs/ink/samples/b.png"),
    ]
    assert state.samples[0].strength == 0.0


def test_a_run_that_was_moved_is_found_where_it_lies_now(tmp_path: Path) -> None:
    run = recorded(tmp_path, [started(run="/elsewhere"), sample(0, "samples/a.png")])
    assert RunState.read(run).samples[0].path == tmp_path / "samples" / "a.png"


def test_only_checkpoints_that_are_kept_count(tmp_path: Path) -> None:
    events = [CheckpointSaved(n, f"checkpoints/step-{n:06d}") for n in (10, 20, 30)]
    state = RunState(keep=2)
    for event in events:
        state.apply(event)
    assert state.checkpoints == [20, 30]
    run = recorded(tmp_path, events)
    run.save_checkpoint(30, lambda folder: None)
    assert RunState.read(run).checkpoints == [30]


def test_the_same_warning_is_listed_once() -> None:
    one, other = Warned("image.upscaled", {"path": "a"}), Warned("image.upscaled", {"path": "b"})
    assert after(one, other, Phase("open_base"), one).warnings == [one, other]


def test_memory_is_the_most_that_was_told() -> None:
    state = after(started())
    assert state.peak_memory_bytes is None
    state.apply(DryStepDone(64, 64, 2, 0.1, 500))
    assert state.peak_memory_bytes == 500
    state.apply(Finished("/runs/ink", 2, False, "a", {"peak_memory_bytes": 900}))
    assert state.peak_memory_bytes == 900


def test_events_of_other_jobs_change_nothing() -> None:
    state = after(started(), step(1))
    before = vars(state).copy()
    state.apply(Phase("draw", 1, 8))
    state.apply(PictureDrawn(0, "/a.png", False, 0.1))
    assert vars(state) == before


@pytest.mark.parametrize("last", [started(), step(3), Paused(3)])
def test_a_run_on_disk_without_an_end_was_interrupted(tmp_path: Path, last: Event) -> None:
    assert RunState.read(recorded(tmp_path, [started(), step(3), last])).status == "interrupted"


def test_an_empty_folder_is_an_interrupted_run(tmp_path: Path) -> None:
    assert RunState.read(RunFolder(tmp_path)).status == "interrupted"


def test_a_long_run_is_read_at_once(tmp_path: Path) -> None:
    run = recorded(tmp_path, [started(), *(step(n) for n in range(1, 20_001))])
    began = time.perf_counter()
    state = RunState.read(run)
    assert time.perf_counter() - began < 1.0  # 0.09 s; 100,000 steps take 0.45 s
    assert len(state.steps.numbers) == 20_000


def test_a_run_that_was_killed_goes_through_its_phases_anew() -> None:
    killed = (Phase("open_base"), Phase("cache_latents", 1, 1), started(), Phase("train"), step(60))
    state = after(*killed, Phase("open_base"), Phase("cache_latents", 0, 1))
    assert state.phases_done == ["open_base"]
    assert state.status == "preparing"
