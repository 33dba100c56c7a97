"""Quantised layers: exactly the layer with the weight that its bits stand for, in little memory."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from studio.config import Base, Network
from studio.errors import StudioError
from studio.models.adapter import Adapter, activate, inject, remove, strip
from studio.models.checkpoint import BaseModel, open_base
from studio.models.packed import frozen_layers
from studio.models.packing import input_sizes
from studio.models.quantized import (
    bytes_per_parameter,
    is_quantized,
    quantizable,
    refuse,
    store,
    stored_bytes,
)

KINDS = ("nf4", "int8", "fp8")
DTYPES = (torch.float32, torch.bfloat16)
CPU = torch.device("cpu")
Layer = nn.Linear | nn.Conv2d

LAYERS: dict[str, tuple[Callable[[], Layer], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(64, 96), (2, 7, 64)),
    "linear, no bias": (lambda: nn.Linear(37, 53, bias=False), (3, 5, 37)),
    "linear, one row": (lambda: nn.Linear(40, 64), (40,)),
    "linear, no rows": (lambda: nn.Linear(40, 64), (0, 40)),
    "3x3": (lambda: nn.Conv2d(32, 48, 3, padding=1), (2, 32, 8, 8)),
    "3x3, odd": (lambda: nn.Conv2d(5, 33, 3, padding=1, bias=False), (3, 5, 9, 7)),
    "stride 2": (lambda: nn.Conv2d(32, 48, 3, stride=2, padding=1), (1, 32, 9, 8)),
    "dilated": (lambda: nn.Conv2d(16, 24, 3, padding=2, dilation=2), (1, 16, 6, 9)),
    "1x1": (lambda: nn.Conv2d(32, 48, 1), (2, 32, 6, 9)),
    "uneven": (lambda: nn.Conv2d(8, 16, (4, 5), (3, 2), (0, 1)), (2, 8, 13, 12)),
}


def quantize(layer: Layer, kind: str) -> None:
    store(layer, layer.weight.detach(), kind, layer.weight.dtype)


def twins(name: str, kind: str, dtype: torch.dtype) -> tuple[Layer, Layer, Tensor]:
    """A quantised layer, a plain one with the weight that it stands for, and an input."""
    make, size = LAYERS[name]
    torch.manual_seed(0)
    layer = make().to(dtype).requires_grad_(False)
    plain = copy.deepcopy(layer)
    quantize(layer, kind)
    plain.load_state_dict(layer.state_dict())
    return layer, plain, torch.randn(size).to(dtype)


def both_ways(layer: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Output, and gradient of the input for a fixed gradient of the output."""
    x = x.clone(memory_format=torch.preserve_format).requires_grad_()
    y = layer(x)
    torch.manual_seed(1)
    (gradient,) = torch.autograd.grad(y, x, torch.randn(y.shape).to(y.dtype))
    return y.detach(), gradient


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LAYERS)
def test_it_is_the_layer_with_the_rounded_weight(name: str, kind: str, dtype: torch.dtype) -> None:
    layer, plain, x = twins(name, kind, dtype)
    inputs = [x]
    if x.dim() == 4:
        inputs += [x.contiguous(memory_format=torch.channels_last), x.transpose(2, 3)]
    for each in inputs[: 2 if name == "uneven" else 3]:
        for found, wanted in zip(both_ways(layer, each), both_ways(plain, each), strict=True):
            assert found.dtype == wanted.dtype
            if each is x:
                assert torch.equal(found, wanted)
            else:  # the gradient is computed in another layout, so it is added up in another order
                tolerance = 16 * torch.finfo(dtype).eps
                torch.testing.assert_close(found, wanted, rtol=tolerance, atol=tolerance)
    with torch.no_grad():
        assert torch.equal(layer(x), plain(x))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["linear", "3x3"])
