"""Steps, time, memory and disk of a run, estimated before anything starts and without torch.

Layer shapes are read from the headers of the base model's weight files, so adapter size, memory and
arithmetic are counted, not guessed: `studio.planning.estimate`, `studio.planning.duration`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from studio.config import Settings
from studio.data.dataset import Dataset
from studio.models.family import find_base
from studio.planning.duration import expected
from studio.planning.estimate import peak
from studio.planning.sized import Sized
from studio.training.state_bytes import STATE_BYTES


@dataclass(frozen=True)
class Plan:
    """``seconds`` are those of all steps, ``whole_seconds`` those of the run.

    Both are None where the device's speed is not known before the first steps. ``memory`` has the
    bytes by what they are for, ``memory_phase`` when so many are needed.
    """

    images: int
    images_per_epoch: int
    steps: int
    epochs: float
    buckets: dict[str, int]
    optimizer: str
    trainable_parameters: int
    total_parameters: int
    memory_bytes: int
    memory_phase: str
    memory: dict[str, int]
    disk_bytes: int
    seconds: float | None
    seconds_per_step: float | None
    whole_seconds: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def plan(settings: Settings, dataset: Dataset, device: str = "cpu", name: str = "") -> Plan:
    """The plan of a run over ``dataset`` on a kind of device, as torch names it.

    ``name`` is what the device is called, by which its speed is known from earlier runs.
    """
    run = Sized.of(settings, find_base(settings.base.model), dataset, device)
    optimizer = settings.optimizer.on(device)
    most, took = peak(run), expected(run, name)
    frozen = sum(run.counts[part] for part in run.base.components)
    return Plan(
        images=run.images,
        images_per_epoch=sum(run.buckets.values()),
        steps=run.steps,
        epochs=round(run.steps / run.steps_per_epoch, 2),
        buckets={f"{w}x{h}": count for (w, h), count in sorted(run.buckets.items())},
        optimizer=optimizer,
        trainable_parameters=run.trainable,
        total_parameters=frozen + run.trainable,
        memory_bytes=most.bytes,
        memory_phase=most.phase,
        memory={part: int(size) for part, size in most.parts.items()},
        disk_bytes=_disk(run, STATE_BYTES[optimizer]),
        seconds=round(took.training, 1) if took else None,
        seconds_per_step=round(took.training / run.steps, 4) if took else None,
        whole_seconds=round(took.whole, 1) if took else None,
    )


def _disk(run: Sized, state: float) -> int:
    """Bytes of checkpoints and of the exported file."""
    save = run.settings.save
    saves = min(save.keep or 10**6, run.steps // save.every if save.every else 1)
    return int(saves * run.trainable * (4 + state + 2) + run.trainable * 2)
