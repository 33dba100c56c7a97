"""The mathematics of one training example: noise, timestep, target, weight, loss.

``scheduler`` is diffusers' DDPMScheduler, which holds the cumulative alphas of the noise schedule;
tensors are (B, C, h, w), timesteps (B,) int64. Everything random comes from the seeds handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.training_utils import compute_snr
from torch import Tensor


@dataclass(frozen=True)
class Draw:
    """The random part of a batch: unit noises (B, C, h, w) and timesteps (B,)."""

    latent_noise: Tensor
    noise: Tensor
    timesteps: Tensor


def draw(seeds: Sequence[int], shape: Sequence[int], offset: float, timesteps: int) -> Draw:
    """One draw per seed, on the CPU, so that neither the batch's make-up nor the device matters.

    ``shape`` is one latent's (C, h, w), ``timesteps`` the length of the noise schedule; ``offset``
    shifts the noise's mean per channel (Guttenberg 2023, "Diffusion with offset noise").
    """
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    latent_noise = torch.stack([torch.randn(*shape, generator=g) for g in generators])
    noise = torch.stack([torch.randn(*shape, generator=g) for g in generators])
    if offset:
        shift = torch.stack([torch.randn(shape[0], 1, 1, generator=g) for g in generators])
        noise = noise + offset * shift
    steps = torch.cat([torch.randint(0, timesteps, (1,), generator=g) for g in generators])
    return Draw(latent_noise, noise, steps)


def target(scheduler: Any, latents: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
    """What the UNet should predict: noise (Ho et al. 2020) or v (Salimans & Ho 2022, eq. 10)."""
    if scheduler.config.prediction_type == "v_prediction":
        velocity: Tensor = scheduler.get_velocity(latents, noise, timesteps)
        return velocity
    return noise


def min_snr_weights(scheduler: Any, timesteps: Tensor, gamma: float) -> Tensor:
    """Min-SNR-gamma weights (B,), Hang et al. 2023, section 3.4; ``gamma`` 0 gives ones.

    min(SNR, gamma) is divided by SNR for a noise target and by SNR + 1 for v. At zero terminal SNR
    the noise form is 0/0; its limit, 1, is used.
    """
    if gamma == 0:
        return torch.ones(len(timesteps), device=timesteps.device)
    snr = compute_snr(scheduler, timesteps)
    if scheduler.config.prediction_type == "v_prediction":
        weights: Tensor = snr.clamp(max=gamma) / (snr + 1)
        return weights
    return torch.where(snr > 0, snr.clamp(max=gamma) / snr.clamp(min=1e-12), 1.0)


def image_losses(predicted: Tensor, wanted: Tensor, kind: str) -> Tensor:
    """Mean distance per image (B,), in float32: "l2", "l1" or "huber" (delta 0.1)."""
    predicted, wanted = predicted.float(), wanted.float()
    if kind == "l1":
        distance = (predicted - wanted).abs()
    elif kind == "huber":
        distance = F.huber_loss(predicted, wanted, reduction="none", delta=0.1)
    else:
        distance = F.mse_loss(predicted, wanted, reduction="none")
    return distance.flatten(1).mean(1)
