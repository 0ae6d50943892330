"""What the page for a health-care provider shows: counted from the diary, nothing added.

A night or day without an entry says only that nothing was noted; what was not told is counted as
not told.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voice_skill.domain.diary import DAY, Episode, by_night, night_of_episode, what_helped

NOT_TOLD = "not told"
WEEK = 7


@dataclass(frozen=True, slots=True)
class Square:
    """One night of the calendar; `count` of entries at night, `by_day` of those before it."""

    date: datetime.date
    count: int
    by_day: int
    within: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A named count, with its share of the largest in per cent."""

    name: str
    count: int
    width: float


@dataclass(frozen=True, slots=True)
class HelpedRow:
    """What the answers after a routine were; `unasked`: begun, and no answer."""

    name: str
    helped: int
    did_not: int
    unasked: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page shows."""

    episodes: Sequence[Episode]
    first: datetime.date | None
    last: datetime.date | None
    nights: int
    weeks: Sequence[Sequence[Square]]
    hours: Sequence[Bar]
    without_hour: int
    sites: Sequence[Bar]
    sides: Sequence[Bar]
    sensations: Sequence[Bar]
    triggers: Sequence[Bar]
    helped: Sequence[HelpedRow]


def overview(episodes: Sequence[Episode], routines: Mapping[str, str]) -> Overview:
    """Count a diary; `routines` says how a routine's id is written."""
    dates = sorted(_date(episode) for episode in episodes)
    return Overview(
        episodes=sorted(episodes, key=lambda episode: episode.at),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        nights=len({night_of_episode(e) for e in episodes if by_night(e)}),
        weeks=_weeks(episodes, dates),
        hours=_hours(episodes),
        without_hour=sum(not _told_as_it_happened(e) for e in episodes),
        sites=_bars(_named(e.site) for e in episodes),
        sides=_bars(_named(e.side) for e in episodes),
        sensations=_bars(_named(e.sensation) for e in episodes),
        triggers=_bars(_named(e.trigger) for e in episodes),
        helped=_helped(episodes, routines),
    )


def _date(episode: Episode) -> datetime.date:
    return night_of_episode(episode) if by_night(episode) else episode.at.date()


LONGEST_WEEKS = 106
"""A calendar of two years; a clock that was wrong by decades must not draw them all."""


def _weeks(episodes: Iterable[Episode], dates: Sequence[datetime.date]) -> list[tuple[Square, ...]]:
    if not dates:
        return []
    first = max(dates[0], dates[-1] - DAY * WEEK * LONGEST_WEEKS)
    begin = first - DAY * first.weekday()
    at_night = Counter(night_of_episode(e) for e in episodes if by_night(e))
    by_day = Counter(e.at.date() for e in episodes if not by_night(e))
    weeks: list[tuple[Square, ...]] = []
    while begin <= dates[-1]:
        week = [begin + DAY * number for number in range(WEEK)]
        weeks.append(
            tuple(Square(d, at_night[d], by_day[d], first <= d <= dates[-1]) for d in week)
        )
        begin += DAY * WEEK
    return weeks


def _hours(episodes: Iterable[Episode]) -> list[Bar]:
    """Count by the hour at which it was told, from noon to noon, so that a night is in one piece.

    An entry that tells of another time of the day has no hour of its own.
    """
    counts = Counter(e.at.hour for e in episodes if _told_as_it_happened(e))
    most = max(counts.values(), default=1)
    hours = [hour % 24 for hour in range(12, 36)]
    return [Bar(f"{hour:02d}", counts[hour], 100 * counts[hour] / most) for hour in hours]


def _told_as_it_happened(episode: Episode) -> bool:
    """Whether the hour of telling can be that of the episode: not `last night`, told at noon."""
    return episode.timing is None or (episode.timing == "night") == (by_night(Episode(episode.at)))


def _bars(values: Iterable[str]) -> list[Bar]:
    counts = Counter(values)
    most = max(counts.values(), default=1)
    ranked = sorted(counts.items(), key=lambda each: (each[0] == NOT_TOLD, -each[1], each[0]))
    return [Bar(name, count, 100 * count / most) for name, count in ranked]


def _named(value: str | None) -> str:
    return NOT_TOLD if value is None else value.replace("_", " ")


def _helped(episodes: Sequence[Episode], routines: Mapping[str, str]) -> list[HelpedRow]:
    begun = Counter(e.routine for e in episodes if e.routine is not None)
    answers = {each.routine: each for each in what_helped(episodes)}
    rows = []
    for routine, count in begun.most_common():
        found = answers.get(routine)
        helped, asked = (found.helped, found.asked) if found else (0, 0)
        rows.append(
            HelpedRow(routines.get(routine, _named(routine)), helped, asked - helped, count - asked)
        )
    return rows
