"""Will A1111, Forge, ComfyUI, InvokeAI and diffusers load a file: their rules as tables.

Rules were read in, or measured with, the programs' own code (format facts, sections 1, 3, 4 and 7).
The first rule that applies gives the reason; what refuses the file stands before what loses parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.inspect.facts import Facts, Module, incomplete_attentions
from studio.inspect.finding import FINDS, forge_finds, is_diffusers
from studio.models.lora_header import ADAPTER_METADATA

Works = Literal["yes", "partly", "no"]
PROGRAMS = ("A1111", "Forge", "ComfyUI", "InvokeAI", "diffusers")
_FORGE_LIMIT = 12  # leftover tensors; more, and Forge skips the file


@dataclass(frozen=True)
class Verdict:
    """Whether ``program`` loads the file; ``reason`` is a key of `words.REASONS`, or empty."""

    program: str
    works: Works
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def verdicts(facts: Facts) -> list[Verdict]:
    """One verdict per program of `PROGRAMS`."""
    return [_verdict(program, facts) for program in PROGRAMS]


def _verdict(program: str, facts: Facts) -> Verdict:
    for works, reason, applies in (*_RULES[program], *_BASE):
        found = applies(facts)
        if found:
            params = {"count": int(found), "total": len(facts.modules), "width": facts.text_width}
            return Verdict(program, works, reason, params)
    return Verdict(program, "yes")


# ---- which adapter types a program applies (LoRA and LoCon: all of them)

_APPLIES: dict[str, set[str]] = {
    program: {"LoRA", "LoCon", "LoCon with lora_mid", "LoHa", "LoKr", "DoRA by input", *more}
    for program, more in {
        "A1111": {"IA3", "OFT", "full", "GLoRA"},
        "Forge": {"full", "GLoRA"},
        "ComfyUI": {"OFT", "full", "GLoRA"},
        "InvokeAI": {"IA3", "full"},
    }.items()
} | {"diffusers": {"LoRA", "LoCon"}}


def _wrong_type(program: str) -> Callable[[Facts], int]:
    return lambda facts: sum(module.type not in _APPLIES[program] for module in facts.modules)


def _only_wrong_type(program: str) -> Callable[[Facts], int]:
    count = _wrong_type(program)
    return lambda facts: count(facts) if count(facts) == len(facts.modules) else 0


# ---- which names a program finds in its model


def _lost(program: str) -> Callable[[Facts], int]:
    finds = FINDS[program]
    return lambda facts: sum(not finds(module, facts.arch) for module in facts.modules)


def _all_lost(program: str) -> Callable[[Facts], int]:
    count = _lost(program)
    return lambda facts: count(facts) if count(facts) == len(facts.modules) else 0


def _forge_leftover(facts: Facts) -> int:
    lost = sum(m.tensors for m in facts.modules if not forge_finds(m, facts.arch))
    leftover = lost + len(facts.strays)
    return leftover if leftover > _FORGE_LIMIT else 0


# ---- single habits


def _is_kohya(module: Module) -> bool:
    return module.name.startswith(("lora_unet_", "lora_te_", "lora_te1_", "lora_te2_"))


def _spellings(facts: Facts) -> set[str]:
    unet = [m.named for m in facts.modules if m.named and m.named.prefix == "lora_unet"]
    return {named.spelling for named in unet if named.kind != "outer"}


def _hidden_by_a1111(facts: Facts) -> bool:
    """A1111 hides files whose version, by metadata, is not the loaded model's."""
    if not facts.metadata or facts.arch is None:
        return False
    version = "sd1"
    if facts.metadata.get("ss_base_model_version", "").startswith("sdxl_"):
        version = "sdxl"
    elif facts.metadata.get("ss_v2") == "True":
        version = "sd2"
    return version != facts.arch


def _alpha_ignored(facts: Facts) -> int:
    return sum(
        m.layout == "peft" and m.alpha is not None and m.alpha != m.rank for m in facts.modules
    )


def _openclip(facts: Facts) -> int:
    prefixes = {"sd2": ("lora_te",), "sdxl": ("lora_te2",)}.get(facts.arch or "", ())
    return incomplete_attentions(facts, prefixes)


def _no_vector_length(facts: Facts) -> bool:
    return facts.arch is None


def _mixed_spelling(facts: Facts) -> bool:
    return _spellings(facts) == {"diffusers", "sgm"}


