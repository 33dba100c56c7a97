"""The engine's codes as sentences in the language of the window.

The English is that of `studio.messages`, which the command line prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QCoreApplication

from studio.messages import PHASES, SENTENCES

CONTEXT = "messages"  # packaging/translations.py collects sentences and phases under it


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What happened, where, and the remedy; files of a dataset by their names alone."""
    if code.startswith(("image.", "caption.")):
        params = {key: _name(value) for key, value in params.items()}
    return QCoreApplication.translate(CONTEXT, SENTENCES[code]).format_map(params)


def phase(name: str) -> str:
    """What the engine is doing, by the name of a `studio.events.Phase`."""
    return QCoreApplication.translate(CONTEXT, PHASES[name])


def _name(value: Any) -> Any:
    is_path = isinstance(value, str) and PurePath(value).is_absolute()
    return PurePath(value).name if is_path else value
