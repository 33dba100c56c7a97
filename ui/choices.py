"""Choosers of language and theme, which home and the preferences show."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from ui.preferences import LANGUAGES, Preferences
from ui.theme import Theme


class _Choice(QComboBox):
    """Keeps itself and the preference called ``name`` equal, both ways."""

    def __init__(self, preferences: Preferences, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._name = name
        self.activated.connect(self._choose)
        preferences.changed.connect(self._show)

    def _choose(self) -> None:
        setattr(self._preferences, self._name, self.currentData())

    def _show(self, changed: str) -> None:
        if changed == self._name:
            self.setCurrentIndex(self.findData(getattr(self._preferences, changed)))


class LanguageChoice(_Choice):
    """Sets `Preferences.language`, which counts from the next start."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(preferences, "language", parent)
        self.setAccessibleName(self.tr("Language"))
        for code, name in LANGUAGES.items():
            self.addItem(name or self.tr("System language"), code)
        self._show("language")


class ThemeChoice(_Choice):
    """Sets `Preferences.theme`, which counts at once."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(preferences, "theme", parent)
        self.setAccessibleName(self.tr("Theme"))
        for value, name in (
            (Theme.SYSTEM, self.tr("System theme")),
            (Theme.LIGHT, self.tr("Light")),
            (Theme.DARK, self.tr("Dark")),
        ):
            self.addItem(name, value)
        self._show("theme")
