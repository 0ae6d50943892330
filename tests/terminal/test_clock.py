"""The clock of the timers knows nothing of the clock on the wall."""

from __future__ import annotations

import time

import pytest

from voice_skill.terminal.clock import MonotonicClock


def test_daylight_saving_and_a_corrected_clock_move_no_timer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = MonotonicClock()
    before = clock.now()
    for hours in (1, -1, 24 * 365):
        monkeypatch.setattr(time, "time", lambda: 3600.0 * hours)  # noqa: B023
        assert before <= clock.now() < before + 600


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="Linux has this clock")
def test_the_sleep_of_the_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """CLOCK_MONOTONIC stands still meanwhile: a routine would go on in the morning."""
    clock = MonotonicClock()
    night, awake = 8 * 3600.0, time.clock_gettime
    monkeypatch.setattr(
        time,
        "clock_gettime",
        lambda which: awake(which) + (night if which == time.CLOCK_BOOTTIME else 0.0),
    )
    assert clock.now() >= night