def test_autocast_computes_in_half_precision_as_ever(name: str, kind: str) -> None:
    layer, plain, x = twins(name, kind, torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        for found, wanted in zip(both_ways(layer, x), both_ways(plain, x), strict=True):
            assert torch.equal(found, wanted)
            assert found.dtype == wanted.dtype
    with pytest.raises(RuntimeError, match=r"dtype|type"):
        layer(x.double())


@settings(deadline=None, max_examples=40)
@given(
    st.tuples(st.integers(1, 80), st.integers(1, 80), st.sampled_from([0, 1, 2, 3])),
    st.sampled_from(KINDS),
    st.integers(1, 3),
)
def test_widths_need_not_be_multiples_of_anything(
    widths: tuple[int, int, int], kind: str, batch: int
) -> None:
    inner, outer, kernel = widths
    layer: Layer = nn.Conv2d(inner, outer, kernel) if kernel else nn.Linear(inner, outer)
    layer.requires_grad_(False)
    plain = copy.deepcopy(layer)
    quantize(layer, kind)
    plain.load_state_dict(layer.state_dict())
    x = torch.randn((batch, inner, 4, 5) if kernel else (batch, inner))
    for found, wanted in zip(both_ways(layer, x), both_ways(plain, x), strict=True):
        torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["linear", "3x3"])
