"""Words for the settings, translated: names, groups, choices, what is wrong, why one is hidden.

The help sentences and units are those of `studio.config`, which the command line tells too.
packaging/translations.py collects `sources`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from studio.presets.layers import FIELDS
from studio.recipes.collecting import REASONS as NOT_TAKEN
from ui import messages
from ui.widgets.setting_values import number_text

CONTEXT = "settings"

GROUPS = {
    "data": "Data",
    "network": "LoRA",
    "optimizer": "Optimizer",
    "schedule": "Schedule",
    "loss": "Loss",
    "memory": "Memory",
    "preview": "Previews",
    "save": "Saving",
    "base": "Base model",
    "run": "Run",
}
"""Titles by section, in the order of the page."""

LABELS = {
    "run.name": "Name",
    "run.output": "Folder of the runs",
    "run.seed": "Seed of the training",
    "base.model": "Base model",
    "base.vae": "VAE",
    "base.clip_skip": "Clip skip",
    "base.prediction_type": "Prediction type",
    "base.zero_terminal_snr": "Zero terminal SNR",
    "base.dtype": "Precision of the base model",
    "base.quantize": "Quantization",
    "data.resolution": "Resolution",
    "data.batch_size": "Batch size",
    "data.bucket_step": "Bucket step (bucket_reso_steps)",
    "data.keep_tokens": "Tags kept in place (keep_tokens)",
    "data.shuffle_tags": "Shuffle tags (shuffle_caption)",
    "data.caption_dropout": "Caption dropout",
    "data.max_token_length": "Caption length (max_token_length)",
    "data.flip": "Mirror images (flip_aug)",
    "data.cache": "Cache (cache_latents)",
    "network.type": "Kind of adapter",
    "network.rank": "Rank (network_dim)",
    "network.alpha": "Alpha (network_alpha)",
    "network.dropout": "Adapter dropout (network_dropout)",
    "network.target": "Layers that learn",
    "network.text_encoder": "Train the text encoder",
    "network.text_encoder_2": "Train the second text encoder",
    "network.init_from": "Continue from (network_weights)",
    "optimizer.type": "Optimizer",
    "optimizer.unet_lr": "Learning rate (unet_lr)",
    "optimizer.text_encoder_lr": "Learning rate of the text encoder",
    "optimizer.text_encoder_lr_2": "Learning rate of the second text encoder",
    "optimizer.weight_decay": "Weight decay",
    "optimizer.max_grad_norm": "Gradient clipping (max_grad_norm)",
    "optimizer.fused_backward_pass": "Fused backward pass",
    "schedule.steps": "Steps (max_train_steps)",
    "schedule.epochs": "Epochs (max_train_epochs)",
    "schedule.lr_scheduler": "Schedule (lr_scheduler)",
    "schedule.warmup": "Warm-up (lr_warmup_steps)",
    "schedule.restarts": "Cycles (lr_scheduler_num_cycles)",
    "schedule.power": "Power (lr_scheduler_power)",
    "schedule.gradient_accumulation": "Gradient accumulation",
    "loss.type": "Loss (loss_type)",
    "loss.min_snr_gamma": "Min-SNR gamma",
    "loss.noise_offset": "Noise offset",
    "loss.prior_loss_weight": "Prior loss weight",
    "memory.gradient_checkpointing": "Gradient checkpointing",
    "memory.mixed_precision": "Mixed precision",
    "memory.images_at_once": "Images at a time",
    "memory.attention": "Attention",
    "memory.pack_weights": "Speed-up on the processor",
    "memory.offload": "Offload idle parts",
    "memory.offload_activations": "Offload activations",
    "memory.adapt": "Adapt when memory runs out",
    "preview.every": "Preview every",
    "preview.prompts": "Prompts",
    "preview.negative_prompt": "Negative prompt",
    "preview.strengths": "Strengths",
    "preview.seed": "Seed of the previews",
    "preview.steps": "Denoising steps",
    "preview.guidance": "Guidance scale (CFG)",
    "preview.size": "Size",
    "save.every": "Checkpoint every",
    "save.keep": "Checkpoints kept",
    "save.dtype": "Precision of the file",
}
"""Names by key, with kohya's own where it is another."""

CHOICES = {
    "auto": "Automatic",
    "none": "None",
    "no": "None (fp32)",
    "memory": "In memory",
    "disk": "On the disk",
    "attention": "Attention",
    "attention+ff": "Attention and feed-forward",
    "all": "All, with convolutions",
    "constant": "Constant",
    "linear": "Linear",
    "cosine": "Cosine",
    "cosine_with_restarts": "Cosine with restarts",
    "polynomial": "Polynomial",
    "huber": "Huber",
    "adamw": "AdamW",
    "adamw8bit": "AdamW, 8 bit",
    "paged_adamw8bit": "AdamW, 8 bit, paged",
    "adamw4bit": "AdamW, 4 bit",
    "adamwfp8": "AdamW, 8-bit floating point",
    "adafactor": "Adafactor",
    "nf4": "4 bits (NF4)",
    "int8": "8 bits (whole numbers)",
    "fp8": "8 bits (floating point)",
    "epsilon": "Noise (epsilon)",
    "v_prediction": "Velocity (v-prediction)",
    "lora": "LoRA",
    "on": "On",
    "off": "Off",
}
"""Words for values of choices; others, such as bf16, stay as they are."""

