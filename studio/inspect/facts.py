"""What a LoRA file says about itself, gathered from its header and its alphas, without torch."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from studio.errors import StudioError
from studio.models.lora_header import (
    Layout,
    Parts,
    adapter_alpha,
    alpha_metadata,
    group_keys,
    guess_arch,
    read_lora_header,
    text_width,
)
from studio.models.names import Named, as_kohya, recognise
from studio.models.safetensors_header import (
    Header,
    TensorInfo,
    data_sha256,
    read_scalars,
)

# role of any of its keys -> adapter type, in order of precedence
_TYPES = {
    "loha": "LoHa",
    "lokr": "LoKr",
    "oft": "OFT",
    "ia3": "IA3",
    "glora": "GLoRA",
    "full": "full",
    "norm": "full",
    "mid": "LoCon with lora_mid",
}
_RANK_KEY = {"LoHa": ".hada_w1_b", "LoKr": ".lokr_w1_b"}  # its first dimension is the rank


@dataclass(frozen=True)
class Module:
    """One adapted layer of a file. ``named`` is None if no program knows the name.

    ``alpha`` is None if the file stores none (then every program takes the rank). ``shape`` is that
    of the down matrix, empty for other adapter types.
    """

    name: str
    named: Named | None
    type: str
    layout: Layout
    rank: int | None
    alpha: float | None
    shape: tuple[int, ...]
    tensors: int


@dataclass(frozen=True)
class Facts:
    """A whole file: modules, keys that belong to none, base, SHA-256 of the tensors."""

    path: Path
    header: Header
    modules: tuple[Module, ...]
    strays: tuple[str, ...]
    arch: str | None
    text_width: int | None
    sha256: str

    @property
    def metadata(self) -> dict[str, str]:
        """The file's metadata as stored."""
        return self.header.metadata

    @cached_property
    def alphas(self) -> set[float]:
        """Effective alphas in the file; a module without one counts with its rank."""
        found = {m.rank if m.alpha is None else m.alpha for m in self.modules}
        return {float(alpha) for alpha in found if alpha is not None}


def gather(path: Path) -> Facts:
    """The facts of ``path``. Raises ``safetensors.*`` or ``lora.no_keys`` (not a LoRA)."""
    header = read_lora_header(path)
    told = alpha_metadata(path, header)
    parts_by_name, strays = group_keys(header.tensors)
    adapted = {n: p for n, p in parts_by_name.items() if p.keys.keys() - {"alpha"}}
    if not adapted:
        raise StudioError("lora.no_keys", path=str(path))
    alpha_keys = [key for parts in adapted.values() for key in parts.keys.get("alpha", [])]
    alphas = read_scalars(path, header, alpha_keys)
    modules = [_module(name, parts, header, told, alphas) for name, parts in adapted.items()]
    orphans = [k for n, p in parts_by_name.items() if n not in adapted for k in p.all_keys()]
    return Facts(
        path,
        header,
        tuple(modules),
        (*strays, *orphans),
        guess_arch(adapted, header.tensors),
        text_width(adapted, header.tensors),
        data_sha256(path, header),
    )


def _module(
    name: str,
    parts: Parts,
    header: Header,
    metadata: Mapping[str, str],
    alphas: Mapping[str, float],
) -> Module:
    kind = _type(parts, header.tensors)
    down = parts.key("down")
    shape = header.tensors[down].shape if down else ()
    rank = shape[0] if shape else _other_rank(kind, parts, header.tensors)
    return Module(
        name=name,
        named=recognise(as_kohya(name)),
        type=kind,
        layout=parts.layout,
        rank=rank,
        alpha=_alpha(name, parts, metadata, alphas, rank),
        shape=shape,
        tensors=len(parts.all_keys()),
    )


def _type(parts: Parts, tensors: Mapping[str, TensorInfo]) -> str:
    for role, kind in _TYPES.items():
        if role in parts.keys:
            return kind
    down, up = parts.key("down"), parts.key("up")
    if down is None or up is None:
        return "incomplete"
    if "dora" in parts.keys:
        return "DoRA by input" if _spans_input(parts, tensors) else "DoRA by output"
    return "LoCon" if _is_kernel(tensors[down].shape) else "LoRA"


def _spans_input(parts: Parts, tensors: Mapping[str, TensorInfo]) -> bool:
    """Whether a DoRA's magnitudes are (1, in) or (1, in, 1, 1).

    peft's ``lora_magnitude_vector`` is always by output, though (1, out, 1, 1) for convolutions.
    """
    key = parts.key("dora")
    if key is None or not key.endswith(".dora_scale"):
        return False
    return len(tensors[key].shape) > 1 and tensors[key].shape[0] == 1


def _is_kernel(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[2:] != (1, 1)


def _other_rank(kind: str, parts: Parts, tensors: Mapping[str, TensorInfo]) -> int | None:
    suffix = _RANK_KEY.get(kind)
    key = next((k for k in parts.all_keys() if suffix and k.endswith(suffix)), None)
    return tensors[key].shape[0] if key and tensors[key].shape else None


def _alpha(
    name: str,
    parts: Parts,
    metadata: Mapping[str, str],
    alphas: Mapping[str, float],
    rank: int | None,
) -> float | None:
    key = parts.key("alpha")
    if key is not None:
        value = alphas.get(key)
        return value if value is not None and math.isfinite(value) else None
    try:
        return adapter_alpha(metadata, name, rank or 1)
    except ValueError:  # the importer lists such modules; here they count as without alpha
        return None


def incomplete_attentions(facts: Facts, prefixes: tuple[str, ...]) -> int:
    """Encoder attentions of which only some of q, k, v, out are in the file."""
    seen: dict[str, set[str]] = {}
    for module in facts.modules:
        if module.named and module.named.kind == "text_attention":
            if module.named.prefix not in prefixes:
                continue
            match = re.fullmatch(r"(.+)_(q|k|v|out)_proj", as_kohya(module.name))
            if match:
                seen.setdefault(match[1], set()).add(match[2])
    return sum(found != {"q", "k", "v", "out"} for found in seen.values())
