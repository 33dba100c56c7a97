from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from ui import theme
from ui.widgets.message_page import MessagePage
from ui.widgets.problem_words import AREAS, LOOKS, ProblemWords
from ui.widgets.problems_panel import ProblemGroup, ProblemsPanel

UNREADABLE = ProblemGroup(
    "image.unreadable", 3, ("a", "b", "c"), remedy="show", query="is:unreadable"
)
NOT_UTF8 = ProblemGroup("caption.read_as_gb18030", 2, ("d", "e"), remedy="convert")


@pytest.fixture
def panel(qtbot) -> ProblemsPanel:
    panel = ProblemsPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 500)
    panel.show()
    return panel


def button(panel: ProblemsPanel, name: str) -> QPushButton:
    return next(b for b in panel.findChildren(QPushButton) if b.accessibleName() == name)


def test_each_group_is_a_sentence_below_the_heading_of_its_area(panel) -> None:
    panel.set_problems([NOT_UTF8, UNREADABLE])
    texts = [label.text() for label in panel.findChildren(QLabel) if label.text()]
    assert texts == [
        *("Images", "3 image(s) cannot be read"),
        *("Captions", "2 caption file(s) are not UTF-8"),
    ]


def test_a_row_shows_its_images_by_query_or_by_list(panel) -> None:
    told = []
    panel.show_requested.connect(told.append)
    panel.set_problems([UNREADABLE, NOT_UTF8])
    button(panel, "3 image(s) cannot be read").click()
    button(panel, "2 caption file(s) are not UTF-8").click()
    assert told == ["is:unreadable", ["d", "e"]]


def test_a_remedy_is_asked_for_with_its_items(panel, qtbot) -> None:
    panel.set_problems([NOT_UTF8])
    with qtbot.waitSignal(panel.remedy_requested) as blocker:
        button(panel, "Convert to UTF-8: 2 caption file(s) are not UTF-8").click()
    assert blocker.args == ["convert", ["d", "e"]]


def test_a_remedy_may_change_the_list_while_its_button_is_down(panel, qtbot) -> None:
    panel.remedy_requested.connect(lambda *_: panel.set_problems([UNREADABLE]))
    panel.set_problems([NOT_UTF8])
    button(panel, "Convert to UTF-8: 2 caption file(s) are not UTF-8").click()
    qtbot.wait(1)
    assert button(panel, "3 image(s) cannot be read")


def test_no_problems_is_said(panel) -> None:
    panel.set_problems([ProblemGroup("image.unreadable", 0)])
    assert isinstance(panel.widget(), MessagePage)


def test_the_theme_can_change_while_problems_are_shown(panel, qapp) -> None:
    panel.set_problems([UNREADABLE, NOT_UTF8])
    theme.apply(qapp, theme.Theme.DARK)
    theme.apply(qapp, theme.Theme.LIGHT)
    assert len(panel.findChildren(QPushButton)) == 4


def test_every_kind_has_an_area_an_icon_and_a_sentence() -> None:
    words = ProblemWords()
    for code, icon in LOOKS.items():
        assert code.split(".")[0] in AREAS
        assert icon in theme.ICONS
        assert words.sentence(code, 2, "512")


def test_long_sentences_wrap_instead_of_being_cut(panel, qtbot) -> None:
    panel.resize(260, 400)
    panel.set_problems(
        [ProblemGroup("caption.no_trigger", 7, detail="inkstyle", remedy="add_trigger")]
    )
    qtbot.wait(10)
    row = button(panel, "7 caption(s) lack the trigger word inkstyle")
    text = row.findChildren(QLabel)[1]
    assert text.height() >= text.heightForWidth(text.width())
    assert text.height() > 1.5 * text.fontMetrics().height()
