"""Packed layers: torch's values and gradients, and nothing of the model lost on the way."""

from __future__ import annotations

import copy

import pytest
import torch
from diffusers.models.attention_processor import AttnProcessor2_0
from torch import Tensor, nn

from studio.config import Base, Network
from studio.models import onednn
from studio.models.adapter import Adapter, inject, strip
from studio.models.checkpoint import BaseModel, open_base
from studio.models.packed import (
    frozen_layers,
    pack,
    pack_layer,
    packed_layers,
    unpack_layer,
)
from studio.models.packing import choose, input_sizes
from tests.frozen_layers import LAYERS, assert_alike, both_ways

DTYPES = {
    name: pytest.param(
        dtype, id=name, marks=pytest.mark.skipif(bool(why), reason=why or "supported")
    )
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16))
    for why in (onednn.unsupported(dtype),)
}


def twins(name: str, dtype: torch.dtype) -> tuple[nn.Module, nn.Module, Tensor]:
    """A layer, its packed copy, and an input."""
    make, size = LAYERS[name]
    torch.manual_seed(0)
    layer = make().to(dtype).requires_grad_(False)
    packed = copy.deepcopy(layer)
    pack_layer(packed, size)
    return layer, packed, torch.randn(size).to(dtype)


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("name", LAYERS)
def test_values_and_gradients_are_those_of_torch(name: str, dtype: torch.dtype) -> None:
    layer, packed, x = twins(name, dtype)
    for found, wanted in zip(both_ways(packed, x), both_ways(layer, x), strict=True):
        assert_alike(found, wanted)


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("name", ["linear", "3x3", "1x1", "stride 2"])
def test_other_sizes_and_layouts_than_it_was_packed_for_are_right_too(
    name: str, dtype: torch.dtype
) -> None:
    layer, packed, x = twins(name, dtype)
    shapes = [(3, *x.shape[1:]), (2, *x.shape[1:-2], x.shape[-2] + 3, x.shape[-1])]
    inputs = [torch.randn(shape).to(dtype) for shape in shapes if shape[1] == x.shape[1]]
    if x.dim() == 4:
        inputs.append(x.contiguous(memory_format=torch.channels_last))
        inputs.append(x.transpose(2, 3))
    else:
        inputs.append(x.transpose(0, 1))
    for each in inputs:
        for found, wanted in zip(both_ways(packed, each), both_ways(layer, each), strict=True):
            assert_alike(found, wanted)


@pytest.mark.parametrize("dtype", DTYPES.values())
@pytest.mark.parametrize("name", LAYERS)
def test_no_bit_of_a_weight_is_lost(name: str, dtype: torch.dtype) -> None:
    layer, packed, x = twins(name, dtype)
    assert packed.weight.isnan().all()
    assert packed.weight.shape == layer.weight.shape
    assert packed.weight.untyped_storage().nbytes() == packed.weight.itemsize
    for before, now in zip(layer.state_dict().items(), packed.state_dict().items(), strict=True):
        assert before[0] == now[0]
        assert torch.equal(before[1], now[1])
    unpack_layer(packed)
    assert vars(packed).keys() == vars(layer).keys()
    assert torch.equal(packed.weight, layer.weight)
    assert torch.equal(packed(x), layer(x))


