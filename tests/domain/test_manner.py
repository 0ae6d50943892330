"""How loud, how fast and how much: the manner of speaking, and when it is night."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.manner import (
    LOUDEST_DB,
    NIGHT_LOUDEST_DB,
    QUIETEST_DB,
    Manner,
    NightHours,
    decibels_of,
    gain_of,
    is_night,
)

HOURS = NightHours(22 * 60, 7 * 60)
LONDON = ZoneInfo("Europe/London")


def at(hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime(2024, 1, 5, hour, minute)


# ------------------------------------------------------------------ the clock


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (at(21, 59), False), (at(22), True), (at(23, 59), True), (at(0), True), (at(6, 59), True),
        (at(7), False), (at(12), False),
    ],
)  # fmt: skip
def test_the_night_goes_over_midnight(moment: datetime.datetime, night: bool) -> None:
    assert HOURS.holds(moment) is night


def test_a_night_before_midnight_and_none_at_all() -> None:
    early = NightHours(1 * 60, 5 * 60)
    assert [early.holds(at(hour)) for hour in (0, 1, 4, 5, 23)] == [False, True, True, False, False]
    assert not any(NightHours(60, 60).holds(at(hour)) for hour in range(24))


def test_a_minute_that_no_day_has_is_refused() -> None:
    with pytest.raises(ValueError, match="1440"):
        NightHours(1440, 0)


@pytest.mark.parametrize(("month", "day"), [(3, 31), (10, 27)])  # one hour less, one hour more
def test_it_is_one_whole_night_when_the_clocks_change(month: int, day: int) -> None:
    begins = datetime.datetime(2024, month, day - 1, 20, tzinfo=LONDON)
    minutes = [
        (begins.astimezone(datetime.timezone.utc) + datetime.timedelta(minutes=minute))
        .astimezone(LONDON)
        for minute in range(16 * 60)
    ]  # fmt: skip
    nights = [HOURS.holds(moment) for moment in minutes]
    changes = [moment for moment, now, before in zip(minutes[1:], nights[1:], nights, strict=False)
               if now != before]  # fmt: skip
    assert [(moment.hour, moment.minute) for moment in changes] == [(22, 0), (7, 0)]
    assert sum(nights) == (8 if month == 3 else 10) * 60


def test_an_option_wins_over_the_clock() -> None:
    assert is_night("on", HOURS, at(12))
    assert not is_night("off", HOURS, at(3))
    assert is_night("auto", HOURS, at(3))
    assert not is_night("auto", HOURS, at(12))


# ------------------------------------------------------------------ how loud, how fast


def test_by_night_it_speaks_lower_and_slower() -> None:
    day, night, whisper = Manner(), Manner(night=True), Manner().whispered()
    assert day.level_db > night.level_db > whisper.level_db
    assert day.rate > night.rate > whisper.rate
    assert (day.hushed, night.hushed, whisper.hushed) == (False, True, True)
    assert (day.slow_speech, night.slow_speech, whisper.slow_speech) == (False, True, True)


def test_louder_ends_a_whisper_before_it_raises_anything() -> None:
    manner = Manner(loudness_db=-8).whispered().changed(+1)
    assert manner == Manner(loudness_db=-8)
    assert manner.changed(+1).level_db == -4


def test_a_step_is_heard_at_once_even_at_the_ends() -> None:
    low = Manner(night=True)
    for _ in range(10):
        low = low.changed(-1)
    assert low.level_db == QUIETEST_DB
    assert low.changed(+1).level_db == QUIETEST_DB + 4
    high = Manner(night=True)
    for _ in range(10):
        high = high.changed(+1)
    assert high.level_db == NIGHT_LOUDEST_DB
    assert high.changed(-1).level_db == NIGHT_LOUDEST_DB - 4


def test_what_was_asked_for_at_night_is_not_shouted_in_the_morning() -> None:
    loud = Manner(night=True).changed(+1).changed(+1)
    assert loud.at_night(False).level_db == LOUDEST_DB
    assert Manner(night=True).changed(-1).at_night(False).level_db == -4


def test_a_whisper_ends_with_its_night_and_not_with_the_evening() -> None:
    assert not Manner(night=True).whispered().at_night(False).whispering
    assert Manner().whispered().at_night(True).whispering


STEPS = st.lists(st.sampled_from(["louder", "quieter", "whisper", "night", "day"]), max_size=30)


@given(STEPS, st.floats(QUIETEST_DB, 0))
def test_it_is_always_between_floor_and_ceiling(steps: list[str], loudness: float) -> None:
    manner = Manner(loudness)
    for step in steps:
        before = manner
        match step:
            case "louder" | "quieter":
                manner = manner.changed(1 if step == "louder" else -1)
            case "whisper":
                manner = manner.whispered()
            case _:
                manner = manner.at_night(step == "night")
        ceiling = NIGHT_LOUDEST_DB if manner.night else LOUDEST_DB
        assert QUIETEST_DB <= manner.level_db <= ceiling
        assert manner.level_db + decibels_of(manner.soft_share) >= QUIETEST_DB - 1e-9
        if step == "louder":
            assert manner.level_db >= before.level_db
        if step == "quieter":
            assert manner.level_db <= before.level_db


def test_gains_and_decibels() -> None:
    assert gain_of(-6.0) == pytest.approx(0.501, abs=1e-3)
    assert decibels_of(gain_of(-6.0)) == pytest.approx(-6.0)
    assert decibels_of(0.0) == QUIETEST_DB
