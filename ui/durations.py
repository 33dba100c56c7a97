"""How long something takes, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "durations"


def about(seconds: float) -> str:
    """About ``seconds``, such as "about 40 s" or "about 3 min"."""
    if seconds < 90:
        exact = max(1, round(seconds) if seconds < 10 else round(seconds / 5) * 5)
        return QCoreApplication.translate(CONTEXT, "about {0} s").format(exact)
    if seconds < 90 * 60:
        minutes = round(seconds / 60)
        return QCoreApplication.translate(CONTEXT, "about {0} min").format(minutes)
    hours = f"{seconds / 3600:.1f}"
    return QCoreApplication.translate(CONTEXT, "about {0} h").format(hours)
