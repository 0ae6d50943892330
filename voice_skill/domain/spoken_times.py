"""How days and times of day are said in English, as somebody would say them at a given moment."""

from __future__ import annotations

from voice_skill.domain.diary import Moment, Period, night_of
from voice_skill.domain.spoken import spoken_number

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_A_WEEK = 7
_LONGEST_DAYS = 99

_PERIODS: dict[Period, str] = {
    "tonight": "tonight",
    "last_night": "last night",
    "today": "today",
    "yesterday": "yesterday",
    "this_week": "this week",
    "last_week": "last week",
    "seven_days": "in the last seven days",
    "this_month": "this month",
    "last_month": "last month",
    "this_year": "this year",
    "ever": "so far",
}


def spoken_period(period: Period) -> str:
    """Say a period: `this week`."""
    return _PERIODS[period]


def spoken_when(at: Moment, now: Moment) -> str:
    """Say when something was: `last night, at about half past two`; long ago, only how long."""
    day = _day(at, now)
    return day if day.endswith(("ago", "clock")) else f"{day}, at {spoken_clock(at)}"


def spoken_clock(at: Moment) -> str:
    """Say a time of day, rounded to half an hour: `about half past two`."""
    halves = round((at.hour * 60 + at.minute) / 30) % 48
    hour, half = divmod(halves, 2)
    if not half and hour in (0, 12):
        return "about noon" if hour else "about midnight"
    name = spoken_number(hour % 12 or 12)
    return f"about half past {name}" if half else f"about {name}"


def _day(at: Moment, now: Moment) -> str:
    """Name the day, or the night, of a moment."""
    if 5 <= at.hour < 21:
        days = (now.date() - at.date()).days
        names = ("today", "yesterday")
        part = ""
    else:
        days = (night_of(now) - night_of(at)).days + (5 <= now.hour < 12)
        names = ("tonight", "last night")
        part = " night"
    if days < 0:
        return "at a later date by my clock"
    if days < len(names):
        return names[days]
    if days < _A_WEEK:
        first = at.date() if not part else night_of(at)
        return f"on {WEEKDAYS[first.weekday()]}{part}"
    if days > _LONGEST_DAYS:
        return "more than three months ago"
    return f"{spoken_number(days)} days ago"
