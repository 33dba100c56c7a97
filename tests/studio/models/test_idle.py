"""Parts that are put away take no memory, and come back bit for bit as they were."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from studio.config import Base, Network
from studio.errors import StudioError
from studio.models import checkpoint, idle
from studio.models import family as family_module
from studio.models.adapter import inject, load, strip
from studio.models.checkpoint import BaseModel, open_base
from studio.models.family import STARTER
from studio.models.mapped import is_mapped
from studio.training.exporting import save_unchecked
from tests.tiny_models import tiny_configs, tiny_file, tiny_folder

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bases")
    tiny_configs(path / "configs")
    for family in ("sd1", "sdxl"):
        tiny_folder(path / family, family)
    tiny_file(path / "sd1.ckpt", path / "sd1", "sd1")
    return path


@pytest.fixture(autouse=True)
def tiny(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small parts are worth it here."""
    monkeypatch.setattr(family_module, "CONFIGS", root / "configs")
    monkeypatch.setattr(idle, "_WORTH", 0)


def opened(model: Path, **changes: Any) -> tuple[BaseModel, tuple[str, ...]]:
    """A base model and what of it can be idle."""
    base = open_base(Base(model=str(model), **changes), CPU)
    return base, ("vae", *base.text_encoders)


@torch.no_grad()
def made(base: BaseModel) -> list[Tensor]:
    """Latents, embeddings and pixels."""
    generator = torch.Generator().manual_seed(0)
    pixels = torch.rand(1, 3, 32, 32, generator=generator) * 2 - 1
    latents = torch.randn(1, 4, 16, 16, generator=generator)
    text = base.encode_prompts(["a red cat", ""])
    embeddings = [tensor for tensor in text if tensor is not None]
    return [base.encode_images(pixels), *embeddings, base.decode_latents(latents)]


