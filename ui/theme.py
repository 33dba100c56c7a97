"""How the app looks: two palettes, one set of icons and distances; and it sets the style sheet.

Every colour that is painted by hand comes from `colors`, every icon from `icon`; both follow the
theme that `apply` set. Greys are neutral, so that they do not tint how artists see their images.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.style_sheet import SHEET

SPACE = 8
"""The unit of distance in pixels; margins and gaps are multiples or halves of it."""

RADIUS = 6
"""Radius of rounded corners in pixels."""

TARGET = 28
"""The least height of what can be clicked, in pixels."""


class Theme(StrEnum):
    """What the preferences offer."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Colors:
    """The colours of a theme; text on any surface has a contrast of at least 4.5."""

    window: str
    """Behind everything."""
    surface: str
    """Panels, fields and lists."""
    raised: str
    """Buttons, chips, cards and menus."""
    hover: str
    border: str
    text: str
    muted: str
    """Secondary text."""
    accent: str
    """The primary button, selection, focus."""
    accent_hover: str
    on_accent: str
    """Text on `accent`."""
    selected: str
    """Background of selected rows and checked chips, under `text`."""
    good: str
    warning: str
    error: str


LIGHT = Colors(
    window="#f1f1f3",
    surface="#ffffff",
    raised="#fafafb",
    hover="#e9e9ed",
    border="#cfd0d6",
    text="#1c1d20",
    muted="#5c5f67",
    accent="#4a4fd0",
    accent_hover="#3b40ba",
    on_accent="#ffffff",
    selected="#dfe0fa",
    good="#1b7a43",
    warning="#8f5a00",
    error="#bf2b2b",
)

DARK = Colors(
    window="#1b1c1e",
    surface="#232427",
    raised="#2d2e32",
    hover="#383a3f",
    border="#44464c",
    text="#e6e7ea",
    muted="#a3a6ae",
    accent="#6a70ee",
    accent_hover="#7d83f5",
    on_accent="#ffffff",
    selected="#3a3d6b",
    good="#5cc489",
    warning="#e3b04b",
    error="#f0776f",
)

ICONS = {
    "add": "ph.plus",
    "images": "ph.squares-four",
    "train": "ph.graduation-cap",
    "try": "ph.paint-brush",
    "export": "ph.export",
    "home": "ph.house",
    "folder": "ph.folder-open",
    "project": "ph.folder-notch",
    "new": "ph.folder-plus",
    "settings": "ph.gear-six",
    "help": "ph.question",
    "menu": "ph.list",
    "more": "ph.dots-three",
    "down": "ph.caret-down",
    "up": "ph.caret-up",
    "left": "ph.caret-left",
    "right": "ph.caret-right",
    "search": "ph.magnifying-glass",
    "filter": "ph.funnel",
    "clear": "ph.x",
    "check": "ph.check",
    "good": "ph.check-circle",
    "warning": "ph.warning",
    "error": "ph.warning-octagon",
    "info": "ph.info",
    "edit": "ph.pencil-simple",
    "tag": "ph.tag",
    "text": "ph.text-align-left",
    "trigger": "ph.lightning",
    "crop": "ph.crop",
    "eye": "ph.eye",
    "reset": "ph.arrow-counter-clockwise",
    "undo": "ph.arrow-u-up-left",
    "redo": "ph.arrow-u-up-right",
    "trash": "ph.trash",
    "duplicate": "ph.copy",
    "similar": "ph.intersect",
    "small": "ph.arrows-in",
    "long": "ph.ruler",
    "saved": "ph.cloud-check",
    "locked": "ph.lock-simple",
    "replace": "ph.swap",
    "batch": "ph.checks",
    "sort": "ph.sort-ascending",
    "clean": "ph.eraser",
    "pause": "ph.pause",
    "play": "ph.play",
    "stop": "ph.stop",
    "image": "ph.image",
    "broken": "ph.image-square",
    "sample": "ph.sparkle",
    "clock": "ph.clock",
    "strength": "ph.sliders-horizontal",
    "waiting": "ph.circle-dashed",
    "copy": "ph.copy-simple",
    "preset": "ph.bookmark-simple",
    "object": "ph.cube",
    "character": "ph.user",
    "dice": "ph.dice-five",
    "unlocked": "ph.lock-simple-open",
    "side": "ph.columns",
    "divider": "ph.square-half",
    "hover": "ph.cursor",
    "star": "ph.star",
    "favourite": "ph.star-fill",
    "checkpoint": "ph.floppy-disk",
    "newest": "ph.arrow-line-down",
    "download": "ph.download-simple",
}


def apply(app: QApplication, theme: Theme = Theme.SYSTEM) -> None:
    """Sets style, palette and style sheet of the whole app; SYSTEM follows the desktop."""
    global _colors
    _colors = DARK if _is_dark(theme) else LIGHT
    _icons.clear()
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(_colors))
    app.setStyleSheet(_style_sheet(_colors))


def colors() -> Colors:
    """The colours of the theme that is shown."""
    return _colors


def color(name: str) -> QColor:
    """A colour of the theme that is shown, by its name in `Colors`."""
    return QColor(getattr(_colors, name))


def icon(name: str, tint: str = "text") -> QIcon:
    """The icon called ``name`` in `ICONS`, in the colour ``tint`` of `Colors`, dim if disabled."""
    if (name, tint) not in _icons:
        import qtawesome  # reads its fonts at the first icon: 30 ms

        _icons[name, tint] = qtawesome.icon(
            ICONS[name], color=color(tint), color_disabled=color("border")
        )
    return _icons[name, tint]


_colors = LIGHT
_icons: dict[tuple[str, str], QIcon] = {}


def _is_dark(theme: Theme) -> bool:
    if theme is Theme.SYSTEM:
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return theme is Theme.DARK


def _palette(c: Colors) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: c.window,
        QPalette.ColorRole.WindowText: c.text,
        QPalette.ColorRole.Base: c.surface,
        QPalette.ColorRole.AlternateBase: c.raised,
        QPalette.ColorRole.Text: c.text,
        QPalette.ColorRole.Button: c.raised,
        QPalette.ColorRole.ButtonText: c.text,
        QPalette.ColorRole.BrightText: c.error,
        QPalette.ColorRole.PlaceholderText: c.muted,
        QPalette.ColorRole.ToolTipBase: c.raised,
        QPalette.ColorRole.ToolTipText: c.text,
        QPalette.ColorRole.Highlight: c.accent,
        QPalette.ColorRole.HighlightedText: c.on_accent,
        QPalette.ColorRole.Accent: c.accent,
        QPalette.ColorRole.Link: c.accent,
        QPalette.ColorRole.LinkVisited: c.accent,
        QPalette.ColorRole.Light: c.hover,
        QPalette.ColorRole.Midlight: c.raised,
        QPalette.ColorRole.Mid: c.border,
        QPalette.ColorRole.Dark: c.border,
        QPalette.ColorRole.Shadow: "#000000",
    }
    palette = QPalette()
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(disabled, role, QColor(c.muted))
    return palette


def _style_sheet(c: Colors) -> str:
    icons = Path(__file__).parent / "icons"
    return SHEET.substitute(asdict(c), radius=RADIUS, target=TARGET - 10, icons=icons.as_posix())
