"""What is packed is what was faster when tried; sizes are found without computing anything."""

from __future__ import annotations

import math

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
    assert choice.reasons == (Problem("speed.packed", params),)


def test_too_little_gain_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: Trial(0.002, 0.0019, 100))
    choice = choose(model(), [PICTURE])
    assert choice.sizes == {}
    assert [reason.code for reason in choice.reasons] == ["speed.not_packed"]
    assert len(choose(model(), [PICTURE], worth=0.0).sizes) == 0  # no layer gains a tenth


def test_what_there_is_no_time_to_try_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda layer, size: Trial(0.002, 0.001, 100))
    assert choose(model(), [PICTURE], seconds=0).sizes == {}


def test_the_largest_layer_of_a_kind_is_tried_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[int, ...]] = []

    def note(layer: nn.Module, size: tuple[int, ...]) -> Trial:
        tried.append(size)
        return Trial(0.02, 0.01, layer.weight.nbytes)

    monkeypatch.setattr(packing, "try_out", note)
    net = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 16), nn.Linear(16, 32), nn.Linear(32, 8))
    choice = choose(net.requires_grad_(False), [torch.empty(3, 8)])
    assert len(choice.sizes) == 4
    assert tried == [(3, 16)]
    weights = (64 + 128 + 512 + 256) / 512
    assert choice.seconds == pytest.approx(0.02 * weights)


def test_memory_goes_where_it_saves_the_most_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def fewer_places_gain_more(layer: nn.Conv2d, size: tuple[int, ...]) -> Trial:
        bytes = layer.weight.nbytes
        return Trial(4e-5 * bytes, (2e-5 if size[-1] > 3 else 1e-5) * bytes, bytes)

    monkeypatch.setattr(packing, "try_out", fewer_places_gain_more)
    layers = (nn.Conv2d(4, 8, 3, padding=1), nn.Conv2d(8, 8, 3, stride=2), nn.Conv2d(8, 8, 3))
    net = nn.Sequential(*layers).requires_grad_(False)
    sizes = [4 * 9 * channels * 8 for channels in (4, 8, 8)]
    assert list(choose(net, [PICTURE]).sizes) == ["2", "1", "0"]
    assert list(choose(net, [PICTURE], spare=sizes[2] + sizes[1]).sizes) == ["2", "1"]
    assert list(choose(net, [PICTURE], spare=sizes[2]).sizes) == ["2"]
    assert choose(net, [PICTURE], spare=0).sizes == {}


def test_convolutions_are_unfolded_where_that_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(layer: nn.Module, size: tuple[int, ...]) -> Trial:
        return Trial(0.004, 0.0028, 100, 0.003 if isinstance(layer, nn.Conv2d) else math.inf)

    monkeypatch.setattr(packing, "try_out", of)
    choice = choose(model(), [PICTURE], spare=0)
    assert (choice.sizes, sorted(choice.unfolded)) == ({}, ["0", "1"])
    assert choice.reasons[0].code == "speed.unfolded"
    assert choice.reasons[0].params["count"] == 2
    both = choose(model(), [PICTURE], worth=0.0)
    assert sorted(both.unfolded) == ["0", "1"]  # packing saves less than a tenth of what is left
    assert list(both.sizes) == ["3", "4"]


def test_a_layer_is_packed_or_unfolded_not_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "try_out", lambda *_: Trial(0.004, 0.001, 100, 0.003))
    choice = choose(model(), [PICTURE], spare=100, worth=0.0)
    assert len(choice.sizes) == 1
    assert not set(choice.sizes) & set(choice.unfolded)


def test_trained_layers_are_told_as_the_reason() -> None:
    choice = choose(nn.Sequential(nn.Linear(8, 8)), [torch.empty(1, 8)])
    assert choice.reasons == (Problem("speed.no_frozen_layer"),)


def test_a_real_trial_measures_both() -> None:
    layer = nn.Linear(32, 32).requires_grad_(False)
    trial = packing.try_out(layer, (4, 32))
    assert 0 < trial.stock < 1
    assert 0 < trial.packed < 1
    assert trial.unfolded == math.inf
    convolution = nn.Conv2d(4, 36, 3).requires_grad_(False)
    assert packing.try_out(convolution, (1, 4, 8, 8)).unfolded < 1
    assert packing.try_out(convolution, (2, 4, 8, 8)).unfolded == math.inf  # maps are too large
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
