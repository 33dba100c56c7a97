"""A project: the folder with ``project.toml``, ``runs`` and ``cache``, beside the artist's images.

The file is the artist's too: comments, order and keys of other versions stay as they are. Paths in
it start at the project's folder, so that both can move together; image folders are never written.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from studio import project_file
from studio.config import Data, DatasetFolder, Settings, merge, validate_section
from studio.data.buckets import Crop
from studio.errors import StudioError
from studio.files import write_atomically
from studio.models.family import find_base
from studio.presets import preset, resolve
from studio.project_file import ProjectSettings, default_resolution

FILE = "project.toml"

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows
_LONGEST = 60  # characters; of four bytes each they stay below the 255 that Linux allows


class Project:
    """An open project. Changes stay in memory until `save`.

    Attributes:
        path: the folder, absolute.
        settings: what the file holds, validated; image folders as written there.
        problems: keys that this version does not know; they are kept.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self._data = data
        self.settings, self.problems = project_file.read(path / FILE, data)
        self._saved = self.settings
        self._moved: dict[str, str] = {}  # path of an image folder -> its path in the file

    @classmethod
    def create(
        cls, path: Path, name: str, folders: Iterable[Path] = (), **settings: Any
    ) -> Project:
        """A new project in the folder ``path``; ``settings`` are fields of `ProjectSettings`.

        Raises ``project.exists``, and what `add_folder`, `change` and `save` raise.
        """
        path = path.resolve()
        if (path / FILE).exists():
            raise StudioError("project.exists", path=str(path))
        project = cls(path, project_file.template().encode())
        project.change(name=name, **settings)
        for folder in folders:
            project.add_folder(folder)
        project.save(overwrite=True)
        return project

    @classmethod
    def open(cls, path: Path) -> Project:
        """The project in the folder ``path``, or of the ``project.toml`` ``path``.

        Raises ``project.not_found``, ``project.not_a_project``, ``project.unreadable``,
        ``project.newer`` and ``config.invalid``.
        """
        if not os.path.exists(path):  # false also where one may not look
            raise StudioError("project.not_found", path=str(path))
        file = path if path.name == FILE and path.is_file() else path / FILE
        if not file.is_file():
            raise StudioError("project.not_a_project", path=str(path))
        return cls(file.parent.resolve(), _read(file))

    @staticmethod
    def for_images(images: Path, within: Path, taken: Collection[str] = ()) -> Path:
        """A free path in ``within`` for a project of ``images``, named as that folder is.

        ``taken`` are further names not to use; upper and lower case count as equal.
        """
        name = file_name(images.resolve().name)
        present = os.listdir(within) if within.is_dir() else []
        used = {other.casefold() for other in (*taken, *present)}
        number, free = 1, name
        while free.casefold() in used:
            number += 1
            free = f"{name} {number}"
        return within / free

    @property
    def file(self) -> Path:
        """The ``project.toml``."""
        return self.path / FILE

    @property
    def runs(self) -> Path:
        """Folder of run folders."""
        return self.path / "runs"

    @property
    def cache(self) -> Path:
        """Thumbnails and latents; always safe to delete."""
        return self.path / "cache"

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return self.settings != self._saved

    def images_folders(self) -> list[Path]:
        """The image folders, absolute; one may not be there any more."""
        return [self._absolute(folder.path) for folder in self.settings.dataset]

    def folders(self) -> tuple[DatasetFolder, ...]:
        """The image folders as training takes them: absolute, with their trigger words.

        Regularization images show what must not change, so they get the project's trigger not.
        """
        return tuple(
            folder.model_copy(
                update={
                    "path": str(self._absolute(folder.path)),
                    "trigger": folder.trigger
                    or ("" if folder.regularization else self.settings.trigger),
                }
            )
            for folder in self.settings.dataset
        )

    def run_settings(self, *changes: dict[str, Any]) -> Settings:
        """Settings of a run of this project; ``changes`` are tables over preset and project.

        Raises ``base.*`` where the base model is not usable, and ``config.invalid`` (no folder).
        """
        settings = self.settings
        own = {
            "run": {"name": file_name(settings.name), "output": str(self.runs)},
            "base": {"model": settings.base},
            "dataset": list(self.folders()),
            "data": {"resolution": settings.resolution},
        }
        return resolve(merge(own, *changes), root=self.path)

    def bucket_step(self) -> int:
        """Pixels by which bucket sizes differ in a run of this project.

        A base model that is not there counts as one of Stable Diffusion 1.x; a run says so.
        """
        try:
            family = find_base(self.settings.base, self.path).family
        except StudioError:
            return Data().bucket_step
        step: int = preset(family)["data"].get("bucket_step", Data().bucket_step)
        return step

    def change(self, **fields: Any) -> None:
        """Sets fields of `ProjectSettings`; ``config.invalid`` changes nothing.

        A relative ``base`` starts at the project's folder. With the base model goes the resolution,
        unless it is another than the old base's default.
        """
        if "base" in fields:
            if Path(fields["base"]).is_absolute():
                fields["base"] = self._reference(Path(fields["base"]))
            if fields["base"] != self.settings.base and self._has_default_resolution():
                fields.setdefault("resolution", default_resolution(fields["base"], self.path))
        present = {name: getattr(self.settings, name) for name in ProjectSettings.model_fields}
        self.settings = validate_section(ProjectSettings, present | fields)

    def add_folder(self, folder: Path) -> None:
        """Adds an image folder; one that is in the project already stays as it is.

        Raises ``dataset.no_folder``, ``project.odd_name``, and ``project.in_images`` where the
        project would lie in it.
        """
        reference = self._folder_reference(folder)
        if self._absolute(reference) not in self.images_folders():
            added = DatasetFolder(path=reference)
            self.change(dataset=(*self.settings.dataset, added))

    def remove_folder(self, folder: Path) -> None:
        """Takes an image folder out of the project, with its crop boxes; its files stay."""
        place = self._place(folder)
        self.change(dataset=self.settings.dataset[:place] + self.settings.dataset[place + 1 :])

    def relink(self, old: Path, new: Path) -> None:
        """Tells that the image folder ``old`` is now ``new``; raises what `add_folder` raises."""
        place, reference = self._place(old), self._folder_reference(new)
        before = self.settings.dataset[place].path
        self._replace(place, self.settings.dataset[place].model_copy(update={"path": reference}))
        self._moved[reference] = self._moved.pop(before, before)

    def set_crops(self, folder: Path, crops: Mapping[str, Crop | None]) -> None:
        """Sets crop boxes of images in ``folder`` by their names; None makes one automatic again.

        Numbers are rounded to 4 places, less than a pixel of training. Costs about the same for one
        image as for all, so change many at once. Raises ``project.odd_name``.
        """
        _check_text(*crops)
        place = self._place(folder)
        before = self.settings.dataset[place]
        changed = {name: crop for name, crop in before.crops.items() if name not in crops}
        for name, crop in crops.items():
            if crop is not None:
                changed[name] = Crop(round(crop.x, 4), round(crop.y, 4), round(crop.zoom, 4))
        self._replace(place, before.model_copy(update={"crops": changed}))

    def save(self, *, overwrite: bool = False) -> bool:
        """Writes what changed, whole or not at all; returns whether there was anything to write.

        Where another program changed the file since it was read, raises ``project.changed_outside``
        and leaves it; then `open` takes theirs and ``overwrite`` keeps ours. Raises
        ``project.unreadable`` where the folder is gone.
        """
        if not (self.changed or overwrite):
            return False
        if not overwrite and _read(self.file) != self._data:
            raise StudioError("project.changed_outside", path=str(self.file))
        data = project_file.write(self._data, self._saved, self.settings, self._moved)
        write_atomically(self.file, data)
        self._data, self._saved, self._moved = data, self.settings, {}
        return True

    def _absolute(self, path: str) -> Path:
        return Path(os.path.normpath(self.path / Path(path).expanduser()))

    def _reference(self, path: Path) -> str:
        """``path`` as the file writes it: from the project's folder, with forward slashes."""
        try:
            return Path(os.path.relpath(path.resolve(), self.path)).as_posix()
        except ValueError:  # another drive of Windows
            return path.resolve().as_posix()

    def _folder_reference(self, folder: Path) -> str:
        real = folder.resolve()
        if not real.is_dir():
            raise StudioError("dataset.no_folder", path=str(folder))
        if self.path.is_relative_to(real):  # previews and thumbnails would be trained on
            raise StudioError("project.in_images", path=str(self.path), images=str(real))
        _check_text(str(real))
        return self._reference(real)

    def _has_default_resolution(self) -> bool:
        try:
            default = default_resolution(self.settings.base, self.path)
        except StudioError:  # the old base model is gone, so nobody knows: keep what is set
            return False
        return self.settings.resolution == default

    def _place(self, folder: Path) -> int:
        """The number of the image folder ``folder``, given as `images_folders` gives it."""
        return self.images_folders().index(folder)

    def _replace(self, place: int, folder: DatasetFolder) -> None:
        folders = list(self.settings.dataset)
        folders[place] = folder
        self.change(dataset=tuple(folders))


def file_name(text: str) -> str:
    """``text`` as a name that every file system takes, or ``project`` if nothing is left of it."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(" " if c in '/\\:*?"<>|' or not c.isprintable() else c for c in text)
    name = " ".join(kept.split())[:_LONGEST].strip(". ")
    return f"project {name}".strip() if not name or _RESERVED.fullmatch(name) else name


def _check_text(*names: str) -> None:
    """Refuses names of files, as old systems leave them, that no text file could hold."""
    for name in names:
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise StudioError("project.odd_name", name=ascii(name)) from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("project.unreadable", path=str(file), reason=reason) from error