ZEROS = {
    "preview.every": "Off",
    "save.every": "Only at the end",
    "save.keep": "All",
    "schedule.warmup": "None",
}
"""What 0 means where it is no number of something."""

FILES = {
    "base.vae": "VAE files (*.safetensors *.ckpt *.pt *.bin)",
    "network.init_from": "LoRA files (*.safetensors)",
}
"""What a file dialog calls the files that a path may lead to."""

_TYPES = {
    "greater_than_equal": "It must be at least {ge}.",
    "greater_than": "It must be more than {gt}.",
    "less_than_equal": "It must be at most {le}.",
    "less_than": "It must be less than {lt}.",
    "multiple_of": "It must be a multiple of {multiple_of}.",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "It must be a whole number."),
    **dict.fromkeys(
        ("float_type", "float_parsing", "finite_number"),
        "It must be a number, such as 0.5 or 1e-4.",
    ),
    "tuple_type": "Write numbers with commas between them, such as 0, 0.5, 1.",
    "string_pattern_mismatch": "Write it like 512x768, or leave it empty.",
    "string_too_short": "It must not be empty.",
}
RULES = {
    "set steps or epochs, not both": "Set steps or epochs, not both.",
    "name must be usable as a file name": "A file cannot be called so; leave out \\ / : "
    '* ? " < > |.',
    "data.resolution must be a multiple of data.bucket_step": "It must be a multiple of the bucket "
    "step.",
    "preview.every needs preview.prompts": "Previews need a prompt; write one below, or turn them "
    "off.",
    "optimizer.unet_lr 0 leaves nothing to train": "With 0, nothing would learn.",
    "fused_backward_pass needs max_grad_norm 0": "Set gradient clipping to 0: it needs all "
    "gradients at once.",
    "optimizer.fused_backward_pass needs schedule.gradient_accumulation 1": "Set gradient "
    "accumulation to 1: it adds up gradients that this frees at once.",
    "optimizer.fused_backward_pass needs memory.images_at_once unset": "Leave images at a time "
    "empty: their gradients would be added up, and this frees them at once.",
    "zero_terminal_snr needs prediction_type v_prediction": "Only with the prediction type "
    "velocity (v-prediction).",
}
"""For rules between settings, by their words in `studio.config`."""

REASONS = {
    "project": "the project decides it",
    "one": "there is only one",
    "no text encoder": "the text encoder is not trained",
    "no second text encoder": "the second text encoder is not trained",
    "not SDXL": "only SDXL has a second text encoder",
    "predicts noise": "the base model predicts noise",
    "no shuffling": "tags are not shuffled",
    "no restarts": "the schedule has no restarts",
    "not polynomial": "the schedule is not polynomial",
    "no graphics card": "there is no graphics card here with memory of its own",
    "graphics card": "training runs on the graphics card here",
    "no previews": "previews are off",
    "no regularization": "no image folder is for regularization",
}
"""Why a setting is hidden."""

OTHERS = {
    "as rank": "{0}, as the rank",
    "as first": "As the first one",
    "as first rate": "{0}, as the first one",
    "here": "For this base model: {0}",
    "by epochs": "as epochs say",
    "not set": "not set",
    "own vae": "the base model's own",
    "new": "a new adapter",
    "on each line": "One prompt on each line",
    "nothing": "nothing",
    "on": "on",
    "off": "off",
    "speed": "Effective speed {0} (learning rate × alpha / rank)",
}


_TABLES = (GROUPS, LABELS, CHOICES, ZEROS, FILES, _TYPES, RULES, REASONS, OTHERS, NOT_TAKEN)


def sources() -> Iterator[str]:
    """Every English text that `translate` is asked for."""
    for table in _TABLES:
        yield from table.values()
    for info in FIELDS.values():
        yield str(info.description)
        yield unit_of(info)


def translate(text: str) -> str:
    """One of `sources` in the language of the window."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


def unit_of(info: Any) -> str:
    """The unit of a setting in English, "" if it has none."""
    extra = info.json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) else ""


def choice(value: object) -> str:
    """A choice in words."""
    return translate(CHOICES[str(value)]) if str(value) in CHOICES else str(value)


def not_taken(reason: str) -> str:
    """Why a key of another LoRA's recipe became no setting."""
    return translate(NOT_TAKEN[reason])


def problem(code: str, params: Mapping[str, Any]) -> str:
    """What is wrong with a setting, said under its field."""
    rule = RULES.get(params.get("rule", "")) or _TYPES.get(params.get("type", ""))
    if rule:
        limits = {k: number_text(v) for k, v in params.items() if isinstance(v, int | float)}
        return translate(rule).format_map(limits)
    return messages.sentence(code, params)
