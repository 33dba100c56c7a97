from __future__ import annotations

import math
import random
import time

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.training.progress import Steps
from tests.ui.accessibility import unnamed_focusable
from ui.widgets.loss_chart import LossChart, rate_text
from ui.widgets.loss_curve import LossCurve, ticks


def steps(count: int, loss=lambda step: 1.0 / step) -> Steps:
    made = Steps()
    for number in range(1, count + 1):
        made.put(number, loss(number), 1e-4)
    return made


@pytest.fixture
def chart(qtbot) -> LossChart:
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.resize(320, 280)
    chart.show()
    return chart


def test_smoothing_a_constant_gives_it_from_the_first_step_on() -> None:
    assert LossCurve(steps(50, lambda _: 0.3), 50).smoothed == pytest.approx([0.3] * 50)


def test_the_smoothed_line_is_calmer_than_the_steps() -> None:
    rng = random.Random(1)
    curve = LossCurve(steps(400, lambda _: rng.uniform(0.1, 0.3)), 400)
    late = curve.smoothed[200:]
    assert max(late) - min(late) < 0.1
    assert sum(late) / len(late) == pytest.approx(0.2, abs=0.02)


def test_steps_that_come_later_change_nothing_before_them() -> None:
    growing = steps(30)
    curve = LossCurve(growing, 100)
    before = list(curve.smoothed)
    growing.put(31, 0.5, 1e-4)
    curve.update()
    assert curve.smoothed[:30] == before
    assert curve.smoothed == LossCurve(growing, 100).smoothed


@pytest.mark.parametrize("step", [3, 7])
def test_a_step_that_is_replaced_or_comes_between_is_taken_over(step: int) -> None:
    odd = Steps()
    for number in range(1, 20, 2):
        odd.put(number, 0.1 * number, 1e-4)
    curve = LossCurve(odd, 20)
    odd.put(step, 5.0, 1e-4)
    odd.put(4, 2.0, 1e-4)
    curve.update()
    assert curve.smoothed == LossCurve(odd, 20).smoothed


def test_columns_hold_every_step_and_its_extremes() -> None:
    many = steps(5000, lambda step: float(step % 17))
    columns = LossCurve(many, 5000).columns(100)
    assert [column.first for column in columns] == [0, *(c.end for c in columns[:-1])]
    assert columns[-1].end == 5000
    assert {column.low for column in columns} == {0.0}
    assert {column.high for column in columns} == {16.0}


def test_a_single_wild_step_does_not_flatten_the_rest() -> None:
    curve = LossCurve(steps(200, lambda step: 5.0 if step == 90 else 0.1), 200)
    assert curve.limits(curve.columns(100), log=False)[1] < 1


def test_the_nearest_step_is_found() -> None:
    sparse = Steps()
    for number in (1, 10, 20):
        sparse.put(number, 0.1, 1e-4)
    curve = LossCurve(sparse, 20)
    assert [curve.nearest(step) for step in (-5, 4, 6, 14.9, 99)] == [0, 0, 1, 1, 2]


@pytest.mark.parametrize(
    ("low", "high", "log"),
    [
        (0.0, 1.0, False),
        (0.0, 0.037, False),
        (0.01, 1.0, True),
        (0.11, 0.14, True),
        (2e-5, 9, True),
    ],
)
def test_ticks_are_few_and_lie_inside(low: float, high: float, log: bool) -> None:
    found = ticks(low, high, log)
    assert len(found) <= 10
    assert all(low <= tick <= high * 1.0001 for tick in found)
    assert len(found) >= 2 or log


@pytest.mark.parametrize(("rate", "text"), [(8.1e-5, "8.1e-5"), (1e-4, "0.0001"), (0.0, "0")])
def test_learning_rates_are_written_as_artists_do(rate: float, text: str) -> None:
    assert rate_text(rate) == text


@pytest.mark.parametrize("count", [0, 1, 2, 40])
@pytest.mark.parametrize("log", [False, True])
def test_any_number_of_steps_can_be_shown(chart, count: int, log: bool) -> None:
    chart.set_log(log)
    chart.set_steps(steps(count), 40)
    chart.set_marks([1, 30], [0, 10, 99])
    assert not chart.grab().isNull()


def test_the_description_tells_the_last_values(chart) -> None:
    chart.set_steps(steps(4), 4)
    chart.set_marks([4], [4])
    said = chart.canvas.accessibleDescription()
    assert "Step 4 · loss 0.2500" in said
    assert said.endswith("checkpoint · previews")
    assert not unnamed_focusable(chart)


def test_arrow_keys_read_single_steps_and_escape_ends_that(qtbot, chart) -> None:
    chart.set_steps(steps(9), 9)
    canvas = chart.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert "Step 9" in chart.note.text()
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert "Step 8" in chart.note.text()
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert "Step 1 ·" in chart.note.text()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert "Noisy is normal" in chart.note.text()


def test_the_mouse_reads_the_step_below_it(qtbot, chart) -> None:
    chart.set_steps(steps(101), 101)
    canvas = chart.canvas
    middle = round((canvas._x(1) + canvas._x(101)) / 2)
    qtbot.mouseMove(canvas, QPoint(middle, 60))
    assert "Step 51" in chart.note.text()


def test_growing_steps_are_shown_by_refresh(chart) -> None:
    growing = steps(3)
    chart.set_steps(growing, 10)
    growing.put(4, 0.1, 1e-4)
    chart.refresh()
    assert "Step 4" in chart.canvas.accessibleDescription()


def test_twenty_thousand_steps_are_painted_at_once(chart) -> None:
    rng = random.Random(1)
    many = steps(20_000, lambda step: 0.1 + math.exp(-step / 3000) * rng.random())
    chart.set_steps(many, 20_000)
    chart.canvas.repaint()
    spent = []
    for number in range(20_001, 20_011):
        many.put(number, 0.1, 1e-4)
        began = time.perf_counter()
        chart.refresh()
        chart.canvas.repaint()
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.02  # 3.5 ms, 2.3 without a new step
