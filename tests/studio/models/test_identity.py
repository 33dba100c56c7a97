"""What tells models apart in the keys of cached latents, and the precision they are made in."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import pytest
import torch
from torch import nn

from studio.config import Base
from studio.models.checkpoint import BaseModel, open_base
from studio.models.identity import identity


class Model(nn.Module):
    """Two layers and a configuration."""

    def __init__(self) -> None:
        super().__init__()
        self.config = {"size": 3}
        self.encoder, self.decoder = nn.Linear(3, 2), nn.Linear(2, 3)


@pytest.fixture
def model() -> Model:
    return Model()


def changed(model: Model, path: str) -> Model:
    other = copy.deepcopy(model)
    other.get_parameter(path).data[0] += 1e-6
    return other


def test_the_order_in_which_a_process_lists_defaults_does_not_count(model: Model) -> None:
    """diffusers keeps them as a set, whose order is another in every process."""
    other = copy.deepcopy(model)
    model.config = {"size": 3, "_use_default_values": ["a", "b"]}
    other.config = {"size": 3, "_use_default_values": ["b", "a"]}
    assert identity(model) == identity(other)
    other.config["size"] = 4
    assert identity(model) != identity(other)


def test_every_weight_counts_but_those_left_out(model: Model) -> None:
    assert identity(model) == identity(copy.deepcopy(model))
    assert identity(model) != identity(model, "more")
    for path in ("encoder.weight", "encoder.bias", "decoder.weight"):
        assert identity(model) != identity(changed(model, path))
    without = identity(model, without=("decoder",))
    assert without == identity(changed(model, "decoder.weight"), without=("decoder",))
    assert without != identity(changed(model, "encoder.weight"), without=("decoder",))


def test_the_configuration_counts(model: Model) -> None:
    before = identity(model)
    model.config = {"size": 4}

    assert identity(model) != before


def test_layout_does_not_count_and_scalars_do() -> None:
    conv: Any = nn.Conv2d(4, 4, 3)
    conv.config = {}
    conv.register_buffer("scale", torch.tensor(2.0, dtype=torch.bfloat16))
    before = identity(conv)

    assert identity(conv.to(memory_format=torch.channels_last)) == before
    conv.scale += 1
    assert identity(conv) != before
    assert len(before) == len(hashlib.sha256().hexdigest())


@pytest.fixture(scope="module")
def base() -> BaseModel:
    return open_base(Base(model="starter"), torch.device("cpu"))


def with_dtype(base: BaseModel, dtype: torch.dtype) -> BaseModel:
    other = copy.copy(base)
    other.dtype = dtype
    return other


def test_another_decoder_keeps_the_latents(base: BaseModel) -> None:
    other = with_dtype(base, base.dtype)
    other.__dict__.pop("vae_identity", None)
    before = other.vae_identity
    del other.vae_identity
    other.vae = copy.deepcopy(base.vae)
    other.vae.decoder.conv_in.weight.data.add_(1)
    assert other.vae_identity == before
    del other.vae_identity
    other.vae.encoder.conv_in.weight.data.add_(1)
    assert other.vae_identity != before


def test_half_precision_changes_latents_less_than_the_least_noise(base: BaseModel) -> None:
    half = with_dtype(base, torch.bfloat16)
    assert (base.encode_dtype, half.encode_dtype) == (torch.float32, torch.bfloat16)
    assert with_dtype(base, torch.float16).encode_dtype == torch.float32
    generator = torch.Generator().manual_seed(0)
    smooth = torch.rand(1, 3, 16, 16, generator=generator)
    pixels = torch.nn.functional.interpolate(smooth, size=(64, 64), mode="bilinear") * 2 - 1

    full, rough = base.encode_images(pixels), half.encode_images(pixels)

    assert rough.dtype == torch.float32
    assert next(base.vae.parameters()).dtype == torch.float32
    error = (full - rough)[:, 0].pow(2).mean().sqrt()
    alpha = base.noise_scheduler.alphas_cumprod[0]
    assert 0 < error < 0.5 * ((1 - alpha) / alpha).sqrt()
    assert torch.equal(rough, half.encode_images(pixels))


def test_layout_of_pixels_changes_nothing_but_roundings(base: BaseModel) -> None:
    pixels = torch.rand(1, 3, 64, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        posterior = base.vae.encode(pixels).latent_dist
    wanted = torch.stack([posterior.mean, posterior.std], dim=1)

    found = base.encode_images(pixels) / base.vae.config.scaling_factor

    assert found.is_contiguous()
    assert torch.allclose(found, wanted, atol=1e-4)
