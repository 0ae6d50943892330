"""The diary's nouns and the questions over them: episodes, nights, periods, and what helped.

Pure. Times are aware datetimes whose offset is the one in which they were said: `this week` and
`night` are counted on the face of that clock, so neither travel nor daylight saving moves an
episode to another day. The order of episodes is the one in which they were noted (`id`), whatever
the clock said: a clock that was put back does not change what came last.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from voice_skill.domain.manner import USUAL_NIGHT

Moment = datetime.datetime
"""A moment with the offset from UTC in which it was lived."""

Period = Literal[
    "tonight", "last_night", "today", "yesterday", "this_week", "last_week", "seven_days",
    "this_month", "last_month", "this_year", "ever",
]  # fmt: skip
PERIODS: tuple[Period, ...] = get_args(Period)
"""What a question can be about; a week begins on Monday, `seven_days` ends today."""

HALF_DAY = datetime.timedelta(hours=12)
DAY = datetime.timedelta(days=1)
SEVEN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Episode:
    """One twitch, cramp or spasm, as the person told of it; None is what was not told.

    `at` is when it was told (with the offset from UTC). `hours`: how long it has lasted.
    `routine`: the id of the routine that was begun for it; `helped`: the answer to `did it help?`.
    `id` rises with every episode that was stored; None is not stored yet.
    """

    at: Moment
    site: str | None = None
    side: str | None = None
    sensation: str | None = None
    timing: str | None = None
    trigger: str | None = None
    hours: float | None = None
    routine: str | None = None
    helped: bool | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """When the advice to see someone is due.

    `hours`: it has lasted, or has come back, for so long. `nights`: it is the night of that number.
    Both look back `within_days`: what was longer ago was another time.
    """

    hours: float = 24.0
    nights: int = 2
    within_days: float = 7.0


Words = Mapping[str, tuple[str, ...]]
"""A name -> words and phrases that stand for it; `help*` is any word that begins so."""


@dataclass(frozen=True, slots=True)
class DiaryWords:
    """What tells one sentence to the diary from another: content, looked for in what was said.

    `requests`: `keep`, `stop`, `another`, `last`; `questions`: the kinds of `diary_answers.Kind`;
    `periods`: those of `Period`; `told`: slot -> value -> words, for an entry.
    """

    requests: Words = field(default_factory=dict)
    questions: Words = field(default_factory=dict)
    periods: Words = field(default_factory=dict)
    told: Mapping[str, Words] = field(default_factory=dict)


# ------------------------------------------------------------------ nights and periods


def night_of(at: Moment) -> datetime.date:
    """Return the day on whose evening the night of a moment began: a night is noon to noon."""
    return (at.replace(tzinfo=None) - HALF_DAY).date()


def night_of_episode(episode: Episode) -> datetime.date:
    """Return the night of an episode; what is told of one by day was in the night before."""
    if episode.timing == "night" and not USUAL_NIGHT.holds(episode.at):
        return episode.at.date() - DAY
    return night_of(episode.at)


def by_night(episode: Episode) -> bool:
    """Whether an episode belongs to a night: it was told of as one, or told at that hour."""
    return episode.timing == "night" or USUAL_NIGHT.holds(episode.at)


def in_period(episodes: Iterable[Episode], period: Period, now: Moment) -> tuple[Episode, ...]:
    """Return the episodes of a period, as the person at the moment `now` would count them."""
    if period in ("tonight", "last_night"):
        night = _night_meant(period, now)
        return tuple(e for e in episodes if by_night(e) and night_of_episode(e) == night)
    first, last = _days(period, now.date())
    return tuple(e for e in episodes if first <= e.at.date() <= last)


def _night_meant(period: Period, now: Moment) -> datetime.date:
    """Return the night that is meant: at nine in the morning the last one has only just ended."""
    night = night_of(now)
    if period == "tonight":
        return night
    return night if 5 <= now.hour < 12 else night - DAY


def _days(period: Period, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a period."""
    monday = today - DAY * today.weekday()
    first_of_month = today.replace(day=1)
    match period:
        case "today":
            return today, today
        case "yesterday":
            return today - DAY, today - DAY
        case "this_week":
            return monday, monday + 6 * DAY
        case "last_week":
            return monday - 7 * DAY, monday - DAY
        case "seven_days":
            return today - (SEVEN_DAYS - 1) * DAY, today
        case "this_month":
            return first_of_month, _last_of_month(first_of_month)
        case "last_month":
            before = first_of_month - DAY
            return before.replace(day=1), before
        case "this_year":
            return today.replace(month=1, day=1), today.replace(month=12, day=31)
        case _:
            return datetime.date.min, datetime.date.max


def _last_of_month(first: datetime.date) -> datetime.date:
    return (first + 31 * DAY).replace(day=1) - DAY


def nights(episodes: Iterable[Episode]) -> tuple[datetime.date, ...]:
    """Return the nights on which there was an episode, in the order of the calendar."""
    return tuple(sorted({night_of_episode(episode) for episode in episodes if by_night(episode)}))


# ------------------------------------------------------------------ questions


def last_before(episodes: Sequence[Episode], current: Episode | None) -> Episode | None:
    """Return the episode that was noted last, other than the one that is being told of."""
    number = current.id if current else None
    return next((e for e in reversed(episodes) if number is None or e.id != number), None)


def first_of(episodes: Sequence[Episode]) -> Episode | None:
    """Return the episode that was noted first."""
    return episodes[0] if episodes else None


@dataclass(frozen=True, slots=True)
class Help:
    """How often a routine was asked about, and how often it had helped."""

    routine: str
    helped: int
    asked: int


def what_helped(episodes: Iterable[Episode]) -> tuple[Help, ...]:
    """Return the routines with an answer, the one that helped most often first."""
    asked: Counter[str] = Counter()
    helped: Counter[str] = Counter()
    for episode in episodes:
        if episode.routine and episode.helped is not None:
            asked[episode.routine] += 1
            helped[episode.routine] += episode.helped
    found = [Help(routine, helped[routine], count) for routine, count in asked.items()]
    return tuple(sorted(found, key=lambda each: (-each.helped, each.asked, each.routine)))
