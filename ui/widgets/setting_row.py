"""A row of the settings form: name and help at the left, the field at the right.

All texts are painted by the row itself: with a label for each, the form would have four times as
many widgets and take four times as long to open.
"""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.setting_editors import make_editor
from ui.widgets.setting_values import Setting, SettingState

_INDENT = 2 * theme.SPACE  # holds the mark of a change
_EDITOR = 232
_UNIT = 64
_GAP = theme.SPACE
_WORDS = Qt.TextFlag.TextWordWrap
_DOT = 7
_SIDE = _EDITOR + _UNIT + theme.TARGET + 2 * _GAP
"""Pixels from the left of the field to the right of the row."""


class SettingRow(QWidget):
    """One setting; `show_state` says how it stands."""

    edited = Signal(str, object)
    """Key, and what the artist entered."""
    reset_wanted = Signal(str)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.state: SettingState | None = None
        self._wide = setting.kind == "texts"
        self.editor = make_editor(setting, self._tell)
        self.editor.widget.setParent(self)
        self.editor.field.setAccessibleName(setting.label)
        self._reset: IconButton | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        choices = (f"{value} {word}" for value, word in setting.choices)
        texts = (setting.key, setting.label, setting.help, *choices)
        self._words = "\n".join(texts).casefold()
        self._heights: dict[int, int] = {}  # by width
        self._text_heights: dict[int, int] = {}

    def show_state(self, state: SettingState) -> None:
        """Shows ``state``; costs nothing if it is the one that is shown."""
        before, self.state = self.state, state
        if state == before:
            return
        self.editor.show(state.value)
        self.editor.set_placeholder(state.placeholder)
        if before is None or (state.error, state.note) != (before.error, before.note):
            self.editor.field.setProperty("invalid", bool(state.error))
            if before is not None or state.error:
                self.editor.field.style().polish(self.editor.field)
            self._measure_again()
        self._show_reset(state)
        self.editor.field.setAccessibleDescription(self._description(state))
        self.setToolTip(self._tip(state))
        self.update()

    def matches(self, words: list[str]) -> bool:
        """Whether name, key, help and choices hold all ``words`` (case-folded)."""
        return all(_found(word, self._words) for word in words)

    def focus(self) -> None:
        """Puts the cursor into the field."""
        self.editor.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- geometry

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._height(width)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(_INDENT + 2 * _SIDE, theme.TARGET)  # the height goes by the width

    def minimumSizeHint(self) -> QSize:
        return QSize(_INDENT + _SIDE + 160, theme.TARGET)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._text_heights.clear()
            self._measure_again()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The name of a field is part of it."""
        self.editor.activate()

    def paintEvent(self, event: QPaintEvent) -> None:
        state = self.state
        if state is None:
            return
        painter = QPainter(self)
        text = self._text_rect(self.width())
        if state.changed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            middle = text.top() + QFontMetrics(self._name_font()).height() // 2
            painter.drawEllipse(2, middle - _DOT // 2, _DOT, _DOT)
        painter.setPen(theme.color("text"))
        painter.setFont(self._name_font())
        name = painter.boundingRect(text, _WORDS, self.setting.label)
        painter.drawText(text, _WORDS, self.setting.label)
        painter.setFont(self._help_font())
        painter.setPen(theme.color("muted"))
        painter.drawText(text.adjusted(0, name.height() + 1, 0, 0), _WORDS, self.setting.help)
        self._paint_side(painter, state)

    def _paint_side(self, painter: QPainter, state: SettingState) -> None:
        field = self.editor.widget.geometry()
        unit = QRect(field.right() + 1 + _GAP, field.top(), _UNIT, theme.TARGET)
        painter.drawText(unit, Qt.AlignmentFlag.AlignVCenter, self.setting.unit)
        below = QRect(field.left(), field.bottom() + 3, self._note_width(self.width()), 1000)
        if state.error:
            painter.setPen(theme.color("error"))
            theme.icon("error", "error").paint(painter, QRect(below.left(), below.top(), 14, 14))
            painter.drawText(below.adjusted(18, 0, 0, 0), _WORDS, state.error)
        elif state.note:
            painter.drawText(below, _WORDS, state.note)

    # -- parts

    def _tell(self, value: Any) -> None:
        self.edited.emit(self.setting.key, value)

    def _show_reset(self, state: SettingState) -> None:
        if state.changed and self._reset is None:
            self._reset = IconButton("reset", "", self)
            self.setTabOrder(self.editor.field, self._reset)
            self._reset.clicked.connect(lambda: self.reset_wanted.emit(self.setting.key))
            self._place()
        if self._reset is None:
            return
        if self._reset.hasFocus() and not state.changed:
            self.focus()  # the button goes, the keyboard stays
        text = self.tr("Reset {0} to {1}").format(self.setting.label, state.default)
        self._reset.setAccessibleName(text)
        self._reset.setToolTip(text)
        self._reset.setVisible(state.changed)

    def _description(self, state: SettingState) -> str:
        """What a screen reader adds to the name."""
        said = [state.error, self.setting.help, self.setting.unit, state.note]
        if state.changed:
            said.append(self.tr("Changed; the default is {0}.").format(state.default))
        return " ".join(text for text in said if text)

    def _tip(self, state: SettingState) -> str:
        return self.tr("{0}, by default {1}").format(self.setting.key, state.default)

    def _name_font(self) -> QFont:
        return self._bold() if self.state and self.state.changed else self.font()

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _help_font(self) -> QFont:
        font = QFont(self.font())
        if font.pixelSize() > 0:
            font.setPixelSize(max(11, font.pixelSize() - 1))
        else:
            font.setPointSizeF(font.pointSizeF() * 0.92)
        return font

    def _text_rect(self, width: int) -> QRect:
        room = width - _INDENT - (_GAP + theme.TARGET if self._wide else _SIDE + 2 * _GAP)
        return QRect(_INDENT, _GAP // 2 + 2, room, 1000)

    def _note_width(self, width: int) -> int:
        return width - _INDENT if self._wide else _SIDE

    def _text_height(self, width: int) -> int:
        if width not in self._text_heights:
            room = self._text_rect(width)
            name = QFontMetrics(self._bold()).boundingRect(room, _WORDS, self.setting.label)
            about = QFontMetrics(self._help_font()).boundingRect(room, _WORDS, self.setting.help)
            self._text_heights[width] = name.height() + 1 + about.height()
        return self._text_heights[width]

    def _height(self, width: int) -> int:
        text = self._text_height(width) + 4
        return self._stack(text, self._field_height() + self._note_height(width)) + _GAP

    def _field_height(self) -> int:
        widget = self.editor.widget
        wanted = max(widget.sizeHint().height(), widget.minimumHeight())
        return min(wanted, widget.maximumHeight())

    def _stack(self, text: int, field: int) -> int:
        return text + _GAP // 2 + field if self._wide else max(text, field)

    def _note_height(self, width: int) -> int:
        if self.state is None or not (said := self.state.error or self.state.note):
            return 0
        indent = 18 if self.state.error else 0
        room = QRect(0, 0, self._note_width(width) - indent, 1000)
        return 3 + QFontMetrics(self._help_font()).boundingRect(room, _WORDS, said).height()

    def _measure_again(self) -> None:
        self._heights.clear()
        self.updateGeometry()

    def _place(self) -> None:
        widget, width, height = self.editor.widget, self.width(), self._field_height()
        top = _GAP // 2
        if self._wide:
            top += self._text_height(width) + 4 + _GAP // 2
            widget.setGeometry(_INDENT, top, width - _INDENT, height)
        else:
            widget.setGeometry(width - _SIDE, top, _EDITOR, height)
        if self._reset:
            self._reset.move(width - theme.TARGET, _GAP // 2)


def _found(word: str, text: str) -> bool:
    """Whether a word of ``text`` begins so; languages without gaps find it anywhere."""
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![^\W_]){re.escape(word)}", text) is not None
