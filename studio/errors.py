"""What the engine raises: a code and its parameters, never a sentence.

The command line (`studio.messages`) and the window turn a code into words, so that an error can be
translated, tested and acted upon.
"""

from __future__ import annotations

from typing import Any


class StudioError(Exception):
    """Bad input or a failed run, told by a code such as ``image.unreadable`` and its parameters.

    Parameters are plain values (str, int, float, bool, list of these): they are written to
    ``events.jsonl`` as JSON.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        given = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({given})"
