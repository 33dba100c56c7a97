"""What the keys and shapes of a LoRA file say, without torch: modules, key layout, base model.

The one table of suffixes serves the importer and `studio.inspect`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from studio.errors import StudioError
from studio.models.model_header import read_model_header
from studio.models.names import as_kohya, recognise
from studio.models.safetensors_header import Header, TensorInfo, read_header

Layout = Literal["kohya", "peft", "diffusers", "diffusers_old"]
ADAPTER_METADATA = "lora_adapter_metadata"  # diffusers' LoraConfig per component, as JSON
_PEFT = "base_model.model."  # peft's own names, which speak of one component without naming it
_TORCH_FILES = (".bin", ".pt", ".pth", ".ckpt")
_CONFIG_BYTES = 10_000_000  # more is no adapter_config.json, and then it is not valid JSON either

_PAIRS: tuple[tuple[str, str, Layout], ...] = (
    (".lora_down.weight", ".lora_up.weight", "kohya"),
    (".lora_A.weight", ".lora_B.weight", "peft"),
    (".lora.down.weight", ".lora.up.weight", "diffusers"),
    (".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight", "diffusers"),
    ("_lora.down.weight", "_lora.up.weight", "diffusers_old"),
)
_OTHERS = {
    "alpha": (".alpha",),
    "mid": (".lora_mid.weight",),
    "dora": (".dora_scale", ".lora_magnitude_vector", ".lora_magnitude_vector.weight"),
    "loha": tuple(f".hada_{part}" for part in ("w1_a", "w1_b", "w2_a", "w2_b", "t1", "t2")),
    "lokr": tuple(
        f".lokr_{part}" for part in ("w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b", "t1", "t2")
    ),
    "oft": (".oft_blocks", ".oft_diag"),
    "ia3": (".on_input",),
    "full": (".diff", ".diff_b"),
    "norm": (".w_norm", ".b_norm"),
    "glora": tuple(f".{part}.weight" for part in ("a1", "a2", "b1", "b2")),
}
# suffix -> (role, layout); longest first, because some end like others
_SUFFIXES: tuple[tuple[str, str, Layout], ...] = tuple(
    sorted(
        [
            *((down, "down", layout) for down, _, layout in _PAIRS),
            *((up, "up", layout) for _, up, layout in _PAIRS),
            *((suffix, role, "kohya") for role, group in _OTHERS.items() for suffix in group),
        ],
        key=lambda entry: -len(entry[0]),
    )
)
# peft's state has the adapter's name in its keys: .lora_A.default.weight
_ADAPTER_NAME = re.compile(r"(\.lora_(?:A|B|magnitude_vector))\.[^.]+(\.weight)$")


@dataclass
class Parts:
    """The keys of one module by role: down, up, alpha, mid, dora, or another adapter type's."""

    layout: Layout = "kohya"
    keys: dict[str, list[str]] = field(default_factory=dict)

    def key(self, role: str) -> str | None:
        """The only key of ``role``, or None if there is none or more than one."""
        found = self.keys.get(role, [])
        return found[0] if len(found) == 1 else None

    def all_keys(self) -> list[str]:
        """Every key of the module."""
        return [key for keys in self.keys.values() for key in keys]


def read_lora_header(path: Path) -> Header:
    """The header of a LoRA file: of safetensors, or of what ``torch.save`` wrote in older days.

    Nothing in it is carried out. Raises what `read_header` and `read_model_header` raise.
    """
    written_by_torch = path.suffix.lower() in _TORCH_FILES
    return read_model_header(path) if written_by_torch else read_header(path)


def group_keys(keys: Iterable[str]) -> tuple[dict[str, Parts], list[str]]:
    """Keys of a file by module name, and those whose ending no adapter type uses."""
    modules: dict[str, Parts] = {}
    strays: list[str] = []
    for key in keys:
        plain = _ADAPTER_NAME.sub(r"\1\2", key)
        entry = next((entry for entry in _SUFFIXES if plain.endswith(entry[0])), None)
        if entry is None:
            strays.append(key)
            continue
        suffix, role, layout = entry
        parts = modules.setdefault(plain.removesuffix(suffix), Parts())
        parts.keys.setdefault(role, []).append(key)
        if role in ("down", "up"):
            parts.layout = layout
    return modules, strays


_BY_WIDTH = {768: "sd1", 1024: "sd2", 2048: "sdxl"}  # of the text embedding


