"""What a base model is quickened by, and that it says why."""

from __future__ import annotations

import pytest
import torch
from diffusers.models.attention_processor import AttnProcessor2_0

from studio.config import Base
from studio.models import packing, quicken
from studio.models.attention import PlainAttnProcessor
from studio.models.checkpoint import BaseModel, open_base
from studio.models.packing import Trial


def opened(dtype: str) -> BaseModel:
    return open_base(Base(model="starter", dtype=dtype), torch.device("cpu"))


def processors(base: BaseModel) -> set[type]:
    return {type(processor) for processor in base.unet.attn_processors.values()}


@pytest.fixture
def every_layer_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: Trial(0.002, 0.001, 100))


@pytest.mark.usefixtures("every_layer_gains")
@pytest.mark.parametrize(("after", "layers"), [(0.2, 133), (0.3, 0)])
def test_a_small_model_is_packed_if_a_whole_pass_is_faster(
    after: float, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, after))
    base = opened("fp32")
    plan = quicken.plan(base, 128, 128, 2)
    assert len(plan.sizes) == layers
    assert plan.reasons == (
        "133 layers packed: 0.266 s per step become 0.133 s"
        if layers
        else "packed, a pass of the UNet takes 0.300 s, not packed 0.300 s",
    )
    assert len(quicken.quicken(base, plan).layers) == layers


@pytest.mark.usefixtures("every_layer_gains")
def test_a_whole_pass_is_timed_and_leaves_nothing_behind() -> None:
    base = opened("fp32")
    before = {name: tensor.clone() for name, tensor in base.unet.state_dict().items()}
    quicken.plan(base, 64, 64, 1)
    assert not any("forward" in vars(module) for module in base.unet.modules())
    assert all(torch.equal(t, before[name]) for name, t in base.unet.state_dict().items())


@pytest.mark.usefixtures("every_layer_gains")
def test_attention_is_written_out_for_bfloat16_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, 0.2))
    monkeypatch.setattr(packing, "_plain_is_faster", lambda *_: True)
    half, full = opened("bf16"), opened("fp32")
    plan = quicken.plan(half, 128, 128, 1)
    assert plan.reasons[1] == f"attention is written out up to {plan.attention} queries times keys"
    quicken.quicken(half, plan)
    assert processors(half) == {PlainAttnProcessor}
    assert quicken.plan(opened("bf16"), 128, 128, 1, attention=False).attention == 0
    quicken.quicken(full, quicken.plan(full, 128, 128, 1))
    assert processors(full) == {AttnProcessor2_0}


@pytest.mark.usefixtures("every_layer_gains")
def test_the_same_plan_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quicken, "_whole_passes", lambda *_: (0.3, 0.2))
    plan = quicken.plan(opened("fp32"), 64, 64, 1)
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
    plan = quicken.plan(base, 128, 128, 1)
    assert plan == quicken.Plan({}, 0, ("frozen layers are packed on a CPU only",))
