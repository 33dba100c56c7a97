"""Settings in files: own presets, import and export as TOML, and the recipe of another LoRA."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QMessageBox, QWidget

from studio.config import Settings
from studio.errors import StudioError
from studio.files import write_atomically
from studio.presets.intents import INTENTS, intent_tables
from studio.presets.own import (
    Preset,
    list_presets,
    preset_path,
    read_settings_file,
    write_preset,
)
from studio.recipes import Recipe, read_recipe
from ui import messages
from ui.dialogs.recipe import RecipeDialog
from ui.models.bases import KINDS
from ui.models.draft import OWN, RunDraft
from ui.models.setting_rows import value_text
from ui.models.setting_words import LABELS, not_taken, translate
from ui.preferences import Preferences
from ui.widgets.setting_values import number_text
from ui.widgets.toast import Notice

ADAPTER, SETTINGS = ".safetensors", ".toml"


class SettingsFiles(QObject):
    """Asks for files, and reads and writes them."""

    presets_changed = Signal()
    noticed = Signal(object)

    def __init__(self, draft: RunDraft, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self._draft, self._preferences, self._window = draft, preferences, parent

    def presets(self) -> list[Preset]:
        """The artist's own presets."""
        return list_presets(self._preferences.presets_folder)

    def plans(self) -> dict[str, Settings]:
        """The settings of a run of each intent; raises StudioError where there can be none."""
        project, family = self._draft.project, self._draft.family
        prompts = {"preview": {"prompts": ["", "", ""]}}  # as many as are suggested
        return {
            intent: project.run_settings(intent_tables(intent, family), prompts)
            for intent in INTENTS
        }

    def menu(self) -> QMenu:
        """What can be done with files."""
        menu = QMenu(self._window)
        for text, act in (
            (self.tr("Import settings…"), self.import_settings),
            (self.tr("Read the recipe of a LoRA…"), self.choose_adapter),
            (self.tr("Export settings…"), self.export_settings),
            (self.tr("Save as preset…"), self.save_preset),
        ):
            menu.addAction(text, act)
        return menu

    def read(self, path: Path) -> None:
        """Takes settings from a file that was dropped: TOML, or a LoRA that tells its recipe."""
        if path.suffix.lower() == ADAPTER:
            self._read_recipe(path)
        else:
            self._import(path)

    def save_preset(self) -> None:
        """Asks for a name and saves what the draft says."""
        intent = self._draft.intent
        before = intent.removeprefix(OWN) if intent.startswith(OWN) else ""
        title, question = self.tr("Save as preset"), self.tr("Name of the preset")
        name, given = QInputDialog.getText(self._window, title, question, text=before)
        if not (name := name.strip()) or not given:
            return
        path = preset_path(self._preferences.presets_folder, name)
        if path.exists() and name != before and not self._may_replace(name):
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_preset(path, self._draft.as_preset(name))
            self._draft.set_intent(OWN + name)
            self._draft.reset_all()
        except StudioError as error:
            self._fail(error)
            return
        self.presets_changed.emit()
        self.noticed.emit(Notice(self.tr("Saved the preset {0}").format(name)))

    def import_settings(self) -> None:
        """Asks for a TOML file and takes its settings."""
        title, kinds = self.tr("Import settings"), self.tr("Settings (*.toml)")
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._folder(), kinds)
        if path:
            self._preferences.last_folder = Path(path).parent
            self._import(Path(path))

    def export_settings(self) -> None:
        """Asks for a place and writes the draft there."""
        title, kinds = self.tr("Export settings"), self.tr("Settings (*.toml)")
        start = str(Path(self._folder()) / f"{self._draft.value('run', 'name')}.toml")
        path, _ = QFileDialog.getSaveFileName(self._window, title, start, kinds)
        if not path:
            return
        file = Path(path).with_suffix(SETTINGS)
        self._preferences.last_folder = file.parent
        try:
            write_atomically(file, self._draft.text().encode())
        except StudioError as error:
            self._fail(error)
        else:
            self.noticed.emit(Notice(self.tr("Saved {0}").format(file.name)))

    def choose_adapter(self) -> None:
        """Asks for a LoRA file and reads its recipe."""
        title, kinds = self.tr("Read the recipe of a LoRA"), self.tr("LoRA files (*.safetensors)")
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._folder(), kinds)
        if path:
            self._preferences.last_folder = Path(path).parent
            self._read_recipe(Path(path))

    def _import(self, path: Path) -> None:
        try:
            imported = read_settings_file(path)
            self._draft.apply_tables(imported.preset.tables, imported.preset.intent)
        except StudioError as error:
            self._fail(error)
            return
        text = self.tr("Settings of {0} taken over").format(path.name)
        if imported.ignored:
            left = ", ".join(imported.ignored)
            text = self.tr("{0}, except {1}, which this project decides").format(text, left)
        self.noticed.emit(Notice(text))

    def _read_recipe(self, path: Path) -> None:
        try:
            recipe = read_recipe(path)
        except StudioError as error:
            self._fail(error)
            return
        dialog = RecipeDialog(
            path.name,
            self._notes(recipe),
            [
                (translate(LABELS[f"{section}.{name}"]), value_text(f"{section}.{name}", value))
                for section, table in recipe.tables.items()
                for name, value in table.items()
            ],
            [(left.key, left.value, not_taken(left.reason)) for left in recipe.unmapped],
            self._window,
        )
        if dialog.exec() == RecipeDialog.DialogCode.Accepted:
            try:
                self._draft.apply_tables(recipe.tables)
            except StudioError as error:
                self._fail(error)
        dialog.deleteLater()

    def _notes(self, recipe: Recipe) -> list[str]:
        """Sentences about a recipe as a whole."""
        notes = {
            "lora studio": self.tr("Trained with LoRA Studio."),
            "kohya": self.tr("Trained with kohya's scripts, or a program around them."),
            "onetrainer": self.tr("Trained with OneTrainer."),
            "unknown": self.tr("The file does not tell how it was trained, only its shape."),
        }
        lines = [notes[recipe.source]]
        if recipe.base_hint:
            lines.append(self.tr("Base model: {0}").format(recipe.base_hint))
        if recipe.trigger:
            lines.append(self.tr("Trigger word: {0}").format(recipe.trigger))
        if recipe.speed is not None:
            speed = number_text(float(f"{recipe.speed:.3g}"))
            lines.append(self.tr("Effective speed: {0}, and it stays the same").format(speed))
        family = self._draft.family
        if recipe.arch and recipe.arch != family:
            text = self.tr(
                "It was made for another kind of base model ({0}) than that of this project ({1}): "
                "size and learning rates may not suit."
            )
            lines.append(text.format(KINDS[recipe.arch], KINDS[family]))
        return lines

    def _may_replace(self, name: str) -> bool:
        question = self.tr("There is a preset called {0} already. Replace it?").format(name)
        title = self.tr("Save as preset")
        answer = QMessageBox.question(self._window, title, question)
        return answer == QMessageBox.StandardButton.Yes

    def _folder(self) -> str:
        return str(self._preferences.last_folder)

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice(messages.sentence(error.code, error.params), "error"))
