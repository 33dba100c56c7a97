"""What is wrong with a dataset without being fatal: said, named, and the rest goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from studio.errors import StudioError


@dataclass(frozen=True)
class Problem:
    """A code of `studio.messages` and its parameters; training sends it on as ``Warned``."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: StudioError) -> Problem:
        """The problem that ``error`` becomes when only its own file is left out."""
        return cls(error.code, error.params)
