"""The slider tells strengths while they move and once they rest, and stops at the marks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import too_small, unnamed_focusable
from ui import theme
from ui.widgets.strength_slider import StrengthSlider

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Heard:
    def __init__(self, slider: StrengthSlider) -> None:
        self.changed: list[float] = []
        self.settled: list[float] = []
        slider.changed.connect(self.changed.append)
        slider.settled.connect(self.settled.append)


@pytest.fixture
def slider(qtbot: QtBot) -> StrengthSlider:
    slider = StrengthSlider()
    qtbot.addWidget(slider)
    slider.resize(380, 40)
    slider.show()
    slider.slider.setFocus()
    slider.activateWindow()
    return slider


@pytest.fixture
def heard(slider: StrengthSlider) -> Heard:
    return Heard(slider)


def at(slider: StrengthSlider, value: float) -> QPoint:
    return QPointF(slider.slider._x(value), 12).toPoint()


def wheel(widget: QWidget, notches: float, modifiers: Qt.KeyboardModifier = NONE) -> QWheelEvent:
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


def test_setting_a_value_shows_it_and_tells_nothing(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    slider.set_value(0.333)
    assert slider.value() == 0.33
    assert slider.field.value() == 0.33
    slider.set_value(-12)
    assert slider.value() == -10
    qtbot.wait(350)
    assert (heard.changed, heard.settled) == ([], [])


def test_dragging_tells_each_change_and_the_end(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    qtbot.mousePress(slider.slider, LEFT, pos=at(slider, 0.2))
    qtbot.mouseMove(slider.slider, at(slider, 0.3))
    assert heard.changed == [0.2, 0.3]
    assert heard.settled == []
    qtbot.mouseRelease(slider.slider, LEFT, pos=at(slider, 0.3))
    assert heard.settled == [0.3]


@pytest.mark.parametrize("mark", [0.0, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("off", [-0.035, 0.035])
def test_dragging_stops_at_the_marks(slider: StrengthSlider, mark: float, off: float) -> None:
    slider.resize(1600, 40)
    drag_to(slider, mark + off)
    assert slider.value() == mark


def test_with_shift_dragging_stops_nowhere(slider: StrengthSlider) -> None:
    slider.resize(1600, 40)
    drag_to(slider, 0.78, SHIFT)
    assert slider.value() == 0.78


def drag_to(slider: StrengthSlider, value: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    from PySide6.QtTest import QTest

    QApplication.processEvents()
    QTest.mousePress(slider.slider, LEFT, modifiers, at(slider, value))
    QTest.mouseRelease(slider.slider, LEFT, modifiers, at(slider, value))


def test_a_rest_settles_while_the_knob_is_still_held(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    qtbot.mousePress(slider.slider, LEFT, pos=at(slider, 0.2))
    qtbot.waitUntil(lambda: heard.settled == [0.2])
    qtbot.mouseRelease(slider.slider, LEFT, pos=at(slider, 0.2))
    assert heard.settled == [0.2]


def test_a_double_click_is_full_strength(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    slider.set_value(0.4)
    qtbot.mouseDClick(slider.slider, LEFT, pos=at(slider, 0.4))
    assert heard.changed[-1] == 1.0


@pytest.mark.parametrize(
    ("key", "modifiers", "value"),
    [
        (Qt.Key.Key_Right, NONE, 0.85),
        (Qt.Key.Key_Left, NONE, 0.8),
        (Qt.Key.Key_Up, SHIFT, 0.84),
        (Qt.Key.Key_Left, SHIFT, 0.82),
        (Qt.Key.Key_PageUp, NONE, 1.0),
        (Qt.Key.Key_PageDown, NONE, 0.75),
        (Qt.Key.Key_Home, NONE, -1.0),
        (Qt.Key.Key_End, NONE, 2.0),
    ],
)
def test_keys(
    slider: StrengthSlider,
    heard: Heard,
    qtbot: QtBot,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    value: float,
) -> None:
    slider.set_value(0.83)
    qtbot.keyClick(slider.slider, key, modifiers)
    assert heard.changed == [value]
    assert slider.field.value() == value
    qtbot.waitUntil(lambda: heard.settled == [value])


def test_many_small_steps_are_exact(slider: StrengthSlider, qtbot: QtBot) -> None:
    slider.set_value(-1)
    for _ in range(300):
        qtbot.keyClick(slider.slider, Qt.Key.Key_Right, SHIFT)
    assert slider.value() == 2.0
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert slider.value() == 2.0


def test_a_strength_beyond_the_slider_is_kept_and_comes_back_only(
    slider: StrengthSlider, qtbot: QtBot
) -> None:
    slider.field.setValue(4)
    assert slider.value() == 4
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert slider.value() == 4
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left)
    assert slider.value() == 3.95


def test_typing_tells_the_whole_number_only(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    slider.field.setFocus()
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, slider.locale().toString(0.75))
    assert heard.changed == []
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert heard.changed == [0.75]


def test_the_wheel_acts_only_with_the_focus(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    qtbot.waitUntil(slider.slider.hasFocus)
    wheel(slider.slider, -1)
    wheel(slider.slider, 0.5)
    wheel(slider.slider, 0.5, SHIFT)
    assert heard.changed == [0.95, 0.96]
    slider.field.setFocus()
    assert not wheel(slider.slider, 1).isAccepted()
    slider.slider.setFocus()
    wheel(slider.field, 1)
    assert heard.changed == [0.95, 0.96]


def test_what_has_not_rested_is_told_when_it_goes_away(
    slider: StrengthSlider, heard: Heard, qtbot: QtBot
) -> None:
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left)
    slider.hide()
    assert heard.settled == [0.95]


def test_every_part_has_a_name_and_can_be_hit(slider: StrengthSlider, qapp: QApplication) -> None:
    theme.apply(qapp, theme.Theme.LIGHT)
    assert unnamed_focusable(slider) == []
    assert too_small(slider) == []
