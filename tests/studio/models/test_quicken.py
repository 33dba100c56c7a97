"""What a base model is quickened by, and that it says why."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers.models.attention_processor import AttnProcessor2_0

from studio.config import Base
from studio.data.problems import Problem
from studio.models import packing, quicken
from studio.models.attention import PlainAttnProcessor
from studio.models.checkpoint import BaseModel, open_base
from studio.models.packed import Layer, frozen_layers, packed_layers
from studio.models.packing import Trial
from tests.tiny_models import tiny_folder


def opened(dtype: str) -> BaseModel:
    return open_base(Base(model="starter", dtype=dtype), torch.device("cpu"))


def processors(base: BaseModel) -> set[type]:
    return {type(processor) for processor in base.unet.attn_processors.values()}


def gaining(layer: Layer) -> Trial:
    """Every layer gains, in proportion to its weights."""
    bytes = layer.weight.nbytes
    return Trial(bytes * 1e-8, bytes * 1e-9, bytes)


@pytest.fixture
def every_layer_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: gaining(layer))


@pytest.mark.usefixtures("every_layer_gains")
@pytest.mark.parametrize(("after", "packs"), [(0.2, True), (0.3, False)])
def test_a_small_model_is_packed_if_a_whole_pass_is_faster(
    after: float, packs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, after))
    base = opened("fp32")
    plan = quicken.plan(base, 128, 128, 2, 77)
    assert plan.reasons[0].code == ("speed.packed" if packs else "speed.no_gain")
    quicken.quicken(base, plan)
    assert len(packed_layers(base.unet)) == len(plan.sizes)
    assert bool(plan.sizes) == packs


@pytest.mark.usefixtures("every_layer_gains")
def test_packing_takes_a_part_of_the_memory_unless_more_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, 0.2))
    base = opened("fp32")
    weights = {path: layer.weight.nbytes for path, layer in frozen_layers(base.unet).items()}
    some = quicken.plan(base, 64, 64, 1, 77)
    assert 0.2 < sum(weights[path] for path in some.sizes) / sum(weights.values()) <= 0.25
    assert quicken.plan(base, 64, 64, 1, 77, pack="on").sizes.keys() == weights.keys()
    assert quicken.plan(base, 64, 64, 1, 77, pack="off").reasons == (Problem("speed.off"),)


def test_a_plan_is_kept_as_json() -> None:
    plan = quicken.Plan({"a.b": (1, 2)}, ("c",), 5, (Problem("speed.attention", {"limit": 5}),))
    assert quicken.Plan.from_json(plan.to_json()) == plan
    for text in ("", "[]", "{}", '{"sizes": 3, "attention": 1, "reasons": []}'):
        with pytest.raises((ValueError, KeyError, TypeError)):
            quicken.Plan.from_json(text)


def test_what_a_plan_depends_on_is_told_apart() -> None:
    base = opened("fp32")
    assert quicken.conditions(base, 64, 1) == quicken.conditions(opened("fp32"), 64, 1)
    assert quicken.conditions(base, 64, 1) != quicken.conditions(base, 64, 2)
    assert quicken.conditions(base, 64, 1) != quicken.conditions(opened("bf16"), 64, 1)


@pytest.mark.usefixtures("every_layer_gains")
def test_sdxl_is_told_of_its_crop(tmp_path: Path) -> None:
    base = open_base(Base(model=str(tiny_folder(tmp_path, "sdxl"))), torch.device("cpu"))
    plan = quicken.plan(base, 64, 64, 2, 154, pack="auto")  # times whole passes
    assert plan.reasons[0].code in ("speed.packed", "speed.no_gain")


@pytest.mark.usefixtures("every_layer_gains")
def test_a_whole_pass_is_timed_and_leaves_nothing_behind() -> None:
    base = opened("fp32")
    before = {name: tensor.clone() for name, tensor in base.unet.state_dict().items()}
    quicken.plan(base, 64, 64, 1, 77)
    assert not any("forward" in vars(module) for module in base.unet.modules())
    assert all(torch.equal(t, before[name]) for name, t in base.unet.state_dict().items())


@pytest.mark.usefixtures("every_layer_gains")
def test_attention_is_written_out_for_bfloat16_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, 0.2))
    monkeypatch.setattr(packing, "_plain_is_faster", lambda *_: True)
    half, full = opened("bf16"), opened("fp32")
    plan = quicken.plan(half, 128, 128, 1, 77)
    assert plan.reasons[1] == Problem("speed.attention", {"limit": plan.attention})
    quicken.quicken(half, plan)
    assert processors(half) == {PlainAttnProcessor}
    assert quicken.plan(opened("bf16"), 128, 128, 1, 77, attention=False).attention == 0
    quicken.quicken(full, quicken.plan(full, 128, 128, 1, 77))
    assert processors(full) == {AttnProcessor2_0}


@pytest.mark.usefixtures("every_layer_gains")
def test_the_same_plan_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, 0.2))
    plan = quicken.plan(opened("fp32"), 64, 64, 1, 77)
    outputs = []
    for _ in range(2):
        base = opened("fp32")
        quicken.quicken(base, plan)
        x = torch.full((1, 4, 16, 16), 0.3, requires_grad=True)
        y = base.unet(x, 500, torch.full((1, 77, 128), 0.1), return_dict=False)[0]
        outputs.append((y.detach(), *torch.autograd.grad(y.sum(), x)))
    for first, second in zip(*outputs, strict=True):
        assert torch.equal(first, second)


def test_elsewhere_than_on_a_cpu_nothing_is_changed() -> None:
    base = opened("fp32")
    base.device = torch.device("meta")
    plan = quicken.plan(base, 128, 128, 1, 77)
    assert plan == quicken.Plan({}, (), 0, (Problem("speed.not_a_cpu"),))
