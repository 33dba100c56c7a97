"""The settings form: search, changes, what is hidden, errors; and its fields one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import tab_order, too_small, unnamed_focusable
from ui import theme
from ui.widgets.icon_button import IconButton
from ui.widgets.setting_editors import make_editor
from ui.widgets.setting_values import (
    Setting,
    SettingGroup,
    SettingState,
    number_text,
    read_number,
    read_numbers,
)
from ui.widgets.settings_form import SettingsForm

GROUPS = [
    SettingGroup(
        "LoRA",
        [
            Setting("network.rank", "Rank", "How much it can hold.", "int", least=1, most=1024),
            Setting("network.flip", "Flip", "Show images mirrored.", "bool"),
        ],
    ),
    SettingGroup(
        "Optimizer",
        [
            Setting("optimizer.lr", "Learning rate", "How far a step goes.", "float", unit="x"),
            Setting("optimizer.text_lr", "Rate of the text encoder", "The same.", "float"),
            Setting("optimizer.prompts", "Prompts", "What to draw.", "texts"),
        ],
    ),
]
STATES = {
    "network.rank": SettingState(16, "16"),
    "network.flip": SettingState(False, "off"),
    "optimizer.lr": SettingState(1e-4, "1e-4"),
    "optimizer.text_lr": SettingState(1e-5, "1e-5", hidden="the text encoder is not trained"),
    "optimizer.prompts": SettingState(("a fox",), "a fox"),
}


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    theme.apply(_app(), theme.Theme.LIGHT)
    made = SettingsForm(GROUPS)
    qtbot.addWidget(made)
    made.show_states(STATES)
    made.resize(900, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def said(form: SettingsForm) -> list[str]:
    return [label.text() for label in form.findChildren(QLabel) if label.isVisible()]


def test_all_that_matters_is_shown_and_the_rest_explained(form: SettingsForm) -> None:
    assert form.shown() == [key for key in STATES if key != "optimizer.text_lr"]
    assert "1 hidden because the text encoder is not trained: Rate of the text encoder" in said(
        form
    )
    assert any(text.startswith("4 setting") for text in said(form))


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("rank", ["network.rank"]),
        ("RATE", ["optimizer.lr"]),
        ("lr", ["optimizer.lr"]),
        ("mirrored images", ["network.flip"]),
        ("ank", []),
        ("step far", ["optimizer.lr"]),
    ],
)
def test_the_search_finds_beginnings_of_words(
    form: SettingsForm, typed: str, keys: list[str]
) -> None:
    form.search.setText(typed)
    assert form.shown() == keys
    assert any(text.startswith(f"{len(keys)} of 4") for text in said(form))
    assert ("No setting matches." in said(form)) == (not keys)


def test_the_search_finds_what_is_hidden_and_says_why(form: SettingsForm) -> None:
    form.search.setText("text encoder")
    assert form.shown() == []
    assert any("the text encoder is not trained" in text for text in said(form))
    assert not any("Rank" in text or text == "LoRA" for text in said(form))


def test_only_what_is_changed(form: SettingsForm) -> None:
    changed = STATES | {"network.rank": SettingState(32, "16", changed=True)}
    form.show_states(changed)
    assert "(1)" in form.changed_only.text()
    form.changed_only.setChecked(True)
    assert form.shown() == ["network.rank"]
    form.show_states(STATES)  # reset: the row stays under the hand
    assert form.shown() == ["network.rank"]
    form.changed_only.setChecked(False)
    form.changed_only.setChecked(True)
    assert form.shown() == []


def test_editing_tells_key_and_value(form: SettingsForm, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    form.edited.connect(lambda key, value: told.append((key, value)))
    spin = form.rows["network.rank"].findChild(QSpinBox)
    assert spin is not None
    spin.setValue(32)
    line = form.rows["optimizer.lr"].findChild(QLineEdit)
    assert line is not None
    line.clear()
    qtbot.keyClicks(line, "2e-4")
    qtbot.mouseClick(
        form.rows["network.flip"], Qt.MouseButton.LeftButton, pos=QPoint(30, 12)
    )  # its name
    assert told[0] == ("network.rank", 32)
    assert told[-2:] == [("optimizer.lr", 2e-4), ("network.flip", True)]
    assert ("optimizer.lr", "2e-") in told


def test_a_change_is_marked_and_can_be_taken_back(form: SettingsForm, qtbot: QtBot) -> None:
    row = form.rows["network.rank"]
    form.show_states(STATES | {"network.rank": SettingState(32, "16", changed=True)})
    assert row._reset is not None
    assert row._reset.accessibleName() == "Reset Rank to 16"
    assert "Changed; the default is 16." in row.editor.field.accessibleDescription()
    with qtbot.waitSignal(form.reset_wanted) as told:
        row._reset.click()
    assert told.args == ["network.rank"]
    row._reset.setFocus()
    form.show_states(STATES)
    assert not row._reset.isVisible()
    assert row.editor.field.hasFocus()


def test_an_error_makes_room_for_itself_and_is_said(form: SettingsForm, qtbot: QtBot) -> None:
    row = form.rows["optimizer.lr"]
    before = row.height()
    wrong = replace(STATES["optimizer.lr"], value="1e-", error="It must be a number.")
    form.show_states(STATES | {"optimizer.lr": wrong})
    qtbot.waitUntil(lambda: row.height() > before)
    assert row.editor.field.property("invalid") is True
    assert row.editor.field.accessibleDescription().startswith("It must be a number.")
    form.show_states(STATES)
    qtbot.waitUntil(lambda: row.height() == before)
    assert row.editor.field.property("invalid") is False


def test_a_setting_is_found_again_whatever_was_searched(form: SettingsForm) -> None:
    form.resize(900, 160)
    form.search.setText("rank")
    form.show_setting("optimizer.prompts")
    row = form.rows["optimizer.prompts"]
    assert form.search.text() == ""
    assert row.editor.field.hasFocus()
    top = row.editor.field.mapTo(form, QPoint()).y()
    assert 0 < top < 160


def test_the_text_that_is_typed_stays_as_it_is(form: SettingsForm, qtbot: QtBot) -> None:
    line = form.rows["optimizer.lr"].findChild(QLineEdit)
    assert line is not None
    line.setText("1.0e-4")  # the same number, written otherwise
    form.show_states(STATES | {"optimizer.lr": SettingState(1e-4, "1e-4", note="new")})
    assert line.text() == "1.0e-4"
    line.editingFinished.emit()
    assert line.text() == "1e-4"


def test_the_wheel_changes_nothing_without_the_focus(form: SettingsForm) -> None:
    spin = form.rows["network.rank"].findChild(QSpinBox)
    assert spin is not None
    form.search.setFocus()
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), left, none, phase, False
    )
    QApplication.sendEvent(spin, event)
    assert spin.value() == 16


def test_everything_has_a_name_and_is_large_enough(form: SettingsForm) -> None:
    form.show_states(STATES | {"network.rank": SettingState(32, "16", changed=True)})
    assert unnamed_focusable(form) == []
    assert too_small(form) == []


def test_tab_goes_from_the_search_down_the_rows(form: SettingsForm, qtbot: QtBot) -> None:
    form.show_states(STATES | {"network.rank": SettingState(32, "16", changed=True)})
    with qtbot.waitActive(form):
        form.activateWindow()
    form.focus_search()
    rows, rank = form.rows, form.rows["network.rank"]
    assert tab_order(form) == [
        form.search,
        form.changed_only,
        *(rank.editor.field, rank._reset),
        rows["network.flip"].editor.field,
        rows["optimizer.lr"].editor.field,
        rows["optimizer.prompts"].editor.field,
    ]


def test_esc_empties_the_search(form: SettingsForm, qtbot: QtBot) -> None:
    form.search.setText("rank")
    qtbot.keyClick(form.search, Qt.Key.Key_Escape)
    assert form.search.text() == ""


# -- fields one by one


def setting(kind: Any, **more: Any) -> Setting:
    return Setting("a.b", "Name", "Help.", kind, **more)


@pytest.mark.parametrize(
    ("given", "typed", "value"),
    [
        (setting("float"), "1e-4", 1e-4),
        (setting("float"), "0,5", 0.5),
        (setting("float"), "x", "x"),
        (setting("float"), "", ""),
        (setting("float", optional=True), "", None),
        (setting("int", optional=True), "12", 12),
        (setting("numbers"), "0, 0.5;1", (0.0, 0.5, 1.0)),
        (setting("numbers"), "0, a", "0, a"),
        (setting("text"), " as is", " as is"),
    ],
)
def test_what_lines_are_read_as(qtbot: QtBot, given: Setting, typed: str, value: object) -> None:
    told: list[object] = []
    editor = make_editor(given, told.append)
    qtbot.addWidget(editor.widget)
    line = editor.field
    assert isinstance(line, QLineEdit)
    line.setText(typed)
    line.textEdited.emit(typed)
    assert told == [value]
    editor.show(value)
    assert line.text() == typed


@pytest.mark.parametrize(
    ("given", "value", "text"),
    [
        (setting("float"), 2.5e-5, "2.5e-5"),
        (setting("float"), "bad", "bad"),
        (setting("float", optional=True), None, ""),
        (setting("numbers"), (0.0, 0.5), "0, 0.5"),
    ],
)
def test_what_lines_show(qtbot: QtBot, given: Setting, value: object, text: str) -> None:
    editor = make_editor(given, lambda value: pytest.fail("nobody edited"))
    qtbot.addWidget(editor.widget)
    editor.show(0.1 if given.kind == "float" else (1.0,))
    editor.show(value)
    assert isinstance(editor.field, QLineEdit)
    assert editor.field.text() == text


def test_choices_boxes_and_texts(qtbot: QtBot) -> None:
    told: list[object] = []
    choice = make_editor(setting("choice", choices=[("a", "First"), ("b", "Second")]), told.append)
    box = make_editor(setting("bool"), told.append)
    texts = make_editor(setting("texts"), told.append)
    for editor in (choice, box, texts):
        qtbot.addWidget(editor.widget)
    choice.show("b")
    box.show(True)
    texts.show(("one", "two"))
    assert told == []
    assert isinstance(choice.field, QComboBox)
    assert choice.field.currentText() == "Second"
    assert isinstance(box.field, QCheckBox)
    assert box.field.isChecked()
    assert isinstance(texts.field, QPlainTextEdit)
    assert texts.field.toPlainText() == "one\ntwo"
    choice.field.setCurrentIndex(0)
    box.field.click()
    texts.field.setPlainText("one\n\n  three \n")
    assert told == ["a", False, ("one", "three")]
    texts.show(("one", "three"))  # so that a new line can be begun
    assert texts.field.toPlainText() == "one\n\n  three \n"


def test_a_zero_that_means_something_says_it(qtbot: QtBot) -> None:
    editor = make_editor(setting("int", least=0, zero="Off"), lambda value: None)
    qtbot.addWidget(editor.widget)
    assert isinstance(editor.field, QSpinBox)
    editor.show(0)
    assert editor.field.text() == "Off"
    editor.show("nonsense")  # from a file: the error stands below
    assert editor.field.value() == 0


def test_a_path_can_be_chosen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def answer(*args: Any) -> tuple[str, str]:
        asked.extend(args)
        return "/a/b.safetensors", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: "/a/vae")
    told: list[object] = []
    for kind in ("file", "place"):
        editor = make_editor(setting(kind, files="VAE (*.pt)"), told.append)
        qtbot.addWidget(editor.widget)
        button = editor.widget.findChildren(IconButton)[0]
        assert button.accessibleName() == "Choose: Name"
        if kind == "file":
            button.click()
        else:
            for action in button.menu().actions():
                action.trigger()
    assert asked[-1] == "VAE (*.pt)"
    assert told == ["/a/b.safetensors", "/a/b.safetensors", "/a/vae"]


def test_a_switch_may_be_left_unset(qtbot: QtBot) -> None:
    told: list[object] = []
    choices = [(None, "As the first"), (True, "On"), (False, "Off")]
    editor = make_editor(setting("choice", choices=choices), told.append)
    qtbot.addWidget(editor.widget)
    assert isinstance(editor.field, QComboBox)
    editor.show(None)
    assert editor.field.currentText() == "As the first"
    editor.field.setCurrentIndex(2)
    editor.field.setCurrentIndex(0)
    assert told == [False, None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (16, "16"),
        (1.0, "1"),
        (0.05, "0.05"),
        (1e-4, "1e-4"),
        (2.5e-5, "2.5e-5"),
        (7.5e-4, "7.5e-4"),
        (0.003, "0.003"),
        (0, "0"),
        (float("inf"), "inf"),
        (1234567, "1234567"),
    ],
)
def test_numbers_are_written_as_artists_do(value: float, text: str) -> None:
    assert number_text(value) == text
    assert read_number(text) == value


def test_what_is_no_number_is_none() -> None:
    assert read_number("1.2.3") is None
    assert read_numbers("1, x") is None
    assert read_numbers("0，0.5；1、2") == (0, 0.5, 1, 2)
    assert read_numbers("") == ()
