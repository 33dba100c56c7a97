from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from studio.data.image_file import Caption
from ui.dialogs.batch_edit import SHOWN, BatchEditDialog

TEXTS = ("inkstyle, red cat", "inkstyle, red_hat, red_hat", "a dog, asleep", "")


def caption(number: int, text: str) -> Caption:
    return Caption(Path("images"), f"{number}.txt", text.encode())


@pytest.fixture
def captions() -> list[Caption]:
    return [caption(number, text) for number, text in enumerate(TEXTS)]


@pytest.fixture
def dialog(qtbot, captions) -> BatchEditDialog:
    dialog = BatchEditDialog()
    qtbot.addWidget(dialog)
    dialog.set_context("inkstyle", {"red cat": 1})
    dialog.set_captions(captions[:1], captions[:2], captions)
    dialog.show()
    settle(qtbot, dialog)
    return dialog


def settle(qtbot, dialog: BatchEditDialog) -> None:
    qtbot.waitUntil(lambda: not dialog._pause.isActive() and not dialog._run.running)


def ask(qtbot, dialog: BatchEditDialog) -> tuple[str, list[tuple[Caption, str]]]:
    settle(qtbot, dialog)
    with qtbot.waitSignal(dialog.apply_requested) as blocker:
        dialog._apply.click()
    settle(qtbot, dialog)
    return blocker.args[0], blocker.args[1]


def test_the_button_says_in_how_many_captions_it_replaces(dialog, captions, qtbot) -> None:
    assert dialog._apply.text() == "Nothing to change"
    assert not dialog._apply.isEnabled()
    qtbot.keyClicks(dialog.pages["replace"].pattern, "RED")
    qtbot.keyClicks(dialog.pages["replace"].by, "blue")
    settle(qtbot, dialog)
    assert dialog._apply.text() == "Replace in 2 caption(s)"
    name, changes = ask(qtbot, dialog)
    assert name == "Replace “RED” with “blue”"
    assert changes == [
        (captions[0], "inkstyle, blue cat"),
        (captions[1], "inkstyle, blue_hat, blue_hat"),
    ]


def test_the_scope_limits_what_is_changed(dialog, captions, qtbot) -> None:
    dialog.pages["replace"].pattern.setText("red")
    dialog._radios["selected"].click()
    assert [found for found, _ in ask(qtbot, dialog)[1]] == captions[:1]
    assert dialog._radios["filtered"].text() == "Filtered 2"


def test_an_empty_scope_cannot_be_chosen(dialog, captions) -> None:
    dialog._radios["selected"].click()
    dialog.set_captions([], captions[:2], captions)
    assert dialog.scope == "filtered"
    assert not dialog._radios["selected"].isEnabled()


def test_a_caption_shared_by_two_images_counts_once(dialog, captions) -> None:
    dialog.set_captions([], [captions[0], captions[0]], captions)
    assert dialog._radios["filtered"].text() == "Filtered 1"


def test_a_bad_expression_is_told_with_its_place(dialog, qtbot) -> None:
    page = dialog.pages["replace"]
    page.regex.setChecked(True)
    page.pattern.setText("red(")
    settle(qtbot, dialog)
    assert page._note.isVisible()
    assert "Character 4" in page._error.text()
    assert page.pattern.property("invalid")
    assert not dialog._apply.isEnabled()
    page.pattern.setText("red.")
    settle(qtbot, dialog)
    assert not page._note.isVisible()
    assert dialog._apply.text() == "Replace in 2 caption(s)"


@pytest.mark.parametrize(
    ("case", "whole", "pattern", "count"),
    [(True, False, "RED", 0), (False, True, "red", 0), (False, True, "RED CAT", 1)],
)
def test_case_and_whole_tags_narrow_the_search(dialog, qtbot, case, whole, pattern, count) -> None:
    page = dialog.pages["replace"]
    page.pattern.setText(pattern)
    page.match_case.setChecked(case)
    page.whole_tag.setChecked(whole)
    settle(qtbot, dialog)
    assert dialog._apply.isEnabled() == bool(count)


def test_tags_are_added_after_the_trigger_word_and_removed(dialog, captions, qtbot) -> None:
    dialog.show_tab("tags")
    page = dialog.pages["tags"]
    page.what.setCurrentIndex(page.what.findData("after_trigger"))
    page.tags.setText("sketch")
    settle(qtbot, dialog)
    assert dialog._apply.text() == "Add to 4 caption(s)"
    assert ask(qtbot, dialog)[1][0] == (captions[0], "inkstyle, sketch, red cat")
    page.what.setCurrentIndex(page.what.findData("remove"))
    page.tags.setText("asleep")
    settle(qtbot, dialog)
    assert dialog._apply.text() == "Remove from 1 caption(s)"
    assert ask(qtbot, dialog) == ("Remove “asleep”", [(captions[2], "a dog")])