def test_nothing_is_kept_for_the_backward_pass(name: str, kind: str) -> None:
    layer, _, x = twins(name, kind, torch.float32)
    kept: list[Tensor] = []

    def note(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        y = layer(x.requires_grad_())
    assert y.requires_grad
    assert kept == []


@pytest.mark.parametrize("kind", KINDS)
def test_checkpointing_changes_no_gradient(kind: str) -> None:
    layer, _, x = twins("3x3", kind, torch.float32)
    model = nn.Sequential(layer, nn.SiLU(), nn.Flatten(2), nn.Dropout(0.3))

    def gradient(run: Callable[[Tensor], Tensor]) -> Tensor:
        torch.manual_seed(3)
        latents = x.clone().requires_grad_()
        run(latents).square().sum().backward()
        assert latents.grad is not None
        return latents.grad

    again = gradient(lambda latents: checkpoint(model, latents, use_reentrant=False))
    assert torch.equal(again, gradient(model))


@pytest.mark.parametrize("kind", KINDS)
def test_its_weight_is_nan_and_its_state_dict_true(kind: str) -> None:
    layer, plain, _ = twins("linear", kind, torch.bfloat16)
    assert type(layer) is nn.Linear
    assert layer.weight.isnan().all()
    assert layer.weight.shape == plain.weight.shape
    assert layer.weight.dtype == torch.bfloat16
    assert not layer.weight.requires_grad
    assert layer.weight.untyped_storage().nbytes() == 2
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert not layer.state_dict()["weight"].isnan().any()
    with pytest.raises(RuntimeError, match="single memory location"):
        layer.weight += 1  # as merging an adapter into it would


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_copied_and_moved_whole(kind: str) -> None:
    layer, plain, x = twins("3x3", kind, torch.float32)
    model = nn.Sequential(layer)
    moved = copy.deepcopy(model)
    assert torch.equal(moved(x), plain(x))
    moved.to("meta")
    copied = moved[0]
    assert all(tensor.is_meta for tensor in copied.stored.tensors.values())
    assert copied.weight.is_meta
    assert copied.bias.is_meta
    assert copied.weight.shape == plain.weight.shape
    assert moved(x.to("meta")).shape == plain(x).shape
    assert torch.equal(model(x), plain(x))  # the one that was copied


@pytest.mark.parametrize("kind", KINDS)
def test_another_precision_is_one_of_the_computation(kind: str) -> None:
    layer, plain, x = twins("linear", kind, torch.float32)
    before = layer.stored
    nn.Sequential(layer).to(torch.bfloat16)
    after = layer.stored
    assert {n: t.dtype for n, t in after.tensors.items()} == {
        n: t.dtype for n, t in before.tensors.items()
    }
    assert layer.weight.untyped_storage().nbytes() == 2
    assert torch.equal(layer(x.bfloat16()), plain.bfloat16()(x.bfloat16()))


def test_bytes_are_counted_with_all_that_is_kept() -> None:
    model = nn.Sequential(nn.Linear(512, 512), nn.Conv2d(64, 64, 3, bias=False), nn.LayerNorm(64))
    model.requires_grad_(False)
    plain = 4 * (512 * 513 + 64 * 64 * 9 + 128)
    assert stored_bytes(model) == plain
    assert bytes_per_parameter(model) == 4
    quantize(model[0], "nf4")
    quantize(model[1], "int8")
    # 2 weights a byte, a byte for each 64, 4 for each 256 of these, and their mean; 2 for each 128.
    nf4 = 512 * 512 // 2 + 4096 + 4 * 16 + 4
    int8 = 64 * 64 * 9 + 2 * 288
    assert stored_bytes(model) == nf4 + int8 + 4 * (512 + 128) + 2 * 4  # a NaN for each
    assert bytes_per_parameter(model) == stored_bytes(model) / (512 * 513 + 64 * 64 * 9 + 128)


def test_only_layers_that_can_are_quantised() -> None:
    model = nn.Sequential(
        nn.Linear(8, 8), nn.Conv2d(8, 8, 3, groups=2), nn.Conv2d(8, 8, 3, padding="same")
    )
    model.append(nn.Conv2d(8, 8, 3, padding_mode="circular", padding=1))
    model.append(nn.Conv2d(8, 8, 3))
    model.append(nn.LayerNorm(8))
    model.append(nn.Embedding(8, 8))
    model.add_module("conv_in", nn.Conv2d(4, 8, 3))
    assert list(quantizable(model)) == ["0", "4"]


def test_what_a_device_cannot_do_is_refused() -> None:
    for kind in ("nf4", "fp8"):
        with pytest.raises(StudioError) as raised:
            refuse(kind, torch.device("mps"))
        assert raised.value.code == "base.no_quantize"
    refuse("int8", torch.device("mps"))
    for kind in (*KINDS, "none"):
        refuse(kind, CPU)
        refuse(kind, torch.device("cuda"))


# --- In the starter model, under peft ------------------------------------------------------------


def opened(kind: str, dtype: str = "fp32") -> BaseModel:
    return open_base(Base(model="starter", quantize=kind, dtype=dtype), CPU)


def inputs(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(2, 4, 16, 16, generator=generator).to(dtype)
    text = torch.randn(2, 77, 128, generator=generator).to(dtype)
    return latents, torch.tensor([100, 700]), text


def predict(base: BaseModel) -> Tensor:
    predicted: Tensor = base.unet(*inputs(base.dtype), return_dict=False)[0]
    return predicted


def plain_twin(base: BaseModel) -> BaseModel:
    """The same base model with the rounded weights in full."""
    twin = opened("none", "fp32" if base.dtype == torch.float32 else "bf16")
    for name, component in base.components.items():
        twin.components[name].load_state_dict(component.state_dict())
    return twin


def adapter_of(base: BaseModel, name: str = "lora_0", target: str = "all") -> Adapter:
    adapter = inject(base, Network(rank=4, target=target, text_encoder=True), seed=1, name=name)
    generator = torch.Generator().manual_seed(1)
    for key, tensor in adapter.state_dict().items():
        if key.endswith(".B"):
            tensor.copy_(0.05 * torch.randn(tensor.shape, generator=generator))
    return adapter


def gradients(base: BaseModel, adapter: Adapter) -> dict[str, Tensor]:
    text = base.encode_prompts(["a red apple on a hill"] * 2).to(base.dtype)
    latents, timesteps, _ = inputs(base.dtype)
    predicted = base.predict(latents, timesteps, text, torch.zeros(2, 6))
    predicted.float().square().mean().backward()
    return {
        f"{part}.{number}": parameter.grad
        for part in adapter.parts
        for number, parameter in enumerate(adapter.parameters(part))
        if parameter.grad is not None
    }


@pytest.mark.parametrize(
    ("kind", "dtype"), [("nf4", "fp32"), ("int8", "fp32"), ("fp8", "fp32"), ("nf4", "bf16")]
)
def test_a_base_opens_quantised_and_predicts_what_its_weights_say(kind: str, dtype: str) -> None:
    base = opened(kind, dtype)
    limit = 0.55 if kind == "nf4" else 1.04  # the starter's layers are small; biases are in it too
    full = 4 if dtype == "fp32" else 2
    assert bytes_per_parameter(base.unet) < limit * (1 + 0.01 * full)
    assert [note.code for note in base.notes] == ["base.quantized"]
    assert base.quantize == kind
    assert all(map(is_quantized, quantizable(base.unet).values()))
    assert not any(map(is_quantized, base.vae.modules()))
    assert base.unet.dtype == base.dtype
    with torch.no_grad():
        assert torch.equal(predict(base), predict(plain_twin(base)))


@pytest.mark.parametrize(
    "kind", ["nf4", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("int8", "fp8"))]
)
def test_adapters_on_it_get_the_gradients_of_the_rounded_weights(kind: str) -> None:
    base = opened(kind)
    twin = plain_twin(base)
    found, wanted = gradients(base, adapter_of(base)), gradients(twin, adapter_of(twin))
    assert found.keys() == wanted.keys()
    assert len(found) > 250
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, wanted[name], rtol=1e-4, atol=1e-7)


