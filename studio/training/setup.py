"""What a session needs before its first step: the base model, cached latents and texts, batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
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
from studio.events import Event, Noted, Phase, Warned
from studio.files import write_atomically
from studio.models.checkpoint import BaseModel, open_base
from studio.models.heap import keep
from studio.models.quicken import Plan, conditions, plan, quicken
from studio.runs import RunFolder, cache_folder
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


def quickened(settings: Settings, base: BaseModel, run: RunFolder, chunks: int) -> Iterator[Event]:
    """Lets the frozen layers run as fast as this machine can, and tells what was done.

    What trials found is kept beside the cache, so that the same run again repeats the same bits at
    once, and in the run's folder, for a run that is resumed after the cache was deleted.
    """
    data, memory = settings.data, settings.memory
    asked = (data.resolution, data.resolution, data.batch_size, chunks * (LIMIT + 2))
    pack, attention = memory.pack_weights, memory.attention == "auto"
    name = conditions(base, *asked, pack, attention)
    before = cache_folder(settings) / "speed" / f"{name}.json"
    if base.device.type == "cpu":
        keep()
    found = (yield from _kept_plan(run.speed_file)) or (yield from _kept_plan(before))
    if found is None:
        yield Phase("quicken")
        found = plan(base, *asked, pack=pack, attention=attention)
    for file in (before, run.speed_file):
        if not file.exists():
            write_atomically(file, found.to_json().encode())
    quicken(base, found)
    for reason in found.reasons:
        yield Noted(reason.code, reason.params)


def _kept_plan(file: Path) -> Generator[Event, None, Plan | None]:
    """What an earlier run found out; a damaged file is told, removed, and found out again."""
    try:
        return Plan.from_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Warned("cache.damaged", {"path": str(file), "reason": str(error)})
        file.unlink(missing_ok=True)
        return None


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
