from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.widgets.effect_slider import EffectSlider

STEPS = (250.0, 500.0, 1000.0, 2000.0)


@pytest.fixture
def slider(qtbot: QtBot) -> EffectSlider:
    slider = EffectSlider("How long", "quick", "thorough")
    slider.set_values(STEPS, 1000)
    qtbot.addWidget(slider)
    with qtbot.waitActive(slider):
        slider.show()
        slider.activateWindow()
    return slider


def test_keys_choose_among_the_values(qtbot: QtBot, slider: EffectSlider) -> None:
    told: list[float] = []
    slider.chosen.connect(told.append)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Home)
    assert told == [2000, 250]


def test_another_value_stands_where_it_is_closest_by_ratio(slider: EffectSlider) -> None:
    told: list[float] = []
    slider.chosen.connect(told.append)
    slider.set_values(STEPS, 1450)
    assert slider.slider.value() == 3
    slider.set_values(STEPS, 1)
    assert slider.slider.value() == 0
    assert not told


def test_the_effect_is_read_out(slider: EffectSlider) -> None:
    slider.set_effect("1000 steps")
    assert slider.slider.accessibleDescription() == "1000 steps"
    assert not unnamed_focusable(slider)


def test_the_wheel_passes_over_it(qtbot: QtBot, slider: EffectSlider) -> None:
    slider.slider.clearFocus()
    centre = QPointF(slider.slider.rect().center())
    turn = QWheelEvent(
        centre,
        slider.slider.mapToGlobal(centre),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider.slider, turn)
    assert slider.slider.value() == 2
