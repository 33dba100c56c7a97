"""Opening a base model: UNet, VAE and text encoder, frozen, on one device.

Reads a local diffusers folder only, so nothing here ever asks the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer
from transformers.utils.logging import disable_progress_bar

from studio.config import Base
from studio.errors import StudioError
from studio.models.family import BaseLocation, find_base

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass
class BaseModel:
    """A Stable Diffusion 1.x or 2.x with frozen weights.

    ``unet`` and ``text_encoder`` have the run's dtype; the VAE is always float32, because half
    precision overflows in some VAEs and it runs once per image.
    """

    location: BaseLocation
    unet: Any
    vae: Any
    text_encoder: Any
    tokenizer: Any
    noise_scheduler: Any
    clip_skip: int
    device: torch.device
    dtype: torch.dtype

    @property
    def components(self) -> dict[str, nn.Module]:
        """The parts that can carry an adapter."""
        return {"unet": self.unet, "text_encoder": self.text_encoder}

    @property
    def prediction_type(self) -> str:
        """``epsilon`` or ``v_prediction``."""
        return str(self.noise_scheduler.config.prediction_type)

    @property
    def vae_factor(self) -> int:
        """Pixels of an image per latent pixel, along one side."""
        return int(2 ** (len(self.vae.config.block_out_channels) - 1))

    @property
    def pixel_step(self) -> int:
        """Image sides must be multiples of this: the VAE's factor times the UNet's."""
        return self.vae_factor * int(2 ** (len(self.unet.config.block_out_channels) - 1))

    @cached_property
    def vae_identity(self) -> str:
        """Digest of the VAE's weights and configuration: half of a cached latent's key."""
        return _identity(self.vae)

    @cached_property
    def text_identity(self) -> str:
        """Digest of the text encoder and its vocabulary: half of a cached embedding's key."""
        vocabulary = str(sorted(self.tokenizer.get_vocab().items()))
        return _identity(self.text_encoder, vocabulary)

    def encode_prompts(self, prompts: Sequence[str]) -> Tensor:
        """Text embeddings of ``prompts``: (B, tokens, width), in the encoder's dtype.

        Clip skip n reads the n-th layer from the end and applies the final layer norm to it, as
        A1111 does. The pipelines' own ``clip_skip`` fails with transformers 5, hence this.
        """
        tokens = self.tokenizer(
            list(prompts),
            padding="max_length",
            max_length=self.tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        ).input_ids.to(self.device)
        if self.clip_skip == 1:
            embeddings: Tensor = self.text_encoder(tokens).last_hidden_state
            return embeddings
        states = self.text_encoder(tokens, output_hidden_states=True).hidden_states
        inner = getattr(self.text_encoder, "text_model", self.text_encoder)
        normed: Tensor = inner.final_layer_norm(states[-self.clip_skip])
        return normed

    @torch.no_grad()
    def encode_images(self, pixels: Tensor) -> Tensor:
        """Mean and standard deviation of the latents of ``pixels`` (B, 3, H, W) in [-1, 1].

        Returns (B, 2, C, h, w), float32, on the CPU, in the UNet's units.
        """
        posterior = self.vae.encode(pixels.to(self.device, torch.float32)).latent_dist
        both = torch.stack([posterior.mean, posterior.std], dim=1).cpu()
        return both * float(self.vae.config.scaling_factor)

    @torch.no_grad()
    def decode_latents(self, latents: Tensor) -> Tensor:
        """Pixels of ``latents`` (B, C, h, w): uint8 (B, H, W, 3) on the CPU."""
        latents = latents.to(torch.float32) / self.vae.config.scaling_factor
        pixels: Tensor = self.vae.decode(latents, return_dict=False)[0]
        levels = ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
        return levels.permute(0, 2, 3, 1).cpu()


def open_base(settings: Base, device: torch.device | None = None) -> BaseModel:
    """The base model of ``settings``, frozen, in eval mode.

    Raises ``base.not_found``, ``base.not_a_model`` or ``base.unsupported``.
    """
    if settings.vae and not Path(settings.vae).is_dir():
        raise StudioError("base.not_found", model=settings.vae)
    location = find_base(settings.model)
    # Bars on stderr belong to nobody here, and a windowed program has no stderr to write to.
    disable_progress_bar()
    device = device or best_device()
    dtype = _dtype(settings, device)
    folder = str(location.folder)
    local = {"local_files_only": True, "torch_dtype": dtype}
    try:
        vae_source = {"subfolder": "vae"} if not settings.vae else {}
        unet = UNet2DConditionModel.from_pretrained(folder, subfolder="unet", **local)
        vae = AutoencoderKL.from_pretrained(
            settings.vae or folder, **vae_source, local_files_only=True, torch_dtype=torch.float32
        )
        text_encoder = CLIPTextModel.from_pretrained(
            folder, subfolder="text_encoder", local_files_only=True, dtype=dtype
        )
        tokenizer = CLIPTokenizer.from_pretrained(
            folder, subfolder="tokenizer", local_files_only=True
        )
        changes = (
            {}
            if settings.prediction_type == "auto"
            else {"prediction_type": settings.prediction_type}
        )
        noise = DDPMScheduler.from_pretrained(
            folder, subfolder="scheduler", local_files_only=True, **changes
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        # Loaders tell a broken file in many ways; the first line of each names the culprit.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StudioError("base.not_a_model", path=folder, reason=reason) from error
    parts: tuple[Any, ...] = (unet, vae, text_encoder)
    for part in parts:
        part.to(device).requires_grad_(False).eval()
    return BaseModel(
        location, unet, vae, text_encoder, tokenizer, noise, settings.clip_skip, device, dtype
    )


def best_device() -> torch.device:
    """The first of CUDA (or ROCm), Apple's MPS and the CPU that is there."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def _dtype(settings: Base, device: torch.device) -> torch.dtype:
    if settings.dtype != "auto":
        return DTYPES[settings.dtype]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.float32


def _identity(module: Any, *more: str) -> str:
    """SHA-256 over a module's configuration and weights; 1 s per GB, so asked once per run."""
    config = module.config if isinstance(module.config, dict) else module.config.to_dict()
    digest = hashlib.sha256(str(sorted(config.items())).encode())
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    for text in more:
        digest.update(text.encode())
    return digest.hexdigest()
