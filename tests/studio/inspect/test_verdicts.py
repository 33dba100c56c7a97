"""Verdicts per program by the published rules, on files typed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from studio.inspect import PROGRAMS, describe
from studio.inspect.verdicts import _BASE, _RULES
from studio.inspect.words import REASONS
from tests.lora_files import (
    ATTN,
    SGM,
    UNET,
    V1,
    Tensors,
    dora,
    inspected,
    loha,
    lokr,
    module,
    modules,
    text,
    unet,
)

XL = {"ss_base_model_version": "sdxl_base_v1-0"}


def mid() -> Tensors:
    return {**unet(), f"{UNET}2_to_k.lora_mid.weight": torch.ones(4, 4, 3, 3)}


ALL = ("yes",) * 5  # A1111, Forge, ComfyUI, InvokeAI, diffusers
PEFT = {**modules(f"unet.{ATTN}2.to_k", f"unet.{ATTN}2.to_q", layout="peft", alpha=None)}
MIXED = modules(
    *(f"unet.{ATTN}{n}.to_{part}" for n in (1, 2) for part in "qkv"), layout="peft", alpha=None
) | modules(f"unet.{ATTN[:-5]}.ff.net.2", layout="peft", alpha=None)
XL_UNET = modules(f"{SGM}2_to_k", f"{SGM}2_to_q", inner=2048)
XL_TEXT = text("lora_te1") | text("lora_te2", inner=1280)
UPSAMPLER = "lora_unet_up_blocks_0_upsamplers_0_conv"

VERDICTS: dict[str, tuple[Tensors, Any, tuple[str, ...], dict[str, str]]] = {
    "SD1 as we write it": ({**unet(), **text("lora_te")}, V1, ALL, {}),
    "SD2 as we write it": (
        {**unet(1024), **text("lora_te", inner=1024)},
        {"ss_v2": "True"},
        ALL,
        {},
    ),
    "SDXL as we write it": ({**XL_UNET, **XL_TEXT}, XL, ALL, {}),
    "no metadata at all": (unet(), None, ALL, {}),
    "lora_te1 on SD1": (
        {**unet(), **text("lora_te1")},
        V1,
        ("yes", "yes", "yes", "partly", "yes"),
        {"InvokeAI": "some_names"},
    ),
    "lora_te1 on SD2": (
        {**unet(1024), **text("lora_te1", inner=1024)},
        {"ss_v2": "True"},
        ("partly", "yes", "yes", "partly", "yes"),
        {"A1111": "some_names"},
    ),
    "lora_te on SDXL": (
        {**XL_UNET, **text("lora_te")},
        XL,
        ("partly", "yes", "yes", "no", "yes"),
        {"A1111": "some_names", "InvokeAI": "foreign_prefix"},
    ),
    "encoder without text_model": (
        {**unet(), **modules(*(f"lora_te_encoder_layers_{n}_mlp_fc1" for n in range(5)))},
        V1,
        ("partly", "no", "partly", "partly", "yes"),
        {"Forge": "forge_limit", "ComfyUI": "some_names"},
    ),
    "SDXL that A1111 takes for SD1": (
        XL_UNET,
        {"format": "pt"},
        ("partly", "yes", "yes", "yes", "yes"),
        {"A1111": "hidden"},
    ),
    "SDXL in diffusers spelling": (
        {**unet(2048), **module(UPSAMPLER, 8)},
        XL,
        ("partly", "yes", "yes", "yes", "yes"),
        {"A1111": "some_names"},
    ),
    "SDXL in both spellings": (
        {**XL_UNET, **unet(2048)},
        XL,
        ("yes", "yes", "yes", "no", "partly"),
        {"InvokeAI": "mixed_spelling", "diffusers": "mixed_spelling_lost"},
    ),
    "SGM names on SD1": (
        modules(f"{SGM}2_to_k"),
        V1,
        ("yes", "yes", "yes", "no", "no"),
        {"diffusers": "sgm_on_sd"},
    ),
    "peft attention": (PEFT, None, ("no", "no", "no", "no", "yes"), {"ComfyUI": "names"}),
    "peft attention and ff": (
        MIXED,
        None,
        ("no", "partly", "partly", "no", "yes"),
        {"Forge": "some_names"},
    ),
    "diffusers attention, peft ff": (
        modules(f"unet.{ATTN}2.to_k", layout="diffusers", alpha=None)
        | modules(f"unet.{ATTN[:-5]}.ff.net.2", layout="peft", alpha=None),
        None,
        ("no", "partly", "partly", "no", "partly"),
        {"diffusers": "two_styles"},
    ),
    "old diffusers attention": (
        modules(f"unet.{ATTN}2.processor.to_k", layout="old", alpha=None),
        None,
        ("no", "yes", "yes", "no", "yes"),
        {},
    ),
    "peft without a component": (
        modules(f"base_model.model.{ATTN}2.to_k", layout="peft", alpha=None),
        None,
        ("no", "no", "no", "no", "no"),
        {"diffusers": "names"},
    ),
    "kohya names with peft endings": (
        unet(layout="peft"),
        V1,
        ("partly", "yes", "yes", "no", "no"),
        {"A1111": "alpha_ignored", "diffusers": "kohya_with_peft"},
    ),
    "different alphas": (
        {**unet(), **module(f"{UNET}1_to_q", alpha=1.0)},
        V1,
        ("yes", "yes", "yes", "yes", "partly"),
        {"diffusers": "uneven_alpha"},
    ),
    "encoder without out_proj, SD2": (
        {**unet(1024), **text("lora_te", ("q", "v"), 1024)},
        {"ss_v2": "True"},
        ("partly", "yes", "yes", "yes", "partly"),
        {"A1111": "incomplete_attention", "diffusers": "incomplete_attention"},
    ),
    "flat projections on SD1": (
        {**unet(), **module("lora_unet_down_blocks_0_attentions_0_proj_in", 320)},
        V1,
        ("yes", "yes", "yes", "yes", "no"),
        {"diffusers": "flat_projections"},
    ),
    "alpha twice": (
        unet(),
        {**V1, "lora_adapter_metadata": "{}"},
        ("yes", "yes", "yes", "yes", "no"),
        {"diffusers": "both_alphas"},
    ),
    "a stray tensor": (
        {**unet(), "lora_unet_x.bias": torch.zeros(1)},
        V1,
        ("yes", "yes", "yes", "yes", "no"),
        {"diffusers": "leftover"},
    ),
    "text projection": (
        {**XL_UNET, **XL_TEXT, **module("lora_te2_text_projection", 1280)},
        XL,
        ("partly", "partly", "yes", "partly", "yes"),
        {"Forge": "some_names"},
    ),
    "OneTrainer's OMI names": (
        modules("unet.input_blocks.4.1.transformer_blocks.0.attn2.to_k", inner=2048)
        | modules("clip_l.text_model.encoder.layers.0.mlp.fc1"),
        {"ss_base_model_version": "sdxl_"},
        ("no", "no", "no", "no", "no"),
        dict.fromkeys(PROGRAMS, "names"),
    ),
    "OneTrainer's names for ComfyUI": (
        modules(
            "diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k",
            inner=2048,
            layout="peft",
        )
        | modules("text_encoders.clip_g.transformer.text_model.encoder.layers.0.mlp.fc1"),
        {"ss_base_model_version": "sdxl_"},
        ("no", "yes", "yes", "no", "no"),
        {"A1111": "names"},
    ),
    "self-attention alone": (
        modules(f"{UNET}1_to_k", inner=320),
        V1,
        ("yes", "yes", "yes", "no", "yes"),
        {"InvokeAI": "no_vector_length"},
    ),
    "the starter model": (
        unet(128),
        V1,
        ("yes", "yes", "yes", "no", "yes"),
        {"ComfyUI": "own_base", "InvokeAI": "no_vector_length"},
    ),
    "LoHa": (loha(), V1, ("yes", "yes", "yes", "yes", "no"), {"diffusers": "type"}),
    "LoKr": (lokr(), V1, ("yes", "yes", "yes", "yes", "no"), {"diffusers": "type"}),
    "LoCon with lora_mid": (mid(), V1, ("yes", "yes", "yes", "yes", "no"), {"diffusers": "type"}),
    "DoRA by input": (
        dora((1, 768)),
        V1,
        ("yes", "yes", "yes", "yes", "partly"),
        {"diffusers": "dora_dropped"},
    ),
    "DoRA by output": (
        dora((8, 1)),
        V1,
        ("no", "no", "no", "no", "partly"),
        {"ComfyUI": "type"},
    ),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_verdicts(tmp_path: Path, case: str) -> None:
    tensors, metadata, works, reasons = VERDICTS[case]
    found = inspected(tmp_path, tensors, metadata)
    given = {verdict.program: verdict for verdict in found.verdicts}
    assert tuple(given[program].works for program in PROGRAMS) == works
    assert {program: given[program].reason for program in reasons} == reasons
    assert len(describe(found)) > 8


def test_every_rule_is_tested_and_has_words() -> None:
    rules = {rule[1] for program in _RULES.values() for rule in program} | {_BASE[0][1]}
    assert rules == REASONS.keys()
