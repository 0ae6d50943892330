"""How far the clocks of two sound devices part: a microphone and a speaker of their own.

A crystal is off by up to one in ten thousand. Each callback may come a block early or late for
seconds on end, so what a minute shows is mostly that; the slope through many minutes is the clocks.
Pure: it is given how far they have parted, a block at a time.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import fmean

import numpy as np

SECOND_BLOCKS = 50
"""Blocks of 20 ms whose mean is kept."""

FOUND_BLOCKS = 25
"""So many blocks, half a second, it takes to find that some were lost."""

LEAST_SECONDS = 30
MOST_SECONDS = 900
"""From so much on a slope is told, and so much it goes through."""

EVERY_SECONDS = 5

ALIKE_SECONDS = 4
"""What comes early comes early for seconds: so many of them are worth one that is independent."""

SURE = 3.0
"""Standard errors. Below, one clock for both is the better guess: most often it is one device."""

FASTEST = 1e-3
"""No clock is off by more; a steeper slope is something else."""


class ClockDrift:
    """Estimates by which share the speaker's clock is faster than the microphone's."""

    def __init__(self) -> None:
        """Begin with clocks that are taken for one."""
        self.rate = 0.0
        """Samples that the speaker takes more, a sample of the microphone."""
        self._base = 0.0
        self._second: list[float] = []
        self._counted = 0
        self._seconds: deque[float] = deque(maxlen=MOST_SECONDS)

    def note(self, parted: float, sample_rate: int) -> None:
        """Take by how many samples the speaker is ahead of where it was at first, at a block."""
        self._second.append(parted - self._base)
        if len(self._second) < SECOND_BLOCKS:
            return
        self._seconds.append(fmean(self._second))
        self._second.clear()
        self._counted += 1
        if len(self._seconds) >= LEAST_SECONDS and self._counted % EVERY_SECONDS == 0:
            rate = self._slope() / sample_rate
            self.rate = rate if abs(rate) <= FASTEST else 0.0

    def jumped(self, samples: float) -> None:
        """Some blocks were lost: that is no drift, nor is what was noted until it was found."""
        self._base += samples
        if self._seconds and len(self._second) < FOUND_BLOCKS:
            self._seconds.pop()
        self._second.clear()

    def _slope(self) -> float:
        """Return samples a second; 0 where it may as well be chance."""
        values = np.array(self._seconds)
        times = np.arange(len(values), dtype=np.float64)
        slope, level = np.polyfit(times, values, 1)
        spread = float(np.std(values - (slope * times + level)))
        error = spread * math.sqrt(12.0 * ALIKE_SECONDS / len(values)) / len(values)
        return float(slope) if abs(slope) > SURE * error else 0.0
