"""Stage `assemble`: the diffusers folder in fp16, written beside its place and then moved into it.

The files carry no variant in their names, so `StableDiffusionPipeline.from_pretrained(folder)`
simply loads them. The text encoder's keys get the classic `text_model.` prefix: transformers 5
dropped it from its class, reads it still, and every older program needs it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import text
import torch
import unet as unet_stage
import vae as vae_stage
from common import MODEL_FOLDER, log
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPTextModel

LIMIT_BYTES = 20_000_000
# DDIM, DDPM and PNDM made from our scheduler's settings read these too; DDIM's own default would
# clip the latents to [-1, 1] and draw fog.
FOR_OTHER_SCHEDULERS = {"clip_sample": False, "set_alpha_to_one": False, "skip_prk_steps": True}
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.30.0",
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}


def half(module: nn.Module, prefix: str = "") -> dict[str, torch.Tensor]:
    """The module's weights as contiguous fp16 tensors."""
    return {prefix + k: v.detach().half().contiguous() for k, v in module.state_dict().items()}


def change(path: Path, additions: dict[str, bool] | None = None) -> None:
    """Take names of this machine out of a config file, and add to it."""
    config = json.loads(path.read_text(encoding="utf-8")) | (additions or {})
    config.pop("_name_or_path", None)
    config.pop("transformers_version", None)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def write_folder(
    folder: Path, work: Path, vae: AutoencoderKL, unet: UNet2DConditionModel, encoder: CLIPTextModel
) -> None:
    """All files of the pipeline."""
    weights = "diffusion_pytorch_model.safetensors"
    for name, module in (("vae", vae), ("unet", unet)):
        module.save_config(folder / name)
        save_file(half(module), folder / name / weights, {"format": "pt"})
        change(folder / name / "config.json")
    encoder.config.architectures = ["CLIPTextModel"]
    encoder.config.dtype = torch.float32  # else transformers 5 loads it in the file's fp16
    encoder.config.save_pretrained(folder / "text_encoder")
    keys = half(encoder, "" if hasattr(encoder, "text_model") else "text_model.")
    save_file(keys, folder / "text_encoder" / "model.safetensors", {"format": "pt"})
    change(folder / "text_encoder" / "config.json")
    text.load_tokenizer(work)
    shutil.copytree(work / "tokenizer", folder / "tokenizer")
    scheduler = DPMSolverMultistepScheduler(
        **unet_stage.SCHEDULER, timestep_spacing="trailing", steps_offset=1
    )
    scheduler.save_pretrained(folder / "scheduler")
    change(folder / "scheduler" / "scheduler_config.json", FOR_OTHER_SCHEDULERS)
    index = json.dumps(INDEX, indent=2) + "\n"
    (folder / "model_index.json").write_text(index, encoding="utf-8")


def check(folder: Path, vae: AutoencoderKL, encoder: CLIPTextModel) -> None:
    """Open the folder again as any program would: a file that loads nowhere never ships."""
    again = CLIPTextModel.from_pretrained(folder / "text_encoder", local_files_only=True)
    for name, value in encoder.state_dict().items():
        if not torch.equal(value.half(), again.state_dict()[name].half()):
            raise RuntimeError(f"The text encoder file does not load back: {name}")
    other = AutoencoderKL.from_pretrained(folder / "vae", local_files_only=True)
    for name, value in vae.state_dict().items():
        if not torch.equal(value.half(), other.state_dict()[name].half()):
            raise RuntimeError(f"The VAE file does not load back: {name}")
    weights = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    if weights > LIMIT_BYTES:
        raise RuntimeError(f"The weights are {weights} bytes, more than {LIMIT_BYTES}.")


def assemble(
    work: Path,
    stage: str,
    folder: Path = MODEL_FOLDER,
    models: tuple[AutoencoderKL, UNet2DConditionModel, CLIPTextModel] | None = None,
) -> None:
    """Write the folder from the newest weights of `stage`, finished or still in training."""
    vae, unet, encoder = models or (vae_stage.load(work), *unet_stage.load(work, stage))
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    write_folder(new, work, vae, unet, encoder)
    check(new, vae, encoder)
    for path in sorted(new.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(new)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o644)  # safetensors makes its files private
            os.replace(path, target)
    shutil.rmtree(new)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    log(work, f"assembled {stage}: {size / 1e6:.2f} MB")
