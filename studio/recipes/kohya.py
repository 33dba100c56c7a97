"""Recipes in kohya's metadata (``ss_*``, sd-scripts 48d368f), which LoRA Studio writes too.

All values are texts that Python's ``str`` made: "None", "True", "(512, 512)", "1e-4"; tables are
JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from studio.recipes.collecting import Collector

_NEUTRAL = {"", "None", "False", "0", "0.0", "{}", "[]", "()"}
_INFORMATIVE = re.compile(
    r"ss_(sd_|new_sd_|vae_|new_vae_|output_name|session_id|training_|steps$|epoch$|num_|tag_freq|"
    r"dataset|reg_dataset|bucket_info|base_model_version|v2$|sd_scripts|lowram|cache_|enable_bucket|"
    r"min_bucket|max_bucket|total_batch|network_module|full_|bucket_no_upscale|"
    r"max_validation|validat)"
)
_SCHEDULES = {
    name: name for name in ("constant", "linear", "cosine", "cosine_with_restarts", "polynomial")
} | {"constant_with_warmup": "constant"}
_OPTIMIZERS = {
    **{name: name for name in ("auto", "adamw", "adamw8bit", "adamw4bit", "adamwfp8", "adafactor")},
    "pagedadamw8bit": "paged_adamw8bit",
}
_ADAPTIVE = ("prodigy", "dadapt", "adafactor")
_OWN_RATES = {"scale_parameter", "relative_step", "warmup_init"}
"""Arguments that are False where Adafactor takes the learning rate that is set."""
_FROM_DATASET = {
    "ss_batch_size_per_device": "batch_size_per_device",
    "ss_resolution": "resolution",
    "ss_keep_tokens": "keep_tokens",
    "ss_shuffle_caption": "shuffle_caption",
    "ss_flip_aug": "flip_aug",
    "ss_caption_dropout_rate": "caption_dropout_rate",
}


def take(collector: Collector, metadata: Mapping[str, str]) -> None:
    """Puts what the metadata tells into ``collector``."""
    values = {key: value for key, value in metadata.items() if key.startswith("ss_")}
    adaptive = _take_optimizer(collector, values.pop("ss_optimizer", ""))
    values = _with_dataset(collector, values)
    _take_network(collector, values)
    _take_rates(collector, values, adaptive)
    _take_schedule(collector, values)
    _take_sizes(collector, values)
    for key, (section, name, read) in _PLAIN.items():
        value = values.pop(key, "")
        if value == "None":
            collector.put(key, section, name, _OFF.get(key))
        elif value:
            collector.put(key, section, name, read(collector, key, value))
    if values.get("ss_zero_terminal_snr") == "True":
        collector.put("ss_zero_terminal_snr", "base", "zero_terminal_snr", "on")
        del values["ss_zero_terminal_snr"]
    _take_words(collector, values)
    for key, value in sorted(values.items()):
        if value not in _NEUTRAL and not _INFORMATIVE.match(key):
            collector.note(key, value, "absent")


_PLAIN: dict[str, tuple[str, str, Callable[[Collector, str, Any], Any]]] = {
    "ss_network_dropout": ("network", "dropout", Collector.number),
    "ss_max_grad_norm": ("optimizer", "max_grad_norm", Collector.number),
    "ss_gradient_accumulation_steps": ("schedule", "gradient_accumulation", Collector.whole),
    "ss_gradient_checkpointing": ("memory", "gradient_checkpointing", Collector.truth),
    "ss_min_snr_gamma": ("loss", "min_snr_gamma", Collector.number),
    "ss_noise_offset": ("loss", "noise_offset", Collector.number),
    "ss_prior_loss_weight": ("loss", "prior_loss_weight", Collector.number),
    "ss_batch_size_per_device": ("data", "batch_size", Collector.whole),
    "ss_keep_tokens": ("data", "keep_tokens", Collector.whole),
    "ss_shuffle_caption": ("data", "shuffle_tags", Collector.truth),
    "ss_flip_aug": ("data", "flip", Collector.truth),
    "ss_caption_dropout_rate": ("data", "caption_dropout", Collector.number),
    "ss_clip_skip": ("base", "clip_skip", Collector.whole),
    "ss_max_token_length": ("data", "max_token_length", Collector.whole),
    "ss_seed": ("run", "seed", Collector.whole),
}
"""Keys that become a setting as they are."""
_OFF = {
    "ss_min_snr_gamma": 0.0,
    "ss_noise_offset": 0.0,
    "ss_network_dropout": 0.0,
    "ss_clip_skip": 1,
    "ss_max_token_length": 75,
}
"""What kohya means by None, where our default may be another."""


def _take_network(collector: Collector, values: dict[str, str]) -> None:
    rank, alpha = values.pop("ss_network_dim", "None"), values.pop("ss_network_alpha", "None")
    if rank != "None":
        collector.put("ss_network_dim", "network", "rank", collector.whole("ss_network_dim", rank))
    if alpha != "None":
        number = collector.number("ss_network_alpha", alpha)
        if number == 0:  # kohya means the rank
            number = collector.tables["network"].get("rank")
        collector.put("ss_network_alpha", "network", "alpha", number)
    module = values.get("ss_network_module", "networks.lora")
    if module not in ("networks.lora", "None"):
        collector.note("ss_network_module", module, "kind")
    arguments = _json(collector, "ss_network_args", values.pop("ss_network_args", "{}"))
    for name, value in arguments.items() if isinstance(arguments, dict) else ():
        _take_argument(collector, str(name), value)


def _take_argument(collector: Collector, name: str, value: Any) -> None:
    network = collector.tables.get("network", {})
    same = {"conv_dim": network.get("rank"), "conv_alpha": network.get("alpha")}
    if name not in same:
        if str(value) not in _NEUTRAL:
            collector.note(f"ss_network_args.{name}", value, "absent")
        return
    if name == "conv_dim":
        collector.put(f"ss_network_args.{name}", "network", "target", "all")
    if collector.number(f"ss_network_args.{name}", value) != same[name]:
        collector.note(f"ss_network_args.{name}", value, "conv")


def _take_rates(collector: Collector, values: dict[str, str], adaptive: bool) -> None:
    common = values.pop("ss_learning_rate", "None")
    for key, name in (("ss_unet_lr", "unet_lr"), ("ss_text_encoder_lr", "text_encoder_lr")):
        value = values.pop(key, "None")
        if value in ("None", "") and (name == "unet_lr" or _trains_text(collector)):
            key, value = "ss_learning_rate", common
        if value in ("None", ""):
            continue
        if adaptive:
            collector.note(key, value, "adaptive")
            continue
        rates = [rate.strip() for rate in value.strip("[] ").split(",")]
        collector.put(key, "optimizer", name, collector.number(key, rates[0]))
        if len(set(rates[:2])) > 1:
            second = collector.number(key, rates[1])
            collector.put(key, "optimizer", "text_encoder_lr_2", second)
        if len(set(rates[1:])) > 1:
            collector.note(key, value, "encoders")


def _trains_text(collector: Collector) -> bool:
    network = collector.tables.get("network", {})
    return bool(network.get("text_encoder") or network.get("text_encoder_2"))


def _take_optimizer(collector: Collector, text: str) -> bool:
    """Takes over ``name(argument=value, ...)``; whether it finds its own learning rate."""
    if text in ("None", ""):
        return False
    name, _, arguments = text.partition("(")
    plain = name.rpartition(".")[2].lower()
    if known := _OPTIMIZERS.get(plain):
        collector.put("ss_optimizer", "optimizer", "type", known)
    else:
        collector.note("ss_optimizer", name, "choice")
    told = re.split(r",(?![^(\[]*[)\]])", arguments.removesuffix(")"))
    values = dict(argument.strip().partition("=")[::2] for argument in told)
    as_set = {word for word in _OWN_RATES if values.get(word) == "False"}
    for word, value in values.items():
        if word in as_set:
            continue
        if word == "weight_decay":
            decay = collector.number("ss_optimizer.weight_decay", value)
            collector.put("ss_optimizer.weight_decay", "optimizer", "weight_decay", decay)
        elif word:
            collector.note(f"ss_optimizer.{word}", value, "absent")
    if known == "adafactor" and as_set >= {"scale_parameter", "relative_step"}:
        return False
    return any(word in plain for word in _ADAPTIVE)


def _take_schedule(collector: Collector, values: dict[str, str]) -> None:
    steps = values.pop("ss_max_train_steps", "None")
    epochs = values.pop("ss_num_epochs", "None")
    count = None
    if steps not in ("None", ""):
        count = collector.whole("ss_max_train_steps", steps)
        collector.put("ss_max_train_steps", "schedule", "steps", count)
    elif epochs not in ("None", ""):
        passes = collector.whole("ss_num_epochs", epochs)
        collector.put("ss_num_epochs", "schedule", "epochs", passes)
    warmup = values.pop("ss_lr_warmup_steps", "None")
    if warmup not in ("None", ""):
        number = collector.number("ss_lr_warmup_steps", warmup)
        if number is not None and 0 < number < 1:  # a part of all steps
            number = number * (count or 0)
        rounded = None if number is None else round(number)
        collector.put("ss_lr_warmup_steps", "schedule", "warmup", rounded)


def _take_words(collector: Collector, values: dict[str, str]) -> None:
    """Choices."""
    schedule = values.pop("ss_lr_scheduler", "None")
    _choose(collector, "ss_lr_scheduler", schedule, ("schedule", "lr_scheduler"), _SCHEDULES)
    loss = values.pop("ss_loss_type", "None")
    kinds = {"l2": "l2", "l1": "l1", "huber": "huber"}
    _choose(collector, "ss_loss_type", loss, ("loss", "type"), kinds)
    precision = values.pop("ss_mixed_precision", "None")
    known = {"no": "no", "fp16": "fp16", "bf16": "bf16"}
    _choose(collector, "ss_mixed_precision", precision, ("memory", "mixed_precision"), known)


def _choose(
    collector: Collector, key: str, value: str, setting: tuple[str, str], known: Mapping[str, str]
) -> None:
    if value in known:
        collector.put(key, *setting, known[value])
    elif value not in ("None", ""):
        collector.note(key, value, "choice")


def _take_sizes(collector: Collector, values: dict[str, str]) -> None:
    text = values.pop("ss_resolution", "None")
    if text in ("None", ""):
        return
    sides = re.findall(r"\d{1,6}", text)
    if len(sides) not in (1, 2):
        collector.note("ss_resolution", text, "unreadable")
        return
    collector.resolution("ss_resolution", int(sides[0]), int(sides[-1]))


def _with_dataset(collector: Collector, values: dict[str, str]) -> dict[str, str]:
    """``values`` with those that kohya writes into ``ss_datasets`` where a file describes them."""
    text = values.pop("ss_datasets", "")
    datasets = _json(collector, "ss_datasets", text) if text else []
    if not (isinstance(datasets, list) and datasets and isinstance(datasets[0], dict)):
        return values
    subsets = datasets[0].get("subsets")
    first = subsets[0] if isinstance(subsets, list) and subsets else {}
    described = {**(first if isinstance(first, dict) else {}), **datasets[0]}
    if len(datasets) > 1 or (isinstance(subsets, list) and len(subsets) > 1):
        collector.note("ss_datasets", text, "several")
    found = {key: str(described[name]) for key, name in _FROM_DATASET.items() if name in described}
    return values | found


def _json(collector: Collector, key: str, text: str) -> Any:
    try:
        return json.loads(text) if text not in ("None", "") else {}
    except (ValueError, RecursionError):
        collector.note(key, text, "unreadable")
        return {}
