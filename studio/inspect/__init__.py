"""What is in a LoRA file, and which programs load it: for ``lora-studio inspect`` and the window.

Works on files of any trainer, reads a few kilobytes (and the whole file once, for its checksum),
and imports no torch.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.inspect.facts import Facts, Module, gather
from studio.inspect.usable import left_out
from studio.inspect.verdicts import PROGRAMS, Verdict, verdicts
from studio.inspect.words import describe, reason

__all__ = ["PROGRAMS", "Inspection", "Verdict", "describe", "inspect_file"]

_COMPONENTS = {
    "lora_unet": "unet",
    "lora_te": "text_encoder",
    "lora_te1": "text_encoder",
    "lora_te2": "text_encoder_2",
}


@dataclass(frozen=True)
class Inspection:
    """All that can be told about a LoRA file; counts are layers.

    ``arch`` is "sd1", "sd2", "sdxl" or None. ``components`` counts per part of the base model
    (``unet``, ``text_encoder``, ``text_encoder_2``), ``targets`` per kind of layer (``attention``,
    ``ff``, ``proj``, ``conv``, ``outer``, ``text_attention``, ``text_mlp``, ``unknown``).
    ``left_out`` is what LoRA Studio itself does not use: key -> reason, see `words.LEFT_OUT`.
    ``training`` is the file's ss_* and modelspec.* metadata, as stored. ``hash_matches`` compares
    the stored ``sshs_model_hash`` with ``sha256`` of the tensors; None if none is stored.
    """

    file: str
    bytes: int
    arch: str | None
    text_width: int | None
    types: dict[str, int]
    ranks: dict[int, int]
    alphas: dict[float, int]
    components: dict[str, int]
    targets: dict[str, int]
    layouts: dict[str, int]
    dtypes: dict[str, int]
    unknown: list[str]
    left_out: dict[str, str]
    trigger_words: list[str]
    tags: dict[str, int]
    training: dict[str, str]
    sha256: str
    hash_matches: bool | None
    verdicts: list[Verdict]

    def to_json(self) -> str:
        """One JSON object, indented; verdicts carry their sentence as ``words``."""
        table = asdict(self)
        for verdict in table["verdicts"]:
            verdict["words"] = reason(verdict["reason"], verdict["params"])
        return json.dumps(table, indent=2, ensure_ascii=False)


def inspect_file(path: Path) -> Inspection:
    """Everything about ``path``.

    Raises ``safetensors.unreadable``, ``safetensors.invalid`` or ``lora.no_keys``.
    """
    facts = gather(path)
    stored = facts.metadata.get("sshs_model_hash")
    return Inspection(
        file=path.name,
        bytes=path.stat().st_size,
        arch=facts.arch,
        text_width=facts.text_width,
        types=_count(m.type for m in facts.modules),
        ranks=_count(m.rank for m in facts.modules if m.rank is not None),
        alphas=_count(m.alpha for m in facts.modules if m.alpha is not None),
        components=_count(_COMPONENTS[m.named.prefix] for m in facts.modules if m.named),
        targets=_count(m.named.kind if m.named else "unknown" for m in facts.modules),
        layouts=_count(_layout(m) for m in facts.modules),
        dtypes=_count(info.dtype for info in facts.header.tensors.values()),
        unknown=[*facts.strays, *(m.name for m in facts.modules if m.named is None)],
        left_out=left_out(facts),
        trigger_words=_trigger_words(facts.metadata),
        tags=_tags(facts.metadata),
        training=_training(facts),
        sha256=facts.sha256,
        hash_matches=None if stored is None else stored == facts.sha256,
        verdicts=verdicts(facts),
    )


def _count(values: Iterable[Any]) -> dict[Any, int]:
    return dict(Counter(values).most_common())


def _layout(module: Module) -> str:
    """``kohya``, ``kohya (SGM)``, ``kohya without text_model``, ``peft``, ``diffusers`` ..."""
    start = module.name.partition(".")[0]
    base = "LyCORIS" if start.startswith("lycoris_") else module.layout.replace("_", ", ")
    if start.startswith("lora_") and module.layout != "kohya":
        base = f"kohya names, {base} endings"
    spelling = module.named.spelling if module.named else ""
    detail = {"sgm": " (SGM)", "text_flat": " without text_model"}.get(spelling, "")
    return base + detail


def _training(facts: Facts) -> dict[str, str]:
    """Stored figures; tags and pictures are left out, they have their own place or none."""
    large = ("ss_tag_frequency", "modelspec.thumbnail", "ss_bucket_info", "ss_datasets")
    return {
        key: value
        for key, value in sorted(facts.metadata.items())
        if key.startswith(("ss_", "modelspec.")) and key not in large
    }


def _trigger_words(metadata: dict[str, str]) -> list[str]:
    words = metadata.get("modelspec.trigger_phrase", "").split(",")
    return [word.strip() for word in words if word.strip()]


def _tags(metadata: dict[str, str]) -> dict[str, int]:
    """Tags of all folders together, most frequent first; {} if none or not readable as such."""
    try:
        folders = json.loads(metadata.get("ss_tag_frequency", "{}"))
    except (ValueError, RecursionError):  # another program's metadata; the rest is still told
        return {}
    counts: Counter[str] = Counter()
    for tags in folders.values() if isinstance(folders, dict) else ():
        if isinstance(tags, dict):
            counts.update({t: n for t, n in tags.items() if type(n) is int})
    return dict(counts.most_common())
