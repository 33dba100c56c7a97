"""Commands from other threads."""

from __future__ import annotations

import threading

import pytest

from studio.jobs import Cell, Draw
from studio.sampling.recipe import Recipe
from studio.training.control import Control


def drawing(prompt: str) -> Draw:
    cells = (Cell(prompt=prompt, seed=1),)
    return Draw(cells=cells, recipe=Recipe(64, 64), folder="pictures")


def test_wait_returns_at_once_unless_paused() -> None:
    Control().wait()


def test_every_command_wakes_a_paused_session() -> None:
    commands = (
        Control.resume,
        Control.stop,
        Control.save_now,
        Control.preview_now,
        lambda control: control.draw_now(drawing("a cat")),
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
    one, two = drawing("one"), drawing("two")
    control.draw_now(one)
    control.draw_now(two)
    control.save_now()
    control.preview_now()
    taken = [control.take_drawing(), control.take_drawing(), control.take_drawing()]
    assert taken == [one, two, None]
    assert (control.take_save(), control.take_save()) == (True, False)
    assert (control.take_preview(), control.take_preview()) == (True, False)


def test_one_drawing_is_given_up_others_stay() -> None:
    control = Control()
    one = drawing("one")
    other = one.model_copy(update={"folder": "elsewhere"})
    control.draw_now(one)
    control.draw_now(other)
    control.stop_drawing("elsewhere")
    assert [control.take_drawing(), control.take_drawing()] == [one, None]
    assert not control.is_given_up(one)
    control.stop_drawing(one.folder)
    assert control.is_given_up(one)
    assert not control.is_given_up(other)


def test_the_ways_to_stop() -> None:
    for how in ("keep", "leave", "discard"):
        control = Control()
        assert not control.stopping
        control.stop(how)
        assert control.stopping
        assert control.how == how


def test_commands_are_forwarded_those_before_and_those_after() -> None:
    here, there = Control(), Control()
    here.pause()
    here.draw_now(drawing("before"))
    here.forward(there.obey)
    assert there.paused
    here.save_now()
    here.preview_now()
    here.draw_now(drawing("after"))
    here.stop_drawing("nowhere")
    here.resume()
    here.stop("discard")
    assert (there.paused, there.how) == (False, "discard")
    assert there.take_save()
    assert there.take_preview()
    assert [there.take_drawing(), there.take_drawing()] == [drawing("before"), drawing("after")]


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(ValueError, match="explode"):
        Control().obey('["explode", null]')
