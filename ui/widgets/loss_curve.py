"""What the chart of losses draws: smoothed values, and the extremes of each column of pixels."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from studio.training.progress import Steps

_ABOVE = 1.5
"""Times the usual highest loss of a column: higher ones, of single odd steps, are cut off."""


@dataclass(frozen=True)
class Column:
    """The steps from place ``first`` to before ``end``, which share a column of pixels."""

    x: int
    first: int
    end: int
    low: float
    high: float


class LossCurve:
    """Losses of `Steps` with a running mean; call `update` when some came or changed."""

    def __init__(self, steps: Steps | None = None, total: int = 0) -> None:
        self.steps = steps or Steps()
        self.smoothed: list[float] = []
        # One step tells little but its timestep: the mean of a twentieth of the run tells more.
        self._keep = 1 - 1 / min(max(total / 20, 10), 200)
        self._last = 0
        self._mean, self._rest = 0.0, 1.0
        self.update()

    def update(self) -> None:
        """Smooths what came since; all anew if earlier steps were replaced, 2 ms for 20,000."""
        numbers, known = self.steps.numbers, len(self.smoothed)
        only_added = known and len(numbers) > known and numbers[known - 1] == self._last
        if not only_added:
            self.smoothed.clear()
            self._mean, self._rest = 0.0, 1.0
        for loss in self.steps.losses[len(self.smoothed) :]:
            self._mean = self._keep * self._mean + (1 - self._keep) * loss
            self._rest *= self._keep
            self.smoothed.append(self._mean / (1 - self._rest))  # Adam's correction of the start
        self._last = numbers[-1] if numbers else 0

    def nearest(self, step: float) -> int:
        """The place of the step closest to ``step``; there must be one."""
        numbers = self.steps.numbers
        after = bisect_left(numbers, step)
        around = [place for place in (after - 1, after) if 0 <= place < len(numbers)]
        return min(around, key=lambda place: abs(numbers[place] - step))

    def columns(self, width: int) -> list[Column]:
        """The columns that have steps, of ``width`` from the first step to the last."""
        numbers, losses = self.steps.numbers, self.steps.losses
        if not numbers:
            return []
        begin, span = numbers[0], max(1, numbers[-1] - numbers[0])
        found, first = [], 0
        for x in range(width):
            end = bisect_right(numbers, begin + span * (x + 0.5) / (width - 1), first)
            if end > first:
                part = losses[first:end]
                found.append(Column(x, first, end, min(part), max(part)))
                first = end
        return found

    def limits(self, columns: list[Column], log: bool) -> tuple[float, float]:
        """Lowest and highest loss to show, of which the latter leaves out single high ones."""
        if not columns:
            return (0.01, 1.0) if log else (0.0, 1.0)
        smooth = [self.smoothed[column.end - 1] for column in columns]
        highs = sorted(column.high for column in columns)
        high = max(*smooth, min(highs[-1], _ABOVE * highs[len(highs) // 2]), 1e-9)
        low = min(column.low for column in columns)
        if log:
            return max(low, high / 10_000), high * 1.1
        return 0.0, high * 1.05


def ticks(low: float, high: float, log: bool) -> list[float]:
    """Two to five round values from ``low`` to ``high``."""
    if log:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for factors in ((1,), (1, 3), (1, 2, 5), range(1, 10)):
            found = [f * 10.0**power for power in powers for f in factors]
            found = [value for value in found if low <= value <= high]
            if len(found) >= 2:
                break
        return found
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
