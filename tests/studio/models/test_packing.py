"""What is packed is what was faster when tried; sizes are found without computing anything."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from studio.config import Base
from studio.data.problems import Problem
from studio.models import packing
from studio.models.checkpoint import open_base
from studio.models.packed import frozen_layers
from studio.models.packing import Trial, choose, input_sizes, plain_attention_limit


def model() -> nn.Sequential:
    layers = (nn.Conv2d(4, 8, 3, padding=1), nn.Conv2d(8, 8, 3, stride=2), nn.Flatten(2))
    return nn.Sequential(*layers, nn.Linear(9, 5), nn.Linear(5, 9)).requires_grad_(False)


PICTURE = torch.empty(2, 4, 8, 8, device="meta")


def test_sizes_are_those_of_every_layers_input() -> None:
    net = model()
    sizes = input_sizes(net, frozen_layers(net), [PICTURE], {})
    assert sizes == {"0": (2, 4, 8, 8), "1": (2, 8, 8, 8), "3": (2, 8, 9), "4": (2, 8, 5)}
    assert not net[0].weight.is_meta
    assert not net[0]._forward_pre_hooks


def test_the_faster_layers_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def convolutions_gain(layer: nn.Module, size: tuple[int, ...]) -> Trial:
        return Trial(0.002, 0.001 if isinstance(layer, nn.Conv2d) else 0.0019, 100)

    monkeypatch.setattr(packing, "try_out", convolutions_gain)
    choice = choose(model(), [PICTURE])
    assert choice.sizes == {"0": (2, 4, 8, 8), "1": (2, 8, 8, 8)}
    params = {"before": 0.008, "after": 0.006, "count": 2, "megabytes": 0}
    assert choice.reason == Problem("speed.packed", params)


def test_too_little_gain_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: Trial(0.002, 0.0019, 100))
    choice = choose(model(), [PICTURE])
    assert choice.sizes == {}
    assert choice.reason.code == "speed.too_little"
    assert len(choose(model(), [PICTURE], worth=0.0).sizes) == 0  # no layer gains a tenth


def test_what_there_is_no_time_to_try_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: Trial(0.002, 0.001, 100))
    assert choose(model(), [PICTURE], seconds=0).sizes == {}


def test_layers_that_are_alike_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[int, ...]] = []

    def note(layer: nn.Module, size: tuple[int, ...]) -> Trial:
        tried.append(size)
        return Trial(0.002, 0.001, 100)

    monkeypatch.setattr(packing, "try_out", note)
    net = nn.Sequential(*(nn.Linear(8, 8) for _ in range(5))).requires_grad_(False)
    assert len(choose(net, [torch.empty(3, 8)]).sizes) == 5
    assert tried == [(3, 8)]


def test_memory_goes_where_it_saves_the_most_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def small_ones_gain(layer: nn.Linear, size: tuple[int, ...]) -> Trial:
        return Trial(0.004, 0.001 if layer.out_features == 8 else 0.002, layer.weight.nbytes)

    monkeypatch.setattr(packing, "try_out", small_ones_gain)
    net = nn.Sequential(nn.Linear(8, 16), nn.Linear(16, 8), nn.Linear(8, 8)).requires_grad_(False)
    assert list(choose(net, [torch.empty(3, 8)]).sizes) == ["2", "1", "0"]
    assert list(choose(net, [torch.empty(3, 8)], spare=4 * (8 * 8 + 8 * 16)).sizes) == ["2", "1"]
    assert list(choose(net, [torch.empty(3, 8)], spare=4 * 8 * 8).sizes) == ["2"]
    assert choose(net, [torch.empty(3, 8)], spare=0).sizes == {}


def test_trained_layers_are_told_as_the_reason() -> None:
    choice = choose(nn.Sequential(nn.Linear(8, 8)), [torch.empty(1, 8)])
    assert choice.reason == Problem("speed.no_frozen_layer")


def test_a_real_trial_measures_both() -> None:
    layer = nn.Linear(32, 32).requires_grad_(False)
    trial = packing.try_out(layer, (4, 32))
    assert 0 < trial.stock < 1
    assert 0 < trial.packed < 1
    assert not layer.weight.isnan().any()


def test_the_starter_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    base = open_base(Base(model="starter"), torch.device("cpu"))
    monkeypatch.setattr(packing, "try_out", lambda layer, size: Trial(0.002, 0.001, 100))
    unet: tuple[Tensor, ...] = (
        torch.empty(4, 4, 32, 32, device="meta"),
        torch.empty(4, device="meta", dtype=torch.long),
        torch.empty(4, 77, 128, device="meta"),
    )
    assert len(choose(base.unet, unet).sizes) == 133
    tokens = torch.zeros(4, 77, dtype=torch.long)
    assert len(choose(base.text_encoders["text_encoder"], [tokens]).sizes) == 18
    monkeypatch.setattr(packing, "_plain_is_faster", lambda q, k, dtype: q[2] * k[2] <= 256 * 77)
    assert plain_attention_limit(base.unet, unet) == 256 * 77
