"""The model card tells how to use the file where it loads, and no more than the file tells."""

from __future__ import annotations

from pathlib import Path

from studio.export.card import model_card
from tests.lora_files import V1, inspected, module, modules, unet

METADATA = {
    **V1,
    "ss_sd_model_name": "dream",
    "ss_network_dim": "4",
    "ss_network_alpha": "2.0",
    "modelspec.trigger_phrase": "inkstyle, fox",
}
TRAINING = {"ss_steps": "1200", "ss_unet_lr": "0.0001", "ss_text_encoder_lr": "None"}


def test_a_kohya_file(tmp_path: Path) -> None:
    found = inspected(tmp_path, unet(), METADATA)
    card = model_card("ink v1.5", found, METADATA | TRAINING, picture=True)
    for line in (
        "# ink v1.5",
        "![ink v1.5](<ink v1.5.png>)",
        "`dream` (Stable Diffusion 1.x)",
        "| Trigger word | `inkstyle, fox` |",
        "| Rank, alpha | 4, 2.0 |",
        "inkstyle, fox, a picture of ... <lora:ink v1.5:1>",
        "models/loras",
        'load_lora_weights("ink v1.5.safetensors", adapter_name="ink_v1_5")',
        "| Steps | `1200` |",
        "MB, fp32",
    ):
        assert line in card
    assert "text encoder |" not in card  # it was not trained
    assert str(tmp_path) not in card


def test_a_private_file_without_trigger_word(tmp_path: Path) -> None:
    metadata = {k: v for k, v in METADATA.items() if "trigger" not in k}
    card = model_card("ink", inspected(tmp_path, unet(), metadata), metadata)
    assert "a picture of ... <lora:ink:1>" in card
    for word in ("Trigger", "## Training", "!["):
        assert word not in card


def test_programs_that_do_not_load_it_are_left_out(tmp_path: Path) -> None:
    path = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"
    tensors = {**module(path, alpha=None, layout="peft"), **modules()}
    card = model_card("ink", inspected(tmp_path, tensors), METADATA)
    assert "### diffusers" in card
    for word in ("A1111", "ComfyUI"):
        assert word not in card
