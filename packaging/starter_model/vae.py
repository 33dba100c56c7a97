"""Stage `vae`: a small f4 autoencoder, trained from scratch, then whitened.

Lessons kept from the first experiment: one normalisation group (several hide absolute colour in a
net this narrow), f4 rather than f8, second convolutions start at zero, a weak KL. New here: Muon
(18.0 dB against AdamW's 13.8 after 70 s on generic pictures), and half-size latents must decode
to half-size pictures (scale equivariance, Skorokhodov et al. 2025, arXiv 2502.14831), which
leaves the latents smooth for the UNet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pictures
import torch
import torch.nn.functional as F
from common import (
    Clock,
    Ema,
    Muon,
    load_checkpoint,
    log,
    save_atomically,
    schedule,
    split_parameters,
)
from diffusers import AutoencoderKL
from torch import Tensor

BATCH = 8
CROP = 64
LEARNING_RATE = 3e-3
CONFIG: dict[str, Any] = {
    "in_channels": 3,
    "out_channels": 3,
    "latent_channels": 4,
    "block_out_channels": (16, 32, 48),
    "down_block_types": ("DownEncoderBlock2D",) * 3,
    "up_block_types": ("UpDecoderBlock2D",) * 3,
    "layers_per_block": 1,
    "norm_num_groups": 1,
    "mid_block_add_attention": False,
    "sample_size": 128,
    "scaling_factor": 1.0,
}


def new_vae() -> AutoencoderKL:
    """A VAE whose residual branches start silent and whose latents start nearly noiseless."""
    vae = AutoencoderKL(**CONFIG)
    for name, p in vae.named_parameters():
        if ".conv2." in name:
            torch.nn.init.zeros_(p)
    with torch.no_grad():
        bias = vae.quant_conv.bias
        bias[4:] = -6.0
        vae.quant_conv.weight[4:] *= 0.1
    return vae


class Pool:
    """Random crops and half-size whole pictures, generic ones and the scenes drawn so far."""

    def __init__(self, work: Path, seed: int) -> None:
        self.work = work
        self.generic = np.load(work / "generic.npy", mmap_mode="r")[:-64]
        self.scenes: list[np.ndarray] = []
        self.rng = np.random.default_rng(seed)

    def refresh(self) -> None:
        """Take in the scene shards that were drawn meanwhile."""
        paths = pictures.shards(self.work / "scenes")[:16]
        self.scenes = [np.load(path, mmap_mode="r") for path in paths]

    def batch(self, count: int, generic_share: float) -> Tensor:
        """Pictures of CROP pixels in [-1, 1]."""
        chosen = []
        for _ in range(count):
            if not self.scenes or self.rng.random() < generic_share:
                source = self.generic
            else:
                source = self.scenes[self.rng.integers(len(self.scenes))]
            picture = source[self.rng.integers(len(source))]
            if self.rng.random() < 0.5:
                y, x = self.rng.integers(0, picture.shape[0] - CROP + 1, 2)
                crop = picture[y : y + CROP, x : x + CROP].astype(np.float32)
            else:
                crop = picture.reshape(CROP, 2, CROP, 2, 3).mean((1, 3), dtype=np.float32)
            if self.rng.random() < 0.5:
                crop = crop[:, ::-1]
            if source is not self.generic and self.rng.random() < 0.15:
                crop = crop[..., self.rng.permutation(3)]
            chosen.append(torch.from_numpy(np.ascontiguousarray(crop)))
        return torch.stack(chosen).permute(0, 3, 1, 2).div(127.5).sub(1.0).contiguous()


def picture_loss(drawn: Tensor, wanted: Tensor) -> Tensor:
    """L1, mean square, and L1 of the gradients, which keeps lines sharp."""
    error = drawn.float() - wanted
    dx = (error[..., 1:] - error[..., :-1]).abs().mean()
    dy = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return error.abs().mean() + 0.5 * error.square().mean() + 0.5 * (dx + dy)


def loss_of(vae: AutoencoderKL, x: Tensor) -> Tensor:
    """Reconstruction, scale equivariance and the weak KL."""
    posterior = vae.encode(x).latent_dist
    z = posterior.sample()
    loss = picture_loss(vae.decode(z).sample, x)
    half = vae.decode(F.avg_pool2d(z, 2)).sample
    loss = loss + 0.25 * (half.float() - F.avg_pool2d(x, 2)).abs().mean()
    return loss + 1e-5 * posterior.kl().mean()


@torch.no_grad()
def psnr(vae: AutoencoderKL, array: np.ndarray) -> float:
    """Mean peak signal-to-noise ratio of the round trip, in dB, over uint8 pictures."""
    values = []
    for part in np.array_split(array, max(1, len(array) // 16)):
        x = torch.from_numpy(part.astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1.0
        back = vae.decode(vae.encode(x).latent_dist.mode()).sample.clamp(-1, 1)
        mse = ((back - x) / 2).square().mean((1, 2, 3)).clamp_min(1e-8)
        values += (-10 * mse.log10()).tolist()
    return float(np.mean(values))


@torch.no_grad()
def whiten(vae: AutoencoderKL, array: np.ndarray, least: float) -> dict[str, list[float]]:
    """Give our scenes' latents unit variance and no correlation, folded into the 1x1 convolutions.

    Eigenvalues are clamped from below: a direction that carries nothing must not be blown up to
    noise.
    """
    means = []
    for part in np.array_split(array, max(1, len(array) // 16)):
        x = torch.from_numpy(part.astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1.0
        means.append(vae.encode(x).latent_dist.mode().permute(0, 2, 3, 1).flatten(0, 2))
    z = torch.cat(means).double()
    mean = z.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov(z.T))
    scale = values.clamp_min(float(values.max()) * least).rsqrt()
    forward, backward = torch.diag(scale) @ vectors.T, vectors @ torch.diag(1 / scale)
    q, p = vae.quant_conv, vae.post_quant_conv
    channels = len(mean)
    weight, bias = q.weight[:channels, :, 0, 0].double(), q.bias[:channels].double()
    q.weight[:channels, :, 0, 0] = (forward @ weight).float()
    q.bias[:channels] = (forward @ (bias - mean)).float()
    q.weight[channels:] = 0.0
    q.bias[channels:] = -8.0  # the posterior's own noise served its purpose
    weight = p.weight[:, :, 0, 0].double()
    p.bias.copy_((p.bias.double() + weight @ mean).float())
    p.weight[:, :, 0, 0] = (weight @ backward).float()
    return {"eigenvalues": values.tolist(), "scales": scale.tolist()}


def train(work: Path, minutes: float, generic_share: float = 0.4, seed: int = 1) -> None:
    """Train for the budget, then whiten; the result is `vae.pt` in the work folder."""
    if (work / "vae.pt").exists():
        return
    torch.manual_seed(seed)
    vae = new_vae()
    ends = ("encoder.conv_in", "decoder.conv_out", "quant_conv", "post_quant_conv")
    matrices, others = split_parameters(vae, ends)
    muon = Muon([{"params": matrices}], lr=LEARNING_RATE, decay=0.0)
    adam = torch.optim.AdamW(others, lr=LEARNING_RATE, betas=(0.9, 0.99), weight_decay=0.0)
    ema = Ema([vae], 0.998)
    state = load_checkpoint(work / "vae_training.pt")
    step, already = 0, 0.0
    if state:
        vae.load_state_dict(state["vae"])
        ema.load_state_dict(state["ema"])
        muon.load_state_dict(state["muon"])
        adam.load_state_dict(state["adam"])
        step, already = state["step"], state["seconds"]
    clock = Clock(minutes, already)
    pool = Pool(work, seed + step)
    pool.refresh()
    running = 0.0
    while not clock.over:
        rate = LEARNING_RATE * schedule(clock.progress)
        for group in muon.param_groups + adam.param_groups:
            group["lr"] = rate
        x = pool.batch(BATCH, generic_share)
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(vae, x)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        muon.step()
        adam.step()
        vae.zero_grad()
        ema.update()
        step += 1
        running += 0.02 * (loss.item() - running)
        if clock.due_to_log():
            pool.refresh()
            log(work, f"vae: step {step}, {clock.trained:.0f} s, loss {running:.4f}")
        if clock.due_to_save():
            save_atomically(work / "vae_training.pt", {
                "vae": vae.state_dict(), "ema": ema.state_dict(), "muon": muon.state_dict(),
                "adam": adam.state_dict(), "step": step, "seconds": clock.trained,
            })  # fmt: skip
    ema.swap()
    finish(work, vae)


def finish(work: Path, vae: AutoencoderKL) -> None:
    """Measure, whiten, measure again (the whitening must cost nothing), save."""
    tests = {"generic": np.load(work / "generic.npy", mmap_mode="r")[-64:]}
    held_out = pictures.shards(work / "held_out")
    if held_out:
        tests["scenes"] = np.load(held_out[0], mmap_mode="r")[:128]
    before = {name: psnr(vae, array) for name, array in tests.items()}
    facts = whiten(vae, tests.get("scenes", tests["generic"]), least=0.02)
    after = {name: psnr(vae, array) for name, array in tests.items()}
    log(work, f"vae: PSNR {before}, whitened {after}, {facts}")
    save_atomically(work / "vae.pt", {"vae": vae.state_dict(), "psnr": after, **facts})


def load(work: Path) -> AutoencoderKL:
    """The finished VAE."""
    vae = AutoencoderKL(**CONFIG)
    state = load_checkpoint(work / "vae.pt")
    if state is None:
        raise SystemExit("The VAE is not trained yet: run the stage 'vae' first.")
    vae.load_state_dict(state["vae"])
    return vae.eval()
