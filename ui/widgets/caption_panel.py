"""The caption of the selected images, as tags or as a sentence.

The panel says what the artist wants; whoever applies it calls `show_captions` again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.data.captions import join_tags, split_tags
from studio.data.edits import Add, Remove, Rename
from ui import theme
from ui.widgets.caption_text import CaptionText
from ui.widgets.icon_button import IconButton
from ui.widgets.notice import Notice
from ui.widgets.segments import Segments
from ui.widgets.shared_tags import cut_tag, has_cjk, shared_tags
from ui.widgets.tag_completer import Provider
from ui.widgets.tag_editor import TagEditor
from ui.widgets.token_bar import TokenBar

if TYPE_CHECKING:
    from studio.data.tokens import TokenCounter

TAGS, SENTENCES = "tags", "sentences"
"""The modes, as the project's settings call them."""

_CHIPS = 150  # of thousands of images with as many tags, only these are shown


class CaptionPanel(QWidget):
    """Shows captions and tells edits: of one image, or of several at once."""

    text_changed = Signal(str)
    """The whole caption of the selected images: a sentence, or lines of which one was edited."""
    tags_added = Signal(list)
    tags_removed = Signal(list)
    tag_renamed = Signal(str, str)
    tags_reordered = Signal(list)
    tag_clicked = Signal(str)
    """Ctrl+click: show the images with this tag."""
    mode_changed = Signal(str)
    """`TAGS` or `SENTENCES`."""
    batch_requested = Signal()
    convert_requested = Signal()
    """Read the undecodable caption in another encoding."""
    language_hint_dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: list[str] = []
        self._tags: Sequence[Sequence[str]] = ()
        self._unseen = 0
        self._trigger = ""
        self._line = 0
        self._mode = TAGS
        self._counter: TokenCounter | None = None
        self._hints = False
        self._make_parts()
        self._lay_out()
        self._connect()
        self.set_mode(TAGS)
        self.show_captions([])

    def show_captions(
        self,
        texts: Sequence[str],
        trigger: str = "",
        other_images: bool = False,
        tags: Sequence[Sequence[str]] | None = None,
    ) -> None:
        """Shows the captions of the selected images; several lines are several captions.

        ``other_images``: the selection changed, not only the captions. ``tags`` are those of each
        text, where the caller has split them.
        """
        self._texts, self._trigger = list(texts), trigger
        self._tags = (
            [split_tags(text.replace("\n", ",")) for text in texts] if tags is None else tags
        )
        if other_images:
            self._line = 0
        self._line = min(self._line, max(0, len(self._lines()) - 1))
        self._show_tags()
        self._show_text(to_end=other_images)
        self._update_remarks()
        self._update_tokens()

    def set_mode(self, mode: str) -> None:
        """Shows captions as `TAGS` or as `SENTENCES`, without a signal."""
        self.flush()
        self._mode = mode
        self._switch.choose(mode)
        self._update_remarks()
        self._update_tokens()

    def set_counter(self, counter: TokenCounter | None) -> None:
        """What counts tokens; until there is one, nothing is said about them."""
        self._counter = counter
        self._update_tokens()

    def set_provider(self, provider: Provider | None) -> None:
        """Who suggests tags."""
        self.tag_editor.set_provider(provider)

    def set_problem(self, text: str) -> None:
        """Why the caption cannot be shown, instead of it; "" if it can."""
        self._problem.set_text(text)
        self._update_remarks()
        self._update_tokens()

    def set_read_only(self, text: str) -> None:
        """Why captions cannot be changed; "" if they can."""
        if text == self._locked.text():
            return
        self._locked.set_text(text)
        self._show_tags()
        self._show_text()
        self._update_remarks()

    def set_language_hint(self, wanted: bool) -> None:
        """Whether to say once that the base model reads English best."""
        self._hints = wanted
        self._update_remarks()

    def flush(self) -> None:
        """Tells at once what was typed; to be called before other images are shown."""
        self.text_edit.flush()
        self.tag_editor.flush()

    def focus(self) -> None:
        """Puts the cursor where typing changes the caption."""
        editor = self.tag_editor if self._mode == TAGS else self.text_edit
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _make_parts(self) -> None:
        self._switch = Segments(
            ((TAGS, "tag", self.tr("Tags")), (SENTENCES, "text", self.tr("Sentence")))
        )
        self.tag_editor = TagEditor()
        self.text_edit = CaptionText()
        self._nothing = QLabel(self.tr("Select an image to see its caption."))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._problem = Notice("warning", "warning", self.tr("Read in another encoding…"))
        self._locked = Notice("locked")
        self._language = Notice("info", dismissible=True)
        self._note = QLabel(wordWrap=True)
        for label in (self._nothing, self._note):
            label.setProperty("muted", True)
        self.tokens = TokenBar()
        self._batch = QPushButton(self.tr("Batch edit…"))
        self._previous = IconButton("left", self.tr("Previous caption of this image"))
        self._next = IconButton("right", self.tr("Next caption of this image"))
        self._which = QLabel()
        self._stack = QStackedWidget()
        for page in (self._nothing, self.tag_editor, self.text_edit):
            self._stack.addWidget(page)

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Caption"))
        title.setStyleSheet("font-weight: 600")
        header, self._selector = QHBoxLayout(), QWidget()
        header.addWidget(title)
        header.addStretch()
        header.addWidget(self._switch)
        selector = QHBoxLayout(self._selector)
        selector.setContentsMargins(0, 0, 0, 0)
        selector.addWidget(self._which, 1)
        selector.addWidget(self._previous)
        selector.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(header)
        for remark in (self._problem, self._locked, self._language, self._selector):
            column.addWidget(remark)
        column.addWidget(self._stack, 1)
        column.addWidget(self.tokens)
        column.addWidget(self._note)
        column.addWidget(self._batch, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()

    def _connect(self) -> None:
        self._switch.chosen.connect(self._on_switch)
        tags = self.tag_editor
        tags.added.connect(lambda new: self._edit(Add(tuple(new)), self.tags_added, new))
        tags.removed.connect(lambda gone: self._edit(Remove(tuple(gone)), self.tags_removed, gone))
        tags.renamed.connect(
            lambda old, new: self._edit(Rename(old, new), self.tag_renamed, old, new)
        )
        tags.reordered.connect(
            lambda order: self._edit(lambda _: join_tags(order), self.tags_reordered, order)
        )
        tags.tag_clicked.connect(self.tag_clicked)
        self.text_edit.edited.connect(self.text_changed)
        self.text_edit.textChanged.connect(self._update_tokens)
        self.text_edit.cursorPositionChanged.connect(self._update_tokens)
        self._batch.clicked.connect(self.batch_requested)
        self._problem.acted.connect(self.convert_requested)
        self._language.dismissed.connect(self._dismiss_hint)
        self._previous.clicked.connect(lambda: self._go(-1))
        self._next.clicked.connect(lambda: self._go(1))

    def _lines(self) -> list[str]:
        """The captions of the one image that is shown, at least one; [] for several images."""
        if len(self._texts) != 1:
            return []
        return [line for line in self._texts[0].split("\n") if line.strip()] or [""]

    def _edit(self, edit: Callable[[str], str], intention: SignalInstance, *values: object) -> None:
        """Tells an edit; of one among several captions of an image as the new text of all."""
        lines = self._lines()
        if len(lines) > 1:
            lines[self._line] = edit(lines[self._line])
            self.text_changed.emit("\n".join(filter(None, lines)))
        else:
            intention.emit(*values)

    def _show_tags(self) -> None:
        lines = self._lines()
        shown = shared_tags([split_tags(lines[self._line])] if lines else self._tags)
        most = max(_CHIPS, sum(not tag.partial for tag in shown))
        self._unseen = len(shown) - len(shown[:most])
        self.tag_editor.set_tags(shown[:most], self._trigger)
        self.tag_editor.set_read_only(bool(self._locked.text()))

    def _show_text(self, to_end: bool = False) -> None:
        kinds = len(set(self._texts))
        self.text_edit.set_text(self._texts[0] if kinds == 1 else "", to_end)
        self.text_edit.setReadOnly(kinds > 1 or bool(self._locked.text()))
        text = self.tr("%n different caption(s)", "", kinds)
        if kinds == 1:
            text = self.tr("Describe the image…")
        self.text_edit.setPlaceholderText(text)

    def _update_remarks(self) -> None:
        tags, count, lines = self._mode == TAGS, len(self._texts), len(self._lines())
        differ = not tags and len(set(self._texts)) > 1
        page = self._nothing if not count else self.tag_editor if tags else self.text_edit
        self._stack.setCurrentWidget(page)
        self._stack.setVisible(not self._problem.text())
        self._selector.setVisible(tags and lines > 1)
        self._which.setText(self.tr("Caption {0} of {1}").format(self._line + 1, lines))
        self._previous.setEnabled(self._line > 0)
        self._next.setEnabled(self._line + 1 < lines)
        self._batch.setVisible(differ)
        self._note.setText(self._remark(tags, count, lines, differ))
        self._note.setVisible(bool(self._note.text()))
        foreign = self._hints and has_cjk(self._texts[:_CHIPS])
        hint = self.tr("This base model reads English best; tags such as “red dress” work better.")
        self._language.set_text(hint if foreign else "")

    def _remark(self, tags: bool, count: int, lines: int, differ: bool) -> str:
        if lines > 1:
            return self.tr("%n caption(s): training picks one each time", "", lines)
        if differ:
            return self.tr("The batch edit changes them together.")
        if count > 1 and not tags:
            return self.tr("What you type becomes the caption of %n image(s).", "", count)
        if tags and self._unseen:
            return self.tr("%n rarer tag(s) are not shown here.", "", self._unseen)
        return ""

    def _update_tokens(self) -> None:
        lines, number = self._lines(), self._line
        if self._mode == SENTENCES and lines:
            lines = self.text_edit.toPlainText().split("\n")
            number = self.text_edit.textCursor().blockNumber()
        self.tokens.setVisible(len(self._texts) == 1 and not self._problem.text())
        if self._counter is None or not lines:
            self.tokens.set_count(None)
            self.tag_editor.set_cut(None)
            self.text_edit.set_cuts([])
            return
        cuts = [self._counter.cut(line) for line in lines]
        self.tokens.set_count(self._counter.count(lines[number]))
        if self._mode == SENTENCES:
            self.text_edit.set_cuts(cuts)
        else:
            self.tag_editor.set_cut(cut_tag(lines[number], cuts[number]))

    def _on_switch(self, mode: str) -> None:
        self.set_mode(mode)
        self.mode_changed.emit(mode)
        self.focus()

    def _go(self, by: int) -> None:
        self._line += by
        self._show_tags()
        self._update_remarks()
        self._update_tokens()

    def _dismiss_hint(self) -> None:
        self.set_language_hint(False)
        self.language_hint_dismissed.emit()
