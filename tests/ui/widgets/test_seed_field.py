"""A locked seed stays; unlocked, each picture takes a new one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import too_small, unnamed_focusable
from ui import theme
from ui.widgets.seed_field import LARGEST, SeedField


@pytest.fixture
def seed(qtbot: QtBot) -> SeedField:
    seed = SeedField()
    qtbot.addWidget(seed)
    seed.show()
    return seed


def test_locked_it_gives_the_same_seed(seed: SeedField) -> None:
    seed.set_value(42)
    assert seed.locked
    assert [seed.next_seed() for _ in range(3)] == [42, 42, 42]


def test_unlocked_it_gives_new_ones_and_shows_them(seed: SeedField) -> None:
    seed.set_locked(False)
    seeds = []
    for _ in range(5):
        seeds.append(seed.next_seed())
        assert seed.value() == seeds[-1]
    assert len(set(seeds)) > 1
    assert all(0 <= number <= LARGEST for number in seeds)


def test_only_the_artist_is_told_about(seed: SeedField, qtbot: QtBot) -> None:
    told: list[int] = []
    seed.changed.connect(lambda: told.append(seed.value()))
    seed.set_value(7)
    seed.set_locked(False)
    seed.next_seed()
    assert told == []
    seed.set_value(7)
    seed.dice.click()
    seed.lock.click()
    assert len(told) == 2
    assert seed.locked


def test_the_largest_seed_fits(seed: SeedField, qtbot: QtBot) -> None:
    seed.field.setFocus()
    seed.field.selectAll()
    qtbot.keyClicks(seed.field, str(LARGEST))
    qtbot.keyClick(seed.field, Qt.Key.Key_Return)
    assert seed.value() == 2**31 - 1


def test_every_part_has_a_name_and_can_be_hit(seed: SeedField, qapp: QApplication) -> None:
    theme.apply(qapp, theme.Theme.LIGHT)
    assert unnamed_focusable(seed) == []
    assert too_small(seed) == []
