"""Training on each family, from folders and single files: two steps, previews, export, resume."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from studio.config import Base, Network, Settings, merge
from studio.errors import StudioError
from studio.events import Event, Failed, Finished, SampleSaved, Started, StepDone, Warned
from studio.models import family as family_module
from studio.models.adapter import inject, strip
from studio.models.checkpoint import BaseModel, open_base
from studio.runs import RunFolder
from studio.training.control import Control
from studio.training.session import train
from studio.training.setup import text_chunks
from studio.training.state import read_state
from tests.pictures import small_settings, write_pictures
from tests.tiny_models import FAMILIES, tiny_configs, tiny_file, tiny_folder

BOTH = {"text_encoder": True, "target": "all"}
LONG = "a red apple, " + ", ".join(["cat", "dog", "hill", "sea"] * 11)  # 92 tokens


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders and single files of all families, and pictures."""
    path = tmp_path_factory.mktemp("bases")
    tiny_configs(path / "configs")
    for family in FAMILIES:
        ending = "ckpt" if family == "sd2" else "safetensors"
        tiny_file(path / f"{family}.{ending}", tiny_folder(path / family, family), family)
    write_pictures(path / "images", size=(96, 64))
    return path


@pytest.fixture(autouse=True)
def tiny(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family_module, "CONFIGS", root / "configs")


def settings_of(
    root: Path, output: Path, model: str, images: str = "images", **sections: Any
) -> Settings:
    """Two steps of one batch, without what the preset of a large model saves memory with."""
    quick = {
        "base": {"model": str(root / model)},
        "schedule": {"steps": 2, "gradient_accumulation": 1},
        "memory": {"gradient_checkpointing": False},
    }
    return small_settings(root / images, output, **merge(quick, sections))


def run(
    root: Path, output: Path, model: str, *given: str, until: int | None = None, **sections: Any
) -> list[Event]:
    """The events of a run that is left after its last step, or after step ``until``."""
    return left(settings_of(root, output, model, *given, **sections), until)


def left(settings: Settings, until: int | None = None, *, resume: bool = False) -> list[Event]:
    control = Control()
    events = []
    for event in train(settings, control, resume=resume):
        events.append(event)
        if isinstance(event, StepDone) and event.step == (until or settings.schedule.steps):
            control.stop("leave")
    return events


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def adapter(events: list[Event]) -> dict[str, Tensor]:
    finished = events[-1]
    assert isinstance(finished, Finished), finished
    folder = RunFolder(Path(finished.run)).checkpoint(finished.step)
    state: dict[str, Tensor] = read_state(folder)["adapter"]
    return state


def equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_single_file_trains_draws_and_exports(root: Path, tmp_path: Path, family: str) -> None:
    file = next(path.name for path in root.glob(f"{family}.*"))
    preview = {"every": 2, "prompts": ["a red cat"], "size": "64x96"}
    told: dict[str, Any] = {"network": {"text_encoder": True}, "preview": preview}
    events = list(train(settings_of(root, tmp_path / "a", file, **told)))
    assert [step.step for step in of(StepDone, events)] == [1, 2]
    assert len(of(SampleSaved, events)) == 2
    (started,) = of(Started, events)
    assert started.base == family
    assert started.open_seconds > 0
    warned = ["base.prediction_assumed"] if family == "sd2" else []
    assert [event.code for event in of(Warned, events)] == warned
    finished = events[-1]
    assert isinstance(finished, Finished), finished
    assert (Path(finished.run) / finished.lora).is_file()
    assert finished.report["open_seconds"] > 0


def learnt(events: list[Event]) -> tuple[set[str], set[str]]:
    """Names of matrices that training moved away from zero, and of those that are zero still."""
    up = {name: tensor for name, tensor in adapter(events).items() if name.endswith(".B")}
    moved = {name for name, tensor in up.items() if tensor.any()}
    return moved, up.keys() - moved


