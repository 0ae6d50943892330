"""Two clocks are told from callbacks that come unevenly."""

from __future__ import annotations

import numpy as np
import pytest

from voice_skill.audio.clock_drift import FASTEST, LEAST_SECONDS, ClockDrift

RATE = 16_000
BLOCK = 320


def after(seconds: float, rate: float, *, beat: int = BLOCK, seed: int = 1) -> ClockDrift:
    """Let so much time pass; callbacks come a block early for one to four seconds on end."""
    drift, random = ClockDrift(), np.random.default_rng(seed)
    early, left = 0, 0
    for block in range(round(seconds * 50)):
        if not left:
            early, left = (0 if early else beat), int(random.integers(50, 200))
        left -= 1
        drift.note(block * BLOCK * rate + early, RATE)
    return drift


@pytest.mark.parametrize("rate", [1e-4, -1e-4, 6e-5])
@pytest.mark.parametrize("seed", range(5))
def test_in_five_minutes_the_clocks_are_known(rate: float, seed: int) -> None:
    assert after(300, rate, seed=seed).rate == pytest.approx(rate, abs=1.5e-5)


@pytest.mark.parametrize("seed", range(20))
def test_one_clock_is_taken_for_one(seed: int) -> None:
    for seconds in (60, 200, 600):
        assert abs(after(seconds, 0.0, seed=seed).rate) < 2e-5


def test_at_first_and_where_nothing_parts_the_clocks_are_one() -> None:
    assert after(LEAST_SECONDS - 1, 1e-4).rate == 0.0
    assert after(100, 0.0, beat=0).rate == 0.0


def test_a_lost_second_is_no_drift() -> None:
    drift = after(100, 0.0)
    for block in range(100 * 50):
        drift.note(RATE + (block // 100) % 2 * BLOCK, RATE)
        if block == 25:
            drift.jumped(RATE)
    assert abs(drift.rate) < 2e-5


@pytest.mark.parametrize("found", [1, 24, 30, 49])
def test_a_lost_second_leaves_what_is_known_of_the_clocks(found: int) -> None:
    drift = ClockDrift()
    for block in range(600 * 50):
        lost = RATE if block >= 100 * 50 + found - 25 else 0
        drift.note(block * BLOCK * 1e-4 + (block // 100) % 2 * BLOCK + lost, RATE)
        if block == 100 * 50 + found:
            drift.jumped(RATE)
        if block > 200 * 50:
            assert drift.rate == pytest.approx(1e-4, rel=0.2)


def test_a_slope_that_no_clock_has_is_left() -> None:
    assert after(60, 5 * FASTEST).rate == 0.0
