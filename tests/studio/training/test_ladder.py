"""Runs that run out of memory, here by an error put in their way, go on as if nothing had been."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.config import Base, Settings
from studio.events import CheckpointSaved, Event, Failed, Finished, Phase, Started, StepDone, Warned
from studio.models.checkpoint import BaseModel, open_base
from studio.models.safetensors_header import read_header
from studio.runs import RunFolder
from studio.training import ladder as ladder_module
from studio.training import noise
from studio.training import session as session_module
from studio.training.control import Control
from studio.training.ladder import KeptBase, Ladder
from studio.training.previews import Previews
from studio.training.processes import Processes
from studio.training.progress import RunState
from studio.training.relief import relieved
from studio.training.state import read_state
from tests.pictures import small_settings, write_pictures

OUT = "CUDA out of memory. Tried to allocate 2.00 GiB"


_kept = KeptBase()  # opened once for most of these tests


def train(settings: Settings, control: Control | None = None, **options: Any) -> Iterator[Event]:
    return session_module.train(settings, control, **{"open_base": _kept.open, **options})


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of several tests share what is cached."""
    return tmp_path_factory.mktemp("output")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("images"))


@pytest.fixture
def fail_at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the passes of those numbers run out of memory."""

    def arrange(*numbers: int) -> None:
        true, passes = noise.image_losses, iter(range(1, 1000))

        def losses(*arguments: Any) -> Any:
            if next(passes) in numbers:
                raise torch.OutOfMemoryError(OUT)
            return true(*arguments)

        monkeypatch.setattr(noise, "image_losses", losses)

    return arrange


def changes(events: list[Event]) -> list[tuple[str, int]]:
    return [
        (event.params["setting"], event.params["step"])
        for event in events
        if isinstance(event, Warned) and event.code == "memory.relieved"
    ]


def steps(events: list[Event]) -> list[int]:
    return [event.step for event in events if isinstance(event, StepDone)]


def run_of(events: list[Event]) -> RunFolder:
    assert isinstance(events[-1], Finished), events[-1]
    return RunFolder(Path(events[-1].run))


def final(events: list[Event]) -> dict[str, torch.Tensor]:
    run = run_of(events)
    tensors: dict[str, torch.Tensor] = read_state(run.checkpoint(run.checkpoint_steps()[-1]))[
        "adapter"
    ]
    return tensors


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def undisturbed(images: Path, output: Path) -> list[Event]:
    return list(train(small_settings(images, output)))


def test_a_run_goes_on_from_the_same_step_with_the_same_bits(
    images: Path, output: Path, fail_at: Callable[..., None], undisturbed: list[Event]
) -> None:
    fail_at(3)
    settings = small_settings(images, output)
    events = list(train(settings))
    assert changes(events) == [("memory.gradient_checkpointing", 2)]
    assert [event.step for event in events if isinstance(event, CheckpointSaved)] == [2, 4]
    assert steps(events) == [1, 2, 3, 4]
    assert same(final(events), final(undisturbed))
    run = run_of(events)
    state = RunState.read(run)
    assert (state.status, [warning.code for warning in state.warnings]) == (
        "finished",
        ["memory.relieved"],
    )
    assert run.settings() == settings
    assert relieved(settings, run.events()).memory.gradient_checkpointing
    assert read_header(run.path / "small.safetensors").metadata["ss_gradient_checkpointing"] == (
        "True"
    )


def test_the_images_of_a_step_stay_the_same_when_computed_one_by_one(
    images: Path, output: Path, fail_at: Callable[..., None], undisturbed: list[Event]
) -> None:
    fail_at(1)  # the first step: nothing was learned yet
    memory = {"gradient_checkpointing": True}
    events = list(train(small_settings(images, output, memory=memory)))
    assert changes(events) == [("memory.images_at_once", 0)]
    losses = [[e.loss for e in each if isinstance(e, StepDone)] for each in (events, undisturbed)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    header = read_header(run_of(events).path / "small.safetensors").metadata
    assert (header["ss_batch_size_per_device"], header["ss_max_train_steps"]) == ("2", "4")


@pytest.mark.parametrize(("broken", "back"), [(3, 1), pytest.param(1, 0, marks=pytest.mark.slow)])
def test_a_half_made_update_is_taken_back(
    images: Path,
    output: Path,
    undisturbed: list[Event],
    monkeypatch: pytest.MonkeyPatch,
    broken: int,
    back: int,
) -> None:
    true, updates = torch.optim.AdamW.step, iter(range(1, 100))

    def step(self: torch.optim.AdamW, *arguments: Any) -> Any:
        if next(updates) == broken:
            with torch.no_grad():
                self.param_groups[0]["params"][0].add_(1.0)
            raise torch.OutOfMemoryError(OUT)
        return true(self, *arguments)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    control = Control()
    events = []
    for event in train(small_settings(images, output), control):
        events.append(event)
        if isinstance(event, StepDone) and event.step == 1 and back:
            control.save_now()
    assert changes(events) == [("memory.gradient_checkpointing", back)]
    assert steps(events) == [*range(1, broken), *range(back + 1, 5)]
    assert same(final(events), final(undisturbed))


def test_a_resumed_run_keeps_what_was_changed(
    images: Path, tmp_path: Path, fail_at: Callable[..., None], undisturbed: list[Event]
) -> None:
    fail_at(2)
    settings, control = small_settings(images, tmp_path), Control()
    for event in train(settings, control):
        if isinstance(event, StepDone) and event.step == 2:
            control.stop("leave")
    seen: list[Settings] = []

    class Watched(session_module.Session):
        def events(self) -> Iterator[Event]:
            seen.append(self.settings)
            yield from super().events()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session_module, "Session", Watched)
        events = list(train(settings, resume=True))
    assert [one.memory.gradient_checkpointing for one in seen] == [True]
    assert changes(events) == []
    assert steps(events) == [3, 4]
    assert same(final(events), final(undisturbed))


@pytest.mark.slow
def test_who_stops_after_a_relief_gets_what_was_learned(
    images: Path, output: Path, fail_at: Callable[..., None]
) -> None:
    fail_at(3)
    control = Control()
    for event in train(small_settings(images, output), control):
        if isinstance(event, Started) and event.step == 2:
            control.stop("keep")
    assert isinstance(event, Finished)
    assert (event.step, event.lora) == (2, "small.safetensors")


@pytest.mark.slow
def test_a_smaller_resolution_goes_on_without_talk_of_changed_images(
    tmp_path: Path, fail_at: Callable[..., None]
) -> None:
    fail_at(3)
    images = write_pictures(tmp_path / "images", 2, (128, 128))
    data = {"resolution": 128, "batch_size": 1, "bucket_step": 32}
    memory, base = {"gradient_checkpointing": True}, {"quantize": "nf4"}
    settings = small_settings(images, tmp_path, data=data, memory=memory, base=base)
    events = list(train(settings))
    assert changes(events) == [("data.resolution", 2)]
    assert [event.code for event in events if isinstance(event, Warned)] == ["memory.relieved"]
    assert steps(events) == [1, 2, 3, 4]
    header = read_header(run_of(events).path / "small.safetensors").metadata
    assert header["ss_resolution"] == "(96, 96)"


@pytest.mark.slow
def test_at_the_end_of_the_ladder_the_run_fails(
    images: Path, output: Path, fail_at: Callable[..., None]
) -> None:
    fail_at(*range(1, 1000))
    events = list(train(small_settings(images, output)))
    assert [setting for setting, _ in changes(events)] == [
        "memory.gradient_checkpointing",
        "memory.images_at_once",
        *2 * ["base.quantize"],
    ]
    assert isinstance(events[-1], Failed)
    assert events[-1].code == "train.out_of_memory"
    assert events[-1].params == {"resolution": 64, "batch_size": 2, "reason": OUT}


def test_whoever_wants_it_is_told_at_once(
    images: Path, output: Path, fail_at: Callable[..., None]
) -> None:
    fail_at(2)
    events = list(train(small_settings(images, output, memory={"adapt": False})))
    assert changes(events) == []
    assert isinstance(events[-1], Failed)
    assert events[-1].code == "train.out_of_memory"


@pytest.mark.slow
def test_the_base_model_is_opened_again_only_if_it_changes(
    images: Path, tmp_path: Path, fail_at: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was there before is gone by then: two base models may not fit."""
    fail_at(2, 3, 4)
    opened: list[tuple[str, Any]] = []

    def opening(settings: Base, device: torch.device) -> BaseModel:
        assert all(there() is None for _, there in opened)
        base = open_base(settings, device)
        opened.append((settings.quantize, weakref.ref(base.unet)))
        return base

    monkeypatch.setattr(ladder_module, "open_base", opening)
    events = list(session_module.train(small_settings(images, tmp_path)))
    assert [quantize for quantize, _ in opened] == ["none", "int8"]
    assert len(changes(events)) == 3
    run_of(events)


