"""The engine on the starter model: what stays loaded, what it draws, what a job leaves behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

from studio import engine as engine_module
from studio.config import Base
from studio.engine import Engine, throttled
from studio.events import (
    DryStepDone,
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    PictureDrawn,
    SampleSaved,
    SheetSaved,
    StepDone,
    Warned,
)
from studio.jobs import LIVE, Cell, Draw, Sheet, Train, job_from_json, to_json
from studio.models import adapter as adapter_module
from studio.runs import RunFolder
from studio.sampling.recipe import Recipe
from studio.training.control import Control
from studio.training.progress import RunState
from studio.training.session import train
from studio.training.state import read_state
from tests.pictures import small_settings, write_pictures

SMALL = Recipe(64, 64, steps=3, guidance=1.0)


@pytest.fixture(autouse=True)
def all_steps_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps here are so quick that most would be held back."""
    monkeypatch.setattr(engine_module, "_INTERVAL", 0.0)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def lora(images: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An adapter whose effect can be seen."""
    settings = small_settings(
        images, tmp_path_factory.mktemp("run"), optimizer={"unet_lr": 0.05}, schedule={"steps": 3}
    )
    finished = list(train(settings))[-1]
    assert isinstance(finished, Finished)
    return str(Path(finished.run) / finished.lora)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def run(engine: Engine, job: Train | Draw, control: Control | None = None) -> list[Event]:
    return list(engine.run(job, control or Control()))


def kinds(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def drawing(folder: Path, *strengths: tuple[float, ...], **fields: object) -> Draw:
    cells = tuple(Cell(prompt="a red apple", seed=1, strengths=s) for s in strengths)
    return Draw(cells=cells, folder=str(folder), **{"recipe": SMALL, **fields})


def pixels(event: PictureDrawn) -> bytes:
    with Image.open(event.path) as image:
        return image.tobytes()


def test_jobs_travel_as_json(images: Path, tmp_path: Path, lora: str) -> None:
    sheet = Sheet(path=str(tmp_path / "sheet.png"), rows=("one",), columns=("half",))
    for job in (
        Train(settings=small_settings(images, tmp_path)),
        drawing(tmp_path, (0.5,), loras=(lora,), sheet=sheet, draft_steps=1),
    ):
        assert job_from_json(to_json(job)) == job


def test_a_job_needs_a_strength_for_every_adapter(tmp_path: Path, lora: str) -> None:
    with pytest.raises(ValueError, match="one strength per adapter"):
        drawing(tmp_path, (), loras=(lora,))
    sheet = Sheet(path="sheet.png", rows=("a", "b"), columns=("c",))
    with pytest.raises(ValueError, match="one cell per row and column"):
        drawing(tmp_path, (1.0,), loras=(lora,), sheet=sheet)


def test_base_and_adapters_are_read_once(
    engine: Engine, lora: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    for module, name in ((engine_module, "open_base"), (engine_module, "Loras")):
        original = getattr(module, name)

        def counted(*args: object, original=original, name=name) -> object:  # type: ignore[no-untyped-def]
            opened.append(name)
            return original(*args)

        monkeypatch.setattr(module, name, counted)
    engine.free()
    assert engine.loaded == ""
    for strength in (0.0, 0.5, 1.0):
        events = run(engine, drawing(tmp_path, (strength,), loras=(lora,)))
        assert len(kinds(events, PictureDrawn)) == 1
    assert engine.loaded == "starter"
    assert opened == ["open_base", "Loras"]


def test_strength_changes_the_picture_and_zero_is_the_base_model(
    engine: Engine, lora: str, tmp_path: Path
) -> None:
    plain = kinds(run(engine, drawing(tmp_path, ())), PictureDrawn)[0]
    job = drawing(tmp_path, (0.0,), (1.0,), (-1.0,), loras=(lora,))
    off, full, against = kinds(run(engine, job), PictureDrawn)
    assert pixels(off) == pixels(plain)
    assert len({pixels(off), pixels(full), pixels(against)}) == 3
    with Image.open(full.path) as image:
        assert f"<lora:{Path(lora).stem}:1>" in image.text["parameters"]


def test_two_adapters_act_together(engine: Engine, lora: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(Path(lora).read_bytes())
    job = drawing(tmp_path, (0.5, 0.5), (1.0, 0.0), loras=(lora, str(copy)))
    halves, whole = kinds(run(engine, job), PictureDrawn)
    with Image.open(halves.path) as one, Image.open(whole.path) as other:
        difference = max(abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True))
    assert difference <= 2


def test_drafts_come_first(engine: Engine, lora: str, tmp_path: Path) -> None:
    job = drawing(tmp_path, (0.0,), (1.0,), loras=(lora,), draft_steps=1)
    drawn = kinds(run(engine, job), PictureDrawn)
    assert [(e.cell, e.draft) for e in drawn] == [(0, True), (1, True), (0, False), (1, False)]
    assert len({e.path for e in drawn}) == 4


def test_a_stopped_drawing_ends_within_a_step(engine: Engine, tmp_path: Path) -> None:
    control = Control()
    seen: list[Event] = []
    for event in engine.run(drawing(tmp_path, (), (), (), recipe=Recipe(64, 64, 100)), control):
        seen.append(event)
        if isinstance(event, Phase) and event.name == "draw":
            control.stop()
    assert kinds(seen, PictureDrawn) == []
    assert len(kinds(seen, Phase)) < 5


def test_a_sheet_of_all_cells(engine: Engine, lora: str, tmp_path: Path) -> None:
    sheet = Sheet(path=str(tmp_path / "sheet.png"), rows=("one", "two"), columns=("0", "1"))
    job = drawing(tmp_path, (0.0,), (1.0,), (0.0,), (1.0,), loras=(lora,), sheet=sheet)
    events = run(engine, job)
    assert events[-1] == SheetSaved(sheet.path)
    with Image.open(sheet.path) as image:
        assert image.width > 2 * 256


def test_bad_input_ends_in_failed(engine: Engine, tmp_path: Path) -> None:
    for job, code in (
        (drawing(tmp_path, (1.0,), loras=(str(tmp_path / "no.safetensors"),)), "safetensors."),
        (drawing(tmp_path, (), recipe=Recipe(100, 100)), "sample.bad_size"),
        (drawing(tmp_path, (), base=Base(model=str(tmp_path / "nowhere"))), "base.not_found"),
    ):
        last = run(engine, job)[-1]
        assert isinstance(last, Failed)
        assert last.code.startswith(code)
    assert kinds(run(engine, drawing(tmp_path, ())), PictureDrawn)


def test_training_after_drawing_is_training_alone(
    engine: Engine, images: Path, lora: str, tmp_path: Path
) -> None:
    """The base model that drew with adapters is clean again, to the last bit."""

    def final(events: list[Event]) -> dict[str, torch.Tensor]:
        return read_state(RunFolder(Path(events[-1].run)).checkpoint(4))["adapter"]  # type: ignore[attr-defined]

    memory = {"gradient_checkpointing": True, "attention": "eager"}
    alone = final(list(train(small_settings(images, tmp_path / "alone"))))
    run(engine, drawing(tmp_path, (1.0,), loras=(lora,)))
    run(engine, Train(settings=small_settings(images, tmp_path / "other", memory=memory)))
    within = final(run(engine, Train(settings=small_settings(images, tmp_path / "within"))))
    assert all(torch.equal(alone[name], within[name]) for name in alone)


def test_every_run_tries_its_largest_batch_first(
    engine: Engine, images: Path, tmp_path: Path
) -> None:
    events = run(engine, Train(settings=small_settings(images, tmp_path)))
    tried = next(event for event in events if isinstance(event, DryStepDone))
    assert (tried.width, tried.height, tried.images) == (64, 64, 2)
    assert tried.peak_memory_bytes > 100e6


def test_a_held_run_draws_with_its_adapter_and_others_and_stays_the_same(
    engine: Engine, images: Path, lora: str, tmp_path: Path
) -> None:
    def final(name: str, draws: bool) -> tuple[dict[str, torch.Tensor], list[Event]]:
        control, seen = Control(), []
        settings = small_settings(images, tmp_path / name, optimizer={"unet_lr": 0.05})
        for event in engine.run(Train(settings=settings), control):
            seen.append(event)
            if draws and isinstance(event, StepDone) and event.step == 2:
                control.pause()
            if isinstance(event, Paused):
                strengths = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
                control.draw_now(drawing(tmp_path, *strengths, loras=(LIVE, lora)))
            if len(kinds(seen, PictureDrawn)) == 3:
                control.resume()
        return read_state(RunFolder(Path(seen[-1].run)).checkpoint(4))["adapter"], seen

    plain, _ = final("plain", draws=False)
    drawn, events = final("drawn", draws=True)
    pictures = {pixels(event) for event in kinds(events, PictureDrawn)}
    assert len(pictures) == 3
    assert all(torch.equal(plain[name], drawn[name]) for name in plain)
    recorded = list(RunFolder(Path(events[-1].run)).events())
    assert not kinds(recorded, PictureDrawn)


def test_a_held_run_survives_a_drawing_that_fails_and_gives_up_one_that_is_not_wanted(
    engine: Engine, images: Path, tmp_path: Path
) -> None:
    control = Control()
    seen: list[Event] = []
    for event in engine.run(Train(settings=small_settings(images, tmp_path)), control):
        seen.append(event)
        if isinstance(event, StepDone) and event.step == 2:
            control.pause()
        if isinstance(event, Paused):
            nowhere = str(tmp_path / "no.safetensors")
            control.draw_now(drawing(tmp_path, (1.0,), loras=(nowhere,)))
        if isinstance(event, Warned):
            control.draw_now(drawing(tmp_path, (), recipe=Recipe(64, 64, 100)))
        if isinstance(event, Phase) and event.name == "draw":
            control.stop_drawing(str(tmp_path))
            control.resume()
    assert [warned.code for warned in kinds(seen, Warned)] == ["safetensors.unreadable"]
    assert not kinds(seen, PictureDrawn)
    assert len([e for e in kinds(seen, Phase) if e.name == "draw"]) < 5
    assert isinstance(seen[-1], Finished)
    assert seen[-1].step == 4


def test_previews_can_be_asked_for(engine: Engine, images: Path, tmp_path: Path) -> None:
    control = Control()
    control.preview_now()
    preview = {"every": 100, "prompts": ["x"], "size": "64x64", "steps": 1}
    job = Train(settings=small_settings(images, tmp_path, preview=preview))
    samples = kinds(run(engine, job, control), SampleSaved)
    assert [(sample.step, sample.strength) for sample in samples] == [(0, 0.0), (0, 1.0), (4, 1.0)]


@pytest.mark.parametrize(
    ("how", "checkpoints", "exported"),
    [("keep", [2], True), ("leave", [2], False), ("discard", [], False)],
)
def test_what_the_ways_to_stop_leave(
    engine: Engine,
    images: Path,
    tmp_path: Path,
    how: str,
    checkpoints: list[int],
    exported: bool,
) -> None:
    control = Control()
    for event in engine.run(Train(settings=small_settings(images, tmp_path)), control):
        if isinstance(event, StepDone) and event.step == 2:
            control.stop(how)  # type: ignore[arg-type]
    assert isinstance(event, Finished)
    assert event.stopped
    assert bool(event.lora) == exported
    assert RunFolder(Path(event.run)).checkpoint_steps() == checkpoints


def test_checkpoints_that_were_asked_for_stay(engine: Engine, images: Path, tmp_path: Path) -> None:
    control = Control()
    settings = small_settings(images, tmp_path, save={"every": 1, "keep": 1})
    state = RunState(keep=1)
    for event in engine.run(Train(settings=settings), control):
        state.apply(event)
        if isinstance(event, StepDone) and event.step == 1:
            control.save_now()
    assert isinstance(event, Finished)
    assert RunFolder(Path(event.run)).checkpoint_steps() == [1, 4]
    assert state.checkpoints == [1, 4]


def test_who_stops_before_the_first_new_step_leaves_at_once(
    engine: Engine, images: Path, tmp_path: Path
) -> None:
    control = Control()
    control.stop("keep")
    last = run(engine, Train(settings=small_settings(images, tmp_path)), control)[-1]
    assert isinstance(last, Finished)
    assert (last.stopped, last.lora) == (True, "")


def test_who_stops_early_does_not_wait_for_the_grid(
    engine: Engine, images: Path, tmp_path: Path
) -> None:
    preview = {"every": 100, "prompts": ["x"], "size": "64x64", "steps": 1}
    job = Train(settings=small_settings(images, tmp_path, preview=preview))
    control = Control()
    seen: list[Event] = []
    for event in engine.run(job, control):
        seen.append(event)
        if isinstance(event, StepDone) and event.step == 2:
            control.stop("keep")
    assert isinstance(event, Finished)
    assert event.lora
    assert "draw_grid" not in [phase.name for phase in kinds(seen, Phase)]


def test_a_given_run_goes_on(engine: Engine, images: Path, tmp_path: Path) -> None:
    settings = small_settings(images, tmp_path)
    control = Control()
    for event in engine.run(Train(settings=settings), control):
        if isinstance(event, StepDone) and event.step == 2:
            control.stop("leave")
    assert isinstance(event, Finished)
    again = run(engine, Train(settings=settings, resume=event.run))
    assert [step.step for step in kinds(again, StepDone)][-1] == 4
    assert again[-1].run == event.run  # type: ignore[attr-defined]


def test_out_of_memory_is_told(
    engine: Engine, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The allocator's own error, asked for more than there is."""
    from studio.training import session

    def greedy(*_: object) -> torch.Tensor:
        return torch.empty(2**60)

    with monkeypatch.context() as patch:
        patch.setattr(session.noise, "image_losses", greedy)
        last = run(engine, Train(settings=small_settings(images, tmp_path)))[-1]
    assert isinstance(last, Failed)
    assert last.code == "train.out_of_memory"
    assert (last.params["resolution"], last.params["batch_size"]) == (64, 2)
    assert kinds(run(engine, drawing(tmp_path, ())), PictureDrawn)


def test_strip_leaves_a_base_model_as_it_was_opened(engine: Engine, lora: str) -> None:
    base = engine.open(Base())
    names = {part: list(module.state_dict()) for part, module in base.components.items()}
    adapter_module.load(base, Path(lora))
    adapter_module.strip(base)
    assert names == {part: list(module.state_dict()) for part, module in base.components.items()}
    assert not any(p.requires_grad for m in base.components.values() for p in m.parameters())


def test_throttling_keeps_the_last_of_each_kind_and_everything_else() -> None:
    def step(number: int) -> StepDone:
        return StepDone(number, 9, 0, 0.1, 0.1, 0.0, 1.0, 0.01)

    def events() -> Iterator[Event]:
        for number in range(1, 6):
            yield step(number)
        yield Paused(5)
        yield Phase("draw", 1, 2)
        yield Phase("draw", 2, 2)
        time.sleep(0.06)
        yield step(6)
        yield step(7)

    told = list(throttled(events(), 0.05))
    assert told == [
        step(1), step(5), Paused(5), Phase("draw", 1, 2), Phase("draw", 2, 2), step(6), step(7),
    ]  # fmt: skip