def parts(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def test_every_adapted_layer_learns(root: Path, tmp_path: Path) -> None:
    base = {"zero_terminal_snr": "on"}
    moved, still = learnt(run(root, tmp_path, "sd2", network=BOTH, base=base))
    assert (parts(moved), still) == ({"unet", "text_encoder"}, set())


SDXL: dict[str, Any] = {
    "network": {**BOTH, "dropout": 0.1},
    "data": {"flip": True},
    "optimizer": {"unet_lr": 1e-3, "text_encoder_lr": 1e-4, "text_encoder_lr_2": 1e-5},
}


@pytest.fixture(scope="module")
def unbroken(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    return run(root, tmp_path_factory.mktemp("unbroken"), "sdxl", **SDXL)


def test_sdxl_teaches_both_encoders_each_at_its_own_rate(unbroken: list[Event]) -> None:
    first = of(StepDone, unbroken)[0]
    assert (first.unet_lr, first.text_encoder_lr, first.text_encoder_lr_2) == (1e-3, 1e-4, 1e-5)
    moved, still = learnt(unbroken)
    assert parts(moved) == {"unet", "text_encoder", "text_encoder_2"}
    # Nothing reads the last layer of the first encoder; kohya's files have it all the same.
    last = "text_encoder.encoder.layers.1."
    assert still == {n for n in moved | still if n.startswith(last)}


def test_sdxl_resumes_to_the_same_bits(root: Path, tmp_path: Path, unbroken: list[Event]) -> None:
    settings = settings_of(root, tmp_path, "sdxl", **SDXL)
    left(settings, until=1)
    resumed = left(settings, resume=True)
    assert [step.step for step in of(StepDone, resumed)] == [2]
    assert equal(adapter(unbroken), adapter(resumed))


def test_one_encoder_can_learn_alone(root: Path, tmp_path: Path) -> None:
    second = {"text_encoder": False, "text_encoder_2": True}
    alone = run(root, tmp_path, "sdxl", network=second, optimizer=SDXL["optimizer"])
    step = of(StepDone, alone)[0]
    assert (step.text_encoder_lr, step.text_encoder_lr_2) == (0, 1e-5)
    assert parts(set(adapter(alone))) == {"unet", "text_encoder_2"}


def test_a_second_encoder_that_is_not_there_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"network\.no_second_encoder"):
        settings_of(root, tmp_path, "sd1", network={"text_encoder_2": True})
    settings = settings_of(root, tmp_path, "sdxl", network={"text_encoder_2": True})
    other = settings.base.model_copy(update={"model": str(root / "sd1")})
    failed = list(train(settings.model_copy(update={"base": other})))[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "network.no_second_encoder"


def test_frozen_encoders_are_cached_and_that_changes_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With captions of which the longest fills two chunks."""
    for image in (root / "images").glob("*.png"):
        (tmp_path / image.name).write_bytes(image.read_bytes())
        caption = LONG if "red" in image.name else "a sea"
        (tmp_path / f"{image.stem}.txt").write_text(caption, "utf-8")
    lengths = set()
    true = BaseModel.predict

    def predict(base: BaseModel, *given: Any) -> Tensor:
        lengths.add(given[2].states.shape[1])
        return true(base, *given)

    def losses(name: str, cache: str) -> list[float]:
        data = {"max_token_length": 225, "caption_dropout": 0.0, "cache": cache, "batch_size": 1}
        events = run(root, tmp_path / name, "sdxl", str(tmp_path), data=data)
        return [step.loss for step in of(StepDone, events)]

    monkeypatch.setattr(BaseModel, "predict", predict)
    assert losses("kept", "memory") == losses("made", "none")
    assert lengths == {154}
    settings = settings_of(root, tmp_path, "sdxl", data={"max_token_length": 75})
    loader: Any = SimpleNamespace(sample_captions=lambda: [LONG])
    assert text_chunks(settings, open_base(settings.base, torch.device("cpu")), loader) == 1


@pytest.mark.slow
def test_sdxl_trains_alike_with_memory_settings(root: Path, tmp_path: Path) -> None:
    def losses(name: str, **sections: dict[str, Any]) -> list[float]:
        network = {"text_encoder": True}
        events = run(root, tmp_path / name, "sdxl", network=network, **sections)
        return [step.loss for step in of(StepDone, events)]

    plain = losses("plain")
    recomputed = losses("recomputed", memory={"gradient_checkpointing": True})
    assert recomputed == pytest.approx(plain, rel=1e-4)
    assert losses("eager", memory={"attention": "eager"}) == pytest.approx(plain, rel=1e-4)
    assert losses("bf16", base={"dtype": "bf16"}) == pytest.approx(plain, rel=0.05)


def test_a_base_model_is_clean_again_after_a_run(root: Path) -> None:
    base = open_base(Base(model=str(root / "sdxl")), torch.device("cpu"))
    before = {name: list(part.state_dict()) for name, part in base.components.items()}
    inject(base, Network(rank=2, target="all", text_encoder=True), seed=1)
    assert any("lora_A" in key for key in base.components["text_encoder_2"].state_dict())
    strip(base)
    assert {name: list(part.state_dict()) for name, part in base.components.items()} == before
