"""Optimizers by name, truthful about bits, and learning-rate schedules."""

from __future__ import annotations

import copy
import io

import pytest
import torch
from torch import nn

from studio.config import Optimizer, Schedule
from studio.errors import StudioError
from studio.events import Noted
from studio.training.optimizer import held, make_optimizer, make_schedule, state_notes
from studio.training.state_bytes import STATE_BYTES

HERE = ("adamw", "adamw8bit", "adamw4bit", "adamwfp8", "adafactor")
"""The kinds that run on a CPU."""


def parameters() -> list[nn.Parameter]:
    torch.manual_seed(0)
    return [nn.Parameter(torch.randn(4, 96)), nn.Parameter(torch.randn(128, 64))]


def of_rank(rank: int) -> list[nn.Parameter]:
    """A and B of layers as wide as SD 1.5's attention."""
    widths = [(320, 320), (768, 320), (640, 640), (1280, 1280)]
    shapes = [shape for i, o in widths for shape in ((rank, i), (o, rank))]
    return [nn.Parameter(torch.randn(shape)) for shape in shapes]


def made(name: str, tensors: list[nn.Parameter], rate: float = 1e-3) -> torch.optim.Optimizer:
    return make_optimizer(name, {"unet": (tensors, rate)}, Optimizer())


def step(optimizer: torch.optim.Optimizer, tensors: list[nn.Parameter], seed: int = 1) -> None:
    generator = torch.Generator().manual_seed(seed)
    for tensor in tensors:
        tensor.grad = torch.randn(tensor.shape, generator=generator)
    optimizer.step()


def test_auto_is_8_bit_only_where_it_is_fast() -> None:
    auto = Optimizer(type="auto")
    assert [auto.on(device) for device in ("cuda", "cpu", "mps")] == ["adamw8bit", "adamw", "adamw"]


@pytest.mark.parametrize(
    ("name", "device", "code"),
    [
        ("adamw8bit", "mps", "optimizer.no_8bit"),
        ("paged_adamw8bit", "mps", "optimizer.no_8bit"),
        ("adamw4bit", "mps", "optimizer.no_8bit"),
        ("adamwfp8", "mps", "optimizer.no_8bit"),
        ("paged_adamw8bit", "cpu", "optimizer.no_paging"),
        ("paged_adamw8bit", "xpu", "optimizer.no_paging"),
    ],
)
def test_what_a_device_cannot_do_is_refused(name: str, device: str, code: str) -> None:
    with pytest.raises(StudioError) as error:
        Optimizer(type=name).on(device)
    assert error.value.code == code
    assert Optimizer(type=name).on("cuda") == name


@pytest.mark.parametrize(
    ("name", "share"),
    [("adamw", 0.0), ("adamw8bit", 1.0), ("adamw4bit", 1.0), ("adamwfp8", 1.0), ("adafactor", 0.0)],
)
def test_state_is_held_in_the_promised_bits(name: str, share: float) -> None:
    tensors = of_rank(16)
    optimizer = made(name, tensors)
    assert held(optimizer).bytes == 0
    before = [tensor.detach().clone() for tensor in tensors]
    step(optimizer, tensors)
    assert all(not torch.equal(old, new) for old, new in zip(before, tensors, strict=True))
    found = held(optimizer)
    assert found.low_bits == share
    assert found.parameters == sum(tensor.numel() for tensor in tensors)
    assert found.bytes / found.parameters == pytest.approx(STATE_BYTES[name], rel=0.03)


def test_small_tensors_are_held_in_8_bits_too() -> None:
    """bitsandbytes leaves those under 4,096 entries in 32 bits, which is half of a small LoRA."""
    from bitsandbytes.optim.adamw import AdamW8bit

    tensors = of_rank(4)
    left_alone = AdamW8bit(copy.deepcopy(tensors))
    ours = made("adamw8bit", tensors)
    for optimizer in (left_alone, ours):
        step(optimizer, optimizer.param_groups[0]["params"])
    assert held(left_alone).low_bits == pytest.approx(0.46, abs=0.01)
    assert held(ours).low_bits == 1.0
    assert held(left_alone).bytes > 2 * held(ours).bytes


def test_what_few_bits_are_is_told_as_counted() -> None:
    tensors = of_rank(16)
    optimizer = made("adamw4bit", tensors)
    step(optimizer, tensors)
    (note,) = state_notes("adamw4bit", optimizer)
    assert isinstance(note, Noted)
    assert note.params["share"] == 100.0
    assert note.params["each"] == pytest.approx(1.0625, abs=0.01)
    usual = made("adamw", tensors)
    step(usual, tensors)
    assert not list(state_notes("adamw", usual))