def text_width(modules: Mapping[str, Parts], tensors: Mapping[str, TensorInfo]) -> int | None:
    """Width of the text embedding that adapted cross-attention reads; None if none is adapted."""
    for name, parts in modules.items():
        if re.search(r"attn2[._](processor\.)?to_[kv]$", name):
            return _input_width(parts, tensors)
    return None


def _input_width(parts: Parts, tensors: Mapping[str, TensorInfo]) -> int | None:
    """Inputs of the adapted layer: of the down matrix, LoHa's second factor, LoKr's two."""
    shapes = {key.rpartition(".")[2]: tensors[key].shape for key in parts.all_keys()}
    if down := parts.key("down"):
        shapes["hada_w1_b"] = tensors[down].shape
    factors = [shapes.get(f"lokr_{n}", shapes.get(f"lokr_{n}_b", ())) for n in ("w1", "w2")]
    for found in ([shapes.get("hada_w1_b", ())], factors):
        if all(len(shape) > 1 for shape in found):
            return math.prod(shape[1] for shape in found)
    return None


def guess_arch(modules: Mapping[str, Parts], tensors: Mapping[str, TensorInfo]) -> str | None:
    """ "sd1", "sd2", "sdxl" by InvokeAI's rules: cross-attention width, encoders, block depth.

    None where shapes tell no known family, such as the starter model's.
    """
    width = text_width(modules, tensors)
    if width is not None:
        return _BY_WIDTH.get(width)
    named = {name: recognise(as_kohya(name)) for name in modules}
    if any(entry and entry.prefix == "lora_te2" for entry in named.values()):
        return "sdxl"
    for name, entry in named.items():
        if entry and entry.kind == "text_attention":
            return _BY_WIDTH.get(_input_width(modules[name], tensors) or 0)
    deep = any(re.search(r"transformer_blocks[._]([2-9]|\d\d)[._]", name) for name in modules)
    return "sdxl" if deep else None


def adapter_alpha(metadata: Mapping[str, str], name: str, rank: int) -> float | None:
    """Alpha of a dotted module by the LoraConfig of diffusers or peft; None if that is silent.

    rsLoRA is folded in (alpha * sqrt(rank)), as the format has no flag for it. Raises ValueError
    for metadata that is broken or uses regular expressions, which a stranger's file must not run.
    """
    table = _adapter_table(metadata.get(ADAPTER_METADATA, "{}"))
    component, _, path = name.partition(".")
    start = "" if name.startswith(_PEFT) else f"{component}."
    if f"{start}lora_alpha" not in table:
        return None
    patterns = table.get(f"{start}alpha_pattern") or {}
    alpha = _by_pattern(patterns, path, table[f"{start}lora_alpha"])
    return alpha * math.sqrt(rank) if table.get(f"{start}use_rslora") else alpha


def alpha_metadata(path: Path, header: Header) -> dict[str, str]:
    """The metadata of a file for `adapter_alpha`, with what peft keeps beside it.

    peft's ``save_pretrained`` writes alpha into ``adapter_config.json`` and nowhere else. Raises
    ``safetensors.unreadable`` if that file cannot be read.
    """
    config = path.with_name("adapter_config.json")
    peft = any(key.startswith(_PEFT) for key in header.tensors)
    if not peft or ADAPTER_METADATA in header.metadata or not config.is_file():
        return header.metadata
    try:
        text = config.read_bytes()[:_CONFIG_BYTES].decode(errors="replace")
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("safetensors.unreadable", path=str(config), reason=reason) from error
    return {**header.metadata, ADAPTER_METADATA: text}


@lru_cache(maxsize=1)  # every module of a file asks for the same text
def _adapter_table(text: str) -> dict[str, Any]:
    try:
        table = json.loads(text)
    except RecursionError as error:
        raise ValueError(ADAPTER_METADATA) from error
    return table if isinstance(table, dict) else {}


def _by_pattern(patterns: Any, path: str, default: Any) -> float:
    found = default
    for pattern, value in patterns.items() if isinstance(patterns, dict) else ():
        plain = pattern.removeprefix("^").replace("\\.", ".")
        if not re.fullmatch(r"[\w.]+", plain):
            raise ValueError(pattern)
        if path == plain or path.endswith(f".{plain}"):
            found = value
            break
    if type(found) not in (int, float) or not math.isfinite(found):
        raise ValueError(repr(found))
    return float(found)
