"""An inspection in plain words, line by line, for ``lora-studio inspect``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.inspect import Inspection

_ARCH = {
    "sd1": "Stable Diffusion 1.x",
    "sd2": "Stable Diffusion 2.x",
    "sdxl": "Stable Diffusion XL",
    None: "not Stable Diffusion 1.x, 2.x or XL, or not to be told",
}
_COMPONENTS = {
    "unet": "image model (UNet)",
    "text_encoder": "text encoder",
    "text_encoder_2": "second text encoder",
}
_TARGETS = {
    "attention": "attention",
    "ff": "feed-forward",
    "proj": "attention in/out projections",
    "conv": "convolutions",
    "outer": "first and last layers",
    "text_attention": "text encoder attention",
    "text_mlp": "text encoder feed-forward",
    "unknown": "layers of unknown name",
}
_TRAINING = {
    "ss_sd_model_name": "base model",
    "ss_steps": "steps",
    "ss_epoch": "epochs",
    "ss_num_train_images": "images",
    "ss_resolution": "resolution",
    "ss_total_batch_size": "batch size",
    "ss_unet_lr": "learning rate",
    "ss_text_encoder_lr": "text encoder learning rate",
    "ss_optimizer": "optimizer",
    "ss_lr_scheduler": "schedule",
    "modelspec.date": "finished",
}
REASONS = {
    "names": "it does not know the names of {count} of {total} layers and applies nothing.",
    "some_names": "it does not know the names of {count} of {total} layers and leaves them out.",
    "type": "it does not support this adapter type ({count} of {total} layers).",
    "some_types": "it applies {count} of {total} layers wrongly or not at all (adapter type).",
    "forge_limit": "{count} tensors would be left over; with more than 12 it skips the file.",
    "hidden": "its list hides the file, because the metadata name another base model.",
    "alpha_ignored": "it ignores alpha in this spelling: {count} layers get the wrong strength.",
    "incomplete_attention": "{count} text encoder attentions lack q, k, v or out and are dropped.",
    "no_vector_length": "it cannot tell the base model and refuses the file at import.",
    "mixed_spelling": "the file mixes two spellings of layer names.",
    "mixed_spelling_lost": "the file mixes two spellings of layer names; one of them is dropped.",
    "foreign_prefix": "{count} layers have a prefix that it does not allow in an SDXL file.",
    "leftover": "{count} tensors belong to no layer, and it refuses such a file.",
    "kohya_with_peft": "kohya layer names with peft endings ({count} layers) are refused.",
    "sgm_on_sd": "SGM layer names are refused for this base model.",
    "flat_projections": "{count} projection layers have two dimensions where it needs four.",
    "both_alphas": "alpha stands both in tensors and in metadata, which it refuses.",
    "two_styles": "the file mixes two key styles; the attention layers are lost silently.",
    "dora_dropped": "it drops the magnitudes of DoRA and applies the rest.",
    "uneven_alpha": "alphas differ, and it uses the commonest for all attention layers.",
    "own_base": "but only with the base model it was made for (text width {width}).",
}
LEFT_OUT = {
    "unknown_suffix": "its ending belongs to no kind of LoRA",
    "embedding": "an embedding (textual inversion) that was packed into the file",
    "other_type": "another kind of adapter (LoHa, LoKr, DoRA ...), which is not supported",
    "no_pair": "a LoRA needs one down and one up matrix for each layer",
    "dtype": "its numbers are whole numbers or of an unknown kind",
    "shapes": "its matrices do not fit each other",
    "not_finite": "it holds NaN, infinity or numbers far too large; it would spoil every picture",
    "alpha": "its alpha is no usable number, so the right strength is not known",
    "no_layer": "the base model has no such layer",
    "layer_shape": "the layer has another size; it was made for another kind of base model",
    "twice": "the same layer is in the file twice",
}
"""Why something of a file is not used, by the reason that the importer gives."""
_WORKS = {"yes": "loads", "partly": "loads in part", "no": "does not load"}


def reason(code: str, params: Mapping[str, Any]) -> str:
    """The sentence for a verdict's reason; "" for none."""
    return REASONS[code].format_map(params) if code else ""


