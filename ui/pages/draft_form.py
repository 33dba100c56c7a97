"""Connects the settings form with a draft: both ways, and errors a moment after typing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from ui import shortcuts
from ui.models.draft import RunDraft
from ui.models.setting_rows import setting_groups, setting_states
from ui.widgets.settings_form import SettingsForm

_PAUSE = 250  # milliseconds without typing, after which errors are said


class DraftForm(QObject):
    """Owns `form`, which shows ``draft`` and changes it."""

    def __init__(self, draft: RunDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self.form = SettingsForm(setting_groups())
        self._wrong: set[str] = set()
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self.show_errors)
        self.form.edited.connect(self._edit)
        self.form.reset_wanted.connect(self._reset)
        shortcuts.action("settings.search", self.form, self.form.focus_search)
        draft.changed.connect(self._refresh)
        self.show_errors()

    def show_errors(self) -> None:
        """Says now what is wrong."""
        self._timer.stop()
        states = setting_states(self._draft)
        self._wrong = {key for key, state in states.items() if state.error}
        self.form.show_states(states)

    def _edit(self, key: str, value: object) -> None:
        section, _, name = key.partition(".")
        self._draft.set(section, name, value)

    def _reset(self, key: str) -> None:
        section, _, name = key.partition(".")
        self._draft.reset(section, name)

    def _refresh(self) -> None:
        """What is new and wrong waits until the artist has typed it."""
        states = setting_states(self._draft)
        late = {key for key, state in states.items() if state.error} - self._wrong
        self._wrong &= {key for key, state in states.items() if state.error}
        self.form.show_states(states | {key: replace(states[key], error="") for key in late})
        if late:
            self._timer.start()
