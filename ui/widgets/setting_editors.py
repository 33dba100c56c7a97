"""Fields for each kind of setting: a value in, a value out, or the text as typed if it is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.setting_values import Setting, number_text, read_number, read_numbers
from ui.widgets.wheel_guard import guard_wheel

_INT = 2**31 - 1
_MARGIN = 9
_TEXT_HEIGHT = 84  # pixels: three lines, in Chinese too

Edited = Callable[[Any], None]


class Editor:
    """A field; ``widget`` is what stands in the row, ``field`` what takes the focus."""

    def __init__(self, field: QWidget, widget: QWidget | None = None) -> None:
        self.field = field
        self.widget = widget or field
        self.field.setMinimumHeight(theme.TARGET)

    def show(self, value: Any) -> None:
        """Shows ``value``, without telling; a field that says it already stays as it is."""
        raise NotImplementedError

    def set_placeholder(self, text: str) -> None:
        """What an empty field means."""

    def activate(self) -> None:
        """The artist clicked the setting's name."""
        self.field.setFocus()


class IntEditor(Editor):
    """A spin box within the limits of the setting."""

    def __init__(self, setting: Setting, edited: Edited) -> None:
        self._spin = QSpinBox()
        self._spin.setRange(int(setting.least or 0), int(setting.most or _INT))
        self._spin.setSingleStep(setting.step)
        if setting.zero:
            self._spin.setSpecialValueText(setting.zero)
        self._spin.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)  # a style sheet's has no effect
        guard_wheel(self._spin)
        self._spin.valueChanged.connect(edited)
        super().__init__(self._spin)

    def show(self, value: Any) -> None:
        if isinstance(value, int) and value != self._spin.value():
            with QSignalBlocker(self._spin):
                self._spin.setValue(value)


class LineEditor(Editor):
    """A line that is read as ``read`` does and written as ``write`` does."""

    def __init__(
        self,
        read: Callable[[str], Any],
        write: Callable[[Any], str],
        edited: Edited,
        tidy: bool = True,
    ) -> None:
        self._line = QLineEdit()
        self._read, self._write = read, write
        self._line.textEdited.connect(lambda text: edited(self._read(text)))
        if tidy:
            self._line.editingFinished.connect(self._tidy)
        super().__init__(self._line)

    def show(self, value: Any) -> None:
        if self._read(self._line.text()) != value:
            self._line.setText(self._text(value))
            self._line.setCursorPosition(0)

    def set_placeholder(self, text: str) -> None:
        self._line.setPlaceholderText(text)

    def _tidy(self) -> None:
        self._line.setText(self._text(self._read(self._line.text())))

    def _text(self, value: Any) -> str:
        return value if isinstance(value, str) else self._write(value)


class PathEditor(LineEditor):
    """A line for a path, with a button that asks for it; for a place it asks of what kind first."""

    def __init__(self, setting: Setting, edited: Edited) -> None:
        super().__init__(str, str, edited, tidy=False)
        self._setting, self._edited = setting, edited
        button = IconButton(
            "folder", QCoreApplication.translate("Editor", "Choose: {0}").format(setting.label)
        )
        if setting.kind == "place":
            button.setMenu(self._menu(button))
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        else:
            button.clicked.connect(self._choose_file)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(self._line, 1)
        row.addWidget(button)
        self.widget = QWidget()
        self.widget.setLayout(row)

    def _menu(self, button: QWidget) -> QMenu:
        menu = QMenu(button)
        file = QCoreApplication.translate("Editor", "Choose a file…")
        folder = QCoreApplication.translate("Editor", "Choose a folder…")
        menu.addAction(file, self._choose_file)
        menu.addAction(folder, self._choose_folder)
        return menu

    def _choose_file(self) -> None:
        title, start = self._setting.label, self._line.text()
        chosen, _ = QFileDialog.getOpenFileName(self.widget, title, start, self._setting.files)
        self._take(chosen)

    def _choose_folder(self) -> None:
        title, start = self._setting.label, self._line.text()
        self._take(QFileDialog.getExistingDirectory(self.widget, title, start))

    def _take(self, chosen: str) -> None:
        if chosen:
            self._line.setText(chosen)
            self._edited(chosen)


class BoolEditor(Editor):
    """A box to tick."""

    def __init__(self, edited: Edited) -> None:
        self._box = QCheckBox()
        self._box.toggled.connect(edited)
        super().__init__(self._box)

    def show(self, value: Any) -> None:
        with QSignalBlocker(self._box):
            self._box.setChecked(value is True)

    def activate(self) -> None:
        super().activate()
        self._box.toggle()


class ChoiceEditor(Editor):
    """A list of words to choose from."""

    def __init__(self, setting: Setting, edited: Edited) -> None:
        self._list = QComboBox()
        self._values = [value for value, _ in setting.choices]  # Qt would not find None
        self._list.addItems([word for _, word in setting.choices])
        guard_wheel(self._list)
        self._list.currentIndexChanged.connect(lambda at: edited(self._values[at]))
        super().__init__(self._list)

    def show(self, value: Any) -> None:
        with QSignalBlocker(self._list):
            at = self._values.index(value) if value in self._values else -1
            self._list.setCurrentIndex(at)


class TextsEditor(Editor):
    """Texts, one on each line."""

    def __init__(self, edited: Edited) -> None:
        self._texts = QPlainTextEdit()
        self._texts.setTabChangesFocus(True)
        self._texts.setFixedHeight(_TEXT_HEIGHT)
        guard_wheel(self._texts)
        self._texts.textChanged.connect(lambda: edited(self._value()))
        super().__init__(self._texts)

    def show(self, value: Any) -> None:
        if self._value() != value:
            with QSignalBlocker(self._texts):
                self._texts.setPlainText("\n".join(map(str, value)))

    def set_placeholder(self, text: str) -> None:
        self._texts.setPlaceholderText(text)

    def _value(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self._texts.toPlainText().split("\n"))
        return tuple(line for line in lines if line)


def make_editor(setting: Setting, edited: Edited) -> Editor:
    """The field for ``setting``; ``edited`` is told what the artist enters."""
    if setting.kind == "bool":
        return BoolEditor(edited)
    if setting.kind == "choice":
        return ChoiceEditor(setting, edited)
    if setting.kind == "texts":
        return TextsEditor(edited)
    if setting.kind in ("file", "place"):
        return PathEditor(setting, edited)
    if setting.kind == "numbers":
        return LineEditor(_numbers, _numbers_text, edited)
    if setting.kind == "int" and not setting.optional:
        return IntEditor(setting, edited)
    if setting.kind in ("int", "float"):
        return LineEditor(_optional_number if setting.optional else _number, _number_text, edited)
    return LineEditor(str, str, edited, tidy=False)


def _number(text: str) -> Any:
    number = read_number(text)
    return text if number is None else number


def _optional_number(text: str) -> Any:
    return _number(text) if text.strip() else None


def _number_text(value: Any) -> str:
    return "" if value is None else number_text(value)


def _numbers(text: str) -> Any:
    numbers = read_numbers(text)
    return text if numbers is None else numbers


def _numbers_text(value: Any) -> str:
    return ", ".join(map(number_text, value))
