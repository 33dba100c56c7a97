"""Base models that are not the starter: another folder, noise prediction, half precision."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from studio.events import Event, Finished, Started, StepDone
from studio.inspect import inspect_file
from studio.models.family import STARTER
from studio.training.session import train
from tests.pictures import small_settings, write_pictures


@pytest.fixture
def epsilon_base(tmp_path: Path) -> Path:
    """The starter's weights in a folder of their own that claims to predict noise."""
    folder = tmp_path / "my-model"
    shutil.copytree(STARTER, folder, ignore=shutil.ignore_patterns("probe.safetensors"))
    scheduler = folder / "scheduler" / "scheduler_config.json"
    config = json.loads(scheduler.read_text("utf-8")) | {"prediction_type": "epsilon"}
    scheduler.write_text(json.dumps(config), "utf-8")
    return folder


def run(images: Path, output: Path, **sections: dict) -> tuple[list[Event], dict[str, str]]:
    events = list(train(small_settings(images, output, schedule={"steps": 2}, **sections)))
    finished = events[-1]
    assert isinstance(finished, Finished), finished
    return events, inspect_file(Path(finished.run) / finished.lora).training


def test_a_folder_with_noise_prediction(epsilon_base: Path, tmp_path: Path) -> None:
    images = write_pictures(tmp_path / "images")
    events, told = run(images, tmp_path / "out", base={"model": str(epsilon_base)})
    assert next(e.base for e in events if isinstance(e, Started)) == "my-model"
    assert told["ss_base_model_version"] == "sd_v1"
    assert told["modelspec.prediction_type"] == "epsilon"
    assert str(tmp_path) not in json.dumps(told)


def test_the_prediction_type_can_be_overridden(tmp_path: Path) -> None:
    images = write_pictures(tmp_path / "images")
    _, own = run(images, tmp_path / "a")
    _, forced = run(images, tmp_path / "b", base={"prediction_type": "epsilon"})
    assert own["ss_base_model_version"] == "sd_v1_v"
    assert forced["ss_base_model_version"] == "sd_v1"


def test_half_precision_weights_train_close_to_float32(tmp_path: Path) -> None:
    images = write_pictures(tmp_path / "images")

    def losses(name: str, dtype: str) -> list[float]:
        events, _ = run(images, tmp_path / name, base={"dtype": dtype})
        return [e.loss for e in events if isinstance(e, StepDone)]

    assert losses("half", "bf16") == pytest.approx(losses("full", "fp32"), rel=0.1)
