"""The training mathematics against values worked out by hand."""

from __future__ import annotations

import pytest
import torch
from diffusers import DDPMScheduler

from studio.training import noise


def scheduler(prediction_type: str, **options: object) -> DDPMScheduler:
    return DDPMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type=prediction_type,
        **options,
    )


def snr(ddpm: DDPMScheduler, step: int) -> float:
    alpha = float(ddpm.alphas_cumprod[step])
    return alpha / (1 - alpha)


@pytest.mark.parametrize("step", [0, 250, 500, 999])
def test_min_snr_weights_follow_the_paper(step: int) -> None:
    timesteps = torch.tensor([step])
    epsilon, velocity = scheduler("epsilon"), scheduler("v_prediction")
    value = snr(epsilon, step)
    assert noise.min_snr_weights(epsilon, timesteps, 5.0).item() == pytest.approx(
        min(value, 5.0) / value, rel=1e-4
    )
    assert noise.min_snr_weights(velocity, timesteps, 5.0).item() == pytest.approx(
        min(value, 5.0) / (value + 1), rel=1e-4
    )


def test_gamma_zero_switches_weighting_off() -> None:
    weights = noise.min_snr_weights(scheduler("epsilon"), torch.tensor([0, 999]), 0.0)
    assert weights.tolist() == [1.0, 1.0]


def test_zero_terminal_snr_gives_finite_weights() -> None:
    for kind in ("epsilon", "v_prediction"):
        ddpm = scheduler(kind, rescale_betas_zero_snr=True)
        weights = noise.min_snr_weights(ddpm, torch.tensor([0, 999]), 5.0)
        assert weights.isfinite().all()


def test_velocity_target_recovers_the_latents() -> None:
    ddpm = scheduler("v_prediction")
    latents, unit = torch.randn(2, 4, 8, 8), torch.randn(2, 4, 8, 8)
    steps = torch.tensor([100, 800])
    noisy = ddpm.add_noise(latents, unit, steps)
    velocity = noise.target(ddpm, latents, unit, steps)
    alpha = ddpm.alphas_cumprod[steps].view(-1, 1, 1, 1)
    torch.testing.assert_close(alpha.sqrt() * noisy - (1 - alpha).sqrt() * velocity, latents)


def test_epsilon_target_is_the_noise() -> None:
    unit = torch.randn(1, 4, 8, 8)
    assert noise.target(scheduler("epsilon"), torch.zeros(1), unit, torch.tensor([5])) is unit


def test_a_draw_does_not_depend_on_its_batch() -> None:
    both = noise.draw([11, 22], (4, 8, 8), 0.1, 1000)
    alone = noise.draw([22], (4, 8, 8), 0.1, 1000)
    assert torch.equal(both.noise[1], alone.noise[0])
    assert torch.equal(both.timesteps[1:], alone.timesteps)
    assert not torch.equal(both.noise[0], both.noise[1])


def test_noise_offset_shifts_whole_channels() -> None:
    plain, shifted = (noise.draw([5], (4, 64, 64), offset, 1000).noise for offset in (0.0, 0.5))
    difference = (shifted - plain).flatten(2)
    assert difference.std(dim=2).max() < 1e-5
    assert difference.mean(dim=2).abs().min() > 1e-3


@pytest.mark.parametrize(("kind", "expected"), [("l2", 4.0), ("l1", 2.0), ("huber", 0.195)])
def test_losses_of_a_constant_difference(kind: str, expected: float) -> None:
    losses = noise.image_losses(torch.full((2, 1, 3, 3), 2.0), torch.zeros(2, 1, 3, 3), kind)
    assert losses.tolist() == pytest.approx([expected, expected])
