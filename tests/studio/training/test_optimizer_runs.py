"""Every optimizer in real runs of the starter: it learns, resumes exactly, and tells what it keeps.

Both ways from gradients to weights end with the same bits.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.config import Settings
from studio.events import Event, Failed, Finished, Noted, Started, StepDone
from studio.runs import RunFolder
from studio.training import session, updating
from studio.training.control import Control
from studio.training.session import train
from studio.training.state import read_state
from studio.training.state_bytes import STATE_BYTES
from tests.pictures import small_settings, write_pictures

HERE = [name for name in STATE_BYTES if name != "paged_adamw8bit"]
FUSED = {"fused_backward_pass": True, "max_grad_norm": 0.0}


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("images"))


def adapter(events: list[Event]) -> dict[str, torch.Tensor]:
    """The adapter of a run's last checkpoint, float32."""
    finished = events[-1]
    assert isinstance(finished, Finished)
    run = RunFolder(Path(finished.run))
    weights: dict[str, torch.Tensor] = read_state(run.checkpoint(finished.step))["adapter"]
    return weights


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def stopped_and_resumed(settings: Settings) -> list[Event]:
    control = Control()
    for event in train(settings, control):
        if isinstance(event, StepDone) and event.step == 2:
            control.stop("leave")
    return list(train(settings, resume=True))


def small(images: Path, folder: Path, **optimizer: Any) -> Settings:
    return small_settings(
        images, folder, optimizer=optimizer, memory={"pack_weights": "off", "attention": "sdpa"}
    )


def test_a_fused_backward_pass_is_used_and_ends_with_the_same_bits(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = []
    true_meet = updating.WithinBackward._meet

    def meet(self: updating.WithinBackward, number: int, parameter: torch.Tensor) -> None:
        met.append(parameter)
        true_meet(self, number, parameter)

    monkeypatch.setattr(updating.WithinBackward, "_meet", meet)
    usual = list(train(small(images, tmp_path / "a", type="adamwfp8", max_grad_norm=0.0)))
    assert not met
    fused = list(train(small(images, tmp_path / "b", type="adamwfp8", **FUSED)))
    assert len(met) == 4 * len(set(met))
    assert same(adapter(usual), adapter(fused))
    norms = [[e.grad_norm for e in run if isinstance(e, StepDone)] for run in (usual, fused)]
    assert norms[0] == pytest.approx(norms[1], rel=1e-4)
    (note,) = [e for e in fused if isinstance(e, Noted) and e.code == "optimizer.state"]
    finished = fused[-1]
    assert isinstance(finished, Finished)
    report = json.loads(RunFolder(Path(finished.run)).report_file.read_text())
    assert round(report["optimizer_state_bytes"] / 1e6, 1) == note.params["megabytes"]
    assert report["optimizer_low_bits"] == 1.0


@pytest.mark.parametrize("within", [False, True], ids=["loss", "gradient"])
def test_what_is_not_finite_ends_a_fused_run_with_its_last_good_state(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: bool
) -> None:
    """Of a loss it is found out in time; of gradients after they were used."""
    true_losses, calls = session.noise.image_losses, []

    def broken(predicted: torch.Tensor, *others: Any) -> torch.Tensor:
        calls.append(1)
        losses = true_losses(predicted, *others)
        if len(calls) != 3:
            return losses
        return losses + 0 * (predicted * 0).sum().sqrt() if within else losses * float("nan")

    monkeypatch.setattr(session.noise, "image_losses", broken)
    events = list(train(small(images, tmp_path, type="adamw", **FUSED)))
    (started,) = [event for event in events if isinstance(event, Started)]
    run, failed = RunFolder(Path(started.run)), events[-1]
    assert isinstance(failed, Failed)
    assert failed.params["step"] == 3
    assert failed.code == ("train.not_finite_within" if within else "train.not_finite")
    assert run.checkpoint_steps() == ([] if within else [2])


@pytest.mark.slow
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("name", HERE)
def test_a_stopped_run_goes_on_bit_for_bit(
    images: Path, tmp_path: Path, name: str, fused: bool
) -> None:
    optimizer = {"type": name, **(FUSED if fused else {})}
    unbroken = list(train(small(images, tmp_path / "a", **optimizer)))
    resumed = stopped_and_resumed(small(images, tmp_path / "b", **optimizer))
    assert same(adapter(unbroken), adapter(resumed))


@pytest.mark.slow
@pytest.mark.parametrize("name", HERE[1:])
def test_lowers_the_loss_as_adamw_does(images: Path, tmp_path: Path, name: str) -> None:
    def last(kind: str) -> float:
        optimizer = {"type": kind, "unet_lr": 2e-3}
        settings = small_settings(
            images, tmp_path / kind, optimizer=optimizer, schedule={"steps": 40}
        )
        losses = [event.loss for event in train(settings) if isinstance(event, StepDone)]
        assert sum(losses[-10:]) < 0.9 * sum(losses[:10])
        return sum(losses[-10:])

    assert last(name) < 1.05 * last("adamw")
