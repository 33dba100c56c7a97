"""Edits the tags of one image or of several at once, by keyboard or mouse.

It shows what `set_tags` says and nothing else: an edit is a signal, and whoever applies it calls
`set_tags` again. Chips are reused, so that going from image to image costs a millisecond or two.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.keys import is_enter
from ui.widgets.tag_chip import Chip, ShownTag
from ui.widgets.tag_completer import Provider, Suggestion
from ui.widgets.tag_field import RenameField
from ui.widgets.tag_flow import GAP, MARGIN, ChipFlow

_LINES = 3  # the least height
_BARE = "QLineEdit { border: none; background: transparent; padding: 0 4px; }"
_RENAME = 160  # the least width of the field in which a tag is renamed

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_WITH_CTRL = {_Key.Key_Left, _Key.Key_Right}
_OWN_KEYS = _WITH_CTRL | {
    _Key.Key_Up,
    _Key.Key_Down,
    _Key.Key_Home,
    _Key.Key_End,
    _Key.Key_Delete,
    _Key.Key_Backspace,
    _Key.Key_F2,
    _Key.Key_Return,
    _Key.Key_Enter,
    _Key.Key_Space,
    _Key.Key_Escape,
}


class TagEditor(QWidget):
    """Chips, and a field after them."""

    added = Signal(list)
    """Tags for all selected images."""
    removed = Signal(list)
    renamed = Signal(str, str)
    """Old, new; the new one may have commas, and is several tags then."""
    reordered = Signal(list)
    """The tags that all selected images have, in their new order."""
    tag_clicked = Signal(str)
    """Ctrl+click: show the images with this tag."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[ShownTag] = []
        self._common = 0
        self._provider: Provider | None = None
        self._flow = ChipFlow()
        self.field = self._flow.field
        self._rename_field = RenameField(self._flow)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._flow)
        self._scroll.viewport().setAutoFillBackground(False)
        self._flow.setAutoFillBackground(False)
        self._scroll.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._scroll)
        self.setMinimumHeight(_LINES * (theme.TARGET + GAP) - GAP + 2 * MARGIN + 2)
        self.setFocusProxy(self.field)
        self._connect_fields()

    def _connect_fields(self) -> None:
        self.field.setStyleSheet(_BARE)
        self.field.setPlaceholderText(self.tr("add tag…"))
        self.field.setAccessibleName(self.tr("Add tag"))
        self.field.entered.connect(self._add)
        self.field.left.connect(lambda: self._focus(len(self._shown) - 1))
        self.field.textChanged.connect(lambda _: self._arrange())
        self.field.suggestions.set_provider(self._suggest)
        self._rename_field.renamed.connect(self.renamed)
        self._rename_field.closed.connect(self.field.setFocus)
        self._rename_field.suggestions.set_provider(self._suggest)
        for field in (self.field, self._rename_field):
            field.installEventFilter(self)

    def set_provider(self, provider: Provider | None) -> None:
        """Who suggests tags while one is typed."""
        self._provider = provider

    def set_tags(self, shown: Sequence[ShownTag], trigger: str = "") -> None:
        """Shows these tags, those that all images have first; marks the trigger word."""
        self._rename_field.cancel()
        focused = self._focused()
        last = self._shown[focused].text if focused is not None else ""
        self._shown = sorted(shown, key=lambda tag: tag.partial)
        self._common = sum(not tag.partial for tag in shown)
        chips = self._flow.chips
        while len(chips) < len(self._shown):
            chips.append(self._new_chip())
        wanted = trigger.strip().casefold()
        for chip, tag in zip(chips, self._shown, strict=False):
            chip.show_tag(tag, bool(wanted) and tag.text.casefold() == wanted)
            chip.set_cut(False)
        self._flow.count = len(self._shown)
        if focused is not None:
            self._focus(self._nearest(last, focused))
        self._arrange()

    def set_cut(self, index: int | None) -> None:
        """The chip from which on the model does not read, or not to its end; None: it reads all."""
        for number, chip in enumerate(self._flow.chips[: len(self._shown)]):
            chip.set_cut(index is not None and number >= index)

    def set_read_only(self, read_only: bool) -> None:
        """Whether the tags can only be looked at."""
        self._flow.setEnabled(not read_only)
        self.field.setVisible(not read_only)

    def flush(self) -> None:
        """Ends a rename or a new tag that is under way, as Enter would."""
        self._rename_field.commit()
        self.field.commit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if event.type() == QEvent.Type.Resize and watched is self._scroll.viewport():
            self._arrange()
        if isinstance(watched, Chip) and isinstance(event, QKeyEvent):
            return self._filter_key(watched, event)
        return False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        chip = self._flow.childAt(self._flow.mapFromGlobal(event.globalPos()))
        if isinstance(chip, Chip):
            menu = self._menu(chip)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.field.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        focus = QApplication.focusWidget()
        inside = focus is not None and self.isAncestorOf(focus)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("accent" if inside else "border"))
        painter.setBrush(theme.color("surface"))
        shape = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(shape, theme.RADIUS, theme.RADIUS)

    def _new_chip(self) -> Chip:
        chip = Chip(self._flow)
        chip.installEventFilter(self)
        chip.clicked.connect(lambda: self._on_click(chip.tag))
        chip.crossed.connect(lambda: self.removed.emit([chip.tag.text]))
        chip.ctrl_clicked.connect(lambda: self.tag_clicked.emit(chip.tag.text))
        chip.double_clicked.connect(lambda: self._start_rename(chip))
        chip.dragged.connect(self._drag)
        chip.dropped.connect(lambda place: self._drop(self._flow.chips.index(chip), place))
        return chip

    def _on_click(self, tag: ShownTag) -> None:
        if tag.partial:
            self.added.emit([tag.text])

    def _menu(self, chip: Chip) -> QMenu:
        menu, tag = QMenu(self), chip.tag
        entries = (
            ("edit", self.tr("Rename…"), "F2", lambda: self._start_rename(chip)),
            (
                "filter",
                self.tr("Show images with this tag"),
                "",
                lambda: self.tag_clicked.emit(tag.text),
            ),
            ("trash", self.tr("Remove"), "Del", lambda: self.removed.emit([tag.text])),
        )
        if tag.partial:
            text = self.tr("Add to all %n image(s)", "", tag.total)
            menu.addAction(theme.icon("add"), text, lambda: self.added.emit([tag.text]))
        for icon, text, key, slot in entries:
            menu.addAction(theme.icon(icon), f"{text}\t{key}" if key else text, slot)
        return menu

    def _add(self, tags: list[str]) -> None:
        common = {tag.text.casefold() for tag in self._shown[: self._common]}
        named = {tag.casefold(): tag for tag in reversed(tags)}
        new = [named[key] for key in dict.fromkeys(map(str.casefold, tags)) if key not in common]
        if new:
            self.added.emit(new)
        for chip in self._flow.chips[: self._common]:
            if chip.tag.text.casefold() in common & named.keys():
                chip.flash()
                self._scroll.ensureWidgetVisible(chip)

    def _suggest(self, typed: str, limit: int) -> list[Suggestion]:
        if self._provider is None:
            return []
        there = {tag.text for tag in self._shown[: self._common]}
        found = self._provider(typed, limit + len(there))
        return [suggestion for suggestion in found if suggestion.tag not in there][:limit]

    def _start_rename(self, chip: Chip) -> None:
        area = chip.geometry()
        width = min(max(area.width() + 2 * MARGIN, _RENAME), self._flow.width() - 2 * MARGIN)
        area.setWidth(width)
        area.moveRight(min(area.right(), self._flow.width() - MARGIN))
        for other in self._flow.chips[: self._flow.count]:
            if other.geometry().intersects(area):  # it is covered wholly or not at all
                area |= other.geometry()
        self._rename_field.start(chip.tag.text, area)

    def _arrange(self) -> None:
        self._flow.arrange(self._scroll.viewport().width())
        if self.field.hasFocus():
            self._scroll.ensureWidgetVisible(self.field, 0, MARGIN)

    def _filter_key(self, chip: Chip, event: QKeyEvent) -> bool:
        if not self._is_own(event):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self._act(self._flow.chips.index(chip), event)
        return True

    @staticmethod
    def _is_own(event: QKeyEvent) -> bool:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == _CTRL:
            return event.key() in _WITH_CTRL
        if modifiers & (_CTRL | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            return False
        return event.key() in _OWN_KEYS or (bool(event.text()) and event.text().isprintable())

    def _act(self, index: int, event: QKeyEvent) -> None:
        """What a key does while the chip at ``index`` has the focus."""
        chip, key = self._flow.chips[index], event.key()
        if key in _WITH_CTRL:
            to = index + (1 if key == _Key.Key_Right else -1)
            if event.modifiers() & _CTRL:
                self._move(index, to)
            else:
                self._focus(max(0, to))
        elif key in (_Key.Key_Up, _Key.Key_Down):
            to = self._flow.beside(index, -1 if key == _Key.Key_Up else 1)
            self._focus(index if to < 0 and key == _Key.Key_Up else to)
        elif key in (_Key.Key_Home, _Key.Key_End):
            self._focus(0 if key == _Key.Key_Home else len(self._shown) - 1)
        elif key in (_Key.Key_Delete, _Key.Key_Backspace):
            self.removed.emit([chip.tag.text])
        elif key == _Key.Key_F2 or is_enter(event):
            self._start_rename(chip)
        elif key == _Key.Key_Space:
            chip.click()
        else:
            self.field.setFocus()
            if key != _Key.Key_Escape:
                QApplication.sendEvent(self.field, event)

    def _focused(self) -> int | None:
        focus = QApplication.focusWidget()
        return next((n for n, chip in enumerate(self._flow.chips) if chip is focus), None)

    def _focus(self, index: int) -> None:
        """Focuses the chip at ``index``, or the field if there is none."""
        target = self._flow.chips[index] if 0 <= index < len(self._shown) else self.field
        target.show()
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(target, 0, MARGIN)

    def _nearest(self, text: str, index: int) -> int:
        """Where the focus goes: with its tag, else to the one that took its place, else before."""
        places = [number for number, tag in enumerate(self._shown) if tag.text == text]
        nearest = min(places, key=lambda place: abs(place - index), default=index)
        return min(nearest, len(self._shown) - 1)

    def _move(self, index: int, to: int) -> None:
        """Moves a tag that all images have to another place among its like."""
        order = [tag.text for tag in self._shown[: self._common]]
        if index != to and index < self._common and 0 <= to < self._common:
            order.insert(to, order.pop(index))
            self.reordered.emit(order)

    def _drag(self, place: QPoint) -> None:
        self._flow.mark_gap(self._flow.gap(place, self._common), self._common)

    def _drop(self, index: int, place: QPoint) -> None:
        self._flow.mark_gap(None, self._common)
        gap = self._flow.gap(place, self._common)
        self._move(index, gap - 1 if gap > index else gap)
