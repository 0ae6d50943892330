"""When something began: what content writes, and how long ago that is."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_skill.domain.starts import (
    DAYPARTS,
    MONTHS,
    SHORTEST_HOURS,
    WEEKDAYS,
    hours_since,
    read_start,
)

WEDNESDAY = datetime.datetime(2026, 3, 4, 17, 0)
MOMENTS = st.datetimes(datetime.datetime(2, 1, 1), datetime.datetime(9998, 1, 1))


def since(start: str, moment: datetime.datetime | None = WEDNESDAY) -> float | None:
    return hours_since(read_start(start), moment)


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        ("weekday monday", 48),
        ("weekday tuesday", 24),
        ("weekday thursday", 144),
        ("weekday wednesday", 168),
        ("this wednesday", 17),
        ("this monday", 48),
        ("clock 2.5", 2.5),
        ("clock 6", 11),
        ("hour 6", 11),
        ("hour 18", 23),
        ("hour 0", 17),
        ("month february", 24 * 31 + 17),
        ("month march", 24 * 3 + 17),
        ("month april", 24 * 337 + 17),
        ("daypart morning", 9),
        ("daypart afternoon", 3),
        ("daypart night", 19),
    ],
)
def test_hours_on_a_wednesday_at_five_in_the_afternoon(start: str, hours: float) -> None:
    assert since(start) == hours


@pytest.mark.parametrize(
    ("start", "clock", "hours"),
    [
        ("daypart morning", (3, 30), 3.5),
        ("daypart morning", (6, 0), 1),
        ("daypart morning", (9, 0), 1),
        ("daypart night", (2, 0), 4),
        ("daypart night", (23, 0), 25),
        ("daypart tonight", (1, 0), 5),
        ("daypart evening", (10, 0), 15),
        ("clock 3", (3, 0), SHORTEST_HOURS),
    ],
)
def test_a_part_of_the_day_is_counted_from_its_usual_hour(
    start: str, clock: tuple[int, int], hours: float
) -> None:
    assert since(start, WEDNESDAY.replace(hour=clock[0], minute=clock[1])) == hours


def test_without_a_moment_only_a_part_of_the_day_has_a_length() -> None:
    assert since("daypart morning", None) == 6
    for start in ("weekday monday", "this monday", "clock 3", "hour 15", "month may"):
        assert since(start, None) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weekday munday", '"munday" is no weekday; expected one of: monday'),
        ("month", '"" is no month'),
        ("clock 12", '"12" is no hour from 0 to under 12'),
        ("hour 24", '"24" is no hour from 0 to under 24'),
        ("hour nan", '"nan" is no hour'),
        ("clock half", '"half" is no hour'),
        ("daypart noon", '"noon" is no part of the day'),
        ("wekday monday", "begins with none of: weekday, this, month"),
        ("", "begins with none of"),
    ],
)
def test_what_is_no_start_is_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".*") as caught:
        read_start(text)
    assert message in str(caught.value)


@given(st.text(max_size=20))
def test_any_text_is_a_start_or_refused(text: str) -> None:
    try:
        start = read_start(text)
    except ValueError:
        return
    assert start.kind == text.partition(" ")[0]


@given(MOMENTS, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_one_to_seven_whole_days_ago(moment: datetime.datetime, day: str) -> None:
    hours = since(f"weekday {day}", moment)
    assert hours in [24 * days for days in range(1, 8)]
    began = moment - datetime.timedelta(hours=hours or 0)
    assert began.weekday() == WEEKDAYS.index(day)


@given(MOMENTS, st.integers(0, 95))
def test_an_hour_is_less_than_a_day_ago_and_a_clock_half_of_that(
    moment: datetime.datetime, quarters: int
) -> None:
    day = since(f"hour {quarters / 4}", moment)
    face = since(f"clock {quarters / 4 % 12}", moment)
    assert day is not None and face is not None
    assert 0 < face <= 12 and 0 < day <= 24
    assert min((day - face) % 12, (face - day) % 12) <= SHORTEST_HOURS + 1e-6


@given(
    MOMENTS, st.sampled_from([f"month {m}" for m in MONTHS] + [f"daypart {d}" for d in DAYPARTS])
)
def test_nothing_began_in_the_future(moment: datetime.datetime, start: str) -> None:
    hours = since(start, moment)
    assert hours is not None
    assert SHORTEST_HOURS <= hours <= 366 * 24
