"""The previews of the simple settings: on or off, and what they draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.data.captions import has_word
from studio.data.collection import ImageFile
from studio.presets.intents import rhythm
from ui import theme
from ui.models.draft import RunDraft
from ui.widgets.prompt_list import PromptList

_SUGGESTED = 3
_LONGEST = 160  # characters of a suggested prompt


class Prompts(QWidget):
    """Sets the draft. As long as nobody typed anything, the prompts come from the captions."""

    def __init__(self, draft: RunDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self.shown = QCheckBox(self.tr("Show &previews while it trains"))
        self.shown.setMinimumHeight(theme.TARGET)
        self.shown.toggled.connect(self._switch)
        self._when = QLabel(wordWrap=True)
        self._when.setProperty("muted", True)
        self.list = PromptList()
        self.list.changed.connect(self._take)
        head = QHBoxLayout()
        head.setSpacing(2 * theme.SPACE)
        head.addWidget(self.shown)
        head.addWidget(self._when, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addWidget(self.list)

    def suggest(self, images: Sequence[ImageFile], trigger: str) -> None:
        """Takes prompts from the captions, unless the artist has own ones."""
        draft = self._draft
        present = tuple(draft.value("preview", "prompts"))
        before = draft.suggested
        draft.suggested = suggested_prompts((image.caption.text for image in images), trigger)
        own = draft.is_changed("preview", "prompts") and present != before
        if not own and present != draft.suggested:
            draft.set("preview", "prompts", draft.suggested)

    def refresh(self) -> None:
        """Shows the draft as it is now."""
        draft = self._draft
        every, prompts = draft.value("preview", "every"), draft.value("preview", "prompts")
        # The draft draws nothing without a prompt; the rows stay, so that one can be written.
        on = bool(every) if prompts else not draft.is_changed("preview", "every")
        self.shown.blockSignals(True)
        self.shown.setChecked(on)
        self.shown.blockSignals(False)
        self.shown.setEnabled(bool(prompts))
        self._when.setText(self._rhythm(every, bool(prompts)) if on else "")
        self.list.setVisible(on)
        seed = draft.value("preview", "seed")
        self.list.set_prompts(list(prompts), seed if isinstance(seed, int) else 1)

    def _rhythm(self, every: int, prompts: bool) -> str:
        if not prompts:
            return self.tr("Without a prompt, nothing is drawn")
        return self.tr("First without the LoRA, then every %n step(s)", "", every)

    def _take(self) -> None:
        self._draft.set("preview", "prompts", tuple(self.list.prompts()))
        self._draft.set("preview", "seed", self.list.seed.value())

    def _switch(self, on: bool) -> None:
        every = 0
        if on:
            steps = self._draft.value("schedule", "steps")
            every = self._draft.default("preview", "every")
            if isinstance(steps, int):
                every = rhythm(steps)["preview"]["every"]
        self._draft.set("preview", "every", every)


def suggested_prompts(captions: Iterable[str], trigger: str) -> tuple[str, ...]:
    """A few captions from all over the dataset, with the trigger word; else that word alone."""
    lines = [text.splitlines()[0].strip()[:_LONGEST] for text in captions if text.strip()]
    different = list(dict.fromkeys(line for line in lines if line))
    step = max(1, len(different) // _SUGGESTED)
    chosen = different[::step][:_SUGGESTED]
    if not trigger:
        return tuple(chosen)
    if not chosen:
        return (trigger,)
    return tuple(text if has_word(text, trigger) else f"{trigger}, {text}" for text in chosen)
