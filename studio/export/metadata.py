"""The metadata of an exported file: kohya's ``ss_*`` keys and ModelSpec 1.0.1, all values texts.

A1111 and Forge sort, hide and describe LoRAs by it. Names of files and folders are written without
their paths; with ``private`` neither folder names nor captions are written at all. No torch.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio import __version__
from studio.config import Settings

_VERSIONS = {
    ("sd1", False): ("sd_v1", "stable-diffusion-v1/lora"),
    ("sd1", True): ("sd_v1_v", "stable-diffusion-v1/lora"),
    ("sd2", False): ("sd_v2", "stable-diffusion-v2-512/lora"),
    ("sd2", True): ("sd_v2_v", "stable-diffusion-v2-768-v/lora"),
    ("sdxl", False): ("sdxl_base_v1-0", "stable-diffusion-xl-v1-base/lora"),
    ("sdxl", True): ("sdxl_base_v1-0", "stable-diffusion-xl-v1-base/lora"),
}
_OPTIMIZERS = {
    "adamw": "torch.optim.adamw.AdamW",
    "adamw8bit": "bitsandbytes.optim.adamw.AdamW8bit",
    "paged_adamw8bit": "bitsandbytes.optim.adamw.PagedAdamW8bit",
    "adamw4bit": "AdamW4bit",
    "adamwfp8": "AdamWFp8",
    "adafactor": "transformers.optimization.Adafactor",
}
# What kohya writes for features that this program has not.
_ABSENT = {
    "ss_full_fp16": False,
    "ss_fp8_base": False,
    "ss_lowram": False,
    "ss_multires_noise_iterations": None,
    "ss_multires_noise_discount": None,
    "ss_adaptive_noise_scale": None,
    "ss_ip_noise_gamma": None,
    "ss_scale_weight_norms": None,
    "ss_debiased_estimation": False,
    "ss_caption_tag_dropout_rate": 0.0,
    "ss_caption_dropout_every_n_epochs": 0,
    "ss_training_comment": None,
    "ss_num_validation_images": 0,
    "ss_color_aug": False,
    "ss_random_crop": False,
    "ss_bucket_no_upscale": False,
}


@dataclass(frozen=True)
class FolderFacts:
    """One dataset folder as trained on. ``tags`` is what `tag_counts` makes of its captions."""

    name: str
    images: int
    repeats: int = 1
    regularization: bool = False
    tags: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunFacts:
    """What the settings do not know: base model, progress, dataset. Times are Unix seconds.

    ``arch`` is "sd1", "sd2" or "sdxl". Hashes of the files of base model and VAE may be empty;
    legacy ones are 8 hex digits. ``buckets`` is (width, height) in pixels -> images. ``optimizer``
    and ``precision`` ("no", "fp16", "bf16") are those really used, where the settings say "auto".
    """

    arch: str
    prediction_type: str
    base_name: str
    steps: int
    max_steps: int
    epoch: int
    epochs: int
    batches_per_epoch: int
    started_at: float
    finished_at: float
    folders: tuple[FolderFacts, ...] = ()
    buckets: Mapping[tuple[int, int], int] = field(default_factory=dict)
    mean_aspect_error: float = 0.0
    optimizer: str = ""
    precision: str = "no"
    processes: int = 1
    zero_terminal_snr: bool = False
    base_sha256: str = ""
    base_legacy_hash: str = ""
    vae_sha256: str = ""
    vae_legacy_hash: str = ""


def tag_counts(captions: Iterable[str]) -> dict[str, int]:
    """How many of ``captions`` hold each tag: split at commas, stripped, lower-cased."""
    counts: Counter[str] = Counter()
    for caption in captions:
        counts.update({tag.strip().lower() for tag in caption.split(",")} - {""})
    return dict(counts)


def build_metadata(
    settings: Settings,
    facts: RunFacts,
    *,
    private: bool = False,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """All metadata of the run's adapter except the hashes, which `save` computes.

    ``private`` leaves out folder names, tags and buckets. ``extra`` adds ModelSpec texts (author,
    description, license, tags, usage_hint, thumbnail as a data URL) by their short name.
    """
    values: dict[str, Any] = {
        **_ABSENT,
        **_base_values(settings, facts),
        **_network_values(settings),
        **_training_values(settings, facts),
        **_data_values(settings, facts),
    }
    if not private:
        values |= _dataset_values(facts)
    return {
        **{key: _text(value) for key, value in values.items()},
        **family_values(facts.arch, facts.prediction_type == "v_prediction"),
        **_modelspec(settings, facts, extra or {}),
    }


def family_values(arch: str, v_prediction: bool) -> dict[str, str]:
    """The texts by which programs tell the kind of base model that a file is for."""
    version, architecture = _VERSIONS[arch, v_prediction]
    sgm = "https://github.com/Stability-AI/generative-models"
    return {
        "ss_base_model_version": version,
        "ss_v2": str(arch == "sd2"),
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": architecture,
        "modelspec.implementation": sgm if arch == "sdxl" else "diffusers",
        "modelspec.implementation_version": f"lora-studio/{__version__}",
        "modelspec.prediction_type": "v" if v_prediction else "epsilon",
    }


def _text(value: Any) -> str:
    """As kohya: tables as JSON, anything else through ``str``."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def base_name_of(path: str) -> str:
    """The last part of a path of any system; the home folder's name is a user name, so not that."""
    name = next((part for part in reversed(re.split(r"[\\/]", path)) if part.strip(".")), "")
    return "dataset" if name in ("", Path.home().name) else name


