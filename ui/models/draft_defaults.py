"""What base model, intent and project say about a run, before the artist says anything."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from studio.errors import StudioError
from studio.models.family import BaseLocation, find_base
from studio.presets import preset as family_preset
from studio.presets.intents import INTENTS, intent_tables
from studio.presets.layers import DEFAULTS, Tables, lay
from studio.presets.own import Preset, find_preset
from studio.project import Project, file_name
from studio.runs import RunFolder

OWN = "preset:"
"""Before the name of an own preset, as an intent."""

DEFAULT_INTENT = "style"


def find_defaults(
    project: Project, intent: str, presets: Path | None, taken: Collection[str] = ()
) -> Tables:
    """All settings of a run of ``project``; raises ``preset.not_found`` for an ``intent``.

    The run is called none of ``taken``.
    """
    own, family = own_preset(intent, presets), family_of(project)
    of_intent = intent_tables(own.intent if own else intent, family)
    layers = [family_preset(family), of_intent, _of_project(project, taken)]
    return lay(DEFAULTS, *layers, own.tables if own else {})


def own_preset(intent: str, presets: Path | None) -> Preset | None:
    """The own preset, in the folder ``presets``, that is meant; raises ``preset.not_found``."""
    if intent in INTENTS:
        return None
    name = intent.removeprefix(OWN)
    if presets is None or name == intent:
        raise StudioError("preset.not_found", name=name)
    own = find_preset(presets, name)
    return own if own.intent in INTENTS else replace(own, intent=DEFAULT_INTENT)


def base_of(project: Project) -> BaseLocation | None:
    """The base model; None if it is not there, or none that can be used."""
    try:
        return find_base(project.settings.base, project.path)
    except StudioError:
        return None


def family_of(project: Project) -> str:
    """The kind of base model; one that is not there counts as Stable Diffusion 1.x."""
    base = base_of(project)
    return base.family if base else "sd1"


def free_name(project: str, runs: Path, taken: Collection[str] = ()) -> str:
    """The name of a project as that of a run, with the version after the highest that there is.

    That is the highest in the folder ``runs``, or of the names ``taken``.
    """
    name = file_name(project)
    pattern = re.compile(rf"{re.escape(name)} v(\d+)(_\d+)?", re.IGNORECASE)
    there = [RunFolder(path).name for path in runs.iterdir()] if runs.is_dir() else []
    found = [pattern.fullmatch(each) for each in (*there, *taken)]
    return f"{name} v{1 + max((int(match[1]) for match in found if match), default=0)}"


def _of_project(project: Project, taken: Collection[str]) -> Tables:
    settings = project.settings
    return {
        "run": {
            "name": free_name(settings.name, project.runs, taken),
            "output": str(project.runs),
        },
        "base": {"model": settings.base},
        "data": {"resolution": settings.resolution},
        "preview": {"prompts": (settings.trigger,) if settings.trigger else ()},
    }
