"""What a run needs by its plan: on the starter, and on published models by headers alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.config import Settings, validate
from studio.data.dataset import Dataset
from studio.models.family import CONFIGS, BaseLocation
from studio.models.safetensors_header import Header, TensorInfo
from studio.planning.estimate import moments
from studio.planning.plan import Plan, plan
from studio.planning.sized import Sized
from studio.training.state_bytes import STATE_BYTES
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
        monkeypatch.setattr("studio.planning.plan.find_base", lambda model: base)
        monkeypatch.setattr("studio.models.measure.read_model_header", lambda path: headers[arch])
        return plan(settings(**sections), Dataset(()), device)

    return make


BEFORE = {
    "network": {"target": "all", "rank": 16, "text_encoder": True},
    "schedule": {"steps": 250},
    "data": {"resolution": 128, "batch_size": 4},
}
ATTENTION = {"target": "attention", "rank": 4, "text_encoder": False}


def test_the_starter_is_planned() -> None:
    made = plan(settings(**BEFORE), Dataset(()))
    assert (made.trainable_parameters, made.total_parameters) == (1_100_544, 7_134_100)
    assert made.disk_bytes == 17_608_704
    assert made.memory_phase == "train"
    assert made.memory_bytes == pytest.approx(sum(made.memory.values()), abs=20)
    assert made.memory["unet"] == 4 * 5_300_628
    assert made.memory["adapter"] == made.memory["gradients"] == 4 * 1_100_544
    assert made.memory["optimizer"] == 8 * 1_100_544
    assert made.whole_seconds > made.seconds == pytest.approx(250 * made.seconds_per_step, rel=0.01)


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


def training(planned: Any, device: str, **sections: Any) -> dict[str, float]:
    """What a step on SD 1.5 takes, by what it is for."""
    chosen = settings(network=ATTENTION, **sections)
    planned("sd1", device, network=ATTENTION)  # has the headers read
    base = BaseLocation("a", Path("a"), "sd1", CONFIGS / "sd1", "epsilon", False, True)
    _, found, _ = moments(Sized.of(chosen, base, Dataset(()), device))
    return dict(found.parts)


def test_memory_of_full_size_models(planned: Any) -> None:
    data = {"resolution": 256}
    off = {"pack_weights": "off"}
    full = training(planned, "cpu", data=data, memory=off)
    assert full["unet"] == 4 * 859_520_964
    assert full["activations"] / GB == pytest.approx(0.42, abs=0.02)
    assert "vae" not in full  # idle parts are put away
    on = {"pack_weights": "on"}
    half = training(planned, "cpu", data=data, base={"dtype": "bf16"}, memory=on)
    assert half["unet"] == 2 * 859_520_964
    assert half["packed"] == half["unet"]
    card = training(planned, "cuda", data=data)
    assert card["unet"] == half["unet"]  # a card takes half precision by itself
    assert card["packed"] == 0


def test_each_part_of_the_sum_follows_its_setting(planned: Any) -> None:
    def memory(**sections: Any) -> dict[str, float]:
        return training(planned, "cuda", **sections)

    usual = memory()
    count = 797_184
    assert usual["optimizer"] == STATE_BYTES["adamw8bit"] * count
    fused = {"fused_backward_pass": True, "max_grad_norm": 0, "type": "adamw"}
    assert memory(optimizer=fused)["gradients"] == 0
    for kind, few in {"nf4": 0.53, "int8": 1.03, "fp8": 1.03}.items():
        share = memory(base={"quantize": kind})["unet"] / 859_520_964
        assert share == pytest.approx(few, abs=0.01)
    saving = memory(memory={"gradient_checkpointing": True})["activations"]
    assert saving < usual["activations"] / 4
    halved = memory(data={"batch_size": 2}, memory={"images_at_once": 1})["activations"]
    assert halved == usual["activations"]
    assert memory(data={"batch_size": 2})["activations"] == pytest.approx(2 * halved, abs=2)
    eager = memory(memory={"attention": "eager"})["activations"]
    assert eager > usual["activations"] + 5 * 8 * 4096**2 * 2  # tables of the largest map


def test_the_worst_moment_counts(planned: Any) -> None:
    drawing = {"every": 10, "prompts": ["a"], "size": "1024x1024"}
    made = planned("sd1", "cuda", network=ATTENTION, data={"resolution": 256}, preview=drawing)
    assert made.memory_phase == "preview"
    assert made.memory["working"] == 6 * 4 * 128 * 1024**2
    assert made.memory["vae"] == 4 * 83_653_863


def test_long_captions_and_larger_images_take_longer(planned: Any) -> None:
    short = planned("sd1", network=ATTENTION)
    assert short.seconds < planned("sd1", network=ATTENTION, data={"max_token_length": 225}).seconds
    assert short.seconds < planned("sd1", network=ATTENTION, data={"resolution": 768}).seconds
