"""The looks: what the style sheet names is there, and text can be read on what is behind it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from ui import theme
from ui.theme import DARK, LIGHT, Colors, Theme

BOTH = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: QColor) -> float:
    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@BOTH
def test_text_has_contrast_on_every_surface(colors: Colors) -> None:
    for surface in (colors.window, colors.surface, colors.raised):
        for text in (colors.text, colors.muted, colors.good, colors.warning, colors.error):
            assert contrast(text, surface) >= 4.5, (text, surface)
    assert contrast(colors.text, colors.selected) >= 4.5


@BOTH
def test_the_frame_of_a_box_can_be_seen(colors: Colors) -> None:
    assert contrast(colors.muted, colors.surface) >= 3
    assert contrast(colors.accent, colors.window) >= 3


@pytest.mark.parametrize("chosen", [Theme.LIGHT, Theme.DARK])
def test_the_images_of_the_style_sheet_are_there(qapp: QApplication, chosen: Theme) -> None:
    theme.apply(qapp, chosen)
    files = set(re.findall(r'url\("(.+?)"\)', qapp.styleSheet()))
    assert {Path(file).name for file in files} >= {"check.svg", "dot.svg", "down.svg"}
    assert files == {path.as_posix() for path in Path(theme.__file__).parent.glob("icons/*")}
    for file in files:
        assert not QIcon(file).pixmap(16, 16).isNull(), file


@pytest.mark.parametrize("chosen", [Theme.LIGHT, Theme.DARK])
def test_a_box_that_is_not_ticked_stands_out(
    qtbot: QtBot, qapp: QApplication, chosen: Theme
) -> None:
    theme.apply(qapp, chosen)
    box = QCheckBox()
    qtbot.addWidget(box)
    box.setFixedSize(40, 40)
    image = box.grab().toImage()
    seen = {image.pixelColor(x, 20).name() for x in range(40)}
    assert theme.colors().muted in seen
