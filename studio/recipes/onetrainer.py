"""Recipes in OneTrainer's metadata: its whole configuration as JSON under ``ot_config``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from studio.recipes.collecting import Collector

_SCHEDULES = {
    "CONSTANT": "constant",
    "LINEAR": "linear",
    "COSINE": "cosine",
    "COSINE_WITH_RESTARTS": "cosine_with_restarts",
    "COSINE_WITH_HARD_RESTARTS": "cosine_with_restarts",
}
_OPTIMIZERS = {"ADAMW": "adamw", "ADAMW_8BIT": "adamw8bit", "ADAFACTOR": "adafactor"}
_PRECISIONS = {"FLOAT_32": "no", "FLOAT_16": "fp16", "BFLOAT_16": "bf16"}
_ADAPTIVE = ("PRODIGY", "DADAPT", "ADAFACTOR")
_KINDS = ("peft_type", "lora_decompose", "training_method")
_OFF: dict[str, tuple[Any, ...]] = {
    "ema": ("OFF",),
    "masked_training": (False,),
    "rescale_noise_scheduler_to_zero_terminal_snr": (False,),
    "perturbation_noise_weight": (0, 0.0),
    "timestep_distribution": ("UNIFORM",),
    "min_noising_strength": (0, 0.0),
    "max_noising_strength": (1, 1.0),
    "learning_rate_min_factor": (0, 0.0),
    "learning_rate_scaler": ("NONE",),
    "lora_decompose": (False,),
    "peft_type": ("LORA",),
    "training_method": ("LORA",),
    "layer_filter": ("",),
    "additional_embeddings": ([],),
    "vb_loss_strength": (0, 0.0, 1, 1.0),
    "log_cosh_strength": (0, 0.0),
}
"""What changes training and has no counterpart here, with the values that mean nothing."""


def take(collector: Collector, text: str) -> None:
    """Puts what the configuration tells into ``collector``."""
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        collector.note("ot_config", text, "unreadable")
        return
    collector.base_hint = re.split(r"[\\/]", str(config.get("base_model_name") or ""))[-1]
    for key, (section, name, read) in _PLAIN.items():
        if config.get(key) is not None:
            collector.put(key, section, name, read(collector, key, config[key]))
    if (optimizer := config.get("optimizer")) is not None:
        _take_optimizer(collector, optimizer)
    _take_rates(collector, config)
    _take_schedule(collector, config)
    _take_loss(collector, config)
    _take_images(collector, config)
    _choose(collector, config, "train_dtype", ("memory", "mixed_precision"), _PRECISIONS)
    for key, neutral in _OFF.items():
        if config.get(key) is not None and config[key] not in neutral:
            reason = (
                "kind" if key in ("peft_type", "lora_decompose", "training_method") else "absent"
            )
            collector.note(key, config[key], reason)


_PLAIN: dict[str, tuple[str, str, Callable[[Collector, str, Any], Any]]] = {
    "lora_rank": ("network", "rank", Collector.whole),
    "lora_alpha": ("network", "alpha", Collector.number),
    "dropout_probability": ("network", "dropout", Collector.number),
    "batch_size": ("data", "batch_size", Collector.whole),
    "epochs": ("schedule", "epochs", Collector.whole),
    "gradient_accumulation_steps": ("schedule", "gradient_accumulation", Collector.whole),
    "learning_rate_cycles": ("schedule", "restarts", Collector.whole),
    "clip_grad_norm": ("optimizer", "max_grad_norm", Collector.number),
    "offset_noise_weight": ("loss", "noise_offset", Collector.number),
    "seed": ("run", "seed", Collector.whole),
}


def _take_optimizer(collector: Collector, optimizer: Any) -> None:
    table = optimizer if isinstance(optimizer, dict) else {"optimizer": optimizer}
    _choose(collector, table, "optimizer", ("optimizer", "type"), _OPTIMIZERS)
    if table.get("weight_decay") is not None:
        decay = collector.number("optimizer.weight_decay", table["weight_decay"])
        collector.put("optimizer.weight_decay", "optimizer", "weight_decay", decay)


def _take_rates(collector: Collector, config: dict[str, Any]) -> None:
    optimizer = config.get("optimizer")
    table = optimizer if isinstance(optimizer, dict) else {"optimizer": optimizer}
    name = str(table.get("optimizer")).upper()
    adaptive = any(word in name for word in _ADAPTIVE)
    if name == "ADAFACTOR":
        adaptive = (table.get("scale_parameter"), table.get("relative_step")) != (False, False)
    for part, setting in (("unet", "unet_lr"), ("text_encoder", "text_encoder_lr")):
        own = config.get(part)
        own = own if isinstance(own, dict) else {}
        if own.get("train") is False:
            if part == "unet":
                collector.note("unet.train", False, "absent")
            continue
        key, rate = f"{part}.learning_rate", own.get("learning_rate")
        if rate is None:
            key, rate = "learning_rate", config.get("learning_rate")
        if rate is None:
            continue
        if adaptive:
            collector.note(key, rate, "adaptive")
        else:
            collector.put(key, "optimizer", setting, collector.number(key, rate))


def _take_schedule(collector: Collector, config: dict[str, Any]) -> None:
    setting = ("schedule", "lr_scheduler")
    _choose(collector, config, "learning_rate_scheduler", setting, _SCHEDULES)
    warmup = config.get("learning_rate_warmup_steps")
    if warmup is None:
        return
    number = collector.number("learning_rate_warmup_steps", warmup)
    if number is not None and 0 < number <= 1:  # a part of steps that only a run knows
        collector.note("learning_rate_warmup_steps", warmup, "absent")
    elif number is not None:
        collector.put("learning_rate_warmup_steps", "schedule", "warmup", round(number))


def _take_loss(collector: Collector, config: dict[str, Any]) -> None:
    weight = config.get("loss_weight_fn")
    if weight == "MIN_SNR_GAMMA":
        gamma = collector.number("loss_weight_strength", config.get("loss_weight_strength", 5.0))
        collector.put("loss_weight_strength", "loss", "min_snr_gamma", gamma)
    elif weight is not None:
        collector.put("loss_weight_fn", "loss", "min_snr_gamma", 0.0)
        if weight != "CONSTANT":
            collector.note("loss_weight_fn", weight, "choice")
    strengths = {"mse_strength": "l2", "mae_strength": "l1", "huber_strength": "huber"}
    used = {key: config[key] for key in strengths if config.get(key)}
    if len(used) == 1:
        key = next(iter(used))
        collector.put(key, "loss", "type", strengths[key])
    for key, value in used.items() if len(used) > 1 else ():
        collector.note(key, value, "choice")


def _take_images(collector: Collector, config: dict[str, Any]) -> None:
    resolution = config.get("resolution")
    if resolution is not None:
        sides = re.findall(r"\d{1,6}", str(resolution))
        if sides:
            width, height = (sides * 2)[:2] if "x" in str(resolution) else (sides[0], sides[0])
            collector.resolution("resolution", int(width), int(height))
        if len(sides) > 1 and "x" not in str(resolution):
            collector.note("resolution", resolution, "several")
    concepts = config.get("concepts")
    first = concepts[0] if isinstance(concepts, list) and concepts else None
    for part, key, setting, read in _CONCEPT:
        table = first.get(part) if isinstance(first, dict) else None
        if isinstance(table, dict) and table.get(key) is not None:
            name = f"concepts.{part}.{key}"
            collector.put(name, "data", setting, read(collector, name, table[key]))


_CONCEPT: tuple[tuple[str, str, str, Callable[[Collector, str, Any], Any]], ...] = (
    ("image", "enable_random_flip", "flip", Collector.truth),
    ("text", "enable_tag_shuffling", "shuffle_tags", Collector.truth),
    ("text", "keep_tags_count", "keep_tokens", Collector.whole),
)


def _choose(
    collector: Collector,
    config: dict[str, Any],
    key: str,
    setting: tuple[str, str],
    known: dict[str, str],
) -> None:
    value = config.get(key)
    if isinstance(value, str) and value in known:
        collector.put(key, *setting, known[value])
    elif value is not None:
        collector.note(key, value, "choice")
