"""Questions over episodes: periods and nights by the person's own clock; the day-or-so rule."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from voice_skill.domain.diary import (
    Episode,
    Help,
    Period,
    Threshold,
    in_period,
    last_before,
    night_of,
    nights,
    what_helped,
)
from voice_skill.domain.recurrence import Recurrence, recurrence

LONDON = datetime.timezone.utc
NEW_YORK = datetime.timezone(datetime.timedelta(hours=-5))
RULE = Threshold()


def at(text: str, zone: datetime.timezone = LONDON) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


def toe(text: str, **more: object) -> Episode:
    return Episode(at(text), "toe", sensation="twitch", **more)  # type: ignore[arg-type]


# 2026-03-04 is a Wednesday.
WEEK = (
    toe("2026-02-22T23:30"), toe("2026-03-01T23:30"), toe("2026-03-02T01:10"),
    toe("2026-03-03T15:00"), toe("2026-03-04T02:00"),
)  # fmt: skip
NOW = at("2026-03-04T09:00")


@pytest.mark.parametrize(
    ("period", "count"),
    [
        ("today", 1), ("yesterday", 1), ("this_week", 3), ("last_week", 1), ("seven_days", 4),
        ("this_month", 4), ("last_month", 1), ("this_year", 5), ("ever", 5), ("last_night", 1),
        ("tonight", 1),
    ],
)  # fmt: skip
def test_a_period_is_counted_on_the_calendar(period: Period, count: int) -> None:
    assert len(in_period(WEEK, period, NOW)) == count


def test_last_night_is_the_one_before_in_the_evening_too() -> None:
    assert in_period(WEEK, "last_night", at("2026-03-04T21:00")) == (WEEK[4],)
    assert in_period(WEEK, "last_night", at("2026-03-03T02:00")) == WEEK[1:3]


def test_a_night_goes_over_midnight() -> None:
    assert night_of(at("2026-03-01T23:30")) == night_of(at("2026-03-02T01:10"))
    assert len(nights(WEEK)) == 3  # the afternoon is none


def test_this_week_is_that_of_the_clock_on_the_wall_where_it_was_said() -> None:
    # Sunday evening in New York, Monday in London; then the person flies home.
    flown = Episode(at("2026-03-01T22:00", NEW_YORK))
    assert in_period([flown], "this_week", at("2026-03-02T10:00")) == ()
    assert in_period([flown], "last_week", at("2026-03-02T10:00")) == (flown,)


def test_the_last_one_is_the_one_noted_last_though_the_clock_was_put_back() -> None:
    later = (replace(WEEK[4], id=1), replace(WEEK[0], id=2))
    assert last_before(later, None) == later[1]
    assert last_before(later, later[1]) == later[0]
    assert last_before((), None) is None


def test_what_helped_counts_answers_alone() -> None:
    episodes = [
        toe("2026-03-01T23:30", routine="ankle_circles", helped=True),
        toe("2026-03-02T23:30", routine="ankle_circles", helped=False),
        toe("2026-03-03T23:30", routine="cramp_relief", helped=True),
        toe("2026-03-03T23:50", routine="cramp_relief"),
    ]
    assert what_helped(episodes) == (Help("cramp_relief", 1, 1), Help("ankle_circles", 1, 2))


# ------------------------------------------------------------------ the rule


def test_a_second_night_is_past_the_rule_even_under_twenty_four_hours() -> None:
    first, second = toe("2026-03-01T23:50", id=1), toe("2026-03-02T22:30")
    found = recurrence([first], second, RULE)
    assert found is not None
    assert found.nights == 2
    assert found.hours < 24


def test_the_same_night_is_not() -> None:
    assert recurrence([toe("2026-03-01T23:50")], toe("2026-03-02T04:00"), RULE) is None


def test_by_day_it_is_past_the_rule_after_a_day() -> None:
    first = toe("2026-03-02T15:00")
    assert recurrence([first], toe("2026-03-03T14:00"), RULE) is None
    assert recurrence([first], toe("2026-03-03T15:00"), RULE) == Recurrence(0, 24.0)


def test_what_was_weeks_ago_was_another_time() -> None:
    assert recurrence([toe("2026-02-01T02:00")], toe("2026-03-03T02:00"), RULE) is None


def test_foot_one_night_and_toe_the_next_are_the_same_and_a_hand_is_not() -> None:
    second = toe("2026-03-02T23:00")
    assert recurrence([replace(toe("2026-03-01T23:00"), site="foot")], second, RULE)
    assert recurrence([replace(toe("2026-03-01T23:00"), site=None)], second, RULE)
    assert not recurrence([replace(toe("2026-03-01T23:00"), site="hand")], second, RULE)


@pytest.mark.parametrize("sensation", ["tingling", "numb", "pain"])
def test_other_sensations_are_other_matters(sensation: str) -> None:
    first, second = toe("2026-03-01T23:00"), toe("2026-03-02T23:00")
    assert not recurrence([first], replace(second, sensation=sensation), RULE)
    assert not recurrence([replace(first, sensation=sensation)], second, RULE)


def test_the_episode_itself_is_not_its_own_second_night() -> None:
    told = toe("2026-03-02T23:00", id=4)
    assert recurrence([told], told, RULE) is None


def test_a_clock_that_was_put_back_neither_hides_nor_breaks_it() -> None:
    ahead = toe("2026-03-05T23:00", id=1)
    assert recurrence([ahead], toe("2026-03-04T23:00"), RULE) == Recurrence(2, 24.0)
    assert recurrence([toe("2040-01-01T23:00", id=1)], toe("2026-03-04T23:00"), RULE) is None


def test_the_rule_is_what_content_and_person_set_it_to() -> None:
    rule = Threshold(hours=72, nights=3, within_days=14)
    two = [toe("2026-03-01T23:00")]
    assert recurrence(two, toe("2026-03-02T23:00"), rule) is None
    assert recurrence([*two, toe("2026-03-02T23:00")], toe("2026-03-03T22:00"), rule)


def test_what_is_told_of_a_night_by_day_was_in_the_night_before() -> None:
    told_at_noon = toe("2026-03-02T14:00", timing="night", id=1)
    assert nights([told_at_noon]) == (datetime.date(2026, 3, 1),)
    assert recurrence([told_at_noon], toe("2026-03-02T05:00", id=2), RULE) is None
    assert recurrence([told_at_noon], toe("2026-03-02T23:00", id=2), RULE)
