"""What is taught: a card for a character, a style, an object, and one for the artist's own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QWidget

from studio.planning.preflight import Outlook
from studio.presets.intents import INTENTS, facts
from studio.presets.own import Preset
from ui import theme
from ui.models.draft import OWN
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.preflight_words import PreflightWords

_MINE = "mine"


class IntentCards(QWidget):
    """The cards; they change nothing themselves."""

    chosen = Signal(str)
    """An intent, as `RunDraft.set_intent` takes it."""
    save_wanted = Signal()
    """The settings shall become an own preset."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets: list[Preset] = []
        self._intent = ""
        self._family = "sd1"
        self._outlooks: Mapping[str, Outlook] = {}
        self._words = PreflightWords(self)
        self.cards = {
            "character": ChoiceCard("character", self.tr("Character"), ""),
            "style": ChoiceCard("try", self.tr("Style"), ""),
            "object": ChoiceCard("object", self.tr("Object"), ""),
            _MINE: ChoiceCard("preset", self.tr("My preset…"), ""),
        }
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for name, card in self.cards.items():
            self._group.addButton(card)
            card.clicked.connect(lambda _=False, name=name: self._press(name))
            row.addWidget(card, 1)
        self.menu = QMenu(self)
        self.set_choice("style", changed=False)

    def set_presets(self, presets: list[Preset]) -> None:
        """The artist's own presets."""
        self._presets = presets
        self._describe()

    def set_choice(self, intent: str, changed: bool) -> None:
        """Marks the card of ``intent``; ``changed``: the settings are others than it says."""
        self._intent = intent
        own = intent.removeprefix(OWN) if intent.startswith(OWN) else ""
        for name, card in self.cards.items():
            title = self._title(name, own)
            marked = name == (_MINE if own else intent)
            card.setChecked(marked)
            card.set_name(self.tr("{0} (changed)").format(title) if marked and changed else title)
        self._describe()

    def set_outlook(self, family: str, outlooks: Mapping[str, Outlook]) -> None:
        """What runs of each intent need on a base model of ``family``, where it is known."""
        self._family, self._outlooks = family, outlooks
        self._describe()

    def focus(self) -> None:
        """Puts the focus on the chosen card."""
        for card in self.cards.values():
            if card.isChecked():
                card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _title(self, name: str, own: str) -> str:
        return {
            "character": self.tr("Character"),
            "style": self.tr("Style"),
            "object": self.tr("Object"),
            _MINE: own or self.tr("My preset…"),
        }[name]

    def _describe(self) -> None:
        sentences = {
            "character": self.tr("A person, animal or figure, called by a trigger word."),
            "style": self.tr("How pictures look, whatever they show."),
            "object": self.tr("One thing, called by a trigger word."),
        }
        for intent in INTENTS:
            self.cards[intent].describe(sentences[intent], self._facts(intent))
        mine = self.tr("Settings that you saved.") if self._presets else self._no_presets()
        self.cards[_MINE].describe(mine, self._saved())

    def _no_presets(self) -> str:
        return self.tr("Save settings that worked, to use them in any project.")

    def _saved(self) -> list[str]:
        count = len(self._presets)
        return [self.tr("%n preset(s)", "", count)] if count else []

    def _facts(self, intent: str) -> list[str]:
        known, expected = facts(intent, self._family), self._outlooks.get(intent)
        lines = [self.tr("{0}–{1} images").format(*known.images)]
        if expected is None:
            return lines
        memory = self._words.size(expected.memory)
        if expected.seconds is not None:
            time = self._words.duration(expected.seconds)
        elif known.minutes:
            time = self.tr("{0}–{1} min").format(*known.minutes)
        else:
            time = self.tr("a few minutes")
        return [*lines, self.tr("{0}, {1} memory").format(time, memory)]

    def _press(self, name: str) -> None:
        if name != _MINE:
            self.chosen.emit(name)
            return
        self._fill_menu()
        card = self.cards[_MINE]
        self.menu.popup(card.mapToGlobal(card.rect().bottomLeft()))
        own = self._intent.startswith(OWN)
        self.cards[_MINE if own else self._intent].setChecked(True)  # until one is chosen

    def _fill_menu(self) -> None:
        self.menu.clear()
        for preset in self._presets:
            action = self.menu.addAction(preset.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self._intent == OWN + preset.name)
            action.triggered.connect(lambda _=False, p=preset: self.chosen.emit(OWN + p.name))
        if not self._presets:
            self.menu.addAction(self.tr("No presets saved yet")).setEnabled(False)
        self.menu.addSeparator()
        save = QAction(self.tr("Save these settings as a preset…"), self.menu)
        save.triggered.connect(self.save_wanted)
        self.menu.addAction(save)
