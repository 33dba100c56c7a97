"""Tables of settings laid over one another, setting by setting.

Unlike `studio.config.merge` it knows that steps and epochs exclude one another, so a preset that
asks for epochs does not also get the steps of what lies below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from studio.config import Settings, setting_fields

Key = tuple[str, str]
"""Section and name of a setting."""
Tables = dict[str, dict[str, Any]]

FIELDS: dict[Key, FieldInfo] = {
    key: info for key, info in setting_fields().items() if key[0] != "dataset"
}
_TYPES: dict[Key, TypeAdapter[Any]] = {
    key: TypeAdapter(info.annotation)  # type: ignore[arg-type]
    for key, info in FIELDS.items()
}
DEFAULTS: Tables = {}
for (_section, _name), _info in FIELDS.items():
    DEFAULTS.setdefault(_section, {})[_name] = _info.default
EITHER = {("schedule", "steps"): "epochs", ("schedule", "epochs"): "steps"}
"""Settings of which one at most is set."""


def lay(*tables: Mapping[str, Mapping[str, Any]]) -> Tables:
    """Tables laid over one another; later steps push out earlier epochs, and the reverse."""
    laid: Tables = {}
    for table in tables:
        for section, values in table.items():
            target = laid.setdefault(section, {})
            for name, value in values.items():
                target[name] = value
                other = EITHER.get((section, name))
                if other and value is not None and values.get(other) is None:
                    target[other] = None
    return laid


def known(tables: Mapping[str, Mapping[str, Any]]) -> Tables:
    """``tables`` without what this version does not know."""
    return {
        section: {name: value for name, value in table.items() if name in DEFAULTS[section]}
        for section, table in tables.items()
        if section in DEFAULTS
    }


def read_value(section: str, name: str, value: Any) -> Any:
    """``value`` in the setting's own type, or as it is where it cannot be."""
    try:
        return _TYPES[section, name].validate_python(value)
    except ValidationError:
        return value


def wrong_settings(tables: Tables) -> dict[str, dict[str, Any]]:
    """What is wrong with complete ``tables``: parameters of ``config.invalid`` by "section.name".

    They have pydantic's ``type`` of the error and its limits (ge, le ...) too.
    """
    wrong: dict[str, dict[str, Any]] = {}
    try:
        Settings.model_validate({**tables, "dataset": [{"path": "."}]})
    except ValidationError as error:
        for details in error.errors():
            rule = details["msg"].removeprefix("Value error, ")
            section, name = _place(details["loc"], rule)
            limits = {key: value for key, value in details.get("ctx", {}).items() if key != "error"}
            key, value = f"{section}.{name}", repr(tables[section][name])
            said = {"key": key, "value": value, "rule": rule, "type": details["type"]}
            wrong.setdefault(key, limits | said)
    return wrong


def _place(loc: tuple[int | str, ...], rule: str) -> Key:
    """The setting that is wrong; of a rule between settings the first that it names."""
    if len(loc) > 1:
        return str(loc[0]), str(loc[1])
    if not loc:
        section, _, name = rule.split()[0].partition(".")
        return section, name
    section = str(loc[0])
    return section, next(word for word in re.findall(r"\w+", rule) if word in DEFAULTS[section])
