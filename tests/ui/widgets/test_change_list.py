from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui import theme
from ui.widgets.change_list import ChangeList, marked

TAGS = re.compile(r"<br>|<[^>]+>")


def test_words_that_go_and_come_are_marked() -> None:
    gone, new = marked("inkstyle, hat, long coat", "inkstyle, cap, long coat")
    assert gone == "inkstyle, <s class='gone'>hat</s>, long coat"
    assert new == "inkstyle, <u class='new'>cap</u>, long coat"


def test_markup_in_captions_is_shown_as_typed() -> None:
    gone, _ = marked("<b>hat</b> & scarf", "")
    assert "&lt;b&gt;" in gone.replace("</s>", "").replace("<s class='gone'>", "")


@given(st.text("ab, <&", max_size=30), st.text("ab, <&", max_size=30))
@settings(deadline=None, max_examples=60)
def test_marking_loses_nothing(before, after) -> None:
    import html

    gone, new = marked(before, after)
    assert html.unescape(TAGS.sub("", gone)) == before
    assert html.unescape(TAGS.sub("", new)) == after


@pytest.mark.parametrize("kind", [theme.Theme.LIGHT, theme.Theme.DARK])
def test_marks_have_the_colours_of_the_theme(qtbot, qapp, kind) -> None:
    theme.apply(qapp, kind)
    view = ChangeList()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.set_rows([("ink_001.txt", "inkstyle, WWWWWWWW", "inkstyle, MMMMMMMM")])
    view.show()
    image = view.viewport().grab().toImage()
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(90)}
    assert theme.colors().error in found
    assert theme.colors().good in found


def test_rows_grow_when_the_list_gets_narrow(qtbot) -> None:
    view = ChangeList()
    qtbot.addWidget(view)
    view.set_rows([("ink_001.txt", "word " * 40, "word " * 41)])
    view.show()
    view.resize(800, 300)
    qtbot.waitUntil(lambda: 0 < view.visualRect(view.model().index(0, 0)).height() < 150)
    view.resize(240, 300)
    qtbot.waitUntil(lambda: view.visualRect(view.model().index(0, 0)).height() > 150)