@pytest.mark.parametrize("name", ["linear", "3x3", "1x1"])
def test_what_it_is_not_packed_for_is_computed_by_torch(name: str) -> None:
    layer, packed, x = twins(name, torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(packed(x), layer(x))
    with pytest.raises(RuntimeError, match=r"dtype|type"):
        packed(x.double())
    assert torch.equal(packed(x[0]), layer(x[0])) or name == "linear"


def test_only_frozen_layers_of_their_own_are_taken() -> None:
    model = nn.Sequential(*(nn.Linear(8, 8) for _ in range(6)), nn.Conv2d(8, 8, 3, groups=2))
    model.append(nn.Conv2d(8, 8, 3, padding_mode="circular", padding=1))
    model.append(nn.Conv2d(8, 8, 3, padding="same"))
    model.append(nn.Conv2d(8, 8, 1, padding=1))
    model.requires_grad_(False)
    model[1].bias.requires_grad_(True)
    model[2].half()
    model[4].weight = model[3].weight
    assert list(frozen_layers(model)) == ["0", "5"]


def test_unknown_operators_are_a_reason_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> Tensor:
        raise AttributeError("no such operator")

    monkeypatch.setattr(onednn, "pack_matrix", missing)
    onednn.unsupported.cache_clear()
    assert "no such operator" in onednn.unsupported(torch.float32)
    model = nn.Sequential(nn.Linear(8, 8)).requires_grad_(False)
    assert choose(model, [torch.ones(1, 8)]).sizes == {}
    onednn.unsupported.cache_clear()


def test_operators_that_compute_something_else_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = onednn.linear
    monkeypatch.setattr(onednn, "linear", lambda x, w, b: real(x, w, b) * 1.01)
    onednn.unsupported.cache_clear()
    assert "something else" in onednn.unsupported(torch.float32)
    onednn.unsupported.cache_clear()


def test_half_precision_is_refused() -> None:
    assert "float16" in onednn.unsupported(torch.float16)


# --- In the starter model, under peft ------------------------------------------------------------


@pytest.fixture
def base() -> BaseModel:
    return open_base(Base(model="starter"), torch.device("cpu"))


def inputs() -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(2, 4, 16, 16, generator=generator)
    return latents, torch.tensor([100, 700]), torch.randn(2, 77, 128, generator=generator)


def pack_all(base: BaseModel) -> None:
    pack(base.unet, input_sizes(base.unet, frozen_layers(base.unet), inputs(), {}))


def adapter_of(base: BaseModel, seed: int = 1) -> Adapter:
    adapter = inject(base, Network(rank=4, target="all"), seed=seed)
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in adapter.state_dict().items():
        if name.endswith(".B"):
            tensor.copy_(0.05 * torch.randn(tensor.shape, generator=generator))
    return adapter


def gradients(base: BaseModel, adapter: Adapter) -> list[Tensor]:
    predicted = base.unet(*inputs(), return_dict=False)[0]
    parameters = adapter.parameters("unet")
    return list(torch.autograd.grad(predicted.square().mean(), parameters))


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("order", ["pack first", "inject first"])
def test_an_adapter_gets_the_same_gradients(
    base: BaseModel, checkpointing: bool, order: str
) -> None:
    adapter = adapter_of(base)
    adapter.set_training(True)
    wanted = gradients(base, adapter)
    if order == "pack first":
        strip(base)
        pack_all(base)
        adapter = adapter_of(base)
        adapter.set_training(True)
    else:
        pack_all(base)
    assert len(packed_layers(base.unet)) == 133
    if checkpointing:
        base.unet.enable_gradient_checkpointing()
    scale = max(float(each.abs().max()) for each in wanted)
    for found, each in zip(gradients(base, adapter), wanted, strict=True):
        torch.testing.assert_close(found, each, rtol=1e-3, atol=1e-5 * scale)


def test_a_packed_model_draws_and_comes_back_whole(base: BaseModel) -> None:
    before = {name: tensor.clone() for name, tensor in base.unet.state_dict().items()}
    with torch.no_grad():
        wanted = base.unet(*inputs(), return_dict=False)[0]
        pack_all(base)
        found = base.unet(*inputs(), return_dict=False)[0]
        adapter_of(base)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)
    strip(base)
    assert not packed_layers(base.unet)
    now = base.unet.state_dict()
    assert now.keys() == before.keys()
    assert all(torch.equal(now[name], before[name]) for name in before)
    with torch.no_grad():
        assert torch.equal(base.unet(*inputs(), return_dict=False)[0], wanted)
    assert {type(p) for p in base.unet.attn_processors.values()} == {AttnProcessor2_0}


def test_the_text_encoder_keeps_its_identity(base: BaseModel) -> None:
    identity = base.text_identity
    wanted = base.encode_prompts(["a red cat"])
    tokens = torch.zeros(1, 77, dtype=torch.long)
    encoder = base.text_encoders["text_encoder"]
    pack(encoder, input_sizes(encoder, frozen_layers(encoder), [tokens], {}))
    del base.text_identity
    assert base.text_identity == identity
    torch.testing.assert_close(base.encode_prompts(["a red cat"]), wanted, rtol=1e-4, atol=1e-5)