def test_gradient_checkpointing_changes_no_gradient_of_an_adapter() -> None:
    base = opened("nf4")
    adapter = adapter_of(base)
    adapter.set_training(True)
    wanted = {name: g.clone() for name, g in gradients(base, adapter).items()}
    base.unet.zero_grad()
    base.text_encoders["text_encoder"].zero_grad()
    base.unet.enable_gradient_checkpointing()
    base.text_encoders["text_encoder"].activation_checkpointing_enable()
    found = gradients(base, adapter)
    assert found.keys() == wanted.keys()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


def test_adapters_come_and_go_without_a_trace() -> None:
    base = opened("int8")
    with torch.no_grad():
        before = predict(base)
        one = adapter_of(base)
        alone = predict(base)
        assert not torch.equal(alone, before)
        two = adapter_of(base, "lora_1", "attention")
        activate(base, ["lora_0", "lora_1"])
        assert not torch.equal(predict(base), alone)
        two.set_strength(0.0)
        torch.testing.assert_close(predict(base), alone)
        remove(two)
        one.set_strength(0.0)
        assert torch.equal(predict(base), before)
        strip(base)
        assert torch.equal(predict(base), before)
    assert all(map(is_quantized, quantizable(base.unet).values()))
    assert all(type(m) in (nn.Linear, nn.Conv2d) for m in quantizable(base.unet).values())


def test_matrices_of_adapters_are_plain_layers_in_full_precision() -> None:
    base = opened("fp8", "bf16")
    adapter = adapter_of(base)
    for _, layer in adapter.layers("unet"):
        for matrix in (layer.lora_A["lora_0"], layer.lora_B["lora_0"]):
            assert not is_quantized(matrix)
            assert type(matrix) in (nn.Linear, nn.Conv2d)
            assert matrix.weight.dtype == torch.float32


def test_its_layers_are_left_alone_by_packing() -> None:
    base = opened("int8")
    kept = {"conv_in", "conv_out"}
    assert set(frozen_layers(base.unet)) == kept
    sizes = input_sizes(base.unet, quantizable(base.unet), inputs(), {})
    assert len(sizes) == len(quantizable(base.unet))  # a pass without values runs too
    with torch.no_grad():
        assert torch.isfinite(predict(base)).all()


def test_dora_on_it_shows_at_once_that_it_cannot_be() -> None:
    unet = opened("int8").unet
    config = LoraConfig(r=4, target_modules=["to_q", "conv1"], use_dora=True)
    unet.add_adapter(config, adapter_name="lora_0")
    with torch.no_grad():
        assert unet(*inputs(), return_dict=False)[0].isnan().all()


def test_what_is_cached_for_one_kind_is_not_taken_for_another() -> None:
    assert len({opened(kind).text_identity for kind in ("nf4", "none")}) == 2
