"""How the view of a run says things: phases, speeds, durations, and what an error is called."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject

from studio.training.progress import ENDED, RunState
from ui.widgets.phase_strip import PhaseShown

_BEFORE = ("read_images", "open_base", "cache_latents", "cache_texts", "quicken", "dry_step")
_AFTER = ("draw_grid", "export")
_PHASES = (*_BEFORE, "train", *_AFTER)
_OPTIONAL = ("cache_texts", "quicken", "dry_step", "draw_grid")
"""Not every run has them: they are shown once they are there."""


class RunWords(QObject):
    """Values in, words out. No class derives from it: in such objects tr finds no plurals."""

    def phases(self, state: RunState) -> list[PhaseShown]:
        """The phases of the run in order; none once it has ended well."""
        if state.status in ("finished", "stopped", "interrupted"):
            return []
        now = current_phase(state)
        at = _PHASES.index(now)
        names = {
            "read_images": self.tr("Images"),
            "open_base": self.tr("Base model"),
            "cache_latents": self.tr("Encode images"),
            "cache_texts": self.tr("Encode captions"),
            "quicken": self.tr("Tune"),
            "dry_step": self.tr("Try a step"),
            "train": self.tr("Train"),
            "draw_grid": self.tr("Draw grid"),
            "export": self.tr("Export"),
        }
        shown = []
        for name in _PHASES:
            if name in _OPTIONAL and name != now and name not in state.phases_done:
                continue
            if name == now:
                kind = "failed" if state.status == "failed" else "now"
                shown.append(PhaseShown(names[name], kind, *_progress(state)))  # type: ignore[arg-type]
            else:
                over = name in state.phases_done or _PHASES.index(name) < at
                shown.append(PhaseShown(names[name], "done" if over else "later"))
        return shown

    def speed(self, state: RunState) -> str:
        """Steps a second, or seconds a step; "" while it is unknown."""
        speed = state.steps_per_second
        if speed is None:
            return ""
        if speed >= 1:
            return self.tr("{0} steps/s").format(_number(speed))
        return self.tr("{0} s/step").format(_number(1 / speed))

    def left(self, state: RunState) -> str:
        """The time until the last step; "" while it is unknown."""
        seconds = state.seconds_left
        if seconds is None or state.step >= state.total or state.status in ENDED:
            return ""
        return self.tr("{0} left").format(self.duration(seconds))

    def duration(self, seconds: float) -> str:
        """In the two largest units that matter."""
        if seconds < 100:
            return self.tr("%n second(s)", "", max(1, round(seconds)))
        minutes = round(seconds / 60)
        if minutes < 100:
            return self.tr("%n minute(s)", "", minutes)
        return self.tr("{0} h {1} min").format(*divmod(minutes, 60))

    def memory(self, size: int | None) -> str:
        """Bytes as MB or GB."""
        if size is None:
            return ""
        if size < 1e9:
            return self.tr("{0} MB").format(max(1, round(size / 1e6)))
        return self.tr("{0} GB").format(QLocale().toString(size / 1e9, "f", 1))

    def needed(self, state: RunState) -> str:
        """The most memory used, or what the dry step says is needed, planned and there."""
        dry, most = state.dry, state.peak_memory_bytes
        if dry is None or not dry.planned_memory_bytes or state.status in ENDED:
            return self.memory(most)
        need = self.memory(max(most or 0, dry.needed_memory_bytes))
        planned = self.memory(dry.planned_memory_bytes)
        if not dry.there_memory_bytes:
            return self.tr("{0} (planned: {1})").format(need, planned)
        there = self.memory(dry.there_memory_bytes)
        return self.tr("{0} (planned: {1}) of {2}").format(need, planned, there)

    def images(self, count: int) -> str:
        """How many it learns from; "" while that is unknown."""
        return self.tr("%n image(s)", "", count) if count else ""

    def warnings(self, count: int) -> str:
        """How many there were."""
        return self.tr("%n warning(s)", "", count)

    def error(self, code: str) -> str:
        """What kind of error it is, in a few words."""
        titles = {
            "train.out_of_memory": self.tr("Not enough memory"),
            "engine.out_of_memory": self.tr("Not enough memory"),
            "train.not_finite": self.tr("Learning ran away"),
            "disk": self.tr("The disk could not be written"),
            "base": self.tr("The base model cannot be used"),
            "image": self.tr("An image cannot be used"),
            "latent": self.tr("An image cannot be used"),
            "caption": self.tr("A caption cannot be used"),
            "dataset": self.tr("The images cannot be used"),
            "checkpoint": self.tr("The checkpoint cannot be used"),
            "export": self.tr("The file could not be exported"),
            "config": self.tr("A setting is refused"),
            "internal": self.tr("LoRA Studio made a mistake"),
            "engine": self.tr("The engine broke down"),
        }
        return titles.get(code) or titles.get(code.split(".")[0]) or self.tr("Training failed")


def current_phase(state: RunState) -> str:
    """The phase that the run is in."""
    return state.phase.name if state.phase else _PHASES[0]


def _progress(state: RunState) -> tuple[int, int]:
    if current_phase(state) == "train" or state.phase is None:
        return 0, 0  # its steps stand above
    return state.phase.done, state.phase.total


def _number(value: float) -> str:
    return QLocale().toString(value, "f", 1 if value < 100 else 0)
