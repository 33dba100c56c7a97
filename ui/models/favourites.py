"""Steps of runs that the artist likes best."""

from __future__ import annotations

from pathlib import Path

from ui.preferences import Preferences

_KEY = "favourites"
_MOST = 200
"""So many runs are remembered."""


class Favourites:
    """Kept in the preferences, by the name of the run's folder, which has the time in it."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def of(self, run: Path) -> set[int]:
        """The favourite steps of a run."""
        return set(self._all().get(run.name, ()))

    def mark(self, run: Path, step: int, on: bool) -> None:
        """Makes ``step`` a favourite, or takes that back."""
        steps = self.of(run) | {step} if on else self.of(run) - {step}
        kept = {name: old for name, old in self._all().items() if name != run.name}
        kept |= {run.name: sorted(steps)} if steps else {}
        self._preferences.remember(_KEY, dict(list(kept.items())[-_MOST:]))

    def _all(self) -> dict[str, list[int]]:
        return self._preferences.remembered(_KEY, {})
