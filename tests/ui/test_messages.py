"""Codes of the engine in the words of the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.messages import PHASES, SENTENCES
from ui.messages import phase, sentence


def test_a_file_of_a_dataset_is_called_by_its_name(tmp_path: Path) -> None:
    params = {"path": str(tmp_path / "sub" / "ink.png"), "reason": "it breaks off"}
    assert sentence("image.unreadable", params).startswith("The image ink.png cannot be read")


def test_a_folder_is_told_in_full(tmp_path: Path) -> None:
    assert str(tmp_path) in sentence("dataset.no_folder", {"path": str(tmp_path)})


@pytest.mark.parametrize("name", PHASES)
def test_phases_have_words(name: str) -> None:
    assert phase(name) == PHASES[name]


@pytest.mark.parametrize("value", ["a relative/name.png", 5, 1.5, ["x"]])
def test_other_parameters_stay_as_they_are(value: object) -> None:
    said = sentence("caption.undecodable", {"path": value, "reason": "x"})
    assert said == SENTENCES["caption.undecodable"].format(path=value, reason="x")
