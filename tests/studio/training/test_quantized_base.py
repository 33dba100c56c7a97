"""Runs on a quantised base: they learn, resume bit for bit, and leave files like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from studio.config import Base
from studio.events import Event, Finished, Phase, SampleSaved, StepDone
from studio.models import family as family_module
from studio.models.adapter import load
from studio.models.checkpoint import open_base
from studio.models.quantized import is_quantized, quantizable
from studio.runs import RunFolder
from studio.training.control import Control
from studio.training.session import train
from studio.training.state import read_state
from tests.pictures import small_settings, write_pictures
from tests.tiny_models import tiny_configs, tiny_file, tiny_folder

KINDS = ("nf4", "int8", "fp8")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("images"))


def losses(events: list[Event]) -> list[float]:
    return [event.loss for event in events if isinstance(event, StepDone)]


def adapter_at(event: Event, step: int) -> dict[str, torch.Tensor]:
    assert isinstance(event, Finished)
    adapter: dict[str, Any] = read_state(RunFolder(Path(event.run)).checkpoint(step))["adapter"]
    return adapter


def test_a_stop_and_resume_equals_an_unbroken_run(images: Path, tmp_path: Path) -> None:
    sections: dict[str, Any] = {
        "base": {"quantize": "nf4"},
        "network": {"text_encoder": True, "dropout": 0.1, "target": "all"},
        "memory": {"gradient_checkpointing": True},
    }
    unbroken = list(train(small_settings(images, tmp_path / "a", **sections)))

    settings = small_settings(images, tmp_path / "b", **sections)
    control = Control()
    for event in train(settings, control):
        if isinstance(event, StepDone) and event.step == 2:
            control.stop("leave")
    resumed = list(train(settings, resume=True))
    assert losses(resumed) == losses(unbroken)[2:]
    one, other = adapter_at(unbroken[-1], 4), adapter_at(resumed[-1], 4)
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_draws_and_exports(images: Path, tmp_path: Path, kind: str) -> None:
    settings = small_settings(
        images,
        tmp_path,
        base={"quantize": kind},
        schedule={"steps": 30},
        data={"batch_size": 4, "caption_dropout": 0.0},
        preview={"every": 30, "prompts": ["a red apple"], "size": "64x64", "steps": 2},
    )
    events = list(train(settings))
    falling = losses(events)
    assert sum(falling[-8:]) < 0.97 * sum(falling[:8])
    assert sum(isinstance(event, SampleSaved) for event in events) == 2
    assert Phase("export") in events
    finished = events[-1]
    assert isinstance(finished, Finished)
    file = Path(finished.run) / finished.lora
    whole = open_base(Base(model="starter"), torch.device("cpu"))
    _, left = load(whole, file)  # it is for the model in full as well
    assert left == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_nearly_what_it_would_on_the_whole_base(
    images: Path, tmp_path: Path, kind: str
) -> None:
    def found(quantize: str) -> list[float]:
        settings = small_settings(
            images,
            tmp_path / quantize,
            base={"quantize": quantize},
            schedule={"steps": 12},
            data={"batch_size": 4, "caption_dropout": 0.0},
        )
        return losses(list(train(settings)))

    off = {"nf4": 0.15, "int8": 0.01, "fp8": 0.03}
    for wanted, loss in zip(found("none"), found(kind), strict=True):
        assert loss == pytest.approx(wanted, rel=off[kind])


@pytest.mark.slow
@pytest.mark.parametrize(("family", "kind"), [("sd2", "int8"), ("sdxl", "nf4")])
def test_every_family_trains_from_a_single_file(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str, kind: str
) -> None:
    monkeypatch.setattr(family_module, "CONFIGS", tiny_configs(tmp_path / "configs"))
    file = tiny_file(
        tmp_path / f"{family}.safetensors", tiny_folder(tmp_path / family, family), family
    )
    settings = small_settings(
        images,
        tmp_path,
        base={"model": str(file), "quantize": kind},
        network={"text_encoder": True, "target": "all"},
        schedule={"steps": 2, "gradient_accumulation": 1},
        preview={"every": 2, "prompts": ["a red apple"], "size": "64x64", "steps": 2},
    )
    finished = list(train(settings))[-1]
    assert isinstance(finished, Finished), finished
    assert finished.step == 2
    base = open_base(settings.base, torch.device("cpu"))
    whole = open_base(settings.base.model_copy(update={"quantize": "none"}), torch.device("cpu"))
    for name, component in whole.components.items():
        few = base.components[name]
        assert all(map(is_quantized, quantizable(few).values()))
        told = few.state_dict()
        for path, layer in quantizable(component).items():
            found = told[f"{path}.weight"]
            assert float((found - layer.weight).norm() / layer.weight.norm()) < 0.15
