"""Metadata of files that the tools make: what is known of the inputs, and never a path.

Programs sort files by kohya's ``ss_*`` minimum and ModelSpec 1.0.1 (format facts, section 5).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from studio.export.metadata import base_name_of, family_values
from studio.models.lora_file import LoraModule
from studio.models.names import Place

Metadata = Mapping[str, str]

# What is true of a sum or a difference too, if the inputs that tell it agree.
_COMMON = (
    *("ss_sd_model_name", "ss_sd_model_hash", "ss_new_sd_model_hash", "ss_clip_skip"),
    *("modelspec.resolution", "modelspec.encoder_layer", "modelspec.license"),
)
_NAMES = ("ss_sd_model_name", "ss_vae_name")  # trainers may have written whole paths here
_PATH = re.compile(r"""(?:^|[\s"'=(,])(?:[A-Za-z]:[\\/]|\\{2,4}[\w.-]+\\|~?/[^\s"']*/|file://)""")
_RESOLUTIONS = {"sd1": "512x512", "sd2": "768x768", "sdxl": "1024x1024"}
_STALE = ("modelspec.hash_sha256", "ss_network_args")
_PICTURES = ("modelspec.thumbnail",)  # base64 looks like anything


def kept(source: Metadata) -> dict[str, str]:
    """All that ``source`` tells of training and origin, except what names a path, and hashes."""
    told = {
        key: base_name_of(value) if key in _NAMES else value
        for key, value in source.items()
        if key.startswith(("ss_", "modelspec."))
    }
    return {
        key: value
        for key, value in told.items()
        if key not in _STALE and (key in _PICTURES or not _PATH.search(value))
    }


def common(sources: Sequence[Metadata]) -> dict[str, str]:
    """What ``sources`` have in common: the base model, and the trigger words of all of them."""
    tables = [kept(source) for source in sources]
    agreed = {}
    for key in _COMMON:
        values = {table[key] for table in tables if key in table}
        if len(values) == 1:
            agreed[key] = values.pop()
    phrases = [table.get("modelspec.trigger_phrase", "") for table in tables]
    words = dict.fromkeys(w.strip() for phrase in phrases for w in phrase.split(",") if w.strip())
    return agreed | ({"modelspec.trigger_phrase": ", ".join(words)} if words else {})


def names_of(paths: Iterable[Path]) -> str:
    """Names of files for ``modelspec.merged_from``: without folders and endings."""
    return ", ".join(dict.fromkeys(path.stem for path in paths))


def is_v_prediction(sources: Sequence[Metadata], arch: str) -> bool:
    """What the first source that says it says; else what is usual for ``arch``."""
    for source in sources:
        if told := source.get("modelspec.prediction_type"):
            return told.startswith("v")
        if told := source.get("ss_base_model_version"):
            return told.endswith("_v")
    return arch == "sd2"


def complete(
    told: Metadata, name: str, arch: str, v_prediction: bool, modules: Mapping[Place, LoraModule]
) -> dict[str, str]:
    """``told``, with what the file is now written over it."""
    return {
        "modelspec.resolution": _RESOLUTIONS[arch],
        **told,
        **family_values(arch, v_prediction),
        **_network(modules),
        "ss_output_name": name,
        "modelspec.title": name,
        "modelspec.date": _now(),
    }


def of_checkpoint(arch: str, v_prediction: bool, name: str) -> dict[str, str]:
    """ModelSpec of a whole base model."""
    told = family_values(arch, v_prediction)
    told["modelspec.architecture"] = told["modelspec.architecture"].removesuffix("/lora")
    del told["ss_base_model_version"], told["ss_v2"]
    return told | {
        "modelspec.title": name,
        "modelspec.resolution": _RESOLUTIONS[arch],
        "modelspec.date": _now(),
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _network(modules: Mapping[Place, LoraModule]) -> dict[str, str]:
    """Rank and alpha as kohya tells them: those of most layers, and those of the convolutions."""
    plain = [m for m in modules.values() if m.down.ndim == 2 or m.down.shape[2:] == (1, 1)]
    kernels = [m for m in modules.values() if m.down.ndim == 4 and m.down.shape[2:] != (1, 1)]
    ranks = Counter(module.rank for module in plain or kernels)
    alpha = str(next(iter(modules.values())).alpha)
    network = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(ranks.most_common(1)[0][0]),
        "ss_network_alpha": alpha,
    }
    if kernels:
        dim = Counter(module.rank for module in kernels).most_common(1)[0][0]
        network["ss_network_args"] = json.dumps({"conv_dim": str(dim), "conv_alpha": alpha})
    return network
