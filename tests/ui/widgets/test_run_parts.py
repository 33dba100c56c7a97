"""The smaller parts of the view of a run: phases, cards, facts, folded lists."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.error_card import ErrorCard
from ui.widgets.facts import Facts
from ui.widgets.fold_list import MOST, FoldList
from ui.widgets.phase_strip import PhaseShown, PhaseStrip

PHASES = [
    PhaseShown("Base model", "done"),
    PhaseShown("Encode images", "now", 18, 42),
    PhaseShown("Train", "later"),
]


@pytest.fixture
def strip(qtbot) -> PhaseStrip:
    strip = PhaseStrip()
    qtbot.addWidget(strip)
    strip.set_phases(PHASES)
    return strip


def test_the_phases_say_how_far_they_are(strip) -> None:
    said = strip.accessibleName()
    assert said == "Base model: done, Encode images 18/42: now, Train: to come"


@pytest.mark.parametrize(
    ("width", "worded"),
    [(2000, [True] * 3), (170, [False, True, False]), (20, [False, True, False])],
)
def test_where_it_is_narrow_the_present_phase_keeps_its_words(strip, width, worded) -> None:
    strip.resize(width, 24)
    assert strip._worded() == worded
    assert not strip.grab().isNull()


@pytest.fixture
def card(qtbot) -> ErrorCard:
    card = ErrorCard()
    qtbot.addWidget(card)
    card.show()
    return card


def test_a_card_says_what_happened_and_offers_remedies(card) -> None:
    done: list[str] = []
    card.show_message(
        "Not enough memory",
        "The card is too small.",
        "Nothing is lost.",
        remedies=[("Use 512 px", lambda: done.append("512")), ("Quit", lambda: done.append("q"))],
        details="train.out_of_memory",
    )
    assert [button.text() for button in card.buttons] == ["Use 512 px", "Quit"]
    assert card.buttons[0].property("primary")
    assert not card.buttons[1].property("primary")
    card.buttons[1].click()
    assert done == ["q"]
    assert not unnamed_focusable(card)


def test_details_unfold_and_can_be_copied(qtbot, card) -> None:
    card.show_message("Title", "Sentence.", details="disk.full\npath: x")
    assert not card.details.isVisible()
    card.show_details.click()
    assert card.details.isVisible()
    with qtbot.waitSignal(card.copied):
        card.copy.click()
    assert QGuiApplication.clipboard().text() == "Title\nSentence.\ndisk.full\npath: x"


def test_a_card_without_details_or_remedies_has_no_room_for_them(card) -> None:
    card.show_message("Title", "Sentence.", details="x", remedies=[("A", print)])
    card.show_details.click()
    card.show_message("Title", "Sentence.")
    hidden = (card.kept, card.show_details, card.copy, card.details, card._remedies)
    assert not any(widget.isVisible() for widget in hidden)


def test_facts_without_a_value_are_left_out(qtbot) -> None:
    facts = Facts()
    qtbot.addWidget(facts)
    facts.show()
    facts.set_facts({"Speed": "", "Memory": "6 GB"})
    assert not facts._rows["Speed"][0].isVisible()
    facts.set_facts({"Speed": "2 steps/s"})
    assert facts._rows["Speed"][0].isVisible()
    assert facts.value("Memory") == "6 GB"


def test_a_list_folds_and_counts_what_is_too_much(qtbot) -> None:
    folded = FoldList("warning", "warning")
    qtbot.addWidget(folded)
    folded.set_sentences("None", [])
    assert not folded.isVisibleTo(None)
    folded.set_sentences("Many", [f"Sentence {number}." for number in range(MOST + 5)])
    folded.show()
    assert not folded.list.isVisible()
    folded.title.click()
    assert folded.list.isVisible()
    assert folded.list.count() == MOST + 1
    assert "5" in folded.list.item(MOST).text()
    assert not unnamed_focusable(folded)
