"""The three sliders of the simple settings: how long, how strong, how detailed."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.planning.preflight import Finding
from studio.presets.intents import rhythm
from ui import theme
from ui.models.draft import RunDraft
from ui.widgets.effect_slider import EffectSlider
from ui.widgets.preflight_words import PreflightWords
from ui.widgets.setting_values import number_text

RANKS = (4, 8, 16, 32, 64, 128)
_LENGTHS = (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4)
_STRENGTHS = (0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4)
"""Parts of the default that can be chosen."""


class Sliders(QWidget):
    """Set the draft, and show what it and the findings say."""

    def __init__(self, draft: RunDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._words = PreflightWords(self)
        self._findings: dict[str, Finding] = {}
        self.length = EffectSlider(self.tr("How long"), self.tr("quick"), self.tr("thorough"))
        self.strength = EffectSlider(
            self.tr("Strength of learning"), self.tr("gentle"), self.tr("strong")
        )
        self.detail = EffectSlider(self.tr("Detail"), self.tr("small file"), self.tr("rich"))
        self.length.chosen.connect(lambda steps: set_steps(draft, round(steps)))
        self.strength.chosen.connect(self._set_rate)
        self.detail.chosen.connect(lambda rank: draft.set("network", "rank", round(rank)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * theme.SPACE)
        for slider in (self.length, self.strength, self.detail):
            row.addWidget(slider, 1)

    def set_findings(self, findings: tuple[Finding, ...]) -> None:
        """What was found out about the run."""
        self._findings = {finding.code: finding for finding in findings}
        self.refresh()

    def refresh(self) -> None:
        """Shows the settings as they are now; values that are typed wrong are left out."""
        draft = self._draft
        default = _number(draft.default("schedule", "steps"), 1000)
        steps = _number(draft.value("schedule", "steps"), self._found_steps() or default)
        self.length.set_values([tidy_steps(default * part) for part in _LENGTHS], steps)
        self.length.set_effect(self._length_effect(round(steps)))
        rate = _number(draft.default("optimizer", "unet_lr"), 1e-4)
        chosen = _number(draft.value("optimizer", "unet_lr"), rate)
        self.strength.set_values([rate * part for part in _STRENGTHS], chosen)
        self.strength.set_effect(self._strength_effect(chosen))
        rank = round(_number(draft.value("network", "rank"), 16))
        self.detail.set_values(RANKS, rank)
        self.detail.set_effect(self._detail_effect(rank))

    def _found_steps(self) -> int:
        found = self._findings.get("steps")
        return found.params["steps"] if found else 0

    def _length_effect(self, steps: int) -> str:
        parts = [self.tr("%n step(s)", "", steps)]
        found, time = self._findings.get("steps"), self._findings.get("time")
        if found and found.params["steps"] == steps:
            passes = self.tr("%n pass(es)", "", max(1, round(found.params["passes"])))
            images = self.tr("%n image(s)", "", found.params["images"])
            parts.append(self.tr("{0} over {1}").format(passes, images))
            if time and time.params["seconds"] is not None:
                parts.append(self._words.duration(time.params["seconds"]))
        return " · ".join(parts)

    def _strength_effect(self, rate: float) -> str:
        rank = _number(self._draft.value("network", "rank"), 16)
        alpha = _number(self._draft.value("network", "alpha"), rank)
        return self.tr("learning rate {0} · effective speed {1}").format(
            number_text(round_rate(rate)), number_text(round_rate(rate * alpha / rank))
        )

    def _detail_effect(self, rank: int) -> str:
        text = self.tr("rank {0}").format(rank)
        disk = self._findings.get("disk")
        if disk is None or rank != disk.params["rank"]:
            return text
        return self.tr("{0} · {1} file").format(text, self._words.size(disk.params["file"]))

    def _set_rate(self, rate: float) -> None:
        """Both rates move together, as far apart as their defaults are."""
        draft = self._draft
        unet = _number(draft.default("optimizer", "unet_lr"), 1e-4)
        text = _number(draft.default("optimizer", "text_encoder_lr"), unet / 4)
        draft.set("optimizer", "unet_lr", round_rate(rate))
        draft.set("optimizer", "text_encoder_lr", round_rate(rate * text / unet))


def set_steps(draft: RunDraft, steps: int) -> None:
    """Sets the length; warm-up, previews and checkpoints follow where they did before."""
    before = draft.value("schedule", "steps")
    followed = rhythm(before) if isinstance(before, int) else {}
    wanted = rhythm(steps)
    draft.set("schedule", "steps", steps)
    for section, table in followed.items():
        for name, value in table.items():
            if draft.value(section, name) == value:
                draft.set(section, name, wanted[section][name])


def tidy_steps(steps: float) -> int:
    """A number of steps that is easy to read."""
    unit = 50 if steps >= 500 else 10 if steps >= 50 else 1
    return max(1, round(steps / unit) * unit)


def round_rate(rate: float) -> float:
    """``rate`` with three digits: products of floats have more."""
    return float(f"{rate:.3g}")


def _number(value: object, otherwise: float) -> float:
    """``value`` if it is a number that can be used, else the other one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else otherwise  # type: ignore[arg-type,operator]
