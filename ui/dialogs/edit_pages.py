"""The tabs of the batch edit: each turns its fields into one edit of `studio.data.edits`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from studio.data.edits import Add, Clean, Edit, Order, Remove, Replace
from studio.errors import StudioError
from ui import theme
from ui.widgets.icon_label import IconLabel
from ui.widgets.tag_field import typed_tags

_MNEMONIC = re.compile(r"\(&.\)|&")  # in Chinese it stands in parentheses behind the word


class EditPage(QWidget):
    """A form; `changed` tells that its edit is another one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.trigger = ""
        self.counts: Mapping[str, int] = {}
        self._fields: dict[str, QLineEdit | QComboBox | QCheckBox] = {}
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 2 * theme.SPACE, 0, 0)
        self.form.setHorizontalSpacing(2 * theme.SPACE)
        self.form.setVerticalSpacing(theme.SPACE)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)

    def edit(self) -> Edit | None:
        """What the fields ask for, None if nothing; raises ``edit.bad_pattern``."""
        raise NotImplementedError

    def verb(self, count: int) -> str:
        """The label of the button that does it to ``count`` captions."""
        raise NotImplementedError

    def name(self) -> str:
        """What is done, for the undo list."""
        raise NotImplementedError

    def show_error(self, error: StudioError | None) -> None:
        """Says what is wrong with a field, or that nothing is; most forms cannot be wrong."""

    def focus_first(self) -> None:
        """Puts the cursor into the first field."""
        next(iter(self._fields.values())).setFocus()

    def state(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {name: _value(field) for name, field in self._fields.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Sets what `state` gave; fields that are new since keep their defaults."""
        for name, field in self._fields.items():
            if name in state:
                _set_value(field, state[name])

    def add_text(self, name: str, label: str, hint: str = "") -> QLineEdit:
        """Adds a line to type in."""
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.textChanged.connect(self.changed)
        self._add(name, label, field)
        return field

    def add_choice(self, name: str, label: str, choices: Mapping[str, str]) -> QComboBox:
        """Adds a list of named choices; its data is the name."""
        field = QComboBox()
        for key, words in choices.items():
            field.addItem(words, key)
        field.currentIndexChanged.connect(self.changed)
        self._add(name, label, field)
        return field

    def add_checks(self, *checks: tuple[str, str, bool], below: bool = False) -> list[QCheckBox]:
        """Adds boxes (name, label, checked), in a row or below each other."""
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        boxes = []
        for name, label, checked in checks:
            box = QCheckBox(label)
            box.setMinimumHeight(theme.TARGET)
            box.setChecked(checked)
            box.toggled.connect(self.changed)
            self._fields[name] = box
            boxes.append(box)
            if below:
                self.form.addRow(box)
            else:
                row.addWidget(box)
        if not below:
            row.addStretch(1)
            self.form.addRow("", row)
        return boxes

    def _add(self, name: str, label: str, field: QLineEdit | QComboBox) -> None:
        self._fields[name] = field
        field.setAccessibleName(_MNEMONIC.sub("", label))
        self.form.addRow(label, field)


class ReplacePage(EditPage):
    """Find and replace, by text or regular expression."""

    def __init__(self) -> None:
        super().__init__()
        self.pattern = self.add_text("find", self.tr("&Find"))
        self.by = self.add_text("by", self.tr("&Replace with"))
        self.match_case, self.whole_tag, self.regex = self.add_checks(
            ("match_case", self.tr("&Match case"), False),
            ("whole_tag", self.tr("&Whole tags only"), False),
            ("regex", self.tr("Regular &expression"), False),
        )
        self._error = QLabel()
        self._error.setWordWrap(True)
        self._note = QWidget()
        row = QHBoxLayout(self._note)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(IconLabel("warning", "error"))
        row.addWidget(self._error, 1)
        self.form.addRow("", self._note)
        self._note.hide()

    def edit(self) -> Edit | None:
        if not self.pattern.text():
            return None
        return Replace(
            self.pattern.text(),
            self.by.text(),
            regex=self.regex.isChecked(),
            match_case=self.match_case.isChecked(),
            whole_tag=self.whole_tag.isChecked(),
        )

    def verb(self, count: int) -> str:
        return self.tr("Replace in %n caption(s)", "", count)

    def name(self) -> str:
        return self.tr("Replace “{0}” with “{1}”").format(self.pattern.text(), self.by.text())

    def show_error(self, error: StudioError | None) -> None:
        wrong = error.params["pattern"] if error else None
        for field in (self.pattern, self.by):
            mine = wrong == field.text()
            field.setProperty("invalid", mine)
            field.style().polish(field)
        self._note.setVisible(error is not None)
        self.pattern.setAccessibleDescription("")
        if error:
            words = self.tr("Character {0} of the expression: {1}")
            text = words.format(error.params["position"] + 1, error.params["reason"])
            self._error.setText(text)
            self.pattern.setAccessibleDescription(text)


class TagsPage(EditPage):
    """Adds tags at a place, or removes them."""

    def __init__(self) -> None:
        super().__init__()
        self.what = self.add_choice(
            "what",
            self.tr("&Do"),
            {
                "first": self.tr("Add at the front"),
                "after_trigger": self.tr("Add after the trigger word"),
                "last": self.tr("Add at the end"),
                "remove": self.tr("Remove"),
            },
        )
        self.what.setCurrentIndex(2)
        self.tags = self.add_text("tags", self.tr("&Tags"), self.tr("one tag, another tag"))

    def focus_first(self) -> None:
        self.tags.setFocus()

    def edit(self) -> Edit | None:
        tags = typed_tags(self.tags.text())
        if not tags:
            return None
        what = self.what.currentData()
        return Remove(tags) if what == "remove" else Add(tags, what, self.trigger)

    def verb(self, count: int) -> str:
        if self.what.currentData() == "remove":
            return self.tr("Remove from %n caption(s)", "", count)
        return self.tr("Add to %n caption(s)", "", count)

    def name(self) -> str:
        removes = self.what.currentData() == "remove"
        words = self.tr("Remove “{0}”") if removes else self.tr("Add “{0}”")
        return words.format(self.tags.text())


class OrderPage(EditPage):
    """Moves tags to the front and sorts the others."""

    def __init__(self) -> None:
        super().__init__()
        hint = self.tr("tags that come first, after the trigger word")
        self.first = self.add_text("first", self.tr("&First"), hint)
        self.others = self.add_choice(
            "others",
            self.tr("&Others"),
            {
                "keep": self.tr("Stay in their order"),
                "alphabetical": self.tr("By the alphabet"),
                "frequency": self.tr("Most frequent first"),
                "reverse": self.tr("Backwards"),
            },
        )

    def edit(self) -> Edit | None:
        first, others = typed_tags(self.first.text()), self.others.currentData()
        if not first and others == "keep":
            return None
        return Order(first, others, self.trigger, self.counts)

    def verb(self, count: int) -> str:
        return self.tr("Order tags of %n caption(s)", "", count)

    def name(self) -> str:
        return self.tr("Order tags")


class CleanPage(EditPage):
    """Tidies tags."""

    def __init__(self) -> None:
        super().__init__()
        self.checks = self.add_checks(
            ("duplicates", self.tr("Remove &repeated tags"), True),
            ("empty", self.tr("Remove &empty tags"), True),
            ("spaces", self.tr("Tidy &spaces"), True),
            ("underscores", self.tr("&Underscores become spaces"), False),
            ("chinese_commas", self.tr("&Chinese commas become commas"), False),
            below=True,
        )

    def edit(self) -> Edit | None:
        chosen = self.state()
        return Clean(**chosen, trigger=self.trigger) if any(chosen.values()) else None

    def verb(self, count: int) -> str:
        return self.tr("Clean %n caption(s)", "", count)

    def name(self) -> str:
        return self.tr("Clean captions")


def _value(field: QLineEdit | QComboBox | QCheckBox) -> Any:
    if isinstance(field, QLineEdit):
        return field.text()
    return field.currentData() if isinstance(field, QComboBox) else field.isChecked()


def _set_value(field: QLineEdit | QComboBox | QCheckBox, value: Any) -> None:
    if isinstance(field, QLineEdit):
        field.setText(value)
    elif isinstance(field, QComboBox):
        field.setCurrentIndex(max(field.findData(value), 0))
    else:
        field.setChecked(value)
