"""Commands from other threads."""

from __future__ import annotations

import threading

from studio.training.control import Control, SampleRequest


def test_wait_returns_at_once_unless_paused() -> None:
    Control().wait()


def test_every_command_wakes_a_paused_session() -> None:
    commands = (
        Control.resume,
        Control.stop,
        Control.save_now,
        lambda control: control.sample_now(SampleRequest("a cat")),
    )
    for command in commands:
        control = Control()
        control.pause()
        waiter = threading.Thread(target=control.wait)
        waiter.start()
        assert waiter.is_alive()
        command(control)
        waiter.join(timeout=5)
        assert not waiter.is_alive()


def test_requests_are_taken_once_and_in_order() -> None:
    control = Control()
    control.sample_now(SampleRequest("one"))
    control.sample_now(SampleRequest("two"))
    control.save_now()
    assert [control.take_sample(), control.take_sample(), control.take_sample()] == [
        SampleRequest("one"),
        SampleRequest("two"),
        None,
    ]
    assert (control.take_save(), control.take_save()) == (True, False)


def test_the_two_ways_to_stop() -> None:
    keep, leave = Control(), Control()
    keep.stop()
    leave.stop(export=False)
    assert (keep.stopping, keep.keeps) == (True, True)
    assert (leave.stopping, leave.keeps) == (True, False)
