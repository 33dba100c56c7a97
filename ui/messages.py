"""The engine's codes as sentences in the language of the window.

The English is that of `studio.messages`, which the command line prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QCoreApplication

from studio.messages import PHASES, wording

CONTEXT = "messages"  # packaging/translations.py collects sentences, phases and reasons under it


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What happened, where, and the remedy; files of a dataset by their names alone."""
    if code.startswith(("image.", "caption.")):
        params = {key: _name(value) for key, value in params.items()}
    if code == "hub.not_downloaded":  # a button gets it here, not a command
        return QCoreApplication.translate(
            "window", "The base model {model} is not downloaded to this computer yet."
        ).format_map(params)
    return QCoreApplication.translate(CONTEXT, wording(code, params)).format_map(params)


def phase(name: str) -> str:
    """What the engine is doing, by the name of a `studio.events.Phase`."""
    return QCoreApplication.translate(CONTEXT, PHASES[name])


def program_reason(code: str, params: Mapping[str, Any]) -> str:
    """Why another program does not load a LoRA file, as a part of a sentence; "" for no reason."""
    from studio.inspect.words import REASONS  # 40 ms: not while the window opens

    return QCoreApplication.translate(CONTEXT, REASONS[code]).format_map(params) if code else ""


def _name(value: Any) -> Any:
    is_path = isinstance(value, str) and PurePath(value).is_absolute()
    return PurePath(value).name if is_path else value