def stamps(programs: Mapping[str, str]) -> list[str]:
    """A line per program, from the figures of the check "programs" of an export."""
    return [f"{program}: {_WORKS[works]}" for program, works in programs.items()]


def describe(inspection: Inspection) -> list[str]:
    """The inspection in lines of text, without line ends."""
    return [
        inspection.file,
        *_recipe(inspection),
        *_origin(inspection),
        "",
        *_programs(inspection),
    ]


def _recipe(inspection: Inspection) -> Iterator[str]:
    yield f"  type: {_counts(inspection.types)}"
    yield f"  base: {_base(inspection)}"
    parts = {_COMPONENTS[name]: count for name, count in inspection.components.items()}
    if parts:
        yield f"  changes: {_counts(parts)}"
    yield f"  rank: {_counts(inspection.ranks)}"
    alphas = _counts(inspection.alphas) or "none stored, so each layer's rank counts"
    yield f"  alpha: {alphas}"
    named = {_TARGETS[kind]: count for kind, count in inspection.targets.items()}
    yield f"  layers: {_counts(named)}"
    yield f"  key layout: {_counts(inspection.layouts)}"
    yield f"  precision: {', '.join(inspection.dtypes)}"
    if inspection.unknown:
        yield f"  not understood: {len(inspection.unknown)}, such as {inspection.unknown[0]}"


def _base(inspection: Inspection) -> str:
    """The family; for a model of its own make, the name that the file gives."""
    name = inspection.training.get("ss_sd_model_name")
    if inspection.arch is None and inspection.text_width and name:
        return f"{name}, a model of its own (text width {inspection.text_width})"
    v_prediction = inspection.training.get("modelspec.prediction_type") == "v" or (
        inspection.training.get("ss_base_model_version", "").endswith("_v")
    )
    return _ARCH[inspection.arch] + (", v-prediction" if v_prediction else "")


def _counts(counts: Mapping[Any, int]) -> str:
    """``16`` if all layers agree, else ``16 (128 layers), 8 (4 layers)``."""
    if len(counts) == 1:
        return f"{next(iter(counts))} ({_layers(next(iter(counts.values())))})"
    return ", ".join(f"{value} ({_layers(count)})" for value, count in counts.items())


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


def _origin(inspection: Inspection) -> Iterator[str]:
    if inspection.trigger_words:
        yield f"  trigger words: {', '.join(inspection.trigger_words)}"
    if inspection.tags:
        tags = ", ".join(f"{tag} ({count})" for tag, count in list(inspection.tags.items())[:10])
        yield f"  most frequent tags: {tags}"
    for key, label in _TRAINING.items():
        value = inspection.training.get(key)
        if value not in (None, "", "None"):
            yield f"  {label}: {value}"
    if not inspection.training:
        yield "  nothing is stored about its training"
    yield {
        None: "  checksum: none stored",
        True: "  checksum: correct",
        False: "  checksum: WRONG; the file was damaged or its weights were edited",
    }[inspection.hash_matches]


def _programs(inspection: Inspection) -> Iterator[str]:
    yield from _ours(inspection.left_out)
    for verdict in inspection.verdicts:
        words = reason(verdict.reason, verdict.params)
        joint = ", " if verdict.works == "yes" else ": "
        yield f"  {verdict.program}: {_WORKS[verdict.works]}" + (joint + words if words else "")


def _ours(left_out: Mapping[str, str]) -> Iterator[str]:
    """What LoRA Studio itself does with the file."""
    if not left_out:
        yield "  LoRA Studio: loads"
        return
    yield f"  LoRA Studio: leaves out {len(left_out)} of the file's keys"
    for code in dict.fromkeys(left_out.values()):
        keys = [key for key, why in left_out.items() if why == code]
        yield f"    {len(keys)}, such as {keys[0]}: {LEFT_OUT[code]}"
