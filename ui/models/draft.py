"""The settings of a project's next run: what its base model and intent say, and what differs.

Only differences are kept, in the project's ``train.toml``, which is written by itself a moment
after each change. Values may be wrong for as long as the artist types: `RunDraft.problems` says
what, `RunDraft.settings` refuses them.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.config import Settings
from studio.errors import StudioError
from studio.files import writing
from studio.models.family import BaseLocation, find_base
from studio.presets.layers import (
    EITHER,
    FIELDS,
    Key,
    Tables,
    known,
    lay,
    read_value,
    wrong_settings,
)
from studio.presets.own import (
    OF_PROJECT,
    Preset,
    check_tables,
    preset_text,
    read_differences,
    write_preset,
)
from studio.project import Project
from ui.models.draft_defaults import (
    DEFAULT_INTENT,
    OWN,
    base_of,
    family_of,
    find_defaults,
    own_preset,
)

__all__ = ["OWN", "RunDraft"]

FILE = "train.toml"
Sentence = tuple[str, dict[str, Any]]

_CONTENT = {("run", "name"), ("preview", "prompts"), ("preview", "negative_prompt")}
"""What an artist wrote, which no imported preset replaces unless it says other."""


class RunDraft(QObject):
    """Settings by section and name, all but those of the image folders.

    ``trouble`` is what was wrong with ``train.toml`` when it was read, or None.
    """

    changed = Signal()
    failed = Signal(object)
    """A StudioError: it could not be saved."""

    def __init__(
        self, project: Project, parent: QObject | None = None, presets: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._presets = presets
        self.trouble: StudioError | None = None
        self._intent = DEFAULT_INTENT
        self._differences: Tables = {}
        self._timer = QTimer(self, singleShot=True, interval=1000)
        self._timer.timeout.connect(self.save)
        self._unsaved = False
        self._taken: frozenset[str] = frozenset()
        self.suggested: tuple[str, ...] = ()
        """Prompts that came from the captions: as long as they are used, nobody wrote them."""
        self._defaults: Tables = {}
        self._load()

    # -- what there is

    @property
    def project(self) -> Project:
        """The project whose next run it is."""
        return self._project

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return self._project.path / FILE

    @property
    def base(self) -> BaseLocation | None:
        """The base model; None if it is not there, or none that can be used."""
        return base_of(self._project)

    @property
    def family(self) -> str:
        """The kind of base model; one that is not there counts as Stable Diffusion 1.x."""
        return family_of(self._project)

    @property
    def intent(self) -> str:
        """What is taught: "character", "style", "object", or "preset:" and an own one's name."""
        return self._intent

    def value(self, section: str, name: str) -> Any:
        """What a run would use; as typed where it is wrong."""
        if name in self._differences.get(section, {}):
            return self._differences[section][name]
        return self.default(section, name)

    def default(self, section: str, name: str) -> Any:
        """What base model, intent and project say."""
        other = EITHER.get((section, name))
        if other and self._differences.get(section, {}).get(other) is not None:
            return None
        if (section, name) == ("preview", "every") and not self.value("preview", "prompts"):
            return 0
        return self._defaults[section][name]

    def is_changed(self, section: str, name: str) -> bool:
        """Whether it differs from its default."""
        return name in self._differences.get(section, {})

    def changed_keys(self) -> list[Key]:
        """All that differ, in the order of the settings."""
        return [key for key in FIELDS if self.is_changed(*key)]

    def tables(self) -> Tables:
        """The differences alone."""
        tables: Tables = {}
        for section, name in self.changed_keys():
            tables.setdefault(section, {})[name] = self._differences[section][name]
        return tables

    def settings(self) -> Settings:
        """The settings of the run; raises StudioError for the first that is wrong."""
        return self._project.run_settings(self._all())

    def problems(self) -> dict[str, Sentence]:
        """What is wrong, by "section.name": a code of `studio.messages` and its parameters.

        The parameters of ``config.invalid`` also have pydantic's ``type`` and limits (ge, le ...).
        """
        problems: dict[str, Sentence] = {}
        try:
            base = find_base(self._project.settings.base, self._project.path)
        except StudioError as error:
            problems["base.model"] = (error.code, error.params)
        else:
            if base.naming != "sdxl" and self.value("network", "text_encoder_2"):
                problems["network.text_encoder_2"] = ("network.no_second_encoder", {})
        for key, params in wrong_settings(self._all()).items():
            problems.setdefault(key, ("config.invalid", params))
        return problems

    def text(self) -> str:
        """All differences as a preset for a file of its own, prompts too."""
        return preset_text(self._as_preset(self.value("run", "name"), OF_PROJECT))

    def as_preset(self, name: str) -> Preset:
        """An own preset that says what the draft says, but for what is of this project alone."""
        return self._as_preset(name, {*OF_PROJECT, *_CONTENT})

    # -- what the artist does

    def set_intent(self, intent: str) -> None:
        """Chooses what is taught; differences stay. Raises ``preset.not_found``."""
        before, self._intent = self._intent, intent
        try:
            self._find_defaults()
        except StudioError:
            self._intent = before
            raise
        self._drop_equal()
        self._note()

    def set(self, section: str, name: str, value: Any) -> None:
        """Sets a value, right or wrong; one equal to the default is no difference any more."""
        self._put(section, name, value)
        self._note()

    def reset(self, section: str, name: str) -> None:
        """Goes back to the default."""
        if self._differences.get(section, {}).pop(name, self) is not self:
            self._note()

    def reset_all(self) -> None:
        """Goes back to what base model and intent say; what the artist wrote stays."""
        self._differences = _content(self._differences)
        self._note()

    def apply_tables(self, tables: Mapping[str, Mapping[str, Any]], intent: str = "") -> None:
        """Takes over imported settings; a StudioError changes nothing.

        They are laid over what is set. With ``intent`` they are a preset: it is chosen, and its
        tables replace what is set, but for what the artist wrote.
        """
        wanted = {section: dict(table) for section, table in tables.items()}
        check_tables(wanted)
        before = self._intent
        self._intent = intent or before
        try:
            self._find_defaults()
        except StudioError:
            self._intent = before
            raise
        old = _content(self._differences) if intent else self._differences
        self._differences = lay(old, wanted)
        self._drop_equal()
        self._note()

    def refresh(self) -> None:
        """The project has another base model, resolution or trigger, or a run more."""
        self._find_defaults()
        self._drop_equal()
        self.changed.emit()

    def set_taken(self, names: Iterable[str]) -> None:
        """Runs called ``names`` go on or wait: the next one is called otherwise by default."""
        taken = frozenset(names)
        if taken != self._taken:
            self._taken = taken
            self.refresh()

    def save(self) -> None:
        """Writes what is not yet written, now."""
        self._timer.stop()
        if not self._unsaved:
            return
        name = self._project.settings.name
        try:
            write_preset(self.file, Preset(name, self._intent, self.tables()))
        except StudioError as error:
            self.failed.emit(error)
        else:
            self._unsaved = False

    # -- how it is kept

    def _load(self) -> None:
        if not self.file.exists():
            self._find_defaults()
            return
        try:
            saved = read_differences(self.file)
        except StudioError as error:
            self.trouble = error
            self._keep_copy()
            self._find_defaults()
            return
        self._intent = saved.intent or DEFAULT_INTENT
        try:
            self._find_defaults()
        except StudioError as error:
            self.trouble = error
            self._intent = DEFAULT_INTENT
            self._find_defaults()
        self._differences = {
            section: {name: read_value(section, name, value) for name, value in table.items()}
            for section, table in known(saved.tables).items()
        }
        self._drop_equal()

    def _keep_copy(self) -> None:
        """What cannot be read is about to be written over."""
        with writing(self.file):
            shutil.copyfile(self.file, self.file.with_suffix(".toml.broken"))

    def _note(self) -> None:
        self._unsaved = True
        self._timer.start()
        self.changed.emit()

    # -- defaults and differences

    def _find_defaults(self) -> None:
        self._defaults = find_defaults(self._project, self._intent, self._presets, self._taken)

    def _as_preset(self, name: str, without: Collection[Key]) -> Preset:
        own = own_preset(self._intent, self._presets)
        tables = lay(own.tables, self.tables()) if own else self.tables()
        for section, key in without:
            tables.get(section, {}).pop(key, None)
        intent = own.intent if own else self._intent
        return Preset(str(name), intent, {s: t for s, t in tables.items() if t})

    def _all(self) -> Tables:
        return {
            section: {name: self.value(section, name) for name in names}
            for section, names in self._defaults.items()
        }

    def _put(self, section: str, name: str, value: Any) -> None:
        value = read_value(section, name, value)
        other = EITHER.get((section, name))
        if other and value is not None:
            self._differences.get(section, {}).pop(other, None)
        if value == self.default(section, name):
            self._differences.get(section, {}).pop(name, None)
        else:
            self._differences.setdefault(section, {})[name] = value

    def _drop_equal(self) -> None:
        """What equals its default is no difference."""
        for section, table in self.tables().items():
            for name, value in table.items():
                self._put(section, name, value)


def _content(differences: Tables) -> Tables:
    """What the artist wrote, of ``differences``."""
    return {
        section: {name: value for name, value in table.items() if (section, name) in _CONTENT}
        for section, table in differences.items()
    }
