"""What a session needs before its first step: the base model, cached latents and texts, batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from diffusers.models.attention_processor import AttnProcessor
from platformdirs import user_cache_path

from studio.config import Base, Settings
from studio.data.buckets import make_buckets
from studio.data.cache import LatentCache, TextCache
from studio.data.dataset import Dataset, Placed, place
from studio.data.loader import Loader
from studio.data.problems import Problem
from studio.data.tokens import LIMIT
from studio.errors import StudioError
from studio.events import Event, Noted, Phase, Warned
from studio.files import write_atomically
from studio.models.checkpoint import BaseModel, open_base
from studio.models.heap import keep
from studio.models.idle import has_own_memory
from studio.models.quicken import Plan, conditions, plan, quicken
from studio.runs import RunFolder, cache_folder
from studio.training.control import Control
from studio.training.processes import Processes

OpenBase = Callable[[Base, torch.device], BaseModel]
"""`studio.models.checkpoint.open_base`, or what gives a base model that is open already."""


def open_frozen_base(
    settings: Settings, device: torch.device, open_base: OpenBase = open_base
) -> BaseModel:
    """The base model as the memory settings want it run.

    Raises ``data.bad_resolution`` if sizes clash, ``network.no_second_encoder`` before any work.
    """
    base = open_base(settings.base, device)
    base.offload = settings.memory.offload and has_own_memory(base.device)
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


def quickened(
    settings: Settings, base: BaseModel, run: RunFolder, images: int, chunks: int
) -> Iterator[Event]:
    """Lets the frozen layers run as fast as this machine can, and tells what was done.

    ``images`` is how many one pass takes, ``chunks`` how many of text.
    What trials found is kept in the user's cache, so that the next run does without and the same
    run repeats its bits, and in the run's folder, for a run that is resumed after that was deleted.
    """
    data, memory = settings.data, settings.memory
    asked = (data.resolution, data.resolution, images, chunks * (LIMIT + 2))
    pack, attention = memory.pack_weights, memory.attention == "auto"
    name = conditions(base, *asked, pack, attention)
    before = user_cache_path("LoRA Studio", appauthor=False) / "speed" / f"{name}.json"
    if base.device.type == "cpu":
        keep()
    found = (yield from _kept_plan(run.speed_file)) or (yield from _kept_plan(before))
    if found is None:
        yield Phase("quicken")
        found = plan(base, *asked, pack=pack, attention=attention)
    kept = found.to_json().encode()
    if not run.speed_file.exists():
        write_atomically(run.speed_file, kept)
    if not before.exists():
        try:
            write_atomically(before, kept)
        except StudioError as error:  # the run itself can do without
            why = error.params.get("reason", error.code)
            yield Noted("speed.not_kept", {"path": str(before), "reason": why})
    quicken(base, found)
    for reason in found.reasons:
        yield Noted(reason.code, reason.params)


def _kept_plan(file: Path) -> Generator[Event, None, Plan | None]:
    """What an earlier run found out; a damaged file is told, and removed to be found out again."""
    try:
        return Plan.from_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        yield Warned("cache.damaged", {"path": str(file), "reason": error.strerror or str(error)})
    except (ValueError, KeyError, TypeError) as error:
        yield Warned("cache.damaged", {"path": str(file), "reason": str(error)})
        file.unlink(missing_ok=True)
    return None


def make_loader(
    settings: Settings,
    base: BaseModel,
    dataset: Dataset,
    control: Control,
    processes: Processes,
) -> Generator[Event, None, Loader | None]:
    """Encodes every image once for all epochs, and returns the batches; None if asked to stop.

    On disk, each process encodes its share and reads the others'; in memory, each encodes all.
    """
    data = settings.data
    placed = place(dataset.items, make_buckets(data.resolution, data.bucket_step))
    latents = LatentCache(
        data.cache,
        cache_folder(settings) / "latents",
        identity=base.vae_identity,
        dtype=base.encode_dtype,
    )
    told: list[Problem] = []
    if processes.count > 1 and data.cache == "disk":
        told = yield from _latents_of_share(settings, base, placed, latents, control, processes)
    for done, total in latents.build(placed, base.encode_images, data.flip):
        yield Phase("cache_latents", done, total)
        if control.stopping:
            break
    if processes.agree(control.stopping):
        return None
    yield from told_once(latents.warnings, [*latents.dropped, *told])
    return Loader(
        latents.kept,
        data,
        seed=settings.run.seed,
        latents=latents,
        prior_loss_weight=settings.loss.prior_loss_weight,
    )


def _latents_of_share(
    settings: Settings,
    base: BaseModel,
    placed: list[Placed],
    latents: LatentCache,
    control: Control,
    processes: Processes,
) -> Generator[Event, None, list[Problem]]:
    """Encodes this process's share of the images, and waits for the others.

    Returns what was odd in all shares.
    """
    share = placed[processes.rank :: processes.count]
    try:
        for done, total in latents.build(share, base.encode_images, settings.data.flip):
            yield Phase("cache_latents", done, total)
            if control.stopping:
                break
    except StudioError as error:
        if error.code != "dataset.no_readable_image":  # another share may have one
            raise
    return processes.gather(latents.warnings)


def told_once(new: list[Problem], more: Iterable[Problem] = ()) -> list[Event]:
    """Warnings of ``more`` and of what is ``new``, which is emptied; each once."""
    warned = [Warned(problem.code, problem.params) for problem in (*more, *new)]
    new.clear()
    return list({event.to_json(): event for event in warned}.values())


def text_chunks(settings: Settings, base: BaseModel, loader: Loader) -> int:
    """Chunks of 75 tokens that the run's longest caption fills, as far as the settings let it."""
    most = settings.data.max_token_length // LIMIT
    if most == 1:  # counting the tokens of all captions takes time
        return 1
    return min(most, base.chunks_for(loader.sample_captions()))


def make_texts(
    settings: Settings, base: BaseModel, loader: Loader, chunks: int, processes: Processes
) -> Generator[Event, None, TextCache]:
    """Encodes every caption once, for text encoders that stay frozen.

    On disk, each process encodes its share and reads the others'; in memory, each encodes all.
    """
    texts = TextCache(
        settings.data.cache,
        cache_folder(settings) / "texts",
        identity=base.text_identity,
        clip_skip=base.clip_skip,
        chunks=chunks,
        dtype=base.dtype,
    )
    encode = torch.no_grad()(functools.partial(base.encode_prompts, chunks=chunks))
    captions = loader.known_captions()
    told: list[Problem] = []
    if processes.count > 1 and settings.data.cache == "disk":
        for done, total in texts.build(captions[processes.rank :: processes.count], encode):
            yield Phase("cache_texts", done, total)
        told = processes.gather(texts.warnings)
    for done, total in texts.build(captions, encode):
        yield Phase("cache_texts", done, total)
    yield from told_once(texts.warnings, told)
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
