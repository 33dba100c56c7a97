"""The caption panel: from what the artist does to what should change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.caption_panel import SENTENCES, TAGS, CaptionPanel
from ui.widgets.tag_chip import Chip

ENTER = Qt.Key.Key_Return


class Words:
    """Counts a word as 30 tokens, so that the third one does not fit whole."""

    def count(self, text: str) -> int:
        return 30 * len(text.split())

    def cut(self, text: str) -> int:
        words = text.split(" ")
        return len(" ".join(words[:2])) + 1 if len(words) > 2 else len(text)


@pytest.fixture
def panel(qtbot: QtBot) -> CaptionPanel:
    panel = CaptionPanel()
    qtbot.addWidget(panel)
    panel.resize(380, 360)
    panel.show()
    panel.activateWindow()
    return panel


def chips(panel: CaptionPanel) -> list[Chip]:
    return [chip for chip in panel.findChildren(Chip) if chip.isVisible()]


def tags(panel: CaptionPanel) -> list[str]:
    return [chip.accessibleName() for chip in chips(panel)]


def says(panel: CaptionPanel, text: str) -> bool:
    labels = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    return any(text in label.text() for label in labels)


def type_tag(panel: CaptionPanel, text: str) -> None:
    panel.focus()
    QTest.keyClicks(panel.tag_editor.field, text)
    QTest.keyClick(panel.tag_editor.field, ENTER)


def test_without_an_image_it_says_what_to_do(panel: CaptionPanel) -> None:
    assert says(panel, "Select an image")
    assert not panel.tag_editor.isVisible()


def test_an_image_shows_its_tags_and_edits_are_told_as_such(
    panel: CaptionPanel, qtbot: QtBot
) -> None:
    panel.show_captions(["inkstyle, hat, coat"], "inkstyle")
    assert tags(panel) == ["inkstyle", "hat", "coat"]
    with qtbot.waitSignal(panel.tags_added) as added:
        type_tag(panel, "rain")
    assert added.args == [["rain"]]
    QTest.keyClick(panel.tag_editor.field, Qt.Key.Key_Left)
    with qtbot.waitSignal(panel.tags_reordered) as order:
        QTest.keyClick(chips(panel)[2], Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert order.args == [["inkstyle", "coat", "hat"]]
    with qtbot.waitSignal(panel.tags_removed) as removed:
        QTest.keyClick(chips(panel)[2], Qt.Key.Key_Delete)
    assert removed.args == [["coat"]]
    QTest.keyClick(chips(panel)[1], Qt.Key.Key_F2)
    with qtbot.waitSignal(panel.tag_renamed) as renamed:
        QTest.keyClicks(QApplication.focusWidget(), "cap\r")
    assert renamed.args == ["hat", "cap"]


def test_several_images_show_what_they_have_in_common(panel: CaptionPanel) -> None:
    panel.show_captions(["inkstyle, hat", "inkstyle, coat", "hat, inkstyle"])
    assert tags(panel) == ["inkstyle", "hat (2 of 3)", "coat (1 of 3)"]
    assert not panel.tokens.isVisible()


def test_of_thousands_of_tags_only_the_frequent_ones_are_shown(panel: CaptionPanel) -> None:
    panel.show_captions(["inkstyle, " + ", ".join(f"tag {n}" for n in range(400)), "inkstyle"])
    assert len(tags(panel)) == 150
    assert tags(panel)[0] == "inkstyle"
    assert says(panel, "251 rarer")


def test_of_several_captions_of_an_image_one_is_edited_at_a_time(
    panel: CaptionPanel, qtbot: QtBot
) -> None:
    text = "inkstyle, hat\nink, hat\nrain"
    panel.show_captions([text], other_images=True)
    assert says(panel, "Caption 1 of 3")
    panel._next.click()
    assert tags(panel) == ["ink", "hat"]
    with qtbot.waitSignal(panel.text_changed) as changed:
        type_tag(panel, "coat")
    assert changed.args == ["inkstyle, hat\nink, hat, coat\nrain"]
    panel.show_captions(changed.args, "inkstyle")
    assert tags(panel) == ["ink", "hat", "coat"]
    QTest.keyClick(panel.tag_editor.field, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(panel.text_changed) as changed:
        QTest.keyClick(chips(panel)[2], Qt.Key.Key_Delete)
    assert changed.args == [text]
    panel._next.click()
    assert not panel._next.isEnabled()
    panel.show_captions(["hat"], other_images=True)
    assert tags(panel) == ["hat"]


def test_a_sentence_is_told_as_text(panel: CaptionPanel, qtbot: QtBot) -> None:
    panel.set_mode(SENTENCES)
    panel.show_captions(["a fox"], other_images=True)
    panel.focus()
    with qtbot.waitSignal(panel.text_changed) as changed:
        QTest.keyClicks(panel.text_edit, " in snow.")
        panel.flush()
    assert changed.args == ["a fox in"]


def test_lines_are_captions_of_which_training_picks_one(panel: CaptionPanel) -> None:
    panel.set_mode(SENTENCES)
    panel.show_captions(["a fox\nan ink drawing"])
    assert says(panel, "training picks one each time")
    assert not panel._selector.isVisible()


def test_different_sentences_are_for_the_batch_edit(panel: CaptionPanel, qtbot: QtBot) -> None:
    panel.set_mode(SENTENCES)
    panel.show_captions(["a fox", "a dog"])
    assert panel.text_edit.isReadOnly()
    assert "2 different" in panel.text_edit.placeholderText()
    with qtbot.waitSignal(panel.batch_requested):
        panel._batch.click()
    panel.show_captions(["a fox", "a fox"])
    assert not panel.text_edit.isReadOnly()
    assert panel.text_edit.toPlainText() == "a fox"
    assert says(panel, "becomes the caption of 2")


def test_the_switch_tells_the_mode_and_set_mode_does_not(panel: CaptionPanel, qtbot: QtBot) -> None:
    panel.show_captions(["a fox"])
    with qtbot.waitSignal(panel.mode_changed) as changed:
        panel._switch.buttons[SENTENCES].click()
    assert changed.args == [SENTENCES]
    assert panel.text_edit.hasFocus()
    with qtbot.assertNotEmitted(panel.mode_changed):
        panel.set_mode(TAGS)
    assert panel.tag_editor.isVisible()


def test_switching_tells_a_sentence_that_is_being_typed(panel: CaptionPanel, qtbot: QtBot) -> None:
    panel.set_mode(SENTENCES)
    panel.show_captions([""])
    panel.focus()
    QTest.keyClicks(panel.text_edit, "fox")
    with qtbot.waitSignal(panel.text_changed) as changed:
        panel.set_mode(TAGS)
    assert changed.args == ["fox"]


def test_tokens_are_counted_once_there_is_a_counter(panel: CaptionPanel) -> None:
    panel.show_captions(["one, two, three"])
    assert panel.tokens.text() == ""
    panel.set_counter(Words())
    assert panel.tokens.text().startswith("90 / 75")
    assert ["75" in chip.tool_tip() for chip in chips(panel)] == [False, False, True]
    panel.show_captions(["one, two"])
    assert panel.tokens.text() == "60 / 75 tokens"
    assert not chips(panel)[1].tool_tip()


def test_in_a_sentence_the_end_that_is_not_read_is_marked_while_typing(panel: CaptionPanel) -> None:
    panel.set_counter(Words())
    panel.set_mode(SENTENCES)
    panel.show_captions(["one\none two"], other_images=True)
    panel.focus()
    QTest.keyClicks(panel.text_edit, " three")
    marked = [mark.cursor.selectedText() for mark in panel.text_edit.extraSelections()]
    assert marked == ["three"]
    assert panel.tokens.text().startswith("90 / 75")


def test_chinese_gets_a_hint_until_it_is_dismissed(panel: CaptionPanel, qtbot: QtBot) -> None:
    panel.show_captions(["帽子"])
    assert not says(panel, "English")
    panel.set_language_hint(True)
    assert says(panel, "English")
    panel.show_captions(["hat"])
    assert not says(panel, "English")
    panel.show_captions(["帽子"])
    with qtbot.waitSignal(panel.language_hint_dismissed):
        panel._language.dismiss.click()
    assert not says(panel, "English")


def test_a_caption_that_cannot_be_read_is_not_edited(panel: CaptionPanel, qtbot: QtBot) -> None:
    panel.set_counter(Words())
    panel.show_captions([""])
    panel.set_problem("ink.txt cannot be read as text.")
    assert says(panel, "ink.txt cannot be read")
    assert not panel.tag_editor.isVisible()
    assert not panel.tokens.isVisible()
    with qtbot.waitSignal(panel.convert_requested):
        panel._problem.button.click()
    panel.set_problem("")
    assert panel.tag_editor.isVisible()


def test_in_a_read_only_folder_captions_are_shown_only(panel: CaptionPanel) -> None:
    panel.show_captions(["a fox"])
    panel.set_read_only("Captions cannot be saved here.")
    assert says(panel, "cannot be saved here")
    assert not panel.tag_editor.field.isVisible()
    assert panel.text_edit.isReadOnly()
    panel.set_read_only("")
    assert panel.tag_editor.field.isVisible()
    assert not panel.text_edit.isReadOnly()


def test_everything_that_takes_the_focus_has_a_name(panel: CaptionPanel) -> None:
    panel.show_captions(["a, b\nc"])
    takers = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    nameless = [
        widget
        for widget in takers
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert takers
    assert nameless == []
