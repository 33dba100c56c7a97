"""The model of all tags: sorted, searched, and quick with 20,000 of them."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ui.models.tag_counts import Order, Role, TagCounts

COUNTS = Counter({"hat": 11, "Boots": 2, "ankle": 2, "inkstyle": 42, "黑发": 7})


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> TagCounts:
    model = TagCounts()
    qtmodeltester.check(model)
    model.set_counts(COUNTS)
    return model


def shown(model: TagCounts) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_it_behaves_as_a_model(model: TagCounts, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.search("h")
    model.set_order(Order.NAME)
    model.set_counts({})
    model.set_counts(COUNTS)


def test_the_most_frequent_come_first_then_by_name(model: TagCounts) -> None:
    assert shown(model) == ["inkstyle", "hat", "黑发", "ankle", "Boots"]
    model.set_order(Order.NAME)
    assert shown(model) == ["ankle", "Boots", "hat", "inkstyle", "黑发"]


def test_the_search_does_not_mind_the_case(model: TagCounts) -> None:
    model.search(" BOO ")
    assert shown(model) == ["Boots"]
    assert (model.total, model.find("hat").isValid()) == (5, False)
    model.search("")
    assert len(shown(model)) == 5


def test_new_counts_that_keep_the_order_reset_nothing(model: TagCounts, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_counts(COUNTS | {"hat": 12})
    assert model.find("hat").data(Role.COUNT) == 12


def test_it_says_what_the_selected_images_have(model: TagCounts) -> None:
    model.set_selected({"hat": 2}, 3)
    assert model.find("hat").data(Role.SELECTED) == (2, 3)
    assert model.find("Boots").data(Role.SELECTED) == (0, 3)
    spoken = model.find("hat").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("hat: in 11")
    assert spoken.endswith("2 of 3 selected")


def test_setting_a_name_is_a_wish(model: TagCounts, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.renamed) as renamed:
        assert not model.setData(model.find("hat"), " cap ")
    assert renamed.args == ["hat", "cap"]
    assert model.find("hat").isValid()
    with qtbot.assertNotEmitted(model.renamed):
        model.setData(model.find("hat"), "hat")
        model.setData(model.find("hat"), " ")


def test_outside_of_the_rows_there_is_nothing(model: TagCounts) -> None:
    assert model.data(QModelIndex()) is None
    assert not model.find("coat").isValid()
    assert model.count("coat") == 0


def test_20000_tags_are_sorted_and_searched_at_once(model: TagCounts) -> None:
    counts = Counter({f"tag {n} x{n % 97}": n % 300 for n in range(20_000)})
    start = time.perf_counter()
    model.set_counts(counts)
    model.search("9 x")
    assert time.perf_counter() - start < 0.5