def _base_values(settings: Settings, facts: RunFacts) -> dict[str, Any]:
    values = {
        "ss_sd_model_name": base_name_of(facts.base_name),
        "ss_sd_model_hash": facts.base_legacy_hash or None,
        "ss_new_sd_model_hash": facts.base_sha256 or None,
        "ss_clip_skip": settings.base.clip_skip if settings.base.clip_skip > 1 else None,
        "ss_zero_terminal_snr": facts.zero_terminal_snr,
    }
    if settings.base.vae:
        values |= {
            "ss_vae_name": base_name_of(settings.base.vae),
            "ss_vae_hash": facts.vae_legacy_hash or None,
            "ss_new_vae_hash": facts.vae_sha256 or None,
        }
    return values


def _network_values(settings: Settings) -> dict[str, Any]:
    network = settings.network
    rank = max(network.rank, 2)  # rank 1 is stored as 2, see `collect`
    alpha = network.effective_alpha * rank / network.rank
    values: dict[str, Any] = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": rank,
        "ss_network_alpha": alpha,
        "ss_network_dropout": network.dropout or None,
    }
    if network.target == "all":
        values["ss_network_args"] = {"conv_dim": str(rank), "conv_alpha": str(alpha)}
    return values


def _text_rates(settings: Settings, arch: str) -> float | list[float] | None:
    """One rate, or a list of both encoders' as kohya writes it where they differ."""
    encoders = ("text_encoder", "text_encoder_2") if arch == "sdxl" else ("text_encoder",)
    trained = settings.network.trained(encoders)
    rates = [settings.optimizer.rate(one) if one in trained else 0.0 for one in encoders]
    if not trained:
        return None
    return rates[0] if len(set(rates)) == 1 else rates


def _optimizer_text(name: str, weight_decay: float) -> str:
    """``class(argument=value,...)``, as kohya writes it."""
    arguments: dict[str, Any] = {"weight_decay": weight_decay}
    if name == "adafactor":
        arguments |= dict.fromkeys(("scale_parameter", "relative_step", "warmup_init"), False)
    told = ",".join(f"{word}={value}" for word, value in arguments.items())
    return f"{_OPTIMIZERS.get(name, name)}({told})"