@pytest.mark.slow
def test_images_that_do_not_fit_while_they_are_encoded(
    images: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, calls = BaseModel.encode_images, iter(range(1, 100))

    def encode(self: BaseModel, pixels: torch.Tensor) -> torch.Tensor:
        if next(calls) == 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried ...")
        return true(self, pixels)

    monkeypatch.setattr(BaseModel, "encode_images", encode)
    events = list(train(small_settings(images, output)))
    assert changes(events) == [("base.quantize", 0)]
    assert steps(events) == [1, 2, 3, 4]


@pytest.mark.parametrize("adapt", [True, False])
def test_a_preview_for_which_there_is_no_memory(
    images: Path, output: Path, monkeypatch: pytest.MonkeyPatch, adapt: bool
) -> None:
    """It is left out; the steps go on with the settings that they have."""

    def draw(*_: Any) -> None:
        raise torch.OutOfMemoryError(OUT)

    monkeypatch.setattr(Previews, "draw", draw)
    preview = {"every": 2, "prompts": ["x"], "size": "64x64", "steps": 1}
    settings = small_settings(images, output, preview=preview, memory={"adapt": adapt})
    events = list(train(settings))
    assert changes(events) == []
    if not adapt:
        assert isinstance(events[-1], Failed)
        return
    assert [e.code for e in events if isinstance(e, Warned)] == ["engine.out_of_memory"]
    assert steps(events) == [1, 2, 3, 4]
    assert run_of(events).report()["grid"] == ""  # type: ignore[index]


@pytest.mark.slow
def test_settings_of_training_do_not_change_for_the_export(
    images: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError(OUT)

    monkeypatch.setattr(session_module, "export_checked", export)
    events = list(train(small_settings(images, output)))
    assert changes(events) == []
    assert isinstance(events[-1], Failed)
    assert events[-1].code == "engine.out_of_memory"
    assert any(isinstance(event, CheckpointSaved) and event.step == 4 for event in events)


def test_several_processes_do_not_adapt_and_say_so(images: Path, output: Path) -> None:
    class Full:
        resumed_from = None

        def events(self) -> Iterator[Event]:
            yield Phase("dry_step")
            raise torch.OutOfMemoryError(OUT)

    settings = small_settings(images, output)
    run = RunFolder.create(settings)
    ladder = Ladder(settings, run, None, Processes(count=2))  # type: ignore[arg-type]
    told: list[Event] = []
    with pytest.raises(torch.OutOfMemoryError):
        told.extend(event for event in ladder.attempt(Full()))  # type: ignore[arg-type]
    assert list(run.events())[-1] == Warned("memory.not_adapted", {"processes": 2})


@pytest.mark.parametrize(
    ("processes", "sizes", "at_once", "shares"),
    [
        (Processes(), [5, 2], None, [range(5), range(2)]),
        (Processes(), [5, 2], 2, [range(2), range(2, 4), range(4, 5), range(1), range(1, 2)]),
        (Processes(2, 1), [8], 2, [range(2, 4), range(6, 8)]),
        (Processes(2, 0), [4], 64, [range(2)]),
    ],
)
def test_images_at_a_time_shared_among_processes(
    processes: Processes, sizes: list[int], at_once: int | None, shares: list[range]
) -> None:
    assert [places for _, places in processes.shares(sizes, at_once)] == shares
    largest = max(map(len, processes.shares([sizes[0]], at_once)[0][1:]))
    assert len(processes.largest_share(sizes[0], at_once)) == largest
