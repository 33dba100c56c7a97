"""The recipe of any LoRA file: how it was trained, read from its header, as settings of ours.

Rank, alpha and learning rate are taken over as they stand, so that the effective speed (learning
rate x alpha / rank) is the same. What has no counterpart is listed with the reason, never guessed.
No torch; a stranger's file is never believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from studio.errors import StudioError
from studio.models.lora_header import Parts, group_keys, guess_arch
from studio.models.names import as_kohya, recognise
from studio.models.safetensors_header import Header, read_header, read_scalars
from studio.recipes import kohya, onetrainer
from studio.recipes.collecting import Collector, Unmapped

__all__ = ["Recipe", "Source", "read_recipe"]

_LONGEST = 200  # characters of a name

Source = Literal["lora studio", "kohya", "onetrainer", "unknown"]


@dataclass(frozen=True)
class Recipe:
    """Settings of ``source``'s run, by section and name.

    ``unmapped`` are keys of the file with their value and one of `collecting.REASONS`.
    ``base_hint`` names the base model as the file does, ``arch`` its kind ("sd1", "sd2", "sdxl");
    both, and the ``trigger`` words, may be "". Of an "unknown" source only the adapter is known.
    """

    source: Source
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    unmapped: list[Unmapped] = field(default_factory=list)
    base_hint: str = ""
    arch: str = ""
    trigger: str = ""

    @property
    def speed(self) -> float | None:
        """The effective speed of the UNet's adapter, None where the file does not tell."""
        rate = self.tables.get("optimizer", {}).get("unet_lr")
        network = self.tables.get("network", {})
        if rate is None or "rank" not in network:
            return None
        return float(rate * network.get("alpha", network["rank"]) / network["rank"])


def read_recipe(path: Path) -> Recipe:
    """The recipe in the file ``path``; raises ``safetensors.*`` and ``lora.no_keys``."""
    header = read_header(path)
    modules, _ = group_keys(header.tensors)
    adapted = {name: parts for name, parts in modules.items() if parts.keys.keys() - {"alpha"}}
    if not adapted:
        raise StudioError("lora.no_keys", path=str(path))
    metadata = header.metadata
    collector = Collector()
    _take_adapter(collector, path, header, adapted)
    source = _source(metadata)
    if source == "onetrainer":
        onetrainer.take(collector, metadata["ot_config"])
    elif source != "unknown":
        kohya.take(collector, metadata)
    return Recipe(
        source,
        collector.tables,
        collector.unmapped,
        _base_hint(collector, metadata)[:_LONGEST],
        guess_arch(adapted, header.tensors) or "",
        metadata.get("modelspec.trigger_phrase", "").strip()[:_LONGEST],
    )


def _source(metadata: dict[str, str]) -> Source:
    if metadata.get("modelspec.implementation_version", "").startswith("lora-studio/"):
        return "lora studio"
    if "ot_config" in metadata:
        return "onetrainer"
    return "kohya" if any(key.startswith("ss_") for key in metadata) else "unknown"


def _base_hint(collector: Collector, metadata: dict[str, str]) -> str:
    names = (collector.base_hint, metadata.get("ss_sd_model_name", ""))
    return next((name for name in names if name not in ("", "None")), "")


def _take_adapter(
    collector: Collector, path: Path, header: Header, modules: dict[str, Parts]
) -> None:
    """What the tensors themselves tell: rank, alpha, which layers, which text encoders."""
    downs = [key for parts in modules.values() if (key := parts.key("down"))]
    shapes = [header.tensors[key].shape for key in downs]
    keys = [key for parts in modules.values() if (key := parts.key("alpha"))]
    alphas = read_scalars(path, header, keys).values()
    collector.put("tensors", "network", "rank", _commonest(s[0] for s in shapes if s))
    collector.put("tensors", "network", "alpha", _commonest(alphas))
    roles = {role for parts in modules.values() for role in parts.keys} - {"down", "up", "alpha"}
    if roles:
        collector.note("tensors", ", ".join(sorted(roles)), "kind")
    found = {named for name in modules if (named := recognise(as_kohya(name)))}
    prefixes = {named.prefix for named in found}
    text, second = bool(prefixes & {"lora_te", "lora_te1"}), "lora_te2" in prefixes
    collector.put("tensors", "network", "text_encoder", text)
    if second != text and guess_arch(modules, header.tensors) == "sdxl":
        collector.put("tensors", "network", "text_encoder_2", second)
    kinds = {str(named.kind) for named in found}
    target = "all" if "conv" in kinds else "attention+ff" if "ff" in kinds else "attention"
    collector.put("tensors", "network", "target", target)
    if target != "all" and (left := kinds & {"proj", "text_mlp"}):
        collector.note("tensors", ", ".join(sorted(left)), "layers")


def _commonest(values: Iterable[Any]) -> Any:
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None
