"""Whether a run fits: what would help if it does not, and what its dry step said; without torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from studio.config import Settings
from studio.data.dataset import Dataset
from studio.events import DryStepDone, Event, Warned
from studio.models.family import BaseLocation, find_base
from studio.planning import rates
from studio.planning.duration import learn
from studio.planning.estimate import key, moments, peak, runtime, weights
from studio.planning.machine import Machine
from studio.planning.plan import Plan, plan
from studio.planning.sized import Sized
from studio.training.relief import Plight, Relief, next_relief

TIGHT = 0.9
"""Share of the memory that is there from which on a need is called tight."""

_WORTH = 0.99


@dataclass(frozen=True)
class Remedy:
    """A setting that could be changed, the value for it, and the bytes that a run needs then.

    Several follow one another: each counts what the ones before it saved.
    """

    setting: str
    value: Any
    need: int


@dataclass(frozen=True)
class Fit:
    """A plan beside the machine that it is for.

    ``fits`` is None where nobody knows how much memory is there. ``changed`` is what would help.
    """

    plan: Plan
    machine: Machine
    fits: bool | None
    changed: list[Remedy]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON: the plan's own, and what is known of the machine."""
        more: dict[str, Any] = {"device": self.machine.device, "there_bytes": self.machine.memory}
        more |= {"fits": self.fits, "remedies": [asdict(remedy) for remedy in self.changed]}
        return self.plan.to_dict() | more


def fit(settings: Settings, dataset: Dataset, machine: Machine) -> Fit:
    """Whether a run fits on ``machine``; raises what `plan` raises."""
    made = plan(settings, dataset, machine.device, machine.name)
    if not machine.memory:
        return Fit(made, machine, None, [])
    if made.memory_bytes <= TIGHT * machine.memory:
        return Fit(made, machine, True, [])
    run = Sized.of(settings, find_base(settings.base.model), dataset, machine.device)
    return Fit(made, machine, False, remedies(run, machine.memory))


def remedies(run: Sized, memory: int) -> list[Remedy]:
    """What to change until ``run`` fits into ``memory``, the least harmful first.

    All that there is, if nothing makes it fit; nothing that would not help.
    """
    found: list[Remedy] = []
    settings, need = run.settings, peak(run).bytes
    images = max(run.buckets.values(), default=run.settings.data.batch_size)
    plight = Plight(run.device, stepping=True, packed=True, fullest=images)
    while need > TIGHT * memory:
        relief = next_relief(settings, run.settings, plight)
        if relief is None:
            break
        settings = relief.applied(settings)
        less = peak(replace(run, settings=settings)).bytes
        if less < _WORTH * need:
            found.append(Remedy(relief.setting, _value(settings, relief), less))
            need = less
    return _last_of_each(found)


def tried(
    settings: Settings,
    base: BaseLocation,
    dataset: Dataset,
    machine: Machine,
    dry: DryStepDone,
    packed: int = 0,
) -> Iterator[Event]:
    """What a dry step tells: itself with what was expected and is there; a warning if it is tight.

    Its speed, and how many bytes of the UNet's weights are ``packed``, are kept for the next plan.
    Pictures, which come later, count as they were planned.
    """
    run = Sized.of(settings, base, dataset, machine.device)
    planned = peak(run).bytes  # as it was told before the start
    if run.device == "cpu" and settings.memory.pack_weights == "auto":
        yield from rates.remember_share(key(run, ""), packed / weights(run, "unet"))
    caching, training, drawing = (moment.bytes for moment in moments(run))
    before = max(caching, training)
    taken = dry.peak_memory_bytes + (runtime(run.device) if run.device == "cuda" else 0)
    need = int(taken + max(0, drawing - before))
    told = {"needed_memory_bytes": need, "planned_memory_bytes": planned}
    yield replace(dry, **told, there_memory_bytes=machine.memory)
    if rates.recall(key(run, machine.name)) is None:  # what begins is slower: better than nothing
        yield from learn(run, dry.seconds, dry.images, machine.name)
    if machine.memory and need > TIGHT * machine.memory:
        params = {"need": _gigabytes(need), "memory": _gigabytes(machine.memory)}
        if found := remedies(run, int(machine.memory * planned / need)):
            yield Warned(
                "memory.tight",
                {**params, "setting": found[0].setting, "value": found[0].value},
            )
        else:
            yield Warned("memory.tight_at_least", params)


def _value(settings: Settings, relief: Relief) -> Any:
    """The value of a relieved setting in its own type."""
    section, name = relief.setting.split(".")
    return getattr(getattr(settings, section), name)


def _last_of_each(found: list[Remedy]) -> list[Remedy]:
    """A setting that is lowered in several steps goes to its last value at once."""
    last = {remedy.setting: remedy for remedy in found}
    return list(last.values())


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
