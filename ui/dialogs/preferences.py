"""The preferences: each one counts as soon as it is set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from ui import theme
from ui.choices import LanguageChoice, ThemeChoice
from ui.preferences import HINTS, Preferences


class PreferencesDialog(QDialog):
    """Language, theme, folders, tag list, engine, hints; thumbnails if a project is open."""

    thumbnails_cleared = Signal()

    def __init__(
        self, preferences: Preferences, project_open: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.setWindowTitle(self.tr("Settings"))
        self._projects = QElidingLabel(str(preferences.projects_folder))
        self._tags = QElidingLabel(self._tag_list_text())
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(3 * theme.SPACE)
        self._form.setVerticalSpacing(3 * theme.SPACE // 2)
        self._add_choices()
        self._add_folders()
        self._add_engine()
        self._add_resets(project_open)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*4 * (3 * theme.SPACE,))
        column.setSpacing(3 * theme.SPACE)
        column.addLayout(self._form)
        column.addStretch()
        column.addWidget(buttons)
        self.resize(560, self.sizeHint().height())

    def _add_choices(self) -> None:
        language, label = LanguageChoice(self._preferences), QLabel(self.tr("&Language"))
        label.setBuddy(language)
        row = _with_hint(_row(language), self.tr("The language changes at the next start."))
        self._form.addRow(label, row)
        self._form.addRow(self.tr("&Theme"), ThemeChoice(self._preferences))

    def _add_folders(self) -> None:
        choose = self._button(self.tr("Choose…"), self._choose_projects)
        choose.setAccessibleName(self.tr("Choose the folder of new projects"))
        self._form.addRow(self.tr("New projects go to"), _row(self._projects, choose))
        choose = self._button(self.tr("Choose…"), self._choose_tags)
        choose.setAccessibleName(self.tr("Choose a tag list"))
        self._clear_tags = self._button(self.tr("Clear"), self._forget_tags)
        self._clear_tags.setAccessibleName(self.tr("Use no tag list"))
        self._clear_tags.setEnabled(self._preferences.tag_list is not None)
        hint = self.tr("A CSV file (tag, category, count, aliases) that completes tags.")
        row = _with_hint(_row(self._tags, choose, self._clear_tags), hint)
        self._form.addRow(self.tr("Tag list"), row)

    def _add_engine(self) -> None:
        separate = QCheckBox(self.tr("Run the engine in a separate process"))
        separate.setChecked(self._preferences.separate_engine)
        separate.toggled.connect(self._set_separate)
        hint = self.tr(
            "For graphics drivers that crash: LoRA Studio itself then stays open. "
            "Takes effect with the next job."
        )
        self._form.addRow(self.tr("Engine"), _with_hint(_row(separate), hint))

    def _set_separate(self, on: bool) -> None:
        self._preferences.separate_engine = on

    def _add_resets(self, project_open: bool) -> None:
        hints = self._button(self.tr("Show all hints again"), self._show_hints)
        hints.clicked.connect(lambda: hints.setEnabled(False))
        self._form.addRow(self.tr("Hints"), hints)
        if project_open:
            clear = self._button(self.tr("Clear"), self.thumbnails_cleared.emit)
            clear.setAccessibleName(self.tr("Clear the thumbnails of this project"))
            clear.clicked.connect(lambda: clear.setEnabled(False))
            self._form.addRow(self.tr("Thumbnails of this project"), clear)

    def _show_hints(self) -> None:
        self._preferences.remember(HINTS, [])

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: slot())
        return button

    def _choose_projects(self) -> None:
        start = str(self._preferences.projects_folder)
        title = self.tr("Folder of new projects")
        if chosen := QFileDialog.getExistingDirectory(self, title, start):
            self._preferences.projects_folder = Path(chosen)
            self._projects.setText(chosen)

    def _choose_tags(self) -> None:
        start = str(self._preferences.last_folder)
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Tag list"), start, self.tr("Tag lists (*.csv)")
        )
        if chosen:
            self._set_tags(Path(chosen))

    def _forget_tags(self) -> None:
        self._set_tags(None)

    def _set_tags(self, path: Path | None) -> None:
        self._preferences.tag_list = path
        self._tags.setText(self._tag_list_text())
        self._clear_tags.setEnabled(path is not None)

    def _tag_list_text(self) -> str:
        path = self._preferences.tag_list
        return str(path) if path else self.tr("None")


def _row(first: QWidget, *buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE)
    row.addWidget(first, 1)
    for button in buttons:
        row.addWidget(button)
    return row


def _with_hint(row: QHBoxLayout, text: str) -> QVBoxLayout:
    hint = QLabel(text)
    hint.setProperty("muted", True)
    hint.setWordWrap(True)
    column = QVBoxLayout()
    column.setSpacing(theme.SPACE // 2)
    column.addLayout(row)
    column.addWidget(hint)
    return column
