"""What a session needs before its first step: the base model, cached latents and texts, batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor

from studio.config import Base, Settings
from studio.data.buckets import make_buckets
from studio.data.cache import LatentCache, TextCache
from studio.data.dataset import Dataset, place
from studio.data.loader import Loader
from studio.data.tokens import LIMIT
from studio.errors import StudioError
from studio.events import Event, Phase, Warned
from studio.models.checkpoint import BaseModel, open_base
from studio.runs import cache_folder
from studio.training.control import Control

OpenBase = Callable[[Base, torch.device], BaseModel]
"""`studio.models.checkpoint.open_base`, or what gives a base model that is open already."""


def open_frozen_base(
    settings: Settings, device: torch.device, open_base: OpenBase = open_base
) -> BaseModel:
    """The base model as the memory settings want it run.

    Raises ``data.bad_resolution`` if sizes clash, ``network.no_second_encoder`` before any work.
    """
    base = open_base(settings.base, device)
    settings.network.trained(base.components)
    data = settings.data
    if data.resolution % base.pixel_step or data.bucket_step % base.pixel_step:
        raise StudioError(
            "data.bad_resolution",
            resolution=data.resolution,
            bucket_step=data.bucket_step,
            step=base.pixel_step,
            base=base.location.name,
        )
    if settings.memory.gradient_checkpointing:
        # The default, non-reentrant kind: the other one silently loses gradients of frozen bases.
        base.unet.enable_gradient_checkpointing()
        for encoder in base.text_encoders.values():
            encoder.activation_checkpointing_enable()
    if settings.memory.attention == "eager":
        base.unet.set_attn_processor(AttnProcessor())
    return base


def make_loader(
    settings: Settings, base: BaseModel, dataset: Dataset, control: Control
) -> Generator[Event, None, Loader | None]:
    """Encodes every image once for all epochs, and returns the batches; None if asked to stop."""
    data = settings.data
    placed = place(dataset.items, make_buckets(data.resolution, data.bucket_step))
    latents = LatentCache(
        data.cache,
        cache_folder(settings) / "latents",
        identity=base.vae_identity,
        dtype=torch.float32,
    )
    for done, total in latents.build(placed, base.encode_images, data.flip):
        yield Phase("cache_latents", done, total)
        if control.stopping:
            return None
    for problem in (*latents.dropped, *latents.warnings):
        yield Warned(problem.code, problem.params)
    return Loader(
        latents.kept,
        data,
        seed=settings.run.seed,
        latents=latents,
        prior_loss_weight=settings.loss.prior_loss_weight,
    )


def text_chunks(settings: Settings, base: BaseModel, loader: Loader) -> int:
    """Chunks of 75 tokens that the run's longest caption fills, as far as the settings let it."""
    most = settings.data.max_token_length // LIMIT
    if most == 1:  # counting the tokens of all captions takes time
        return 1
    return min(most, base.chunks_for(loader.sample_captions()))


def make_texts(
    settings: Settings, base: BaseModel, loader: Loader, chunks: int
) -> Generator[Event, None, TextCache]:
    """Encodes every caption once, for text encoders that stay frozen."""
    texts = TextCache(
        settings.data.cache,
        cache_folder(settings) / "texts",
        identity=base.text_identity,
        clip_skip=base.clip_skip,
        chunks=chunks,
        dtype=base.dtype,
    )
    encode = torch.no_grad()(functools.partial(base.encode_prompts, chunks=chunks))
    for done, total in texts.build(loader.known_captions(), encode):
        yield Phase("cache_texts", done, total)
    for problem in texts.warnings:
        yield Warned(problem.code, problem.params)
    return texts


def total_steps(settings: Settings, loader: Loader) -> int:
    """Optimizer steps of the run."""
    schedule = settings.schedule
    if schedule.epochs is None:
        return schedule.steps or 1000
    return schedule.epochs * steps_per_epoch(settings, loader)


def steps_per_epoch(settings: Settings, loader: Loader) -> int:
    """Optimizer steps of one pass over all images, at least one."""
    return max(1, loader.batches_per_epoch // settings.schedule.gradient_accumulation)


def count_parameters(base: BaseModel) -> int:
    """Parameters of the parts that carry an adapter, the adapter included."""
    modules: tuple[Any, ...] = tuple(base.components.values())
    return sum(parameter.numel() for module in modules for parameter in module.parameters())