@pytest.mark.filterwarnings("ignore:Paged optimizers are not supported on CPU")
def test_what_is_paged_is_told_and_stays_paged_after_loading() -> None:
    """Without a card nothing is paged; here every buffer says that it is."""
    from studio.training import paged

    class AlwaysPaged(paged.Paged):
        def get_state_buffer(self, p: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
            buffer = torch.zeros_like(p, dtype=dtype)
            buffer.is_paged = True
            return buffer

        def prefetch_state(self, p: torch.Tensor) -> None:
            """Asks the driver, which is not here."""

    tensors = of_rank(16)
    optimizer = AlwaysPaged(tensors, min_8bit_size=1)
    step(optimizer, tensors)
    again = AlwaysPaged(tensors, min_8bit_size=1)
    again.load_state_dict(optimizer.state_dict())
    for one in (optimizer, again):
        _, share = state_notes("paged_adamw8bit", one)
        assert share.params["share"] == pytest.approx(98, abs=1)
    for tensor in tensors:
        for name in ("state1", "state2"):
            assert torch.equal(optimizer.state[tensor][name], again.state[tensor][name])
    real = make_optimizer("paged_adamw8bit", {"unet": (tensors, 1e-3)}, Optimizer())
    step(real, tensors)
    assert held(real).low_bits == 1.0
    assert held(real).paged == 0


@pytest.mark.parametrize("name", HERE)
def test_a_checkpoint_goes_on_bit_for_bit(name: str) -> None:
    through, stopped = of_rank(4), of_rank(4)
    for one, other in zip(through, stopped, strict=True):
        other.data.copy_(one)
    whole, first = made(name, through), made(name, stopped)
    for seed in range(3):
        step(whole, through, seed)
        step(first, stopped, seed)
    file = io.BytesIO()
    torch.save({"weights": [t.data for t in stopped], "optimizer": first.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file, map_location="cpu", weights_only=True)
    resumed = [nn.Parameter(weight) for weight in saved["weights"]]
    second = made(name, resumed)
    second.load_state_dict(saved["optimizer"])
    assert held(second) == held(first)
    for seed in range(3, 6):
        step(whole, through, seed)
        step(second, resumed, seed)
    assert all(torch.equal(one, other) for one, other in zip(through, resumed, strict=True))


@pytest.mark.parametrize("name", HERE)
def test_weights_are_pulled_towards_zero_alike(name: str) -> None:
    (tensor,) = tensors = [nn.Parameter(torch.ones(16, 64))]
    optimizer = make_optimizer(name, {"unet": (tensors, 0.1)}, Optimizer(weight_decay=0.5))
    tensor.grad = torch.zeros_like(tensor) + 1e-30  # Adafactor divides by it
    before = tensor.grad.clone()
    optimizer.step()
    assert torch.equal(tensor.grad, before)
    assert tensor.mean().item() == pytest.approx(0.95, abs=1e-3)


def test_each_component_has_its_own_rate() -> None:
    one, two = parameters()
    groups = {"unet": ([one], 1e-3), "text_encoder": ([two], 1e-4)}
    optimizer = make_optimizer("adamw", groups, Optimizer())
    assert {g["component"]: g["lr"] for g in optimizer.param_groups} == {
        "unet": 1e-3,
        "text_encoder": 1e-4,
    }


@pytest.mark.parametrize(
    ("name", "at_start", "halfway", "at_end"),
    [
        ("constant", 1.0, 1.0, 1.0),
        ("linear", 1.0, 0.5, 0.0),
        ("cosine", 1.0, 0.5, 0.0),
        ("cosine_with_restarts", 1.0, 1.0, 0.0),
        ("polynomial", 1.0, 0.25, 0.0),
    ],
)
def test_schedules_after_their_warm_up(
    name: str, at_start: float, halfway: float, at_end: float
) -> None:
    settings = Schedule(lr_scheduler=name, warmup=10, restarts=2, power=2.0)
    optimizer = make_optimizer("adamw", {"unet": (parameters(), 1.0)}, Optimizer())
    schedule = make_schedule(optimizer, settings, 110)
    rates = []
    for _ in range(111):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert rates[5] == pytest.approx(0.5)
    expected = [at_start, halfway, at_end]
    assert [rates[10], rates[60], rates[110]] == pytest.approx(expected, abs=1e-3)
