"""What to get from the hub: ids, addresses and mirrors as people write them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import unnamed_focusable
from ui.dialogs.hub import HubDialog, read_id, read_mirror


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("stabilityai/sd-turbo", "stabilityai/sd-turbo"),
        (" a/b ", "a/b"),
        ("https://huggingface.co/some-body/model_1.5/tree/main/unet", "some-body/model_1.5"),
        ("hf.co/a/b?library=diffusers", "a/b"),
        ("https://example.org/a/b", ""),
        ("a/b/c", ""),
        ("a--b/c", ""),
        ("a/.b", ""),
        ("a/b.", ""),
        ("model", ""),
        ("", ""),
    ],
)
def test_ids(text: str, id: str) -> None:
    assert read_id(text) == id


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        ("hf-mirror.com", "https://hf-mirror.com"),
        ("http://10.0.0.2:8080/hub/", "http://10.0.0.2:8080/hub"),
        ("ftp://x", None),
        ("two words", None),
    ],
)
def test_mirrors(text: str, address: str | None) -> None:
    assert read_mirror(text) == address


def test_only_what_can_be_meant_is_downloaded(qtbot: QtBot) -> None:
    dialog = HubDialog("/home/ida/hub", "hf-mirror.com")
    qtbot.addWidget(dialog)
    assert not dialog.get.isEnabled()
    dialog.field.setText("nonsense")
    assert not dialog.get.isEnabled()
    assert dialog.hint.text().startswith("Write it as owner/name")
    dialog.field.setText("a/b")
    assert dialog.get.isEnabled()
    assert (dialog.model, dialog.mirror) == ("a/b", "https://hf-mirror.com")
    dialog.mirror_field.setText("two words")
    assert not dialog.get.isEnabled()
    assert not unnamed_focusable(dialog)
