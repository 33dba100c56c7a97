"""Activations that wait in main memory change no bit, and weights do not wait with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from studio.config import Base, Memory, Network, validate
from studio.errors import StudioError
from studio.events import Event, Finished, Phase, Warned
from studio.models import idle
from studio.models.adapter import inject
from studio.models.checkpoint import BaseModel, open_base
from studio.runs import RunFolder
from studio.training import offload
from studio.training.offload import (
    activations,
    idle_parts,
    in_main_memory,
    nothing_to_offload,
)
from studio.training.previews import Previews
from studio.training.session import train
from studio.training.state import read_state
from tests.pictures import small_settings, write_pictures

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def base() -> BaseModel:
    base = open_base(Base(model="starter"), CPU)
    inject(base, Network(rank=2), seed=0)
    return base


def gradients(base: BaseModel) -> list[Tensor]:
    trained = [p for p in base.unet.parameters() if p.requires_grad]
    torch.manual_seed(1)
    latents = torch.randn(1, base.unet.config.in_channels, 16, 16)
    with torch.no_grad():
        text = base.encode_prompts(["a cat"])
    predicted = base.predict(latents, torch.tensor([500]), text, torch.zeros(1, 6))
    return list(torch.autograd.grad(predicted.square().mean(), trained))


def test_gradients_are_bit_for_bit_the_same(
    base: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = gradients(base)
    moved: list[int] = []
    copy = torch.empty_like

    def noted(tensor: Tensor, **how: Any) -> Tensor:
        moved.append(tensor.untyped_storage().data_ptr())
        return copy(tensor, **how)

    monkeypatch.setattr(offload, "_SMALL", 0)
    with monkeypatch.context() as patched, in_main_memory([base.unet]):
        patched.setattr(torch, "empty_like", noted)
        ours = gradients(base)
    assert all(map(torch.equal, ours, wanted))
    assert len(moved) > 100
    weights = {p.untyped_storage().data_ptr() for p in base.unet.parameters()}
    assert not weights & set(moved)


def test_small_activations_stay_and_inputs_of_checkpointed_blocks_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved: list[tuple[int, ...]] = []
    copy = torch.empty_like

    def noted(tensor: Tensor, **how: Any) -> Tensor:
        moved.append(tuple(tensor.shape))
        return copy(tensor, **how)

    monkeypatch.setattr(torch, "empty_like", noted)
    x = torch.ones(4, offload._SMALL, requires_grad=True)
    with in_main_memory([]):
        x[0, :100].exp().sum().backward()
        assert moved == []
        checkpoint(lambda x: x.exp().exp(), 0.1 * x, use_reentrant=False).sum().backward()
    assert moved == [tuple(x.shape)]


def test_expanded_tensors_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offload, "_SMALL", 0)
    x = torch.ones(3, 1, requires_grad=True)
    with in_main_memory([]):
        x.expand(3, 5).square().sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[10.0]] * 3


def test_on_a_cpu_nothing_is_done_and_that_is_told(base: BaseModel) -> None:
    wanted = gradients(base)
    with activations(Memory(offload_activations=True), base):
        assert all(map(torch.equal, gradients(base), wanted))
    assert nothing_to_offload(Memory(), CPU) == []
    for wish in (Memory(offload=True), Memory(offload_activations=True)):
        (told,) = nothing_to_offload(wish, CPU)
        assert (told.code, told.params) == ("memory.nothing_to_offload", {"device": "cpu"})
        assert nothing_to_offload(wish, torch.device("cuda")) == []
        assert len(nothing_to_offload(wish, torch.device("mps"))) == 1


@pytest.mark.parametrize(
    ("sections", "names"),
    [
        ({}, ("vae", "text_encoder")),
        ({"network": {"text_encoder": True}}, ("vae",)),
        ({"data": {"shuffle_tags": True}}, ("vae",)),
        ({"data": {"cache": "none"}}, ()),
    ],
)
def test_what_every_step_uses_is_never_idle(
    base: BaseModel, sections: dict[str, Any], names: tuple[str, ...]
) -> None:
    settings = validate({"dataset": [{"path": "images"}], **sections})
    assert idle_parts(settings, base) == names


def test_a_run_whose_idle_parts_are_away_gives_the_same_bits_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = write_pictures(tmp_path / "images", count=2)

    def made(name: str) -> tuple[dict[str, Tensor], list[bytes]]:
        settings = small_settings(
            images,
            tmp_path / name,
            base={"dtype": "bf16"},
            memory={"attention": "sdpa"},  # trials may end one way or the other
            schedule={"steps": 2, "warmup": 0},
            preview={"every": 1, "prompts": ["x"], "size": "64x64", "strengths": [1], "steps": 1},
        )
        finished = list(train(settings))[-1]
        assert isinstance(finished, Finished)
        run = RunFolder(Path(finished.run))
        pictures = [file.read_bytes() for file in sorted(run.samples.glob("*.png"))]
        return read_state(run.checkpoint(2))["adapter"], pictures

    wanted, pictures = made("stay")
    monkeypatch.setattr(idle, "_WORTH", 0)
    ours, again = made("away")
    assert all(torch.equal(ours[name], wanted[name]) for name in wanted)
    assert again == pictures
    assert len(pictures) == 3


def test_a_base_model_that_is_gone_ends_previews_and_not_the_run() -> None:
    def pictures() -> Iterator[Event]:
        yield Phase("draw")
        raise StudioError("base.gone", path="mine.ckpt")

    told = list(Previews._as_far_as_memory_goes(pictures(), spared=False))
    assert told == [Phase("draw"), Warned("base.gone", {"path": "mine.ckpt"})]
