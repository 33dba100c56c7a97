"""Stages `unet64` and `unet128`: the denoiser, first on half-size pictures, then on whole ones.

v-prediction on Stable Diffusion's noise schedule. Noise levels are drawn by log-SNR (a normal,
plus a share of uniform timesteps), stratified over the batch. The text encoder learns along at a
lower rate. Hidden matrices are trained by Muon, everything else by AdamW; the averaged weights
are the result.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import text
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
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from latents import LatentPool
from torch import Tensor
from transformers import CLIPTextModel

CONFIG: dict[str, Any] = {
    "sample_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "block_out_channels": (48, 96, 128),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "layers_per_block": 1,
    "attention_head_dim": (2, 3, 4),  # in this class: the NUMBER of heads
    "cross_attention_dim": text.WIDTH,
    "norm_num_groups": 16,
}
SCHEDULER: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
}
CAPTION_DROPOUT = 0.10
UNIFORM_SHARE = 0.15
TEXT_RATE = 0.3
ENDS = ("conv_in", "conv_out", "embeddings")


def new_unet() -> UNet2DConditionModel:
    """An untrained UNet; its output starts at zero."""
    unet = UNet2DConditionModel(**CONFIG)
    torch.nn.init.zeros_(unet.conv_out.weight)
    return unet


class Noise:
    """The forward process: picks timesteps, mixes noise in, and says what v is."""

    def __init__(self, mean: float, spread: float) -> None:
        alphas = DDPMScheduler(**SCHEDULER).alphas_cumprod
        self.signal, self.noise = alphas.sqrt(), (1 - alphas).sqrt()
        self.falling = -(alphas / (1 - alphas)).log()  # rises with t, as searchsorted wants
        self.mean, self.spread = mean, spread

    def timesteps(self, count: int) -> Tensor:
        """Stratified timesteps: a normal over log-SNR, and a share of uniform ones."""
        even = (torch.arange(count) + torch.rand(count)) / count
        log_snr = self.mean + self.spread * torch.special.ndtri(even.clamp(1e-4, 1 - 1e-4))
        t = torch.searchsorted(self.falling, -log_snr).clamp(0, 999)
        uniform = torch.randint(0, 1000, (count,))
        return torch.where(torch.rand(count) < UNIFORM_SHARE, uniform, t)

    def mix(self, z: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Noisy latents, and the velocity to predict (Salimans and Ho 2022, arXiv 2202.00512)."""
        noise = torch.randn_like(z)
        a, s = self.signal[t].view(-1, 1, 1, 1), self.noise[t].view(-1, 1, 1, 1)
        return a * z + s * noise, a * noise - s * z


