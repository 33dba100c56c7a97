"""The settings form of a draft: what its rows are, and how they stand."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from studio.presets.intents import rhythm
from studio.presets.layers import FIELDS
from ui.models import setting_words as words
from ui.models.draft import RunDraft
from ui.models.setting_words import translate
from ui.widgets.setting_values import (
    Kind,
    Setting,
    SettingGroup,
    SettingState,
    number_text,
)

_PATHS: dict[str, Kind] = {"base.vae": "place", "network.init_from": "file"}
_RATES = tuple(f"optimizer.{name}" for name in ("unet_lr", "text_encoder_lr", "text_encoder_lr_2"))
_ALWAYS = ("project", "one")
_DRAWING = tuple(
    f"preview.{name}" for s, name in FIELDS if s == "preview" and name not in ("every", "prompts")
)


@cache
def has_graphics_card() -> bool:
    """Whether this computer seems to train on one: its driver is asked nothing, which takes time.

    Neither the processor nor a Mac's graphics has memory of its own.
    """
    return any(map(shutil.which, ("nvidia-smi", "rocm-smi")))


_HIDDEN: tuple[tuple[tuple[str, ...], str, Callable[[RunDraft], bool]], ...] = (
    (("run.output", "base.model"), "project", lambda draft: True),
    (("network.type",), "one", lambda draft: True),
    (
        ("optimizer.text_encoder_lr",),
        "no text encoder",
        lambda draft: not _trains(draft, "text_encoder") and not _trains(draft, "text_encoder_2"),
    ),
    (
        ("optimizer.text_encoder_lr_2",),
        "no second text encoder",
        lambda draft: not _trains(draft, "text_encoder_2"),
    ),
    (
        ("network.text_encoder_2", "optimizer.text_encoder_lr_2"),
        "not SDXL",
        lambda draft: draft.family != "sdxl",
    ),
    (("base.zero_terminal_snr",), "predicts noise", lambda draft: _predicts(draft) == "epsilon"),
    (("data.keep_tokens",), "no shuffling", lambda draft: not draft.value("data", "shuffle_tags")),
    (
        ("schedule.restarts",),
        "no restarts",
        lambda draft: draft.value("schedule", "lr_scheduler") != "cosine_with_restarts",
    ),
    (
        ("schedule.power",),
        "not polynomial",
        lambda draft: draft.value("schedule", "lr_scheduler") != "polynomial",
    ),
    (
        ("memory.offload", "memory.offload_activations"),
        "no graphics card",
        lambda draft: not has_graphics_card(),
    ),
    (("memory.pack_weights",), "graphics card", lambda draft: has_graphics_card()),
    (_DRAWING, "no previews", lambda draft: draft.value("preview", "every") == 0),
    (
        ("loss.prior_loss_weight",),
        "no regularization",
        lambda draft: not any(f.regularization for f in draft.project.settings.dataset),
    ),
)
"""Settings that do not matter: keys, one of `setting_words.REASONS`, and when; the last counts."""


def setting_groups() -> list[SettingGroup]:
    """All rows of the form, in the language of the window."""
    return [
        SettingGroup(
            translate(title),
            [_setting(f"{s}.{name}", info) for (s, name), info in FIELDS.items() if s == section],
        )
        for section, title in words.GROUPS.items()
    ]


def setting_states(draft: RunDraft) -> dict[str, SettingState]:
    """How the settings of ``draft`` stand, by key."""
    problems = draft.problems()
    hidden = hidden_settings(draft)
    states = {}
    for section, name in FIELDS:
        key = f"{section}.{name}"
        wrong = problems.get(key)
        placeholder = _placeholder(draft, key)
        states[key] = SettingState(
            value=draft.value(section, name),
            default=value_text(key, draft.default(section, name)) or placeholder,
            changed=draft.is_changed(section, name) and not _follows(draft, section, name),
            error=words.problem(*wrong) if wrong else "",
            note=_speed(draft, key) if key in _RATES else _found(draft, key),
            placeholder=placeholder,
            hidden=_shown_anyway(key, hidden.get(key, ""), bool(wrong)),
        )
    return states


def hidden_settings(draft: RunDraft) -> dict[str, str]:
    """Key -> name in `setting_words.REASONS` of what does not matter in ``draft``."""
    return {key: reason for keys, reason, holds in _HIDDEN if holds(draft) for key in keys}


def value_text(key: str, value: Any) -> str:
    """A value of a setting in words, "" for an empty one."""
    if isinstance(value, bool):
        return translate(words.OTHERS["on" if value else "off"])
    if value is None:
        return ""
    if value == 0 and key in words.ZEROS:
        return translate(words.ZEROS[key])
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, tuple):
        return ", ".join(value_text("", item) for item in value)
    kind = _kind(key, FIELDS[_split(key)]) if key else "text"
    return words.choice(value) if kind == "choice" else str(value)


def effective_speed(draft: RunDraft, key: str = "optimizer.unet_lr") -> float | None:
    """Learning rate x alpha / rank: what makes recipes comparable; None if one is no number."""
    rate, rank = draft.value(*_split(key)), draft.value("network", "rank")
    alpha = draft.value("network", "alpha")
    numbers = (rate, rank, rank if alpha is None else alpha)
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers) or not rank:
        return None
    return float(numbers[0] * numbers[2] / numbers[1])


def _follows(draft: RunDraft, section: str, name: str) -> bool:
    """Whether it is as it is without the artist: it goes with the steps, or was suggested."""
    value, steps = draft.value(section, name), draft.value("schedule", "steps")
    if (section, name) == ("preview", "prompts"):
        return tuple(value) == draft.suggested
    with_steps = rhythm(steps) if isinstance(steps, int) else {}
    return name in with_steps.get(section, {}) and value == with_steps[section][name]


def _shown_anyway(key: str, reason: str, wrong: bool) -> str:
    """The words for ``reason``, unless the artist has to see what is wrong."""
    return (
        "" if not reason or (wrong and reason not in _ALWAYS) else translate(words.REASONS[reason])
    )


def _speed(draft: RunDraft, key: str) -> str:
    speed = effective_speed(draft, key)
    if speed is None:
        return ""
    return translate(words.OTHERS["speed"]).format(number_text(float(f"{speed:.3g}")))


def _found(draft: RunDraft, key: str) -> str:
    """What "auto" comes to where the base model's files tell it."""
    base = draft.base if key in ("base.prediction_type", "base.zero_terminal_snr") else None
    if base is None or draft.value(*_split(key)) != "auto":
        return ""
    found = base.prediction_type
    if key == "base.zero_terminal_snr":
        found = "on" if base.zero_terminal_snr else "off"
    return translate(words.OTHERS["here"]).format(words.choice(found))


