"""How the app looks: two palettes, one style sheet, one set of icons and distances.

Every colour that is painted by hand comes from `colors`, every icon from `icon`; both follow the
theme that `apply` set. Greys are neutral, so that they do not tint how artists see their images.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

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
    values = {name: getattr(c, name) for name in c.__dataclass_fields__}
    return _SHEET.substitute(values, radius=RADIUS, target=TARGET - 10)


# What a widget asks for by a property: `primary` (the one button of a state), `flat` (a button
# without a frame), `heading`, `muted`, `card`.
_SHEET = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px 6px; }

QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: 4px 12px; min-height: ${target}px;
}
QToolButton { padding: 4px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $selected; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $window; }
QPushButton[primary="true"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[primary="true"]:hover { background: $accent_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; padding: 3px 11px; }
QPushButton[primary="true"]:disabled {
    background: $raised; color: $muted; border-color: $border;
}
QPushButton[flat="true"], QToolButton[flat="true"] {
    background: transparent; border-color: transparent;
}
QPushButton[flat="true"]:hover, QToolButton[flat="true"]:hover { background: $hover; }
QToolButton[flat="true"]:checked { background: $selected; }
QPushButton[flat="true"]:focus, QToolButton[flat="true"]:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $surface; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: 3px 8px; min-height: ${target}px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus { border-color: $accent; }
QLineEdit[invalid="true"] { border-color: $error; }
QComboBox::drop-down { border: none; width: 20px; }
QLineEdit QToolButton {
    border: none; background: transparent; padding: 0; min-height: 0;
}

QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    selection-background-color: $selected; selection-color: $text; outline: none;
}
QAbstractItemView:focus { border-color: $accent; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $selected; color: $text; }
QHeaderView::section { background: $window; color: $muted; border: none; padding: 4px 8px; }

QMenu { background: $raised; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QMenuBar { background: transparent; border: none; }
QMenuBar::item { background: transparent; padding: 5px 8px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QStatusBar::item { border: none; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 6px 14px; border: none;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle {
    background: $border; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px;
}
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
    background: $raised; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }
QScrollArea { background: transparent; border: none; }
QLabel[heading="true"] { font-size: 20px; font-weight: 600; }
QLabel[muted="true"] { color: $muted; }
QFrame[card="true"] {
    background: $surface; border: 1px solid $border; border-radius: ${radius}px;
}
""")