class Training:
    """Models, optimizers, averages and counters of one UNet stage, resumable at any moment."""

    def __init__(self, work: Path, name: str, rate: float, decay: float, start: str | None) -> None:
        self.path = work / f"{name}_training.pt"
        self.rate = rate
        self.tokenizer, self.encoder = text.load(work)
        self.unet = new_unet()
        if start:
            before = load_checkpoint(work / f"{start}.pt")
            if before is None:
                raise SystemExit(f"The stage '{start}' must be finished first.")
            self.unet.load_state_dict(before["unet"])
            self.encoder.load_state_dict(before["text"])
        self.unet.set_attn_processor(AttnProcessor())  # on CPUs SDPA's backward is 26 % slower
        self.unet.train()
        self.encoder.train()
        matrices, others = split_parameters(self.unet, ENDS)
        text_matrices, text_others = split_parameters(self.encoder, ENDS)
        self.muon = Muon([{"params": matrices}, {"params": text_matrices}], lr=rate)
        groups = [{"params": others}, {"params": text_others}]
        self.adam = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.99), weight_decay=0.0)
        self.ema = Ema([self.unet, self.encoder], decay)
        self.step, self.seconds = 0, 0.0
        state = load_checkpoint(self.path)
        if state:
            self.restore(state)

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a checkpoint."""
        self.unet.load_state_dict(state["unet"])
        self.encoder.load_state_dict(state["text"])
        self.ema.load_state_dict(state["ema"])
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.step, self.seconds = state["step"], state["seconds"]

    def save(self, seconds: float) -> None:
        """Write the checkpoint."""
        save_atomically(self.path, {
            "unet": self.unet.state_dict(), "text": self.encoder.state_dict(),
            "ema": self.ema.state_dict(), "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(), "step": self.step, "seconds": seconds,
        })  # fmt: skip

    def set_rate(self, factor: float) -> None:
        """The learning rate of this moment."""
        for optimizer in (self.muon, self.adam):
            for group, share in zip(optimizer.param_groups, (1.0, TEXT_RATE), strict=True):
                group["lr"] = self.rate * share * factor

    def update(self, noise: Noise, z: Tensor, ids: Tensor, empty: Tensor) -> float:
        """One training step; returns its loss."""
        dropped = torch.rand(len(ids)) < CAPTION_DROPOUT
        ids = torch.where(dropped[:, None], empty, ids)
        t = noise.timesteps(len(z))
        noisy, velocity = noise.mix(z, t)
        with torch.autocast("cpu", torch.bfloat16):
            context = self.encoder(ids).last_hidden_state
            guess = self.unet(noisy, t, context).sample
        loss = F.mse_loss(guess.float(), velocity)
        loss.backward()
        everything = [*self.unet.parameters(), *self.encoder.parameters()]
        torch.nn.utils.clip_grad_norm_(everything, 1.0)
        self.muon.step()
        self.adam.step()
        for p in everything:
            p.grad = None
        self.ema.update()
        self.step += 1
        return loss.item()


def train(
    work: Path,
    name: str,
    size: int,
    minutes: float,
    batch: int,
    rate: float,
    start: str | None = None,
    decay: float = 0.999,
    log_snr: tuple[float, float] = (0.0, 2.0),
    seed: int = 3,
) -> None:
    """One stage; the averaged weights are left in `<name>.pt`."""
    if (work / f"{name}.pt").exists():
        return
    torch.manual_seed(seed)
    training = Training(work, name, rate, decay, start)
    torch.manual_seed(seed * 1_000_003 + training.step)
    pool = LatentPool(work, size)
    empty = text.tokenise(training.tokenizer, [""])
    noise = Noise(*log_snr)
    clock = Clock(minutes, training.seconds)
    count, running = pool.refresh(), 0.0
    log(work, f"{name}: {count} pictures, from step {training.step}")
    while not clock.over:
        training.set_rate(schedule(clock.progress))
        loss = training.update(noise, *pool.batch(batch), empty)
        running = loss if running == 0.0 else running + 0.01 * (loss - running)
        if clock.due_to_log(30.0):
            count = pool.refresh()
            seen = f"{training.step} steps of {batch}, {count} pictures"
            log(work, f"{name}: {clock.trained:.0f} s, {seen}, loss {running:.4f}")
        if clock.due_to_save():
            training.save(clock.trained)
    training.save(clock.trained)
    training.ema.swap()
    save_atomically(work / f"{name}.pt", {
        "unet": training.unet.state_dict(), "text": training.encoder.state_dict(),
        "step": training.step,
    })  # fmt: skip
    log(work, f"{name}: finished after {training.step} steps")


def load(work: Path, name: str) -> tuple[UNet2DConditionModel, CLIPTextModel]:
    """Averaged UNet and text encoder of a stage, finished or not."""
    _, encoder = text.load(work)
    unet = new_unet()
    finished = load_checkpoint(work / f"{name}.pt")
    if finished:
        unet.load_state_dict(finished["unet"])
        encoder.load_state_dict(finished["text"])
        return unet.eval(), encoder.eval()
    state = load_checkpoint(work / f"{name}_training.pt")
    if state is None:
        raise SystemExit(f"The stage '{name}' has not begun.")
    ema = Ema([unet, encoder], 0.0)
    ema.load_state_dict(state["ema"])
    ema.swap()
    return unet.eval(), encoder.eval()
