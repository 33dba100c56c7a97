from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from studio.data.facets import FACETS
from studio.data.filters import FIELDS, STATES
from studio.data.query import parse
from ui.widgets.facet_chips import ICONS, term
from ui.widgets.filter_bar import SORTS, FilterBar
from ui.widgets.filter_field import suggestions, written
from ui.widgets.filter_help import FilterHelp, QueryWords

COUNTS = {"all": 42, "is:uncaptioned": 12, "is:small": 3, "is:long": 0}


@pytest.fixture
def bar(qtbot) -> FilterBar:
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.resize(600, 120)
    bar.show()
    bar.set_facets(COUNTS)
    bar.set_tags(["hat", "long hair", "haystack", "top hat"])
    bar.heard = []
    bar.changed.connect(bar.heard.append)
    return bar


def test_typing_is_told_once_it_pauses(bar, qtbot) -> None:
    qtbot.keyClicks(bar.field, "cat")
    assert bar.heard == []
    qtbot.waitUntil(lambda: bar.heard == ["cat"])


def test_what_cannot_be_understood_is_marked_and_not_told(bar, qtbot) -> None:
    bar.set_text("cat")
    bar.set_text("cat (dog")
    assert bar.heard == ["cat"]
    assert bar.field.property("invalid")
    assert bar.field._bubble.isVisible()
    assert bar.field.error
    bar.set_text("cat (dog)")
    assert bar.heard == ["cat", "cat (dog)"]
    assert not bar.field.property("invalid")
    assert not bar.field._bubble.isVisible()


def test_the_bubble_points_at_the_place_that_is_wrong(bar) -> None:
    bar.set_text("tag:hat width:wide")
    bubble = bar.field._bubble
    tip = bubble.x() + bubble._notch - bar.field.mapTo(bar, QPoint()).x()
    bar.field.setCursorPosition(len("tag:hat width:"))
    assert tip == pytest.approx(bar.field.cursorRect().center().x(), abs=4)


@pytest.mark.parametrize(
    "text",
    [
        *('tag:"', "tag:", "cat OR", "(cat", "cat)", "(" * 60 + "cat" + ")" * 60, "shape:round"),
        *("width:wide", "ratio:1:2:3", "ratio:0", "bucket:512", "is:odd"),
    ],
)
def test_every_reason_has_a_sentence(bar, text) -> None:
    bar.set_text(text)
    assert bar.field.error.endswith(".")


def test_escape_clears_and_enter_and_down_go_to_the_grid(bar, qtbot) -> None:
    qtbot.keyClicks(bar.field, "cat")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down):
        with qtbot.waitSignal(bar.grid_requested):
            qtbot.keyClick(bar.field, key)
    assert bar.heard == ["cat"]
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bar.heard == ["cat", ""])


def test_a_chip_writes_its_term_and_takes_it_back(bar) -> None:
    bar.set_text("tag:hat")
    bar.chips.chips["uncaptioned"].click()
    assert bar.text == "tag:hat is:uncaptioned"
    assert bar.chips.chips["uncaptioned"].isChecked()
    assert not bar.chips.chips["all"].isChecked()
    bar.chips.chips["uncaptioned"].click()
    assert bar.text == "tag:hat"
    bar.chips.chips["all"].click()
    assert bar.heard == ["tag:hat", "tag:hat is:uncaptioned", "tag:hat", ""]
    assert bar.chips.chips["all"].isChecked()


def test_the_chip_of_all_images_stays_checked_when_clicked_again(bar) -> None:
    bar.chips.chips["all"].click()
    assert bar.chips.chips["all"].isChecked()


def test_a_chip_replaces_unfinished_text_by_the_last_query_and_its_term(bar) -> None:
    bar.set_text("cat")
    bar.set_text("cat (")
    bar.chips.chips["small"].click()
    assert bar.text == "cat is:small"


def test_chips_without_images_are_hidden_unless_they_are_active(bar) -> None:
    assert bar.chips.chips["small"].isVisible()
    assert not bar.chips.chips["long"].isVisible()
    bar.set_text("is:long")
    assert bar.chips.chips["long"].isVisible()
    assert bar.chips.chips["small"].text() == "Too small  3"


def test_chips_are_the_facets_that_are_counted() -> None:
    assert set(ICONS) == {"all", *FACETS}
    for name in ICONS:
        parse(term(name))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", []),
        ("ta", ["tag:", "tags:"]),
        ("tag:ha", ["tag:hat", "tag:haystack", 'tag:"long hair"', 'tag:"top hat"']),
        ('tag:"lo', ['tag:"long hair"']),
        ("is:unr", ["is:unreadable"]),
        ("width:5", []),
    ],
)
def test_fields_states_and_tags_are_completed(typed, offered) -> None:
    assert suggestions(typed, ["hat", "long hair", "haystack", "top hat"]) == offered


def test_completions_are_queries_that_match_the_tag_literally() -> None:
    for tag in (
        "hat",
        "long hair",
        "hat_(medium)",
        "what?",
        "a*b",
        "我的画风",
        "-x",
        'say "hi"',
        "a:b",
    ):
        query = parse(f"tag:{written(tag)}")
        assert query.text
    assert suggestions("is:", ()) == [f"is:{state}" for state in STATES]
    assert [name[:-1] for name in suggestions("t", ())] == [f for f in FIELDS if f[0] == "t"]


def test_a_chosen_completion_replaces_what_was_being_typed(bar, qtbot) -> None:
    qtbot.keyClicks(bar.field, "cat -tag:lo")
    bar.field._complete('tag:"long hair"')
    assert bar.text == 'cat -tag:"long hair" '
    qtbot.waitUntil(lambda: bar.heard == ['cat -tag:"long hair"'])


def test_the_popup_opens_while_typing_and_enter_takes_the_choice(bar, qtbot) -> None:
    bar.field.setFocus()
    qtbot.keyClicks(bar.field, "tag:long")
    popup = bar.field._completer.popup()
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert bar.text == 'tag:"long hair" '


def test_every_example_of_the_sheet_is_understood_and_can_be_added(bar, qtbot) -> None:
    examples = [example for example, _ in QueryWords().examples()]
    for example in examples:
        parse(example)
    bar.set_text("cat")
    sheet = FilterHelp(QueryWords(bar), bar)
    sheet.chosen.connect(bar._insert)
    sheet.findChildren(QPushButton)[0].click()
    assert bar.heard[-1] == f"cat {examples[0]}"


def test_the_order_is_told_when_chosen(bar) -> None:
    told = []
    bar.sort_changed.connect(told.append)
    for action in bar._sort.menu().actions():
        action.trigger()
    assert told == list(SORTS)


def test_every_part_that_takes_the_focus_has_a_name(bar) -> None:
    for part in bar.findChildren(QWidget):
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus:
            named = part.accessibleName() or (isinstance(part, QToolButton) and part.text())
            assert named, part
