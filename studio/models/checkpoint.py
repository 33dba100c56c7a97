"""Opening a base model: UNet, VAE and text encoders, frozen, on one device.

Reads local files only, so nothing here ever asks the network.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import torch
from diffusers import DDPMScheduler
from torch import Tensor, nn

from studio.config import Base
from studio.data.problems import Problem
from studio.errors import StudioError
from studio.models.components import open_component, open_vae, read_config, told_of
from studio.models.family import BaseLocation, find_base
from studio.models.heap import apart
from studio.models.identity import identity
from studio.models.idle import Part, has_own_memory
from studio.models.quantized import bytes_per_parameter, refuse, stored_bytes
from studio.models.text import TextEmbedding, Tokenizer, chunks_for, encode, open_tokenizer
from studio.models.weights import component_files, vae_files

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass
class BaseModel:
    """A Stable Diffusion 1.x, 2.x or SDXL with frozen weights.

    ``unet`` and ``text_encoders`` have the run's dtype; the VAE's weights are always float32:
    float16 overflows in SDXL's and others, and pictures show what bfloat16 leaves out. Layers of
    the others keep their weights as ``quantize`` says. ``problems`` tell what had to be assumed,
    ``notes`` what is good to know.

    Parts may be put away while they are ``idle``; the methods below have what they need brought
    back. With ``offload`` the UNet too leaves a graphics card while the VAE works there.
    """

    location: BaseLocation
    unet: Any
    vae: Any
    text_encoders: dict[str, Any]
    tokenizers: dict[str, Tokenizer]
    noise_scheduler: Any
    clip_skip: int
    device: torch.device
    dtype: torch.dtype
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    open_seconds: float = 0.0
    quantize: str = "none"
    parts: dict[str, Part] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    offload: bool = False

    def put_away(self, *names: str) -> None:
        """Frees the memory of the parts ``names`` until they are used again; see `Part.put_away`.

        They are idle from now on, and no others. Costs nothing for what is away already.
        """
        self.idle = names
        for name in names:
            self.parts[name].put_away()

    def bring_back(self, *names: str) -> None:
        """Undoes `put_away`; raises ``base.gone``."""
        for name in names:
            self.parts[name].bring_back()

    @property
    def components(self) -> dict[str, nn.Module]:
        """The parts that can carry an adapter."""
        return {"unet": self.unet, **self.text_encoders}

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
        """Digest of what encodes in the VAE, and its configuration: half of a latent's key."""
        self.bring_back("vae")
        return identity(self.vae, without=("decoder", "post_quant_conv"))

    @cached_property
    def text_identity(self) -> str:
        """Digest of text encoders and vocabularies: half of a cached embedding's key."""
        self.bring_back(*self.text_encoders)
        parts = []
        for name, encoder in self.text_encoders.items():
            words, padding = self.tokenizers[name]
            parts.append(identity(encoder, str(sorted(words.get_vocab().items())), str(padding)))
        return " ".join(parts)

    def chunks_for(self, prompts: Sequence[str]) -> int:
        """How many chunks of 75 tokens the longest of ``prompts`` fills, at least one."""
        return chunks_for(self.tokenizers.values(), prompts)

    def encode_prompts(self, prompts: Sequence[str], chunks: int = 1) -> TextEmbedding:
        """What the UNet attends to, in the encoders' dtype; see `studio.models.text.encode`."""
        self._use(*self.text_encoders)
        return encode(
            self.text_encoders, self.tokenizers, prompts, chunks=chunks, clip_skip=self.clip_skip
        )

    def predict(
        self, noisy: Tensor, timesteps: Tensor, text: TextEmbedding, sizes: Tensor
    ) -> Tensor:
        """The UNet's prediction for latents ``noisy`` (B, C, h, w).

        ``sizes`` (B, 6) are pixels as in `CropBox.conditioning`; only SDXL is told them.
        """
        self.bring_back("unet")
        told = None
        if text.pooled is not None:
            told = {"text_embeds": text.pooled, "time_ids": sizes.to(self.device)}
        predicted: Tensor = self.unet(
            noisy, timesteps, text.states, added_cond_kwargs=told, return_dict=False
        )[0]
        return predicted

    @torch.no_grad()
    def encode_images(self, pixels: Tensor) -> Tensor:
        """Mean and standard deviation of the latents of ``pixels`` (B, 3, H, W) in [-1, 1].

        Returns (B, 2, C, h, w), float32, on the CPU, in the UNet's units; computed in
        ``encode_dtype``.
        """
        self._use("vae")
        # Its convolutions are 1.1 (float32) to 2.7 times (bfloat16) as fast on a CPU like this.
        pixels = pixels.to(self.device, torch.float32, memory_format=torch.channels_last)
        half = self.encode_dtype != torch.float32
        with torch.autocast(self.device.type, self.encode_dtype, enabled=half):
            posterior = self.vae.encode(pixels).latent_dist
        both = torch.stack([posterior.mean, posterior.std], dim=1).cpu().float().contiguous()
        return both * float(self.vae.config.scaling_factor)

    @property
    def encode_dtype(self) -> torch.dtype:
        """The precision in which images are encoded: bfloat16 with a UNet that has it, else full.

        What bfloat16 changes in a latent is a fifth of the least noise that training ever adds, and
        a third of the posterior's own deviation (the starter's VAE: 0.0063, 0.029 and 0.018).
        """
        here = self.device.type in ("cpu", "cuda") and self.dtype == torch.bfloat16
        return torch.bfloat16 if here else torch.float32

    @torch.no_grad()
    def decode_latents(self, latents: Tensor) -> Tensor:
        """Pixels of ``latents`` (B, C, h, w): uint8 (B, H, W, 3) on the CPU."""
        self._use("vae")
        latents = latents.to(torch.float32) / self.vae.config.scaling_factor
        with apart():
            pixels: Tensor = self.vae.decode(latents, return_dict=False)[0]
        levels = ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
        return levels.permute(0, 2, 3, 1).cpu()

    def _use(self, *names: str) -> None:
        """Has parts ready; where all share the main memory, other idle ones make room first."""
        leaving = set(self.idle) if self.offload or not has_own_memory(self.device) else set()
        if self.offload and "vae" in names:
            leaving.add("unet")
        for name in leaving.difference(names):
            self.parts[name].put_away()
        self.bring_back(*names)


