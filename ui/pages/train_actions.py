"""What can be done about a run that failed, and how a run goes on from what another one learned."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from studio.config import Settings
from studio.errors import StudioError
from studio.events import Failed
from studio.presets.intents import rhythm
from studio.presets.own import read_settings_file
from studio.runs import RunFolder
from ui.models.draft import RunDraft
from ui.pages.train_sliders import set_steps

_SMALLER = (768, 640, 512, 384, 256, 128)
"""Training sizes to go down to, in pixels."""

_STEPS, _LEAST = 1000, 10


@dataclass(frozen=True)
class Fix:
    """A button of the error card: a run with ``settings``, or the ``resumed`` one again.

    ``changes`` are what the fix changes, for the draft of the next run; with neither settings nor
    resuming the setup is shown.
    """

    text: str
    settings: Settings | None = None
    resumed: bool = False
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)


class Fixes(QObject):
    """Finds the remedies for a failure."""

    def of(self, failed: Failed, run: RunFolder | None, settings: Settings) -> list[Fix]:
        """What to offer, the best first; ``run`` is None if it never got a folder."""
        change = Fix(self.tr("Change settings"))
        again = Fix(self.tr("Try again"), settings)
        resume = self._resume(run)
        if failed.code == "train.out_of_memory":
            return [*self._smaller(settings), change]
        if failed.code == "train.not_finite":
            return [*self._gentler(run, settings), change]
        if failed.code == "disk.full":
            return [Fix(self.tr("Try again"), resumed=True) if resume else again]
        if failed.code == "engine.died":
            return [resume or again, change]
        return [change, *([resume] if resume else [])]

    def _resume(self, run: RunFolder | None) -> Fix | None:
        steps = run.checkpoint_steps() if run else []
        if not steps:
            return None
        return Fix(self.tr("Resume from step {0}").format(steps[-1]), resumed=True)

    def _smaller(self, settings: Settings) -> list[Fix]:
        """Ways to need less memory, those that change least first."""
        fixes = []
        data, schedule = settings.data, settings.schedule
        if not settings.memory.gradient_checkpointing:
            text = self.tr("Turn on memory saving and retry")
            fixes.append(_changed(text, settings, memory={"gradient_checkpointing": True}))
        if data.batch_size > 1:
            images = data.batch_size * schedule.gradient_accumulation
            text = self.tr("One image at a time and retry")
            parts = {"data": {"batch_size": 1}, "schedule": {"gradient_accumulation": images}}
            fixes.append(_changed(text, settings, **parts))
        for pixels in _SMALLER:
            if pixels < data.resolution and pixels % data.bucket_step == 0:
                text = self.tr("Use {0} px and retry").format(pixels)
                fixes.append(_changed(text, settings, data={"resolution": pixels}))
                break
        return fixes

    def _gentler(self, run: RunFolder | None, settings: Settings) -> list[Fix]:
        """Half the learning rate, from the last checkpoint or from the start."""
        rates = {
            "unet_lr": settings.optimizer.unet_lr / 2,
            "text_encoder_lr": settings.optimizer.text_encoder_lr / 2,
        }
        text = self.tr("Halve the learning rate and start again")
        anew = _changed(text, settings, optimizer=rates)
        steps = run.checkpoint_steps() if run else []
        total = settings.schedule.steps
        if run is None or not steps or not steps[-1] or total is None or steps[-1] >= total:
            return [anew]
        file = run.checkpoint(steps[-1]) / "lora.safetensors"
        text = self.tr("Halve the learning rate and go on from step {0}").format(steps[-1])
        further = continued(settings, file, total - steps[-1])
        return [_changed(text, further, optimizer=rates), anew]


def go_on_from(draft: RunDraft, run: RunFolder) -> str:
    """Sets the draft up to go on from what ``run`` exported, for a third of its steps.

    Returns the file's name; raises ``run.not_a_run`` and ``export.nothing``.
    """
    settings = run.settings()
    file = run.path / f"{settings.run.name}.safetensors"
    if not file.exists():
        raise StudioError("export.nothing", adapter=file.name)
    imported = read_settings_file(run.settings_file)
    draft.apply_tables(imported.preset.tables)
    draft.set("network", "init_from", str(file))
    steps = (run.report() or {}).get("steps") or settings.schedule.steps or _STEPS
    set_steps(draft, max(_LEAST, steps // 3))
    return file.name


def continued(settings: Settings, adapter: Path, steps: int) -> Settings:
    """``settings`` of a run that goes on from an adapter file for ``steps`` more steps."""
    wanted = rhythm(steps)
    every = wanted["preview"]["every"] if settings.preview.every else 0
    return with_changes(
        settings,
        {
            "network": {"init_from": str(adapter)},
            "schedule": {"steps": steps, "epochs": None, **wanted["schedule"]},
            "preview": {"every": every},
            "save": wanted["save"],
        },
    )


def with_changes(settings: Settings, changes: dict[str, dict[str, Any]]) -> Settings:
    """``settings`` with some of them changed."""
    sections = {
        section: getattr(settings, section).model_copy(update=table)
        for section, table in changes.items()
    }
    return settings.model_copy(update=sections)


def _changed(text: str, settings: Settings, **changes: dict[str, Any]) -> Fix:
    return Fix(text, with_changes(settings, changes), changes=changes)
