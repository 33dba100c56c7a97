from __future__ import annotations

import time
from pathlib import Path

from studio.data.image_file import Caption
from studio.data.problems import Problem
from ui.dialogs.edit_run import EditRun


def captions(count: int) -> list[Caption]:
    return [Caption(Path("x"), f"{n}.txt", f"hat, {n}".encode()) for n in range(count)]


def test_changes_are_found_in_order(qtbot) -> None:
    run, some = EditRun(), captions(20)
    with qtbot.waitSignal(run.finished):
        run.start(lambda text: text.replace("hat, 1", "cap, 1"), some)
    assert [text for _, text in run.changes] == ["cap, 1", *(f"cap, {n}" for n in range(10, 20))]
    assert run.changes[0][0] is some[1]


def test_the_newest_request_wins(qtbot) -> None:
    run, some = EditRun(), captions(5)
    run.start(lambda text: "old", some)
    with qtbot.waitSignal(run.finished):
        run.start(lambda text: "new", some)
    assert {text for _, text in run.changes} == {"new"}
    assert len(run.changes) == 5


def test_slow_edits_leave_time_for_the_window_between_slices(qtbot) -> None:
    run = EditRun()
    slices = []
    run._timer.timeout.connect(lambda: slices.append(time.perf_counter()))

    def slow(text: str) -> str:
        time.sleep(0.002)
        return text + "!"

    with qtbot.waitSignal(run.finished):
        run.start(slow, captions(40))
    assert len(slices) >= 5
    assert len(run.changes) == 40


def test_captions_that_cannot_be_decoded_or_are_not_read_yet_are_left_alone(qtbot) -> None:
    run, some = EditRun(), [*captions(2), Caption(Path("x"), "unread.txt")]
    some[0].problem = Problem("caption.undecodable")
    with qtbot.waitSignal(run.finished):
        run.start(lambda text: "new", some)
    assert [caption for caption, _ in run.changes] == [some[1]]
