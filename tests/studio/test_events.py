"""Events: each is one line of JSON and comes back equal."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from studio.events import Event, event_from_json

EXAMPLES: dict[str, Any] = {
    "int": 7,
    "float": 0.1 + 0.2,
    "str": 'a "quoted" 墨 line\nbreak',
    "bool": True,
    "dict[str, Any]": {"path": "a/b.png", "images": ["x", "y"], "share": 0.5},
    "list[str]": ["a", "b"],
    "dict[str, str]": {"torch": "2.13.0"},
}


def example(kind: type[Event]) -> Event:
    return kind(**{field.name: EXAMPLES[str(field.type)] for field in dataclasses.fields(kind)})


KINDS = Event.__subclasses__()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_comes_back_from_its_line(kind: type[Event]) -> None:
    event = example(kind)
    line = event.to_json()
    assert "\n" not in line
    assert json.loads(line)["event"] == kind.__name__
    assert event_from_json(line) == event


def test_the_events_of_the_design_are_there() -> None:
    names = {kind.__name__ for kind in KINDS}
    assert names >= {
        "Phase",
        "StepDone",
        "SampleSaved",
        "CheckpointSaved",
        "Warned",
        "Failed",
        "Finished",
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_events_are_described_and_cannot_be_changed(kind: type[Event]) -> None:
    assert kind.__doc__
    assert not kind.__doc__.startswith(kind.__name__ + "("), "the docstring dataclass makes itself"
    event = example(kind)
    name = dataclasses.fields(kind)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(event, name, None)


def test_text_of_any_language_stays_readable_in_the_file() -> None:
    kind = next(kind for kind in KINDS if kind.__name__ == "Warned")
    assert "墨" in kind(code="x.y", params={"path": "墨.png"}).to_json()
