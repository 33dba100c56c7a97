"""What a session prepares: how the frozen layers run, and that it is remembered."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from platformdirs import user_cache_path
from torch import nn

from studio.events import CheckpointSaved, Event, Finished, Noted, Phase, StepDone, Warned
from studio.models import packing, quicken
from studio.models.packed import Layer
from studio.models.packing import Trial
from studio.runs import RunFolder
from studio.training.control import Control
from studio.training.session import train
from tests.pictures import small_settings, write_pictures


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("images"))


def gaining(layer: Layer) -> Trial:
    """Every layer gains, in proportion to its weights."""
    bytes = layer.weight.nbytes
    return Trial(bytes * 1e-8, bytes * 1e-9, bytes)


def kept_plans() -> list[Path]:
    return list((user_cache_path("LoRA Studio", appauthor=False) / "speed").iterdir())


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[int, ...]]:
    """Every layer gains; the sizes that were tried are noted."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    tried: list[tuple[int, ...]] = []

    def note(layer: Layer, size: tuple[int, ...]) -> Trial:
        tried.append(size)
        return gaining(layer)

    monkeypatch.setattr(packing, "try_out", note)
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, 0.2))
    return tried


def losses(events: list[Event]) -> list[float]:
    return [event.loss for event in events if isinstance(event, StepDone)]


def notes(events: list[Event]) -> list[str]:
    return [event.code for event in events if isinstance(event, Noted)]


def test_a_packed_run_learns_what_an_ordinary_one_does(
    images: Path, tmp_path: Path, trials: list[tuple[int, ...]]
) -> None:
    ordinary = list(train(small_settings(images, tmp_path)))
    packed = list(train(small_settings(images, tmp_path, memory={"pack_weights": "auto"})))
    assert notes(ordinary)[0] == "speed.off"
    assert notes(packed)[0] == "speed.packed"
    assert trials
    assert losses(packed) == pytest.approx(losses(ordinary), rel=1e-4)
    assert isinstance(packed[-1], Finished)


def test_a_run_is_tried_out_once_and_repeats_its_bits(
    images: Path, tmp_path: Path, trials: list[tuple[int, ...]]
) -> None:
    settings = small_settings(images, tmp_path, memory={"pack_weights": "on"})
    first = list(train(settings))
    tried = len(trials)
    again = list(train(settings))
    assert len(trials) == tried
    assert losses(again) == losses(first)
    assert Phase("quicken") in first
    assert Phase("quicken") not in again


def test_a_resumed_run_runs_as_it_began(
    images: Path, tmp_path: Path, trials: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small_settings(images, tmp_path, memory={"pack_weights": "auto"}, save={"every": 2})
    unbroken = list(train(settings))
    control, events = Control(), []
    for event in train(settings, control):
        events.append(event)
        if isinstance(event, CheckpointSaved):
            control.stop("leave")
    for file in kept_plans():
        file.unlink()
    monkeypatch.setattr(packing, "try_out", lambda *_: Trial(0.001, 0.002, 100))  # none gains now
    resumed = list(train(settings, resume=True))
    assert notes(resumed)[0] == "speed.packed"
    assert losses(events) + losses(resumed) == losses(unbroken)


def test_a_damaged_note_is_told_and_found_out_again(
    images: Path, tmp_path: Path, trials: list[tuple[int, ...]]
) -> None:
    settings = small_settings(images, tmp_path, memory={"pack_weights": "auto"})
    run = RunFolder(Path(list(train(settings))[-1].run))  # type: ignore[attr-defined]
    (kept,) = kept_plans()
    kept.write_text("{")
    events = list(train(settings))
    assert [e.params["path"] for e in events if isinstance(e, Warned)] == [str(kept)]
    assert kept.read_text() == run.speed_file.read_text()


def test_a_run_goes_on_where_nothing_can_be_kept(
    images: Path, tmp_path: Path, trials: list[tuple[int, ...]]
) -> None:
    (tmp_path / "user").write_text("no folder")
    settings = small_settings(images, tmp_path, memory={"pack_weights": "auto"})
    events = list(train(settings))
    assert "speed.not_kept" in notes(events)
    assert isinstance(events[-1], Finished)


def unfolding(layer: Layer) -> Trial:
    """Convolutions gain unfolded, and nothing gains packed."""
    bytes = layer.weight.nbytes
    unfolded = bytes * 1e-9 if isinstance(layer, nn.Conv2d) else math.inf
    return Trial(bytes * 1e-8, bytes * 1e-7, bytes, unfolded)


@pytest.mark.slow
@pytest.mark.parametrize("way", [gaining, unfolding])
@pytest.mark.parametrize(("dtype", "within"), [("fp32", 1e-4), ("bf16", 0.05)])
def test_fifty_steps_follow_the_ordinary_loss(
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dtype: str,
    within: float,
    way: Callable[[Layer], Trial],
) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: way(layer))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    curves = []
    for pack in ("off", "on"):
        settings = small_settings(
            images,
            tmp_path,
            base={"dtype": dtype},
            memory={"pack_weights": pack, "attention": "sdpa" if pack == "off" else "auto"},
            schedule={"steps": 50},
        )
        events = list(train(settings))
        curves.append(losses(events))
    assert notes(events)[0] == ("speed.packed" if way is gaining else "speed.unfolded")
    ordinary, quick = curves
    assert len(quick) == 50
    assert quick == pytest.approx(ordinary, rel=within)


def test_trials_take_as_many_images_as_a_pass(
    images: Path, tmp_path: Path, trials: list[tuple[int, ...]]
) -> None:
    memory = {"pack_weights": "auto", "images_at_once": 1}
    list(train(small_settings(images, tmp_path, memory=memory)))
    assert {size[0] for size in trials} == {1}
    trials.clear()
    list(train(small_settings(images, tmp_path, memory={"pack_weights": "auto"})))
    assert {size[0] for size in trials} == {2}