def same(ours: list[Tensor], wanted: list[Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(ours, wanted, strict=True))


def live_bytes(base: BaseModel, *names: str) -> int:
    """Memory of the weights of parts, without views of files."""
    parameters = [p for name in names for p in base.parts[name].module.parameters()]
    return sum(p.untyped_storage().nbytes() for p in parameters if not is_mapped(p.data))


@pytest.mark.parametrize(
    ("model", "dtype"),
    [
        ("sd1", "bf16"),
        ("sd1.ckpt", "fp32"),
        ("sdxl", "fp16"),
    ],
)
def test_what_comes_back_is_bit_for_bit_the_same(root: Path, model: str, dtype: str) -> None:
    base, names = opened(root / model, dtype=dtype)
    modules = dict(base.components)
    wanted, identities = made(base), (base.vae_identity, base.text_identity)
    for _ in range(2):
        base.put_away(*names)
        count = sum(1 for name in names for _ in base.parts[name].module.parameters())
        assert live_bytes(base, *names) <= 4 * count
        assert same(made(base), wanted)
    fresh, _ = opened(root / model, dtype=dtype)
    fresh.put_away(*names)
    assert (fresh.vae_identity, fresh.text_identity) == identities
    assert all(base.components[name] is module for name, module in modules.items())


def test_idle_parts_take_turns(root: Path) -> None:
    base, names = opened(root / "sd1", dtype="bf16", vae=str(root / "sd1.ckpt"))
    before = {name: live_bytes(base, name) for name in names}
    base.put_away(*names)
    base.encode_prompts(["a cat"])
    assert live_bytes(base, "text_encoder") == before["text_encoder"]
    base.decode_latents(torch.zeros(1, 4, 8, 8))
    assert live_bytes(base, "text_encoder") < before["text_encoder"] / 100
    base.put_away()
    base.bring_back(*names)
    made(base)
    assert live_bytes(base, "text_encoder") == before["text_encoder"]  # nothing is idle now


def test_who_computes_with_what_is_away_gets_no_number(root: Path) -> None:
    base, names = opened(root / "sd1", dtype="bf16")
    base.put_away(*names)
    encoder = base.text_encoders["text_encoder"]
    tokens = base.tokenizers["text_encoder"].chunked(["a cat"], 1)
    assert encoder(tokens).last_hidden_state.isnan().all()


def test_adapters_come_and_go_meanwhile(root: Path, tmp_path: Path) -> None:
    base, names = opened(root / "sd1", dtype="bf16")
    wanted = made(base)
    adapter = inject(base, Network(rank=2, text_encoder=True), seed=0)
    for component in adapter.parts:
        for parameter in adapter.parameters(component):
            parameter.data.normal_()
    save_unchecked(tmp_path / "a.safetensors", adapter, {}, "fp32")
    adapted = made(base)
    assert not torch.equal(adapted[1], wanted[1])
    base.put_away(*names)
    assert same(made(base), adapted)
    base.put_away(*names)
    strip(base)
    assert same(made(base), wanted)
    base.put_away(*names)
    load(base, tmp_path / "a.safetensors")
    assert same(made(base), adapted)


def test_adapters_and_what_takes_no_memory_anyway_stay(root: Path) -> None:
    base, names = opened(root / "sd1", dtype="bf16")
    packed = base.vae.decoder.conv_in.weight
    packed.data = torch.full((), 3.0).expand(packed.shape)
    adapter = inject(base, Network(rank=2, text_encoder=True), seed=0)
    trained = [p.detach().clone() for p in adapter.parameters("text_encoder")]
    base.put_away(*names)
    assert all(map(torch.equal, adapter.parameters("text_encoder"), trained))
    base.bring_back(*names)
    assert packed.untyped_storage().nbytes() == 4
    assert bool((packed == 3).all())
    assert all(map(torch.equal, adapter.parameters("text_encoder"), trained))


def test_files_that_are_gone_or_changed_are_told_and_may_return(root: Path, tmp_path: Path) -> None:
    path = tiny_file(tmp_path / "mine.safetensors", root / "sd1", "sd1")
    base, names = opened(path, dtype="bf16")
    wanted = made(base)
    base.put_away(*names)
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(StudioError, match=r"base\.gone") as caught:
        base.encode_prompts(["a cat"])
    assert caught.value.params == {"path": str(path)}
    (tmp_path / "elsewhere").rename(path)
    assert same(made(base), wanted)
    base.put_away(*names)
    os.utime(path, (1, 1))
    with pytest.raises(StudioError, match=r"base\.gone"):
        base.encode_prompts(["a cat"])


def test_small_parts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    base, names = opened(STARTER, dtype="bf16")
    before = live_bytes(base, *names)
    base.put_away(*names)
    assert live_bytes(base, *names) == before


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were a graphics card, whose memory is not the main one."""
    monkeypatch.setattr(idle, "has_own_memory", lambda device: True)
    monkeypatch.setattr(checkpoint, "has_own_memory", lambda device: True)


@pytest.mark.usefixtures("card")
def test_beside_a_graphics_card_main_memory_keeps_them(root: Path, tmp_path: Path) -> None:
    path = tiny_file(tmp_path / "mine.safetensors", root / "sd1", "sd1")
    base, names = opened(path, dtype="bf16")
    wanted = made(base)
    base.put_away(*names)
    assert all(p.isnan().all() for p in base.text_encoders["text_encoder"].parameters())
    path.unlink()
    assert same(made(base), wanted)
    assert not any(p.isnan().any() for p in base.text_encoders["text_encoder"].parameters())


@pytest.mark.usefixtures("card")
def test_with_offload_the_unet_makes_room_for_the_vae(root: Path) -> None:
    base, _ = opened(root / "sd1", dtype="bf16")
    adapter = inject(base, Network(rank=2), seed=0)
    trained = [p.detach().clone() for p in adapter.parameters("unet")]
    latents, text = torch.ones(1, 4, 16, 16).bfloat16(), base.encode_prompts(["a cat"])

    def predicted() -> Tensor:
        with torch.no_grad():
            return base.predict(latents, torch.tensor([5]), text, torch.zeros(1, 6))

    wanted, weight = predicted(), base.unet.conv_in.weight
    base.offload = True
    base.decode_latents(torch.zeros(1, 4, 8, 8))
    assert weight.isnan().all()
    assert all(map(torch.equal, adapter.parameters("unet"), trained))
    assert torch.equal(predicted(), wanted)
    assert not weight.isnan().any()