def open_base(settings: Base, device: torch.device | None = None) -> BaseModel:
    """The base model of ``settings``, frozen, in eval mode.

    Raises what `find_base`, `open_component` and `open_vae` raise, ``base.zero_snr_needs_v``, and
    ``base.no_quantize``.
    """
    began = time.perf_counter()
    location = find_base(settings.model)
    device = device or best_device()
    refuse(settings.quantize, device)
    dtype = _dtype(settings, device)
    noise_scheduler = _noise_scheduler(settings, location)
    encoders = [component for component in location.components if component != "unet"]
    with told_of(location.configs):
        tokenizers = {
            name: open_tokenizer(location.configs / name.replace("text_encoder", "tokenizer"))
            for name in encoders
        }
    parts = {
        name: Part(
            component_files(location, name),
            partial(open_component, location, name, device, dtype, settings.quantize),
        )
        for name in ("unet", *encoders)
    }
    own = Path(settings.vae)
    parts["vae"] = Part(
        vae_files(own) if settings.vae else component_files(location, "vae"),
        partial(open_vae, location, settings.vae, device),
    )
    base = BaseModel(
        location,
        parts["unet"].module,
        parts["vae"].module,
        {name: parts[name].module for name in encoders},
        tokenizers,
        noise_scheduler,
        settings.clip_skip,
        device,
        dtype,
        parts=parts,
        quantize=settings.quantize,
    )
    if settings.prediction_type == "auto" and not location.certain:
        params = {"model": location.name, "prediction_type": base.prediction_type}
        base.problems = (Problem("base.prediction_assumed", params),)
    if base.quantize != "none":
        base.notes = (_quantized(base),)
    base.open_seconds = time.perf_counter() - began
    return base


def _quantized(base: BaseModel) -> Problem:
    """What the weights that adapters change take now."""
    total = sum(map(stored_bytes, base.components.values()))
    params = {
        "kind": base.quantize,
        "bytes_per_parameter": round(bytes_per_parameter(base.unet), 2),
        "gigabytes": round(total / 1e9, 2),
    }
    return Problem("base.quantized", params)


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


def _noise_scheduler(settings: Base, location: BaseLocation) -> Any:
    """The noise schedule of the base model, with what ``settings`` say otherwise.

    Zero terminal SNR rescales it as Lin et al. 2024 ("Common Diffusion Noise Schedules and Sample
    Steps are Flawed") do, and lets drawing begin at its last step, as they found necessary.
    """
    auto = settings.prediction_type == "auto"
    prediction = location.prediction_type if auto else settings.prediction_type
    velocity = prediction == "v_prediction"
    found = location.zero_terminal_snr and velocity
    zero_snr = {"auto": found, "on": True, "off": False}[settings.zero_terminal_snr]
    if zero_snr and not velocity:
        raise StudioError("base.zero_snr_needs_v", model=location.name)
    changes = {"prediction_type": prediction, "rescale_betas_zero_snr": zero_snr}
    if zero_snr:
        changes["timestep_spacing"] = "trailing"
    config = read_config(location.configs / "scheduler" / "scheduler_config.json")
    with told_of(location.configs):
        return DDPMScheduler.from_config(config, **changes)
