from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.choice_card import ChoiceCard


def cards(qtbot: QtBot) -> tuple[QWidget, list[ChoiceCard]]:
    host = QWidget()
    row = QHBoxLayout(host)
    group = QButtonGroup(host)
    made = [ChoiceCard("try", name, "A sentence.") for name in ("Style", "Object")]
    for card in made:
        group.addButton(card)
        row.addWidget(card)
    qtbot.addWidget(host)
    with qtbot.waitActive(host):
        host.show()
        host.activateWindow()
    return host, made


def test_one_of_several_is_chosen_by_mouse_or_arrow_keys(qtbot: QtBot) -> None:
    _host, (style, thing) = cards(qtbot)
    qtbot.mouseClick(style, Qt.MouseButton.LeftButton)
    assert style.isChecked()
    style.setFocus()
    qtbot.keyClick(style, Qt.Key.Key_Right)
    assert thing.isChecked()
    assert not style.isChecked()


def test_it_says_its_figures(qtbot: QtBot) -> None:
    host, (style, _) = cards(qtbot)
    style.describe("How pictures look.", ["30–100 images", "about 1 min"])
    assert style.facts() == "30–100 images\nabout 1 min"
    assert "30–100 images" in style.accessibleDescription()
    style.set_name("Style (changed)")
    assert style.text() == "Style (changed)"
    assert not unnamed_focusable(host)


def test_it_is_as_high_as_its_text_needs(qtbot: QtBot) -> None:
    _host, (style, _) = cards(qtbot)
    low = style.heightForWidth(400)
    style.describe("A sentence. " * 20)
    assert style.heightForWidth(400) > low
