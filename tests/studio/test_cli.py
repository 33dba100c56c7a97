"""Small parts of the command line; `tests/end_to_end` runs the whole."""

from __future__ import annotations

import pytest

from studio.cli import _spread


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--prompt A B --seed 1", "--prompt A --prompt B --seed 1"),
        ("--lora a:0.5 b --prompt A", "--lora a:0.5 --lora b --prompt A"),
        ("run.toml --set a.b=1 c.d=2 --resume", "run.toml --set a.b=1 --set c.d=2 --resume"),
        ("--set a.b=1 run.toml", "--set a.b=1 run.toml"),
        ("--prompt A --prompt B", "--prompt A --prompt B"),
    ],
)
def test_options_that_repeat_may_be_given_as_a_list(typed: str, meant: str) -> None:
    assert _spread(typed.split()) == meant.split()
