"""What happens while the engine works, as frozen records.

Those of a run are the lines of its ``events.jsonl``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """Base of all events. ``to_json`` and ``event_from_json`` are inverse to each other."""

    def to_json(self) -> str:
        """One line of JSON: the class name under ``event``, then the fields."""
        return json.dumps({"event": type(self).__name__, **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True)
class Phase(Event):
    """The run entered, or moved on in, a phase: ``open_base``, ``cache_latents``, ``train`` ...

    ``done`` of ``total`` units are finished; ``total`` 0 means that the length is unknown.
    """

    name: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Started(Event):
    """The run folder stands and training begins, or goes on after ``step`` of ``total`` steps.

    ``open_seconds`` is how long the base model took to open.
    """

    run: str
    step: int
    total: int
    images: int
    base: str
    device: str
    optimizer: str
    trainable_parameters: int
    total_parameters: int
    open_seconds: float = 0.0


@dataclass(frozen=True)
class StepDone(Event):
    """One optimizer step. ``seconds`` is its duration; ``loss`` the mean over its images."""

    step: int
    total: int
    epoch: int
    loss: float
    unet_lr: float
    text_encoder_lr: float
    grad_norm: float
    seconds: float
    text_encoder_lr_2: float = 0.0


@dataclass(frozen=True)
class SampleSaved(Event):
    """A preview was written to ``path``, relative to the run folder."""

    step: int
    path: str
    prompt: str
    seed: int
    strength: float


@dataclass(frozen=True)
class CheckpointSaved(Event):
    """A complete checkpoint lies in ``path``, relative to the run folder.

    One that was asked for is ``kept`` when later ones make older ones go.
    """

    step: int
    path: str
    kept: bool = False


@dataclass(frozen=True)
class DryStepDone(Event):
    """A step was tried on ``images`` images of the largest bucket, and changed nothing.

    ``peak_memory_bytes`` is the most that was in use so far: of the GPU where one trains. With what
    comes later the run needs about ``needed_memory_bytes``, planned were ``planned_memory_bytes``,
    and the device has ``there_memory_bytes``; 0 where nobody said.
    """

    width: int
    height: int
    images: int
    seconds: float
    peak_memory_bytes: int
    needed_memory_bytes: int = 0
    planned_memory_bytes: int = 0
    there_memory_bytes: int = 0


@dataclass(frozen=True)
class PictureDrawn(Event):
    """The cell numbered ``cell`` of a `studio.jobs.Draw` lies in the file ``path``.

    A ``draft`` was drawn with few steps; the full one follows.
    """

    cell: int
    path: str
    draft: bool
    seconds: float


@dataclass(frozen=True)
class SheetSaved(Event):
    """The labelled sheet of all cells lies in the file ``path``."""

    path: str


@dataclass(frozen=True)
class CheckPassed(Event):
    """The file that is being exported passed the check ``name``; ``detail`` has its figures."""

    name: str
    detail: str = ""


@dataclass(frozen=True)
class Downloaded(Event):
    """The base model ``model`` of the hub lies in the folder ``path``, ready to be trained on."""

    model: str
    path: str


@dataclass(frozen=True)
class Exported(Event):
    """The checked LoRA file lies in ``path``; ``files`` are all that were written, copies too."""

    path: str
    size: int
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Noted(Event):
    """Something worth knowing that asks for nothing; words as for `Warned`."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Warned(Event):
    """Something the artist should know; training goes on. Words: `studio.messages`."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paused(Event):
    """The run holds after ``step`` with the model hot; it still serves samples."""

    step: int


@dataclass(frozen=True)
class Failed(Event):
    """The run ended with an error; what was saved before is kept. Last event of a run."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finished(Event):
    """The run ended as asked: after its last step, or ``stopped`` early. Last event of a run.

    ``lora`` is the exported adapter, relative to the folder ``run``; it is empty if the run was
    left to be resumed later. ``report`` is the content of ``report.json``.
    """

    run: str
    step: int
    stopped: bool
    lora: str
    report: dict[str, Any] = field(default_factory=dict)


_EVENTS = {kind.__name__: kind for kind in Event.__subclasses__()}


def event_from_json(line: str) -> Event:
    """The event that ``to_json`` wrote as ``line``."""
    record = json.loads(line)
    return _EVENTS[record.pop("event")](**record)
