"""How long a run takes, phase by phase; without torch.

Arithmetic is counted; how fast this machine is it knows from earlier runs (`studio.planning.rates`)
or takes from measurements elsewhere. `tests/benchmarks/fit.py` compares it all with real runs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from studio.events import Noted
from studio.planning import rates
from studio.planning.arithmetic import of_encoder, of_step, of_unet, of_vae
from studio.planning.estimate import key, weights
from studio.planning.sized import Sized

CPU_RATES = {"fp32": 95e9, "bf16": 230e9, "fp16": 30e9}
"""Operations a second that one core reaches, if this machine never told: measured on servers."""
_ADAPTED = {"cpu": 340e-6, "cuda": 60e-6, "mps": 200e-6}
"""Seconds that a layer with adapter takes beside its arithmetic, forward and back; CPU measured."""
_FROZEN = {"cpu": 86e-6, "cuda": 30e-6, "mps": 60e-6}
"""The same of any layer; without gradients a third of it."""
_START = 4.0  # seconds until torch and the libraries are imported
_OPEN = 1.5e9  # bytes of weights a second
_CACHED = 0.01  # seconds to read and write what is kept of an image
_EXPORT = 1.0  # seconds to write the file and check it


@dataclass(frozen=True)
class Duration:
    """Seconds of each phase; those of ``training`` are for all steps."""

    opening: float
    caching: float
    training: float
    previews: float

    @property
    def whole(self) -> float:
        """From the start to the exported file."""
        return self.opening + self.caching + self.training + self.previews


def expected(run: Sized, name: str = "") -> Duration | None:
    """How long ``run`` takes on the device called ``name``; None if nobody knows its speed."""
    rate = rates.recall(key(run, name)) or _usual(run)
    if rate is None:
        return None
    step = _overhead(run) + of_step(run) / rate
    vae = _usual_vae(run, rate)
    encode, _ = of_vae(run.base.config("vae"), *_square(run))
    views = run.images * (1 + run.settings.data.flip)
    texts = 0.0
    if run.trained == ("unet",):
        encoders = (part for part in run.layers if part != "unet")
        words = sum(of_encoder(run.layers[part], run.tokens) for part in encoders)
        texts = run.images * (words / rate + _CACHED)
    size = sum(weights(run, part) for part in run.counts)
    return Duration(
        opening=_START + size / _OPEN + 2 * step,  # a dry step, with all kernels chosen
        caching=views * (encode / vae + _CACHED) + texts,
        training=run.steps * step,
        previews=_pictures(run) * _picture(run, rate, vae) + _EXPORT,
    )


def learn(run: Sized, seconds: float, images: int, name: str = "") -> list[Noted]:
    """Keeps the speed of a step with ``images`` that took ``seconds``; returns what to tell."""
    data, schedule = run.settings.data, run.settings.schedule
    share = images / (data.batch_size * schedule.gradient_accumulation)
    spent = max(seconds - _overhead(run), 0.2 * seconds)
    return rates.remember(key(run, name), of_step(run) * share, spent)


def _usual(run: Sized) -> float | None:
    if run.device != "cpu":
        return None
    return CPU_RATES[run.dtype] * (os.cpu_count() or 1)


def _usual_vae(run: Sized, rate: float) -> float:
    """The VAE computes in float32, whatever the rest does."""
    return CPU_RATES["fp32"] * (os.cpu_count() or 1) if run.device == "cpu" else rate / 2


def _overhead(run: Sized) -> float:
    """Seconds of a step that do not depend on sizes."""
    adapted = sum(len(run.adapted(part)) for part in run.trained)
    layers = sum(len(run.layers[part]) for part in run.trained)
    one = adapted * _ADAPTED.get(run.device, 0.0) + layers * _FROZEN.get(run.device, 0.0)
    again = 1.4 if run.settings.memory.gradient_checkpointing else 1.0
    return one * again * run.settings.schedule.gradient_accumulation


def _pictures(run: Sized) -> int:
    """Previews before, during and after, and the grid of strengths."""
    preview = run.settings.preview
    if not preview.every:
        return 0
    drawn = run.steps // preview.every + (run.steps % preview.every > 0)
    return len(preview.prompts) * (1 + len(preview.strengths) * drawn + 4)


def _picture(run: Sized, rate: float, vae: float) -> float:
    """Seconds for one picture."""
    preview, size = run.settings.preview, run.preview_size
    unet = of_unet(run.layers["unet"], run.base.config("unet"), run.latent(size), run.tokens)
    passes = preview.steps * (2 if preview.guidance > 1 else 1)
    _, decode = of_vae(run.base.config("vae"), *size)
    return preview.steps * _overhead(run) / 3 + passes * unet.forward / rate + decode / vae


def _square(run: Sized) -> tuple[int, int]:
    return run.settings.data.resolution, run.settings.data.resolution