def _foreign_prefix(facts: Facts) -> int:
    if facts.arch != "sdxl":
        return 0
    return sum(
        not m.name.startswith(("lora_unet_", "lora_te1_", "lora_te2_")) for m in facts.modules
    )


# ---- diffusers, which decides on the whole file


def _kohya_file(facts: Facts) -> bool:
    return all(map(_is_kohya, facts.modules))


def _diffusers_names(facts: Facts) -> int:
    if _kohya_file(facts):
        return 0
    return sum(not is_diffusers(module) for module in facts.modules)


def _diffusers_leftover(facts: Facts) -> int:
    return len(facts.strays) if _kohya_file(facts) else 0


def _diffusers_type(facts: Facts) -> int:
    plain = ("LoRA", "LoCon", "DoRA by input", "DoRA by output")
    return sum(module.type not in plain for module in facts.modules)


def _diffusers_dora(facts: Facts) -> int:
    return sum(module.type.startswith("DoRA") for module in facts.modules)


def _kohya_with_peft(facts: Facts) -> int:
    return sum(_is_kohya(m) and m.layout != "kohya" for m in facts.modules)


def _sgm_on_sd(facts: Facts) -> bool:
    return facts.arch in ("sd1", "sd2") and "sgm" in _spellings(facts)


def _flat_projections(facts: Facts) -> int:
    """SD1's proj layers are convolutions: 2-D weights do not fit diffusers' model."""
    if facts.arch != "sd1":
        return 0
    return sum(
        m.named is not None and m.named.kind == "proj" and len(m.shape) == 2 for m in facts.modules
    )


def _both_alphas(facts: Facts) -> bool:
    return ADAPTER_METADATA in facts.metadata and _kohya_file(facts)


def _uneven_alpha(facts: Facts) -> bool:
    return _kohya_file(facts) and len(facts.alphas) > 1


def _no_encoder_out(facts: Facts) -> int:
    if not _kohya_file(facts):
        return 0
    return incomplete_attentions(facts, ("lora_te", "lora_te1", "lora_te2"))


def _two_styles(facts: Facts) -> bool:
    """One file in old and new diffusers spelling: only the first key decides, the rest is lost."""
    layouts = {m.layout for m in facts.modules}
    return not _kohya_file(facts) and "peft" in layouts and bool(layouts & {"diffusers", "kohya"})


_Rule = tuple[Works, str, Callable[[Facts], int | bool]]


def _general(program: str) -> tuple[_Rule, ...]:
    return (
        ("no", "names", _all_lost(program)),
        ("no", "type", _only_wrong_type(program)),
        ("partly", "some_names", _lost(program)),
        ("partly", "some_types", _wrong_type(program)),
    )


_BASE: tuple[_Rule, ...] = (
    ("yes", "own_base", lambda facts: facts.arch is None and facts.text_width is not None),
)
_RULES: dict[str, tuple[_Rule, ...]] = {
    "A1111": (
        *_general("A1111"),
        ("partly", "hidden", _hidden_by_a1111),
        ("partly", "alpha_ignored", _alpha_ignored),
        ("partly", "incomplete_attention", _openclip),
    ),
    "Forge": (("no", "forge_limit", _forge_leftover), *_general("Forge")),
    "ComfyUI": _general("ComfyUI"),
    "InvokeAI": (
        ("no", "names", _all_lost("InvokeAI")),
        ("no", "no_vector_length", _no_vector_length),
        ("no", "mixed_spelling", _mixed_spelling),
        ("no", "foreign_prefix", _foreign_prefix),
        *_general("InvokeAI"),
    ),
    "diffusers": (
        ("no", "names", _diffusers_names),
        ("no", "type", _diffusers_type),
        ("no", "leftover", _diffusers_leftover),
        ("no", "kohya_with_peft", _kohya_with_peft),
        ("no", "sgm_on_sd", _sgm_on_sd),
        ("no", "flat_projections", _flat_projections),
        ("no", "both_alphas", _both_alphas),
        ("partly", "mixed_spelling_lost", _mixed_spelling),
        ("partly", "two_styles", _two_styles),
        ("partly", "incomplete_attention", _no_encoder_out),
        ("partly", "dora_dropped", _diffusers_dora),
        ("partly", "uneven_alpha", _uneven_alpha),
    ),
}