def _training_values(settings: Settings, facts: RunFacts) -> dict[str, Any]:
    optimizer, schedule, loss = settings.optimizer, settings.schedule, settings.loss
    name = facts.optimizer or optimizer.type
    return {
        "ss_output_name": settings.run.name,
        "ss_session_id": int(facts.started_at * 1000) % 2**32,
        "ss_training_started_at": float(facts.started_at),
        "ss_training_finished_at": float(facts.finished_at),
        "ss_steps": facts.steps,
        "ss_max_train_steps": facts.max_steps,
        "ss_epoch": facts.epoch,
        "ss_num_epochs": facts.epochs,
        "ss_num_batches_per_epoch": facts.batches_per_epoch,
        "ss_learning_rate": optimizer.unet_lr,
        "ss_unet_lr": optimizer.unet_lr,
        "ss_text_encoder_lr": _text_rates(settings, facts.arch),
        "ss_optimizer": _optimizer_text(name, optimizer.weight_decay),
        "ss_max_grad_norm": optimizer.max_grad_norm,
        "ss_lr_scheduler": schedule.lr_scheduler,
        "ss_lr_warmup_steps": schedule.warmup,
        "ss_gradient_accumulation_steps": schedule.gradient_accumulation,
        "ss_gradient_checkpointing": settings.memory.gradient_checkpointing,
        "ss_mixed_precision": facts.precision,
        "ss_seed": settings.run.seed,
        "ss_loss_type": loss.type,
        "ss_min_snr_gamma": loss.min_snr_gamma or None,
        "ss_noise_offset": loss.noise_offset or None,
        "ss_prior_loss_weight": loss.prior_loss_weight,
    }


def _data_values(settings: Settings, facts: RunFacts) -> dict[str, Any]:
    data = settings.data
    sides = [side for size in facts.buckets for side in size] or [data.resolution]
    return {
        "ss_resolution": (data.resolution, data.resolution),
        "ss_batch_size_per_device": data.batch_size,
        "ss_total_batch_size": data.batch_size
        * facts.processes
        * settings.schedule.gradient_accumulation,
        "ss_enable_bucket": True,
        "ss_min_bucket_reso": min(sides),
        "ss_max_bucket_reso": max(sides),
        "ss_max_token_length": data.max_token_length if data.max_token_length > 75 else None,
        "ss_keep_tokens": data.keep_tokens,
        "ss_shuffle_caption": data.shuffle_tags,
        "ss_flip_aug": data.flip,
        "ss_caption_dropout_rate": data.caption_dropout,
        "ss_cache_latents": data.cache != "none",
        "ss_num_train_images": _images(facts, regularization=False),
        "ss_num_reg_images": _images(facts, regularization=True),
    }


def _images(facts: RunFacts, *, regularization: bool) -> int:
    return sum(f.images * f.repeats for f in facts.folders if f.regularization is regularization)


def _dataset_values(facts: RunFacts) -> dict[str, Any]:
    """Always tables of tables: A1111's panel crashes on anything else."""
    dirs: dict[bool, dict[str, Any]] = {False: {}, True: {}}
    tags: dict[str, Counter[str]] = {}
    for folder in facts.folders:
        name = base_name_of(folder.name)
        entry = dirs[folder.regularization].setdefault(name, {"n_repeats": 0, "img_count": 0})
        entry["n_repeats"] = max(entry["n_repeats"], folder.repeats)
        entry["img_count"] += folder.images
        if folder.tags:
            tags.setdefault(name, Counter()).update(folder.tags)
    buckets = {
        str(number): {"resolution": list(size), "count": count}
        for number, (size, count) in enumerate(sorted(facts.buckets.items()))
    }
    return {
        "ss_dataset_dirs": dirs[False],
        "ss_reg_dataset_dirs": dirs[True],
        "ss_tag_frequency": {name: dict(counts.most_common()) for name, counts in tags.items()},
        "ss_bucket_info": {"buckets": buckets, "mean_img_ar_error": facts.mean_aspect_error},
    }


def _modelspec(settings: Settings, facts: RunFacts, extra: Mapping[str, str]) -> dict[str, str]:
    side = settings.data.resolution
    moment = datetime.fromtimestamp(facts.finished_at, UTC)
    triggers = dict.fromkeys(folder.trigger for folder in settings.dataset if folder.trigger)
    values = {
        "title": settings.run.name,
        "resolution": f"{side}x{side}",
        "date": moment.strftime("%Y-%m-%dT%H:%M:%S"),
    }
    if settings.base.clip_skip > 1:
        values["encoder_layer"] = str(settings.base.clip_skip)
    if triggers:
        values["trigger_phrase"] = ", ".join(triggers)
    return {f"modelspec.{key}": value for key, value in {**values, **extra}.items()}