def _predicts(draft: RunDraft) -> str:
    """What the base model predicts: as it was set, or as its files tell; "" if there is none."""
    wanted = str(draft.value("base", "prediction_type"))
    if wanted != "auto":
        return wanted
    return draft.base.prediction_type if draft.base else ""


def _trains(draft: RunDraft, component: str) -> bool:
    """Whether a text encoder learns; the second does what the first does if nothing is said."""
    wanted = draft.value("network", component)
    return bool(draft.value("network", "text_encoder") if wanted is None else wanted)


def _placeholder(draft: RunDraft, key: str) -> str:
    """What an empty field means."""
    if key == "preview.size":
        return "{0}x{0}".format(draft.value("data", "resolution"))
    if key == "network.alpha":
        return translate(words.OTHERS["as rank"]).format(draft.value("network", "rank"))
    if key == "optimizer.text_encoder_lr_2":
        first = value_text(key, draft.value("optimizer", "text_encoder_lr"))
        return translate(words.OTHERS["as first rate"]).format(first)
    epochs = draft.value("schedule", "epochs")
    names = {
        "schedule.steps": "not set" if epochs is None else "by epochs",
        "schedule.epochs": "not set",
        "base.vae": "own vae",
        "network.text_encoder_2": "as first",
        "network.init_from": "new",
        "preview.prompts": "on each line",
        "preview.negative_prompt": "nothing",
    }
    return translate(words.OTHERS[names[key]]) if key in names else ""


def _setting(key: str, info: FieldInfo) -> Setting:
    limits: dict[str, Any] = {}
    for part in info.metadata:
        for name in ("ge", "gt", "le", "lt", "multiple_of"):
            if (limit := getattr(part, name, None)) is not None:
                limits[name] = limit
    most = limits.get("le", limits["lt"] - 1 if "lt" in limits else None)
    literal = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    return Setting(
        key=key,
        label=translate(words.LABELS[key]),
        help=translate(str(info.description)),
        kind=_kind(key, info),
        unit=translate(words.unit_of(info)),
        choices=[(value, words.choice(value)) for value in literal] or _tristate(info),
        least=limits.get("ge", limits.get("gt")),
        most=most,
        step=limits.get("multiple_of", 1),
        optional=info.default is None,
        zero=translate(words.ZEROS.get(key, "")),
        files=translate(words.FILES.get(key, "")),
    )


def _tristate(info: FieldInfo) -> list[tuple[bool | None, str]]:
    """What a switch that may be left unset can be, and the words."""
    if bool not in get_args(info.annotation):
        return []
    names = {None: "as first", True: "on", False: "off"}
    return [(value, translate(words.OTHERS[name])) for value, name in names.items()]


def _kind(key: str, info: FieldInfo) -> Kind:
    annotation = info.annotation
    if get_origin(annotation) is Literal:
        return "choice"
    if get_origin(annotation) is tuple:
        return "texts" if get_args(annotation)[0] is str else "numbers"
    if bool in get_args(annotation):
        return "choice"
    kinds: dict[Any, Kind] = {bool: "bool", int: "int", float: "float"}
    plain = next((kind for kind in kinds if kind in (annotation, *get_args(annotation))), None)
    return kinds[plain] if plain else _PATHS.get(key, "text")


def _split(key: str) -> tuple[str, str]:
    section, _, name = key.partition(".")
    return section, name
