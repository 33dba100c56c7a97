"""``project.toml``: its settings, and how changes go into its text.

The file is the artist's too: comments, order, and keys of other versions stay as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

import tomlkit
from pydantic import model_validator
from tomlkit.items import AoT, Table

from studio import toml
from studio.config import DatasetFolder, Section, setting, validate_section
from studio.data.problems import Problem
from studio.errors import StudioError
from studio.models.family import find_base
from studio.presets import preset

FORMAT = 1
"""To be raised when an older version would misread the file."""


class ProjectSettings(Section):
    """The content of ``project.toml``."""

    format: int = setting(FORMAT, "Version of this file's layout.", ge=1)
    name: str = setting("project", "Name of the project.", tier="simple", min_length=1)
    base: str = setting("starter", 'Base model: "starter" or a diffusers folder.', tier="simple")
    trigger: str = setting(
        "", "Trigger word of the image folders that have none of their own.", tier="simple"
    )
    captions: Literal["tags", "sentences"] = setting(
        "tags", 'How captions are written: "tags" or "sentences".', tier="simple"
    )
    resolution: int = setting(
        512,
        "Training size; buckets keep its area.",
        unit="px",
        tier="simple",
        ge=64,
        le=2048,
        multiple_of=64,  # of the bucket_step of every preset
    )
    dataset: tuple[DatasetFolder, ...] = setting((), "The image folders.", tier="simple")

    @model_validator(mode="after")
    def _folders_differ(self) -> Self:
        paths = [folder.path for folder in self.dataset]
        if twice := next((path for path in paths if paths.count(path) > 1), None):
            raise ValueError(f"the image folder {twice} may be there only once")
        return self


def default_resolution(base: str, root: Path = Path()) -> int:
    """The training size of a base model (a path from ``root``); raises as `find_base`."""
    resolution: int = preset(find_base(base, root).family)["data"]["resolution"]
    return resolution


def read(file: Path, data: bytes) -> tuple[ProjectSettings, tuple[Problem, ...]]:
    """The settings in ``data``, the content of ``file``, and the keys that are not known.

    Raises ``project.unreadable``, ``project.newer`` and ``config.invalid``.
    """
    try:
        table = tomllib.loads(decode(data))
    except ValueError as error:  # not UTF-8, not TOML
        raise StudioError("project.unreadable", path=str(file), reason=str(error)) from error
    version = table.get("format", FORMAT)
    if isinstance(version, int) and version > FORMAT:
        raise StudioError("project.newer", path=str(file), format=version)
    unknown = tuple(_take_unknown(table))
    settings = validate_section(ProjectSettings, table)
    if "resolution" not in table:
        size = default_resolution(settings.base, file.parent)
        settings = settings.model_copy(update={"resolution": size})
    params = {"path": str(file)}
    return settings, tuple(Problem("project.unknown_key", params | {"key": k}) for k in unknown)


def template() -> str:
    """The text of a project without images, with a comment for every setting."""
    document = tomlkit.document()
    document.add(tomlkit.comment("A project of LoRA Studio. Paths start at this file's folder."))
    settings = ProjectSettings(resolution=default_resolution("starter"))
    for name, field in ProjectSettings.model_fields.items():
        if name != "dataset":
            document.add(tomlkit.nl())
            document.add(tomlkit.comment(str(field.description)))
            document.add(name, getattr(settings, name))
    return tomlkit.dumps(document)


def write(
    data: bytes, old: ProjectSettings, new: ProjectSettings, moved: Mapping[str, str]
) -> bytes:
    """``data``, which holds ``old``, with what ``new`` changes.

    ``moved`` tells which folder's table a folder takes over: its path -> the path in ``data``.
    """
    text = decode(data)
    newline = "\r\n" if "\r\n" in text else "\n"
    document = toml.parse(text.replace("\r\n", "\n").rstrip() + "\n")
    for name in ProjectSettings.model_fields:
        value = getattr(new, name)
        if name != "dataset" and value != getattr(old, name):
            document[name] = value
    _write_folders(document, new.dataset, moved)
    text = toml.dump(document, [folder.crops for folder in new.dataset])
    return text.replace("\n", newline).encode()


def decode(data: bytes) -> str:
    """The text of the file; Notepad's byte order mark is left out."""
    return data.decode("utf-8-sig")


def _take_unknown(table: dict[str, Any]) -> Iterator[str]:
    """Takes the keys out of ``table`` that this version does not know, and yields their names."""
    for key in [key for key in table if key not in ProjectSettings.model_fields]:
        del table[key]
        yield key
    folders = table.get("dataset")
    for number, folder in enumerate(folders if isinstance(folders, list) else ()):
        if isinstance(folder, dict):
            for key in [key for key in folder if key not in DatasetFolder.model_fields]:
                del folder[key]
                yield f"dataset.{number}.{key}"


def _write_folders(
    document: tomlkit.TOMLDocument, folders: tuple[DatasetFolder, ...], moved: Mapping[str, str]
) -> None:
    tables = document.get("dataset")
    if not isinstance(tables, AoT) or not folders:  # an empty list has to make room
        document.pop("dataset", None)
        tables = tomlkit.aot()
        if folders:
            document.append("dataset", tables)
    present = {table["path"]: table for table in tables}
    kept = [present.get(moved.get(folder.path, folder.path)) for folder in folders]
    if kept != list(tables):
        tables.clear()
        for table in kept:
            tables.append(_new_folder() if table is None else table)
    for folder, table in zip(folders, tables, strict=True):
        _write_folder(folder, table)


def _new_folder() -> Table:
    table = tomlkit.table()
    table.add(tomlkit.comment(str(DatasetFolder.model_fields["path"].description)))
    table.add("path", "")
    return table


def _write_folder(folder: DatasetFolder, table: Table) -> None:
    """All but the crop boxes, which `toml.dump` writes."""
    for name, field in DatasetFolder.model_fields.items():
        value = getattr(folder, name)
        if name == "crops" or value == table.get(name, field.default):
            continue
        if value is None:
            del table[name]
        else:
            table[name] = value
