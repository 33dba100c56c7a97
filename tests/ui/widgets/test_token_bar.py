"""The bar says how many tokens there are, and that too many are not read."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui import theme
from ui.widgets.icon_label import IconLabel
from ui.widgets.token_bar import TokenBar


@pytest.fixture
def bar(qtbot: QtBot) -> TokenBar:
    bar = TokenBar()
    qtbot.addWidget(bar)
    bar.resize(300, 60)
    bar.show()
    return bar


def test_it_says_nothing_until_the_tokens_are_known(bar: TokenBar) -> None:
    assert bar.text() == ""
    bar.set_count(31)
    bar.set_count(None)
    assert bar.text() == ""


def test_it_says_how_many_there_are(bar: TokenBar) -> None:
    bar.set_count(31)
    assert bar.text() == "31 / 75 tokens"
    assert not bar.findChild(IconLabel).isVisible()  # type: ignore[union-attr]


def test_over_the_limit_it_says_that_the_end_is_not_read(bar: TokenBar) -> None:
    bar.set_count(75)
    assert not bar.findChild(IconLabel).isVisible()  # type: ignore[union-attr]
    bar.set_count(80)
    assert bar.text() == "80 / 75 tokens: 5 too many; the end is not read"
    assert bar.findChild(IconLabel).isVisible()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("count", "left", "right"),
    [(0, "border", "border"), (40, "accent", "border"), (150, "accent", "warning")],
)
def test_the_bar_shows_what_is_read_and_what_is_not(
    bar: TokenBar, count: int, left: str, right: str
) -> None:
    bar.set_count(count)
    image = bar.grab().toImage()
    shown = [image.pixelColor(x, 2).name() for x in (10, image.width() - 10)]
    assert shown == [theme.color(left).name(), theme.color(right).name()]


def test_the_words_can_be_read_by_a_screen_reader(bar: TokenBar) -> None:
    bar.set_count(3)
    assert [label.text() for label in bar.findChildren(QLabel) if label.text()] == ["3 / 75 tokens"]
