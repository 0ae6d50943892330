"""Shares and ratios with their 95 % intervals.

Utterances of one wording (several voices, several levels of noise) stand or fall together, so the
bootstrap draws wordings, not utterances.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
LEVEL = 0.95
_TAIL = (1 - LEVEL) / 2
_Z = 1.96  # standard deviations that hold 95 %
_CHUNK = 2**22  # draws held in memory at a time

Part = tuple[float, float]
"""What one utterance adds to a ratio: to its numerator and to its denominator."""

Interval = tuple[float, float]


def ratio(parts: Sequence[Part]) -> float | None:
    """Return the sum of the numerators over that of the denominators; None where that is 0."""
    below = sum(part[1] for part in parts)
    return sum(part[0] for part in parts) / below if below else None


def intervals(
    parts: Mapping[str, Sequence[Part]],
    groups: Sequence[Hashable],
    seed: int,
    *,
    no_shares: Collection[str] = (),
) -> dict[str, Interval | None]:
    """Return the 95 % interval of each ratio; None where it has no denominator.

    `parts`: by name, one entry an utterance; `groups`: the wording of each utterance; `no_shares`:
    the names of those that may be above 1, whatever their parts look like. A share of
    none or all would get an interval of no width: there it is the exact one of so many wordings,
    and Wilson's where all wordings have the same share. The same seed gives the same intervals.
    """
    if not groups:
        return dict.fromkeys(parts)
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    places = np.array([numbers[group] for group in groups])
    sums = np.zeros((len(numbers), 2 * len(parts)))
    for column, each in enumerate(parts.values()):
        np.add.at(sums[:, 2 * column : 2 * column + 2], places, np.array(each, dtype=np.float64))
    drawn = _resampled(sums, seed)
    found = {}
    for column, name in enumerate(parts):
        pair = slice(2 * column, 2 * column + 2)
        found[name] = _interval(sums[:, pair], drawn[:, pair], is_share=name not in no_shares)
    return found


def _resampled(sums: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return the column sums of `RESAMPLES` draws of as many rows, with repeats."""
    count = len(sums)
    random = np.random.default_rng(seed)
    rows = max(1, _CHUNK // count)
    parts = []
    for begin in range(0, RESAMPLES, rows):
        times = random.multinomial(
            count, np.full(count, 1 / count), min(rows, RESAMPLES - begin)
        ).astype(np.float64)
        parts.append(times @ sums)
    return np.concatenate(parts)


def _interval(
    sums: NDArray[np.float64], drawn: NDArray[np.float64], *, is_share: bool
) -> Interval | None:
    above, below = sums[:, 0], sums[:, 1]
    if not below.sum():
        return None
    wordings = int(np.count_nonzero(below))
    nearest = _TAIL ** (1 / wordings)
    if is_share and not above.any():
        return 0.0, 1.0 - nearest
    if is_share and np.array_equal(above, below):
        return nearest, 1.0
    usable = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(usable[:, 0] / usable[:, 1], (_TAIL, 1 - _TAIL))
    if is_share and low == high:
        return _wilson(float(low), wordings)
    return float(low), float(high)


def _wilson(share: float, count: int) -> Interval:
    """Return Wilson's interval of a share of `count` wordings."""
    centre = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    spread = math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    half = _Z * spread / (1 + _Z**2 / count)
    return centre - half, centre + half


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the value under which `percent` of the values lie, None where there are none."""
    return float(np.percentile(values, percent)) if values else None
