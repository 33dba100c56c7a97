"""What the app remembers between starts, in one small INI file of the user.

Each value is stored as JSON. One that cannot be read (edited by hand, written by another version)
counts as its default and is logged: preferences never stop a start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

from platformdirs import user_config_path
from PySide6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, Signal

from ui.theme import Theme

NAME = "LoRA Studio"
LANGUAGES = {"": "", "en": "English", "zh_CN": "简体中文"}
"""What `Preferences.language` may be, with each one's name in itself; "" follows the system."""

RECENT = 12
"""So many projects are remembered."""

THUMBNAILS = (96, 512)
"""Least and greatest `Preferences.thumbnail_size`."""

HINTS = "hints"
"""Under it `Preferences.remember` has a list with the names of hints that were dismissed."""

T = TypeVar("T")
log = logging.getLogger(__name__)


class Preference(Generic[T]):
    """A value of `Preferences`: ``read`` makes it from JSON, raising ValueError or TypeError."""

    def __init__(self, read: Callable[[Any], T], default: Callable[[], T]) -> None:
        self.read = read
        self.default = default

    def __set_name__(self, owner: type[Preferences], name: str) -> None:
        self.name = name

    def __get__(self, preferences: Preferences, owner: type[Preferences]) -> T:
        return preferences.load(self.name, self.read, self.default)

    def __set__(self, preferences: Preferences, value: T) -> None:
        preferences.store(self.name, value)
        preferences.changed.emit(self.name)


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(value)
        return str(value)

    return read


def _thumbnail_size(value: Any) -> int:
    if not THUMBNAILS[0] <= int(value) <= THUMBNAILS[1]:
        raise ValueError(value)
    return int(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _paths(value: Any) -> list[Path]:
    if not isinstance(value, list):
        raise TypeError(value)
    return [Path(item) for item in value]


def _optional_path(value: Any) -> Path | None:
    return None if value is None else Path(value)


def _bytes(value: Any) -> QByteArray:
    return QByteArray.fromBase64(bytes(value, "ascii"))


def _json(value: Any) -> str:
    return bytes(value.toBase64().data()).decode() if isinstance(value, QByteArray) else str(value)


def _documents() -> Path:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return Path(QStandardPaths.writableLocation(place))


class Preferences(QObject):
    """The preferences; setting one emits ``changed`` with its name."""

    changed = Signal(str)

    theme = Preference(Theme, lambda: Theme.SYSTEM)
    language = Preference(_one_of(*LANGUAGES), str)
    projects_folder = Preference(Path, lambda: _documents() / NAME)
    recent_projects = Preference(_paths, list[Path])  # newest first; some may be gone
    geometry = Preference(_bytes, QByteArray)  # of the main window
    last_folder = Preference(Path, _documents)  # of the file dialogs
    tag_list = Preference(_optional_path, lambda: None)  # CSV that completes tags
    thumbnail_size = Preference(_thumbnail_size, lambda: 160)  # pixels
    hub_mirror = Preference(str, str)  # address that models are downloaded from; "" for the hub
    separate_engine = Preference(_flag, bool)  # it runs in a process of its own

    def __init__(self, file: Path | None = None) -> None:
        super().__init__()
        # Not QSettings' own place: that is found once per process, so tests could not move it.
        self._file = file or user_config_path(NAME, appauthor=False) / "preferences.ini"
        self._settings = QSettings(str(self._file), QSettings.Format.IniFormat)

    @property
    def presets_folder(self) -> Path:
        """Where the artist's own presets for training lie."""
        return self._file.parent / "presets"

    def load(self, key: str, read: Callable[[Any], T], default: Callable[[], T]) -> T:
        """The stored value, or the default when there is none or ``read`` refuses it."""
        stored = self._settings.value(key)
        if stored is None:
            return default()
        try:
            return read(json.loads(stored))
        except (ValueError, TypeError):
            log.warning("%s: the value of %s is not usable: %r", self._file, key, stored)
            return default()

    def store(self, key: str, value: Any) -> None:
        """Stores a value of JSON types, a path or bytes; Qt writes the file a moment later."""
        self._settings.setValue(key, json.dumps(value, default=_json, ensure_ascii=False))

    def save(self) -> None:
        """Writes the file now; logs a warning if that is not possible."""
        self._settings.sync()
        if self._settings.status() is not QSettings.Status.NoError:
            log.warning("%s: cannot be written", self._file)

    def remembered(self, key: str, default: T) -> T:
        """What `remember` stored under ``key``, if it is of the type of ``default``."""

        def read(value: Any) -> T:
            if not isinstance(value, type(default)):
                raise TypeError(value)
            return value

        return self.load(f"remembered/{key}", read, lambda: default)

    def remember(self, key: str, value: Any) -> None:
        """Keeps a bit of a page's state (JSON types), such as sizes of a splitter or a filter."""
        self.store(f"remembered/{key}", value)

    def add_recent(self, project: Path) -> None:
        """Puts ``project`` first among the recent ones."""
        self._set_recent([project, *self.recent_projects])

    def forget_recent(self, project: Path) -> None:
        """Takes ``project`` off the recent ones."""
        self._set_recent(path for path in self.recent_projects if path != project)

    def _set_recent(self, projects: Iterable[Path]) -> None:
        self.recent_projects = list(dict.fromkeys(projects))[:RECENT]
