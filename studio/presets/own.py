"""The artist's own presets, and settings read from any file of ours: TOML with only differences.

A preset is ``[metadata] name, intent`` and tables as in a run's settings. What belongs to one
project alone (names, folders, base model, images) is never part of it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from studio.config import merge, read_toml, setting_fields, validate
from studio.errors import StudioError
from studio.files import write_atomically
from studio.project import file_name

OF_PROJECT = {("run", "name"), ("run", "output"), ("base", "model")}
"""Settings that a project gives its runs, so that no preset may."""

_PATHS = {("base", "vae"), ("network", "init_from")}
_UNSET = "unset"  # keys that are None, which TOML cannot write

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preset:
    """Differences from what the base model and ``intent`` say; ``tables`` may hold None (unset).

    ``intent`` is "character", "style", "object", or "" where a file says none.
    """

    name: str
    intent: str
    tables: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Imported:
    """A preset, and the keys of its file that a project decides itself, such as ``base.model``."""

    preset: Preset
    ignored: list[str] = field(default_factory=list)


def list_presets(folder: Path) -> list[Preset]:
    """The presets in ``folder`` by name; those that cannot be read are logged and left out."""
    presets = []
    for path in sorted(folder.glob("*.toml")):
        try:
            presets.append(read_preset(path))
        except StudioError as error:
            log.warning("%s", error)
    return sorted(presets, key=lambda preset: preset.name.casefold())


def find_preset(folder: Path, name: str) -> Preset:
    """The preset called ``name``; raises ``preset.not_found``."""
    for preset in list_presets(folder):
        if preset.name == name:
            return preset
    raise StudioError("preset.not_found", name=name)


def preset_path(folder: Path, name: str) -> Path:
    """The file of the preset called ``name``, existing or not."""
    return folder / f"{file_name(name)}.toml"


def read_preset(path: Path) -> Preset:
    """The preset in the file ``path``; raises as `read_settings_file`."""
    return read_settings_file(path).preset


def write_preset(path: Path, preset: Preset) -> None:
    """Writes the preset, whole or not at all; raises ``disk.*``."""
    write_atomically(path, preset_text(preset).encode())


def preset_text(preset: Preset) -> str:
    """The preset as TOML."""
    metadata: dict[str, Any] = {"name": preset.name, "intent": preset.intent}
    tables: dict[str, dict[str, Any]] = {}
    unset = []
    for section, table in preset.tables.items():
        for name, value in table.items():
            if value is None:
                unset.append(f"{section}.{name}")
            else:
                tables.setdefault(section, {})[name] = value
    if unset:
        metadata[_UNSET] = unset
    return tomlkit.dumps({"metadata": metadata, **tables})


def read_settings_file(path: Path) -> Imported:
    """What a preset, a hand-written ``run.toml`` or a run's frozen one asks for, checked.

    Raises ``config.unreadable``, ``config.not_toml``, ``config.unknown_key``, ``config.invalid``.
    """
    content = read_toml(path)
    ignored = ["dataset"] if content.pop("dataset", None) is not None else []
    preset = _parse(path, content)
    ignored += [f"{s}.{n}" for s, table in preset.tables.items() for n in table if _is_own(s, n)]
    tables = {
        section: {name: value for name, value in table.items() if not _is_own(section, name)}
        for section, table in preset.tables.items()
    }
    tables = {section: table for section, table in tables.items() if table}
    check_tables(tables)
    return Imported(Preset(preset.name, preset.intent, tables), ignored)


def check_tables(tables: dict[str, Any]) -> None:
    """Refuses unknown keys and wrong values; raises ``config.*``."""
    rest = {"dataset": [{"path": "."}], "preview": {"prompts": [""]}}  # which a project has
    validate(merge(rest, tables))


def read_differences(path: Path) -> Preset:
    """What `write_preset` wrote, project's own values too, right or wrong; raises ``config.*``."""
    return _parse(path, read_toml(path))


def _parse(path: Path, content: dict[str, Any]) -> Preset:
    metadata = content.pop("metadata", {})
    for section, table in {"metadata": metadata, **content}.items():
        if not isinstance(table, dict):
            rule = "it must be a table"
            raise StudioError("config.invalid", key=section, value=repr(table), rule=rule)
    root = path.resolve().parent
    tables = {section: _absolute(section, table, root) for section, table in content.items()}
    for section, name in _unset_keys(metadata, tables):
        tables.setdefault(section, {})[name] = None
    name, intent = metadata.get("name", path.stem), metadata.get("intent", "")
    return Preset(str(name), str(intent), tables)


def _is_own(section: str, name: str) -> bool:
    return (section, name) in OF_PROJECT


def _absolute(section: str, table: dict[str, Any], root: Path) -> dict[str, Any]:
    """``table`` with relative paths, which start at ``root``, made absolute."""
    return {
        name: str(root / Path(value).expanduser())
        if (section, name) in _PATHS and isinstance(value, str) and value
        else value
        for name, value in table.items()
    }


def _unset_keys(metadata: dict[str, Any], tables: dict[str, Any]) -> list[tuple[str, str]]:
    """Keys that the file means to be None: those it lists, and in a frozen run all it lacks."""
    known = {key: info for key, info in setting_fields().items() if key[0] != "dataset"}
    optional = {key for key, info in known.items() if info.default is None}
    said = {(section, name) for section, table in tables.items() for name in table}
    if said >= known.keys() - optional:
        return sorted(optional - said)
    listed = metadata.get(_UNSET, [])
    keys = {tuple(str(key).split(".")) for key in (listed if isinstance(listed, list) else ())}
    return sorted(optional & keys)
