"""Unfolded convolutions: torch's values and gradients, with the weight where it was."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from studio.config import Base, Network
from studio.models.adapter import inject, strip
from studio.models.checkpoint import open_base
from studio.models.packed import frozen_layers
from studio.models.unfolded import Unfolded, fold, unfold, unfolded_layers
from tests.frozen_layers import LAYERS, assert_alike, both_ways

CONVOLUTIONS = [name for name in LAYERS if not name.startswith("linear")]
DTYPES = [torch.float32, torch.bfloat16]


def case(name: str, dtype: torch.dtype) -> tuple[nn.Conv2d, Tensor]:
    """A frozen convolution and an input."""
    make, size = LAYERS[name]
    torch.manual_seed(0)
    layer = make().to(dtype).requires_grad_(False)
    assert isinstance(layer, nn.Conv2d)
    return layer, torch.randn(size).to(dtype)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_values_and_gradients_are_those_of_torch(name: str, dtype: torch.dtype) -> None:
    layer, x = case(name, dtype)
    model = nn.Sequential(copy.deepcopy(layer))
    unfold(model, ["0"])
    inputs = [x, x[:1], x.contiguous(memory_format=torch.channels_last), x.transpose(2, 3)]
    for each in inputs if name != "uneven" else inputs[:3]:
        found = both_ways(model, each)
        for one, wanted in zip(found, both_ways(layer, each), strict=True):
            assert_alike(one, wanted)


def test_what_does_not_fit_runs_as_before() -> None:
    layer, x = case("3x3", torch.float32)
    single, empty = x[0], x[:0]
    assert torch.equal(Unfolded(layer)(single), layer(single))
    assert Unfolded(layer)(empty).shape == layer(empty).shape
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(Unfolded(layer)(x), layer(x))


def test_a_model_gets_the_same_gradients_and_is_given_back() -> None:
    base = open_base(Base(model="starter"), torch.device("cpu"))
    before = {name: tensor.clone() for name, tensor in base.unet.state_dict().items()}
    paths = [p for p, layer in frozen_layers(base.unet).items() if isinstance(layer, nn.Conv2d)]
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, 4, 16, 16, generator=generator)
    text = torch.randn(2, 77, 128, generator=generator)

    def gradients() -> list[Tensor]:
        adapter = inject(base, Network(rank=4, target="all"), seed=1)
        drawn = torch.Generator().manual_seed(1)
        for _, layer in adapter.layers("unet"):
            layer.lora_B[adapter.name].weight.data.normal_(0, 0.05, generator=drawn)
        y = base.unet(x, torch.tensor([100, 700]), text, return_dict=False)[0]
        return list(torch.autograd.grad(y.square().mean(), adapter.parameters("unet")))

    wanted = gradients()
    strip(base)
    unfold(base.unet, paths)
    assert len(unfolded_layers(base.unet)) == len(paths) > 20
    assert all(torch.equal(t, before[name]) for name, t in base.unet.state_dict().items())
    for found, right in zip(gradients(), wanted, strict=True):
        torch.testing.assert_close(found, right, rtol=1e-3, atol=1e-5 * float(right.abs().max()))
    strip(base)  # which folds as well
    assert not any("forward" in vars(module) for module in base.unet.modules())


def test_folding_leaves_what_others_took_over() -> None:
    model = nn.Sequential(nn.Conv2d(2, 2, 1), nn.Conv2d(2, 2, 1)).requires_grad_(False)
    unfold(model, ["0"])
    taken = lambda x: x  # noqa: E731
    model[1].forward = taken  # type: ignore[method-assign, assignment]
    fold(model)
    assert "forward" not in vars(model[0])
    assert model[1].forward is taken
