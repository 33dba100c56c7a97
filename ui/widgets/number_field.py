"""Fields for numbers, as all of the window has them.

They take a number when it is complete, not digit by digit, and the wheel only with the focus.
"""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from ui.widgets.wheel_guard import guard_wheel

_INDENT = 6  # pixels, which the style sheet cannot give to the text of a spin box


def whole_field(lowest: int, highest: int, step: int = 1) -> QSpinBox:
    """A field for whole numbers."""
    field = QSpinBox()
    field.setRange(lowest, highest)
    field.setSingleStep(step)
    _prepare(field)
    return field


def decimal_field(lowest: float, highest: float, step: float, decimals: int) -> QDoubleSpinBox:
    """A field for numbers with so many ``decimals``."""
    field = QDoubleSpinBox()
    field.setDecimals(decimals)
    field.setRange(lowest, highest)
    field.setSingleStep(step)
    _prepare(field)
    return field


def _prepare(field: QAbstractSpinBox) -> None:
    field.setKeyboardTracking(False)
    field.lineEdit().setTextMargins(_INDENT, 0, 0, 0)
    guard_wheel(field)