@pytest.mark.parametrize("typed", ["wet, dry", "wet，dry", "wet、 dry,"])
def test_tags_may_be_divided_by_chinese_commas(dialog, typed, qtbot) -> None:
    dialog.show_tab("tags")
    dialog.pages["tags"].tags.setText(typed)
    _, changes = ask(qtbot, dialog)
    assert changes[0][1] == "inkstyle, red cat, wet, dry"


def test_tags_are_ordered_behind_the_trigger_word(dialog, captions, qtbot) -> None:
    dialog.show_tab("order")
    dialog.pages["order"].first.setText("asleep")
    assert ask(qtbot, dialog)[1] == [(captions[2], "asleep, a dog")]
    dialog.pages["order"].first.clear()
    for index in range(dialog.pages["order"].others.count()):
        dialog.pages["order"].others.setCurrentIndex(index)
        settle(qtbot, dialog)


def test_repeated_tags_are_cleaned(dialog, captions, qtbot) -> None:
    dialog.show_tab("clean")
    assert ask(qtbot, dialog) == ("Clean captions", [(captions[1], "inkstyle, red_hat")])


def test_the_preview_shows_the_first_changes_and_counts_all(dialog, qtbot) -> None:
    many = [caption(number, "red cat") for number in range(SHOWN + 10)]
    dialog.set_captions([], [], many)
    dialog.pages["replace"].pattern.setText("red")
    settle(qtbot, dialog)
    assert dialog._list.model().rowCount() == SHOWN
    assert str(SHOWN + 10) in dialog._count.text()


def test_after_applying_the_preview_goes_on_from_the_new_texts(dialog, captions, qtbot) -> None:
    dialog.apply_requested.connect(
        lambda _, changes: [found.put(text.encode()) for found, text in changes]
    )
    dialog.pages["replace"].pattern.setText("red cat")
    dialog.pages["replace"].by.setText("dog")
    ask(qtbot, dialog)
    assert captions[0].text == "inkstyle, dog"
    assert dialog._apply.text() == "Nothing to change"


def test_enter_applies_and_escape_closes_and_ctrl_tab_turns_the_page(dialog, qtbot) -> None:
    page = dialog.pages["replace"]
    page.pattern.setFocus()
    qtbot.keyClicks(page.pattern, "red")
    settle(qtbot, dialog)
    with qtbot.waitSignal(dialog.apply_requested):
        qtbot.keyClick(page.pattern, Qt.Key.Key_Return)
    settle(qtbot, dialog)
    qtbot.keyClick(page.pattern, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert dialog.tabs.currentWidget() is dialog.pages["tags"]
    settle(qtbot, dialog)
    qtbot.keyClick(dialog.pages["tags"].tags, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_enter_does_nothing_before_the_preview_shows_what_was_typed(dialog, qtbot) -> None:
    page = dialog.pages["replace"]
    page.pattern.setText("red")
    settle(qtbot, dialog)
    page.pattern.setText("cat")
    with qtbot.assertNotEmitted(dialog.apply_requested):
        qtbot.keyClick(page.pattern, Qt.Key.Key_Return)
    settle(qtbot, dialog)


def test_choices_are_remembered_as_json(dialog, captions, qtbot) -> None:
    page = dialog.pages["replace"]
    page.pattern.setText("red")
    page.regex.setChecked(True)
    dialog.pages["order"].others.setCurrentIndex(2)
    dialog.show_tab("clean")
    dialog._radios["filtered"].click()
    kept = json.loads(json.dumps(dialog.state()))
    other = BatchEditDialog()
    qtbot.addWidget(other)
    other.set_captions(captions, captions, captions)
    other.restore(kept)
    assert other.state() == dialog.state()
    settle(qtbot, other)
    settle(qtbot, dialog)


def test_ten_thousand_captions_never_hold_the_window(dialog, qtbot) -> None:
    many = [caption(number, f"inkstyle, red cat, hat {number}") for number in range(10_000)]
    dialog.set_captions([], [], many)
    settle(qtbot, dialog)
    dialog.pages["replace"].pattern.setText("red")
    began = time.perf_counter()
    dialog.refresh()
    assert time.perf_counter() - began < 0.05
    settle(qtbot, dialog)
    assert dialog._apply.text() == "Replace in 10000 caption(s)"


def test_every_part_that_takes_the_focus_has_a_name(dialog) -> None:
    for part in dialog.findChildren(QWidget):
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and isinstance(part, QLineEdit | QComboBox):
            assert part.accessibleName(), part


@pytest.mark.parametrize("label", ["&Find", "查找(&F)"])
def test_the_name_of_a_field_has_no_mnemonic(dialog, label) -> None:
    field = dialog.pages["replace"].add_text("another", label)
    assert field.accessibleName() == label.replace("(&F)", "").replace("&", "")
