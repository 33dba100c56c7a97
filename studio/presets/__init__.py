"""Settings by base model: TOML files that state only how they differ from the defaults.

`load_settings` lays the file over the preset of its base model and the preset over the defaults.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from studio.config import Settings, merge, override, read_toml, validate
from studio.models.family import find_base


def preset(name: str) -> dict[str, Any]:
    """The tables of the preset ``name`` (a family: starter, sd1, sd2, sdxl)."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


def load_settings(path: Path, assignments: Sequence[str] = ()) -> Settings:
    """The settings of the file at ``path``, changed by ``section.key=value`` assignments.

    Relative folders in the file are meant from the file's own folder and come back absolute.
    """
    table = merge(read_toml(path), override(list(assignments)))
    return resolve(table, root=path.resolve().parent)


def resolve(table: dict[str, Any], root: Path) -> Settings:
    """Settings of ``table`` over the preset of its base model; relative paths start at ``root``."""
    plain = validate(table)  # first, so that a mistake is told in the artist's own terms
    base = find_base(plain.base.model, root)
    # An artist who asks for epochs does not also get the preset's steps.
    chosen = preset(base.family)
    if plain.schedule.epochs is not None:
        chosen.get("schedule", {}).pop("steps", None)
    settings = validate(merge(chosen, table))
    settings.network.trained(base.components)  # raises what no such base model has
    return settings.model_copy(
        update={
            "run": settings.run.model_copy(update={"output": _absolute(settings.run.output, root)}),
            "base": settings.base.model_copy(
                update={"model": base.reference, "vae": _absolute(settings.base.vae, root)}
            ),
            "network": settings.network.model_copy(
                update={"init_from": _absolute(settings.network.init_from, root)}
            ),
            "dataset": tuple(
                folder.model_copy(update={"path": _absolute(folder.path, root)})
                for folder in settings.dataset
            ),
        }
    )


def _absolute(path: str, root: Path) -> str:
    """``path`` from ``root``; "" stays unset."""
    return str(root / Path(path).expanduser()) if path else ""
