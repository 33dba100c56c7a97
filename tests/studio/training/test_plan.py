"""What a run needs by its plan: on the starter, and on published models by headers alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from studio.config import Settings, validate
from studio.data.dataset import Dataset
from studio.models.family import CONFIGS, BaseLocation
from studio.models.safetensors_header import Header, TensorInfo
from studio.training.plan import Plan, plan
from tests.full_size import key_shapes

GB = 1e9


def settings(**sections: Any) -> Settings:
    return validate({"dataset": [{"path": "images"}], **sections})


@pytest.fixture(scope="module")
def headers() -> dict[str, Header]:
    return {
        arch: Header({}, {k: TensorInfo("F16", s, 0, 0) for k, s in key_shapes(arch).items()}, 0)
        for arch in ("sd1", "sdxl")
    }


@pytest.fixture
def planned(headers: dict[str, Header], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The plan of a run on a single file of published size."""

    def make(arch: str, device: str = "cpu", **sections: Any) -> Plan:
        base = BaseLocation("a", Path("a"), arch, CONFIGS / arch, "epsilon", False, True)
        monkeypatch.setattr("studio.training.plan.find_base", lambda model: base)
        monkeypatch.setattr("studio.models.measure.read_model_header", lambda path: headers[arch])
        return plan(settings(**sections), Dataset(()), device)

    return make


BEFORE = {
    "network": {"target": "all", "rank": 16, "text_encoder": True},
    "schedule": {"steps": 250},
    "data": {"resolution": 128, "batch_size": 4},
}
ATTENTION = {"target": "attention", "rank": 4, "text_encoder": False}


def test_the_starter_is_planned_as_before() -> None:
    """Figures of the version that could read nothing but folders."""
    made = plan(settings(**BEFORE), Dataset(()))
    assert (made.trainable_parameters, made.total_parameters) == (1_100_544, 7_134_100)
    assert (made.memory_bytes, made.disk_bytes) == (929_582_380, 17_608_704)
    assert made.seconds == pytest.approx(67.4 / (os.cpu_count() or 1), abs=0.1)


def test_adapters_of_sd1_have_kohyas_sizes(planned: Any) -> None:
    # Rank 4 on the attention layers of the UNet: diffusers' example, 797,184 parameters.
    assert planned("sd1", network=ATTENTION).trainable_parameters == 797_184
    assert planned("sd1", network=ATTENTION).total_parameters == 859_520_964 + 123_060_480 + 797_184


def test_both_encoders_of_sdxl_count(planned: Any) -> None:
    without = planned("sdxl", network=ATTENTION)
    both = planned("sdxl", network=ATTENTION | {"text_encoder": True})
    first = planned("sdxl", network=ATTENTION | {"text_encoder": True, "text_encoder_2": False})
    second = planned("sdxl", network=ATTENTION | {"text_encoder_2": True})
    sizes = [one.trainable_parameters - without.trainable_parameters for one in (first, second)]
    assert sizes == [12 * 4 * 2 * 4 * 768, 32 * 4 * 2 * 4 * 1280]
    assert both.trainable_parameters == without.trainable_parameters + sum(sizes)
    frozen = 2_567_463_684 + 123_060_480 + 694_659_840
    assert without.total_parameters == frozen + without.trainable_parameters


def test_memory_of_full_size_models(planned: Any) -> None:
    data = {"resolution": 256}
    full = planned("sd1", network=ATTENTION, data=data).memory_bytes
    half = planned("sd1", network=ATTENTION, data=data, base={"dtype": "bf16"}).memory_bytes
    assert full / GB == pytest.approx(0.6 + 3.93 + 0.33 + 0.477, abs=0.05)
    assert half / GB == pytest.approx(0.6 + 1.965 + 0.33 + 0.24, abs=0.05)
    card = planned("sd1", "cuda", network=ATTENTION, data=data).memory_bytes
    assert card == pytest.approx(half, rel=0.01)  # a card takes half precision by itself
    saving = {"gradient_checkpointing": True}
    large = {"dtype": "bf16"}
    sdxl = planned("sdxl", network=ATTENTION, base=large, memory=saving, data={"resolution": 1024})
    assert sdxl.memory_bytes / GB == pytest.approx(0.6 + 6.77 + 0.33 + 16 * 0.0375, abs=0.1)


def test_long_captions_and_larger_images_take_longer(planned: Any) -> None:
    short = planned("sd1", network=ATTENTION)
    assert short.seconds < planned("sd1", network=ATTENTION, data={"max_token_length": 225}).seconds
    assert short.seconds < planned("sd1", network=ATTENTION, data={"resolution": 768}).seconds


def test_the_arithmetic_of_sd1_is_the_known_one(planned: Any) -> None:
    """A forward pass of SD 1.5 at 512 px is some 800 GFLOP (2 x 400 GMAC)."""
    once = {"resolution": 512, "batch_size": 1}
    made = planned("sd1", network=ATTENTION, schedule={"steps": 1000}, data=once)
    flop = made.seconds * 50e9 * (os.cpu_count() or 1) / 1000 / 2
    assert 600e9 < flop < 900e9
